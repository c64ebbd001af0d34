"""The computer's end of the virtual radio: a ``Radio`` on bumble."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from bumble import core, hci
from bumble.att import ATT_Error
from bumble.core import AdvertisingData, BaseBumbleError
from bumble.device import Advertisement, Connection, Device, DeviceConfiguration, Peer
from bumble.gatt import Characteristic
from bumble.gatt_client import CharacteristicProxy
from bumble.transport import open_transport
from bumble.transport.common import Transport, TransportSink, TransportSource

from imu_valgus.devices.radio import Advert, GattCharacteristic, OnBytes, Property, RadioError

_T = TypeVar("_T")

_OWN_ADDRESS: Final = "F0:00:00:00:00:01"
_MTU: Final = 247
"""What computers agree to; 244 bytes of payload a notification."""

_PROPERTIES: Final[dict[Characteristic.Properties, Property]] = {
    Characteristic.Properties.READ: "read",
    Characteristic.Properties.WRITE: "write",
    Characteristic.Properties.WRITE_WITHOUT_RESPONSE: "write-without-response",
    Characteristic.Properties.NOTIFY: "notify",
    Characteristic.Properties.INDICATE: "indicate",
}


class VirtualRadio:
    """A computer's Bluetooth that hears virtual sensors only; one connection attempt at a time."""

    def __init__(self, source: TransportSource, sink: TransportSink) -> None:
        settings = DeviceConfiguration(name="collector", address=hci.Address(_OWN_ADDRESS))
        self._device = Device.from_config_with_hci(settings, source, sink)
        self._listeners: list[Callable[[Advert], None]] = []
        self._transport: Transport | None = None
        self._device.on("advertisement", self._on_advertisement)

    @classmethod
    async def over_tcp(cls, port: int) -> Self:
        """Join the air that another process serves on this machine."""
        try:
            transport = await open_transport(f"tcp-client:127.0.0.1:{port}")
        except OSError as error:
            raise RadioError(f"no virtual sensors listen on port {port}") from error
        radio = cls(transport.source, transport.sink)
        radio._transport = transport
        await radio.power_on()
        return radio

    async def close(self) -> None:
        """Switch it off."""
        if self._transport is not None:
            await self._transport.close()

    async def power_on(self) -> None:
        """Make it ready; to be awaited once before anything else."""
        with _as_radio_error():
            await self._device.power_on()

    async def start_scan(self, on_advert: Callable[[Advert], None]) -> None:
        """Hand over every advertisement from now on."""
        self._listeners.append(on_advert)
        if len(self._listeners) == 1:
            with _as_radio_error():
                await self._device.start_scanning(legacy=True, filter_duplicates=False)

    async def stop_scan(self, on_advert: Callable[[Advert], None]) -> None:
        """Hand over no more."""
        self._listeners.remove(on_advert)
        if not self._listeners:
            with _as_radio_error():
                await self._device.stop_scanning(legacy=True)

    async def connect(
        self, address: str, *, on_lost: Callable[[], None], timeout_s: float
    ) -> "VirtualLink":
        """Connect, agree on the MTU and find out what the sensor offers."""
        with _as_radio_error():
            connection = await self._device.connect(
                hci.Address(address, hci.Address.RANDOM_DEVICE_ADDRESS), timeout=timeout_s
            )
        link = VirtualLink(Peer(connection), connection, on_lost)
        try:
            async with asyncio.timeout(timeout_s):
                await link.discover()
        except BaseException:
            await link.disconnect()
            raise
        return link

    def _on_advertisement(self, heard: Advertisement) -> None:
        advert = _advert(heard)
        for listener in list(self._listeners):
            listener(advert)


class VirtualLink:
    """One connection of the virtual radio."""

    def __init__(self, peer: Peer, connection: Connection, on_lost: Callable[[], None]) -> None:
        self._peer, self._connection, self._on_lost = peer, connection, on_lost
        self._proxies: dict[int, CharacteristicProxy[Any]] = {}
        self._subscribers: dict[int, OnBytes] = {}
        self.characteristics: tuple[GattCharacteristic, ...] = ()
        self._gone = asyncio.Event()
        connection.on("disconnection", self._on_disconnection)

    @property
    def mtu(self) -> int:
        """The ATT MTU that was agreed on, in bytes."""
        return self._connection.att_mtu

    async def discover(self) -> None:
        """Agree on the MTU and look the sensor's table through."""
        await self._while_up(self._peer.request_mtu(_MTU))
        await self._while_up(self._peer.discover_services())
        found: list[GattCharacteristic] = []
        for service in self._peer.services:
            for proxy in await self._while_up(service.discover_characteristics()):
                self._proxies[proxy.handle] = proxy
                found.append(
                    GattCharacteristic(
                        handle=proxy.handle,
                        uuid=_full(proxy.uuid),
                        service_uuid=_full(service.uuid),
                        properties=tuple(
                            name for flag, name in _PROPERTIES.items() if flag & proxy.properties
                        ),
                    )
                )
        self.characteristics = tuple(found)

    async def read(self, handle: int) -> bytes:
        """Read a value."""
        return bytes(await self._while_up(self._proxies[handle].read_value()))

    async def write(self, handle: int, payload: bytes, *, response: bool) -> None:
        """Write a value."""
        await self._while_up(self._proxies[handle].write_value(payload, with_response=response))

    async def subscribe(self, handle: int, on_bytes: OnBytes) -> None:
        """Have every notification or indication handed over."""
        self._subscribers[handle] = on_bytes
        await self._while_up(self._proxies[handle].subscribe(on_bytes))

    async def unsubscribe(self, handle: int) -> None:
        """Hear no more of it."""
        await self._while_up(self._proxies[handle].unsubscribe(self._subscribers.pop(handle)))

    async def disconnect(self) -> None:
        """End the connection."""
        if not self._gone.is_set():
            with _as_radio_error():
                await self._connection.disconnect()
            self._gone.set()

    def _on_disconnection(self, reason: int) -> None:
        del reason
        self._gone.set()
        self._on_lost()

    async def _while_up(self, doing: Awaitable[_T]) -> _T:
        """Await what needs the link; bumble would wait for an answer for ever without it."""
        if self._gone.is_set():
            _discard(doing)
            raise RadioError("the link is gone")
        task = asyncio.ensure_future(doing)
        gone = asyncio.ensure_future(self._gone.wait())
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            if not task.done():
                task.cancel()
        if not task.done() or task.cancelled():
            raise RadioError("the link is gone")
        with _as_radio_error():
            return task.result()


def _discard(doing: Awaitable[object]) -> None:
    """Close a coroutine that will not be awaited, so that Python does not complain of it."""
    close = getattr(doing, "close", None)
    if close is not None:
        close()


@contextmanager
def _as_radio_error() -> Generator[None]:
    try:
        yield
    except (BaseBumbleError, ATT_Error, TimeoutError, ConnectionError) as error:
        raise RadioError(str(error) or type(error).__name__) from error


def _advert(heard: Advertisement) -> Advert:
    named = heard.data.get(AdvertisingData.Type.COMPLETE_LOCAL_NAME)
    uuids: list[core.UUID] = []
    for kind in (
        AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
        AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    ):
        uuids += heard.data.get(kind) or []
    said = heard.data.get(AdvertisingData.Type.SERVICE_DATA_128_BIT_UUID)
    return Advert(
        address=heard.address.to_string(with_type_qualifier=False),
        name=named if isinstance(named, str) else "",
        rssi_dbm=heard.rssi,
        service_uuids=tuple(_full(uuid) for uuid in uuids),
        service_data=() if said is None else ((_full(said[0]), bytes(said[1])),),
    )


def _full(uuid: core.UUID) -> str:
    return str(UUID(bytes=bytes(reversed(uuid.to_bytes(force_128=True)))))

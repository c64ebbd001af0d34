"""What all virtual sensors do on the virtual radio: they advertise, get out of reach, come back."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Sequence
from typing import Any, Final

from bumble import core, hci
from bumble.core import AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, Service

from imu_valgus.devices.packet import Notification
from imu_valgus.devices.virtual.air import Air, cut_links
from imu_valgus.devices.virtual.events import ConnectionEvents, LinkEnd
from imu_valgus.devices.virtual.params import RadioParams

_ADVERTISE_MS: Final = 100.0

Advertised = tuple[AdvertisingData.Type, bytes]


class OnAir(ABC):
    """One sensor on the air, connectable by one central at a time.

    Parameters
    ----------
    air : Air
    name, address : str
        As it advertises itself.
    params : RadioParams
    """

    def __init__(self, air: Air, *, name: str, address: str, params: RadioParams) -> None:
        self.name, self.address = name, address
        self._params = params
        self._pipe = air.pipe()
        settings = DeviceConfiguration(name=name, address=hci.Address(address))
        self._device = Device.from_config_with_hci(settings, self._pipe.source, self._pipe.sink)
        self._table: dict[str, Characteristic[bytes]] = {}
        self._device.on("connection", self._on_connection)
        self._running: asyncio.Task[None] | None = None
        self._away = False
        self._errands: set[asyncio.Task[None]] = set()

    @property
    @abstractmethod
    def _events(self) -> ConnectionEvents: ...

    @abstractmethod
    def _advertised(self) -> Sequence[Advertised]:
        """Return what the advertisement says besides flags and name."""

    @abstractmethod
    def _scan_response(self) -> Sequence[Advertised]:
        """Return what the scan response says."""

    @abstractmethod
    def _streaming(self, connection: Connection) -> bool:
        """Tell whether somebody listens for samples."""

    @abstractmethod
    def _on_power(self, at_s: float) -> None:
        """Let the sensor's clock begin."""

    @abstractmethod
    def _on_link(self) -> None:
        """Tell the sensor that a link has begun or ended."""

    def _offer(self, service: str, characteristics: dict[str, Characteristic[bytes]]) -> None:
        """Put a service into the GATT table."""
        self._table |= characteristics
        self._device.add_service(Service(service, list(characteristics.values())))

    @property
    def silent(self) -> bool:
        """Whether nothing gets through, though the link seems to be up."""
        return self._events.silent

    @silent.setter
    def silent(self, silent: bool) -> None:
        self._events.silent = silent

    @property
    def connected(self) -> bool:
        """Whether a central is connected."""
        return bool(self._device.connections)

    async def power_on(self) -> None:
        """Switch it on; it advertises itself from now on."""
        await self._device.power_on()
        self._on_power(asyncio.get_running_loop().time())
        await self._advertise()

    async def leave(self) -> None:
        """Get out of reach: nothing arrives any more, and in the end the link is given up."""
        self._away = self.silent = True
        await self._device.stop_advertising()
        await asyncio.sleep(self._params.supervision_s)
        self.cut()
        self.silent = False

    async def come_back(self) -> None:
        """Get into reach again."""
        self._away = False
        if not self._device.connections:
            await self._advertise()

    def cut(self) -> None:
        """End the link at once, for both ends."""
        cut_links(self._pipe.source)

    async def _advertise(self) -> None:
        flags = (AdvertisingData.Type.FLAGS, b"\x06")
        name = (AdvertisingData.Type.COMPLETE_LOCAL_NAME, self.name.encode())
        advertised = AdvertisingData([flags, *self._advertised(), name])
        await self._device.start_advertising(
            advertising_data=bytes(advertised),
            scan_response_data=bytes(AdvertisingData(list(self._scan_response()))),
            advertising_interval_min=_ADVERTISE_MS,
            advertising_interval_max=_ADVERTISE_MS,
        )

    def _on_connection(self, connection: Connection) -> None:
        self._on_link()

        async def send(notification: Notification) -> None:
            await self._device.notify_subscriber(
                connection, self._table[notification.characteristic], notification.payload
            )

        end = LinkEnd(
            mtu=lambda: connection.att_mtu,
            streaming=lambda: self._streaming(connection),
            send=send,
        )
        running = self._running = asyncio.create_task(self._events.run(end))

        def on_disconnection(reason: int) -> None:
            del reason
            running.cancel()
            self._on_link()
            if not self._away:
                self._soon(self._advertise())

        connection.on("disconnection", on_disconnection)

    def _subscribed(self, connection: Connection, characteristic: str) -> bool:
        cccd = self._device.gatt_server.read_cccd(connection, self._table[characteristic])
        return any(cccd)

    def _soon(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


def services(uuids: Sequence[str]) -> list[Advertised]:
    """Return what says which services there are; nothing for none."""
    kind = AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
    together = b"".join(core.UUID(uuid).to_bytes() for uuid in uuids)
    return [(kind, together)] if uuids else []

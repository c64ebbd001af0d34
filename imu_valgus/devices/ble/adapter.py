"""The Bluetooth adapter: one scanner, one connection attempt at a time, links that tell their end.

What the operating systems do not stand: scanning while connecting, two attempts at once
(bleak#1858), a client that was dropped and not disconnected (bleak#2002: every notification
arrives twice after), AcquireNotify on BlueZ (bleak#1885: losses and crashes). None of it is done.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from bleak import BleakScanner
from bleak.args.bluez import BlueZNotifyArgs
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakError
from bleak_retry_connector import BleakClientWithServiceCache, establish_connection

from imu_valgus.devices.ble.adapt import bleak_backends
from imu_valgus.devices.ble.errors import ConnectionLostError, in_plain_words
from imu_valgus.devices.radio import Advert, OnBytes, Radio

_LOGGER = logging.getLogger(__name__)

_START_NOTIFY: Final[BlueZNotifyArgs] = {"use_start_notify": True}
_CLOSE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterParams:
    """How patient the adapter is.

    Parameters
    ----------
    look_s : float
        One stretch of scanning before others may connect.
    attempts : int
        Of one connection, with bleak-retry-connector's pauses between them.
    """

    look_s: float = 5.0
    attempts: int = 2


class Adapter:
    """The one owner of the Bluetooth adapter in this process.

    Parameters
    ----------
    client_backend, scanner_backend : classes of bleak, optional
        Another radio than the operating system's.
    params : AdapterParams, optional
    """

    def __init__(
        self,
        *,
        client_backend: type[BaseBleakClient] | None = None,
        scanner_backend: type[BaseBleakScanner] | None = None,
        params: AdapterParams | None = None,
    ) -> None:
        self._client_options: dict[str, Any] = (
            {} if client_backend is None else {"backend": client_backend}
        )
        self._scanner_options: dict[str, Any] = (
            {} if scanner_backend is None else {"backend": scanner_backend}
        )
        self._params = params or AdapterParams()
        self._turn = asyncio.Lock()
        self._devices: dict[str, BLEDevice] = {}
        self._wanted: dict[str, asyncio.Future[None]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()
        self._radio: Radio | None = None

    @classmethod
    def on_radio(cls, radio: Radio) -> Self:
        """Use a radio that is none of the operating system's, such as the virtual one."""
        client, scanner = bleak_backends(radio)
        adapter = cls(client_backend=client, scanner_backend=scanner)
        adapter._radio = radio
        return adapter

    async def close(self) -> None:
        """Look no longer, and switch the radio off if it is none of the operating system's."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        if self._radio is not None:
            await self._radio.close()

    async def scan(
        self, seconds: float, *, enough: Callable[[Sequence[Advert]], bool] = lambda _: False
    ) -> tuple[Advert, ...]:
        """Listen for as long, or until ``enough``; return what was heard, the strongest first.

        Raises
        ------
        BluetoothError
        """
        heard: dict[str, Advert] = {}
        done = asyncio.Event()

        def on_advert(device: BLEDevice, data: AdvertisementData) -> None:
            self._devices[device.address] = device
            heard[device.address] = _advert(device, data)
            if enough(tuple(heard.values())):
                done.set()

        async with self._turn:
            with in_plain_words():
                async with BleakScanner(on_advert, **self._scanner_options):
                    await _either(done, seconds)
        return tuple(sorted(heard.values(), key=lambda one: -one.rssi_dbm))

    async def connect(self, address: str, *, name: str, patience_s: float) -> "Link":
        """Wait until the sensor is heard, then connect to it.

        Raises
        ------
        ConnectionLostError
            Where it was not heard or reached within ``patience_s``.
        BluetoothError
        """
        await self._hear(address, name=name, patience_s=patience_s)
        async with self._turn:
            lost = asyncio.Event()
            with in_plain_words(name):
                client = await establish_connection(
                    BleakClientWithServiceCache,
                    self._devices[address],
                    name,
                    disconnected_callback=lambda _: lost.set(),
                    max_attempts=self._params.attempts,
                    use_services_cache=False,
                    **self._client_options,
                )
        return Link(client, name=name, lost=lost)

    async def _hear(self, address: str, *, name: str, patience_s: float) -> None:
        """Wait for an advertisement; all that wait share one scanner."""
        future = self._wanted.setdefault(address, asyncio.get_running_loop().create_future())
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        looking = self._looking
        try:
            async with asyncio.timeout(patience_s):
                await asyncio.wait({future, looking}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            raise ConnectionLostError(
                f"{name} was not heard for {patience_s:.0f} s",
                hint="switch the sensor on, bring it near, and close other programs that hold it",
            ) from None
        finally:
            self._wanted.pop(address, None)
        if not future.done():
            looking.result()  # raises what ended the scan

    async def _look(self) -> None:
        """Scan while somebody waits, and let connections have their turn in between."""
        while self._wanted:
            self._heard.clear()
            async with self._turn:
                with in_plain_words():
                    async with BleakScanner(self._on_advert, **self._scanner_options):
                        await _either(self._heard, self._params.look_s)
            await asyncio.sleep(0)

    def _on_advert(self, device: BLEDevice, data: AdvertisementData) -> None:
        del data
        waiting = self._wanted.get(device.address)
        if waiting is not None and not waiting.done():
            self._devices[device.address] = device
            waiting.set_result(None)
            self._heard.set()


class Link:
    """One connection to a sensor.

    ``lost`` is set when the link ends unasked. Whatever is asked of a dead link raises
    ``ConnectionLostError``.
    """

    def __init__(
        self, client: BleakClientWithServiceCache, *, name: str, lost: asyncio.Event
    ) -> None:
        self._client = client
        self.name = name
        self.lost = lost

    async def read(self, characteristic: str) -> bytes:
        """Read a value by its characteristic's UUID."""
        with in_plain_words(self.name):
            return bytes(await self._client.read_gatt_char(characteristic))

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:
        """Write a value."""
        with in_plain_words(self.name):
            await self._client.write_gatt_char(characteristic, payload, response=response)

    async def subscribe(self, characteristic: str, on_bytes: OnBytes) -> None:
        """Have every notification handed over; ``on_bytes`` must only put it away."""
        with in_plain_words(self.name):
            await self._client.start_notify(
                characteristic,
                lambda _, payload: on_bytes(bytes(payload)),
                bluez=_START_NOTIFY,
            )

    async def close(self) -> None:
        """End the connection, also one that is lost: else the next one hears everything twice."""
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._client.disconnect()
        except (BleakError, OSError, EOFError, TimeoutError) as error:
            _LOGGER.info("closing the link to %s: %s", self.name, error)


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than this."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def _advert(device: BLEDevice, data: AdvertisementData) -> Advert:
    return Advert(
        address=device.address,
        name=data.local_name or device.name or "",
        rssi_dbm=data.rssi,
        service_uuids=tuple(data.service_uuids),
        manufacturer_data=tuple(sorted(data.manufacturer_data.items())),
        service_data=tuple(sorted(data.service_data.items())),
    )

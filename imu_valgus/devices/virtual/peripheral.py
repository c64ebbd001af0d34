"""A virtual sensor on the virtual radio: its GATT table, its connection events, its losses."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any, Final

import numpy as np
from bumble import core, hci
from bumble.att import ATT_Error
from bumble.core import AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service

from imu_valgus.devices.decoders.reference import BACKFILL, CONTROL, INFO, SERVICE, STREAM, TIME
from imu_valgus.devices.packet import Notification
from imu_valgus.devices.virtual.air import Air, cut_links
from imu_valgus.devices.virtual.params import RadioParams
from imu_valgus.devices.virtual.sensor import VirtualSensor

_ADVERTISE_MS: Final = 100.0
_NO_ANSWER: Final = 0xFD
"""ATT error: the answer's characteristic is not subscribed."""


class Peripheral:
    """One sensor on the air, connectable by one central at a time."""

    def __init__(
        self, air: Air, sensor: VirtualSensor, address: str, *, params: RadioParams, seed: int = 0
    ) -> None:
        self.sensor = sensor
        self.address = address
        self._params = params
        self._rng = np.random.default_rng([seed, *bytes.fromhex(sensor.params.uid)])
        self._pipe = air.pipe()
        settings = DeviceConfiguration(name=sensor.name, address=hci.Address(address))
        self._device = Device.from_config_with_hci(settings, self._pipe.source, self._pipe.sink)
        self._characteristics = self._table()
        self._device.add_service(Service(SERVICE, list(self._characteristics.values())))
        self._device.on("connection", self._on_connection)
        self._pings: deque[bytes] = deque()
        self._pongs: deque[bytes] = deque()
        self._events: asyncio.Task[None] | None = None
        self._silent = self._away = False
        self._errands: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Whether a central is connected."""
        return bool(self._device.connections)

    async def power_on(self) -> None:
        """Switch it on; it advertises itself from now on."""
        await self._device.power_on()
        self.sensor.sampler.clock.switch_on(_now_s())
        await self._advertise()

    async def leave(self) -> None:
        """Get out of reach: nothing arrives any more, and in the end the link is given up."""
        self._away = self._silent = True
        await self._device.stop_advertising()
        await asyncio.sleep(self._params.supervision_s)
        self.cut()
        self._silent = False

    async def come_back(self) -> None:
        """Get into reach again."""
        self._away = False
        if not self._device.connections:
            await self._advertise()

    def cut(self) -> None:
        """End the link at once, for both ends."""
        cut_links(self._pipe.source)

    async def _advertise(self) -> None:
        advertised = AdvertisingData(
            [
                (AdvertisingData.Type.FLAGS, b"\x06"),
                (
                    AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
                    core.UUID(SERVICE).to_bytes(),
                ),
                (AdvertisingData.Type.COMPLETE_LOCAL_NAME, self.sensor.name.encode()),
            ]
        )
        answer = AdvertisingData(
            [
                (
                    AdvertisingData.Type.SERVICE_DATA_128_BIT_UUID,
                    core.UUID(SERVICE).to_bytes() + self.sensor.advertised(),
                )
            ]
        )
        await self._device.start_advertising(
            advertising_data=bytes(advertised),
            scan_response_data=bytes(answer),
            advertising_interval_min=_ADVERTISE_MS,
            advertising_interval_max=_ADVERTISE_MS,
        )

    def _on_connection(self, connection: Connection) -> None:
        self.sensor.on_link()
        self._pings.clear()
        self._pongs.clear()
        events = self._events = asyncio.create_task(self._run_events(connection))

        def on_disconnection(reason: int) -> None:
            del reason
            events.cancel()
            self.sensor.on_link()
            if not self._away:
                self._soon(self._advertise())

        connection.on("disconnection", on_disconnection)

    async def _run_events(self, connection: Connection) -> None:
        """Exchange what waits, event by event; the phase differs from link to link."""
        at_s = _now_s() + float(self._rng.uniform(0, self._params.interval_s))
        while True:
            await asyncio.sleep(max(at_s - _now_s(), 0.0))
            missed = self._rng.random() < self._params.missed
            for notification in () if missed else self._outgoing(connection, _now_s()):
                if self._silent or self._rng.random() < self._params.loss:
                    continue
                times = 1 + (self._rng.random() < self._params.duplicates)
                for _ in range(times):
                    await self._device.notify_subscriber(
                        connection,
                        self._characteristics[notification.characteristic],
                        notification.payload,
                    )
            # A machine that is busy makes events late, as a busy radio does.
            at_s = max(at_s + self._params.interval_s, _now_s())

    def _outgoing(self, connection: Connection, now_s: float) -> list[Notification]:
        """Return what goes out now; pings that wait come in, and are answered an event later."""
        pongs = [Notification(TIME, pong) for pong in self._pongs]
        self._pongs.clear()
        while self._pings:
            pong = self.sensor.pong(self._pings.popleft(), received_s=now_s, sent_s=now_s)
            if pong is not None and not self._silent:
                self._pongs.append(pong)
        sent = self.sensor.outgoing(
            now_s,
            mtu=connection.att_mtu,
            room=self._params.packets_an_interval,
            streaming=self._subscribed(connection, STREAM),
        )
        return pongs + sent

    def _subscribed(self, connection: Connection, characteristic: str) -> bool:
        cccd = self._device.gatt_server.read_cccd(connection, self._characteristics[characteristic])
        return any(cccd)

    def _read_info(self, connection: Connection) -> bytes:
        return self.sensor.info(_now_s(), mtu=connection.att_mtu)

    def _on_ping(self, connection: Connection, ping: bytes) -> None:
        del connection
        self._pings.append(bytes(ping))

    async def _on_control(self, connection: Connection, request: bytes) -> None:
        if not self._subscribed(connection, CONTROL):
            raise ATT_Error(error_code=_NO_ANSWER)
        answer = self.sensor.control(bytes(request), _now_s(), mtu=connection.att_mtu)
        self._soon(self._indicate(connection, answer))

    def _soon(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _indicate(self, connection: Connection, answer: bytes) -> None:
        if not self._silent:
            await self._device.indicate_subscriber(
                connection, self._characteristics[CONTROL], answer
            )

    def _table(self) -> dict[str, Characteristic[bytes]]:
        """Return the profile's characteristics by their UUIDs."""
        of = Characteristic.Properties
        none, writeable = Characteristic.Permissions(0), Characteristic.WRITEABLE
        info = CharacteristicValue[bytes](read=self._read_info)
        control = CharacteristicValue[bytes](write=self._on_control)
        time = CharacteristicValue[bytes](write=self._on_ping)
        return {
            INFO: Characteristic(INFO, of.READ, Characteristic.READABLE, info),
            CONTROL: Characteristic(CONTROL, of.WRITE | of.INDICATE, writeable, control),
            STREAM: Characteristic(STREAM, of.NOTIFY, none, b""),
            BACKFILL: Characteristic(BACKFILL, of.NOTIFY, none, b""),
            TIME: Characteristic(TIME, of.WRITE_WITHOUT_RESPONSE | of.NOTIFY, writeable, time),
        }


def _now_s() -> float:
    return asyncio.get_running_loop().time()

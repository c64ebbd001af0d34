"""A virtual sensor on the virtual radio: its GATT table, its connection events, its losses."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from bumble import core, hci
from bumble.att import ATT_Error
from bumble.core import AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service

from imu_valgus.devices.decoders.reference import BACKFILL, CONTROL, INFO, SERVICE, STREAM, TIME
from imu_valgus.devices.packet import Notification
from imu_valgus.devices.virtual.air import Air, cut_links
from imu_valgus.devices.virtual.events import LinkEnd, LinkEvents
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
        self._events = LinkEvents(sensor, params, seed=seed)
        self._pipe = air.pipe()
        settings = DeviceConfiguration(name=sensor.name, address=hci.Address(address))
        self._device = Device.from_config_with_hci(settings, self._pipe.source, self._pipe.sink)
        self._characteristics = self._table()
        self._device.add_service(Service(SERVICE, list(self._characteristics.values())))
        self._device.on("connection", self._on_connection)
        self._running: asyncio.Task[None] | None = None
        self._away = False
        self._errands: set[asyncio.Task[None]] = set()

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
        self.sensor.sampler.clock.switch_on(_now_s())
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

        async def send(notification: Notification) -> None:
            await self._device.notify_subscriber(
                connection,
                self._characteristics[notification.characteristic],
                notification.payload,
            )

        end = LinkEnd(
            mtu=lambda: connection.att_mtu,
            streaming=lambda: self._subscribed(connection, STREAM),
            send=send,
        )
        running = self._running = asyncio.create_task(self._events.run(end))

        def on_disconnection(reason: int) -> None:
            del reason
            running.cancel()
            self.sensor.on_link()
            if not self._away:
                self._soon(self._advertise())

        connection.on("disconnection", on_disconnection)

    def _subscribed(self, connection: Connection, characteristic: str) -> bool:
        cccd = self._device.gatt_server.read_cccd(connection, self._characteristics[characteristic])
        return any(cccd)

    def _read_info(self, connection: Connection) -> bytes:
        return self.sensor.info(_now_s(), mtu=connection.att_mtu)

    def _on_ping(self, connection: Connection, ping: bytes) -> None:
        del connection
        self._events.on_ping(bytes(ping))

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
        if not self.silent:
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

"""A virtual reference sensor on the virtual radio: its GATT table and its control point."""

from collections.abc import Sequence
from typing import Final

from bumble import core
from bumble.att import ATT_Error
from bumble.core import AdvertisingData
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue

from imu_valgus.devices.decoders.reference import BACKFILL, CONTROL, INFO, SERVICE, STREAM, TIME
from imu_valgus.devices.virtual.air import Air
from imu_valgus.devices.virtual.events import LinkEvents, now_s
from imu_valgus.devices.virtual.on_air import Advertised, OnAir, services
from imu_valgus.devices.virtual.params import RadioParams
from imu_valgus.devices.virtual.sensor import VirtualSensor

_NO_ANSWER: Final = 0xFD
"""ATT error: the answer's characteristic is not subscribed."""


class Peripheral(OnAir):
    """One reference sensor on the air."""

    def __init__(
        self, air: Air, sensor: VirtualSensor, address: str, *, params: RadioParams, seed: int = 0
    ) -> None:
        super().__init__(air, name=sensor.name, address=address, params=params)
        self.sensor = sensor
        self._link_events = LinkEvents(sensor, params, seed=seed)
        self._offer(SERVICE, self._characteristics())

    @property
    def _events(self) -> LinkEvents:
        return self._link_events

    def _advertised(self) -> Sequence[Advertised]:
        return services((SERVICE,))

    def _scan_response(self) -> Sequence[Advertised]:
        data = core.UUID(SERVICE).to_bytes() + self.sensor.advertised()
        return [(AdvertisingData.Type.SERVICE_DATA_128_BIT_UUID, data)]

    def _streaming(self, connection: Connection) -> bool:
        return self._subscribed(connection, STREAM)

    def _on_power(self, at_s: float) -> None:
        self.sensor.sampler.clock.switch_on(at_s)

    def _on_link(self) -> None:
        self.sensor.on_link()

    def _read_info(self, connection: Connection) -> bytes:
        return self.sensor.info(now_s(), mtu=connection.att_mtu)

    def _on_ping(self, connection: Connection, ping: bytes) -> None:
        del connection
        self._events.on_ping(bytes(ping))

    async def _on_control(self, connection: Connection, request: bytes) -> None:
        if not self._subscribed(connection, CONTROL):
            raise ATT_Error(error_code=_NO_ANSWER)
        answer = self.sensor.control(bytes(request), now_s(), mtu=connection.att_mtu)
        self._soon(self._indicate(connection, answer))

    async def _indicate(self, connection: Connection, answer: bytes) -> None:
        if not self.silent:
            await self._device.indicate_subscriber(connection, self._table[CONTROL], answer)

    def _characteristics(self) -> dict[str, Characteristic[bytes]]:
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

"""A twin on the virtual radio: its GATT table, its connection events."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue

from imu_valgus.devices.packet import Notification
from imu_valgus.devices.radio import Property
from imu_valgus.devices.virtual.air import Air
from imu_valgus.devices.virtual.events import TwinEvents
from imu_valgus.devices.virtual.on_air import Advertised, OnAir, services
from imu_valgus.devices.virtual.params import RadioParams
from imu_valgus.devices.virtual.twin import Offered, Twin

_PROPERTIES: Final[dict[Property, Characteristic.Properties]] = {
    "read": Characteristic.Properties.READ,
    "write": Characteristic.Properties.WRITE,
    "write-without-response": Characteristic.Properties.WRITE_WITHOUT_RESPONSE,
    "notify": Characteristic.Properties.NOTIFY,
    "indicate": Characteristic.Properties.INDICATE,
}
_NEITHER: Final = Characteristic.Permissions(0)


class TwinPeripheral(OnAir):
    """One sensor of another maker on the air."""

    def __init__(
        self, air: Air, twin: Twin, address: str, *, params: RadioParams, seed: int = 0
    ) -> None:
        super().__init__(air, name=twin.name, address=address, params=params)
        self.twin = twin
        self._link_events = TwinEvents(twin, params, seed=seed)
        for service in dict.fromkeys(one.service for one in twin.offered):
            mine = [one for one in twin.offered if one.service == service]
            self._offer(service, {one.uuid: self._characteristic(one) for one in mine})

    @property
    def _events(self) -> TwinEvents:
        return self._link_events

    def _advertised(self) -> Sequence[Advertised]:
        return services(self.twin.advertised)

    def _scan_response(self) -> Sequence[Advertised]:
        return ()

    def _streaming(self, connection: Connection) -> bool:
        return any(
            self._subscribed(connection, one.uuid)
            for one in self.twin.offered
            if "notify" in one.properties
        )

    def _on_power(self, at_s: float) -> None:
        self.twin.measuring.clock.switch_on(at_s)

    def _on_link(self) -> None:
        self.twin.on_link()

    def _characteristic(self, offered: Offered) -> Characteristic[bytes]:
        properties = Characteristic.Properties(0)
        for one in offered.properties:
            properties |= _PROPERTIES[one]
        readable = Characteristic.READABLE if "read" in offered.properties else _NEITHER
        written = any(one.startswith("write") for one in offered.properties)
        writeable = Characteristic.WRITEABLE if written else _NEITHER
        value = CharacteristicValue[bytes](
            read=partial(self._read, offered.uuid), write=partial(self._on_write, offered.uuid)
        )
        return Characteristic(offered.uuid, properties, readable | writeable, value)

    def _read(self, uuid: str, connection: Connection) -> bytes:
        del connection
        return self.twin.read(uuid)

    def _on_write(self, uuid: str, connection: Connection, payload: bytes) -> None:
        del connection
        self._events.on_write(Notification(uuid, bytes(payload)))

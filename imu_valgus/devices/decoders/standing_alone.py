"""The decoder of sensors each of whose notifications says all that is needed to read it."""

from collections.abc import Callable, Mapping

from imu_valgus.core import DecodeError
from imu_valgus.devices.packet import Battery, Damaged, Message, Notification

BATTERY_LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"
"""The Bluetooth SIG's Battery Level: one byte, percent."""


def decode_battery(payload: bytes) -> Battery:
    """Read the value of the standard battery service."""
    if len(payload) != 1 or payload[0] > 100:
        raise DecodeError(f"no battery level in percent: {payload.hex(' ')}")
    return Battery(payload[0])


class StandingAlone:
    """One function a characteristic, and nothing kept from one notification to the next."""

    def __init__(self, readers: Mapping[str, Callable[[bytes], Message]]) -> None:
        self._readers = {BATTERY_LEVEL: decode_battery, **readers}

    def update(self, notification: Notification) -> tuple[Message, ...]:
        """Return what the notification says, ``Damaged`` where it makes no sense."""
        reader = self._readers.get(notification.characteristic)
        if reader is None:
            reason = f"characteristic {notification.characteristic} has no meaning here"
            return (Damaged(reason, notification.payload),)
        try:
            return (reader(notification.payload),)
        except DecodeError as error:
            return (Damaged(str(error), notification.payload),)

"""The decoder of a sensor: one reader for each of its characteristics."""

from collections.abc import Callable, Mapping
from typing import Final

from imu_valgus.core import DecodeError
from imu_valgus.devices.packet import Battery, Damaged, Message, Notification

Reader = Callable[[bytes], Message | tuple[Message, ...]]

BATTERY_LEVEL: Final = "00002a19-0000-1000-8000-00805f9b34fb"
"""The Bluetooth SIG's Battery Level: one byte, percent."""


def decode_battery(payload: bytes) -> Battery:
    """Read the value of the standard battery service."""
    if len(payload) != 1 or payload[0] > 100:
        raise DecodeError(f"no battery level in percent: {payload.hex(' ')}")
    return Battery(payload[0])


class ByCharacteristic:
    """Hand each notification to its characteristic's reader; the battery's is known already."""

    def __init__(self, readers: Mapping[str, Reader]) -> None:
        self._readers = {BATTERY_LEVEL: decode_battery, **readers}

    def update(self, notification: Notification) -> tuple[Message, ...]:
        """Return what the notification says, ``Damaged`` where it makes no sense."""
        characteristic, payload = notification
        reader = self._readers.get(characteristic)
        if reader is None:
            return (Damaged(f"characteristic {characteristic} has no meaning here", payload),)
        try:
            said = reader(payload)
        except DecodeError as error:
            return (Damaged(str(error), payload),)
        return said if isinstance(said, tuple) else (said,)

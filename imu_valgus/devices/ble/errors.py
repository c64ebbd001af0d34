"""What can go wrong with Bluetooth, in one line with what to do about it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
)
from bleak_retry_connector import (
    BleakNotFoundError,
    BleakOutOfConnectionSlotsError,
)

from imu_valgus.core import ImuValgusError


class BluetoothError(ImuValgusError):
    """Bluetooth itself is not to be used as it stands; trying again will not help."""


class ConnectionLostError(ImuValgusError):
    """A sensor was not reached, or the link to it ended; trying again may help."""


_PERMISSION: Final = (
    "allow it: macOS: System Settings, Privacy & Security, Bluetooth; Windows: Settings, Privacy, "
    "Radios; Linux: add yourself to the group bluetooth"
)
_REASONS: Final = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: (
        "no Bluetooth adapter was found",
        "plug one in, or start the Bluetooth service (Linux: systemctl start bluetooth)",
    ),
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: (
        "this Bluetooth adapter knows no Bluetooth LE",
        "use an adapter with Bluetooth 4.2 or newer",
    ),
    BleakBluetoothNotAvailableReason.POWERED_OFF: (
        "Bluetooth is switched off",
        "switch it on (Linux: bluetoothctl power on)",
    ),
    BleakBluetoothNotAvailableReason.DENIED_BY_USER: (
        "this program may not use Bluetooth",
        _PERMISSION,
    ),
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: (
        "the system does not let this program use Bluetooth",
        _PERMISSION,
    ),
    BleakBluetoothNotAvailableReason.DENIED_BY_UNKNOWN: (
        "this program may not use Bluetooth",
        _PERMISSION,
    ),
}
_BUSY: Final = ("org.bluez.Error.InProgress", "org.bluez.Error.NotReady")
_NO_SERVICE: Final = (
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
)
_DENIED: Final = "org.freedesktop.DBus.Error.AccessDenied"


@contextmanager
def in_plain_words(sensor: str = "") -> Generator[None]:
    """Turn what bleak and D-Bus raise into one of the two errors above; ``sensor`` is its name.

    Raises
    ------
    BluetoothError, ConnectionLostError
    """
    try:
        yield
    except (BleakError, OSError, EOFError, TimeoutError) as error:
        raise _explain(error, sensor) from error


def _explain(error: Exception, sensor: str) -> ImuValgusError:
    if isinstance(error, BleakBluetoothNotAvailableError):
        message, hint = _REASONS.get(
            error.reason, ("Bluetooth is not available", "look at the system's Bluetooth settings")
        )
        return BluetoothError(message, hint=hint)
    if isinstance(error, BleakDBusError) and (said := _about_dbus(error)) is not None:
        return said
    if isinstance(error, BleakOutOfConnectionSlotsError):
        return BluetoothError(
            f"the adapter takes no further sensor{_named(sensor)}",
            hint="most adapters hold 3 to 8 links: use fewer sensors, or another adapter",
        )
    if isinstance(error, FileNotFoundError | ConnectionRefusedError) and not sensor:
        return BluetoothError(
            "no Bluetooth service is running: the system's message bus is not there",
            hint="start it (Linux: systemctl start bluetooth), or try without hardware: --virtual",
        )
    if isinstance(error, BleakNotFoundError | BleakDeviceNotFoundError | TimeoutError):
        return ConnectionLostError(
            f"the sensor does not answer{_named(sensor)}",
            hint="switch it on, bring it near, and close other programs that hold it",
        )
    return ConnectionLostError(
        f"the link broke{_named(sensor)}: {error}", hint="bring the sensor near and try again"
    )


def _about_dbus(error: BleakDBusError) -> ImuValgusError | None:
    if error.dbus_error in _BUSY:
        return BluetoothError(
            "the Bluetooth adapter is busy",
            hint="close other programs that scan or connect, then try again",
        )
    if error.dbus_error in _NO_SERVICE:
        return BluetoothError(
            "no Bluetooth service is running", hint="start it: systemctl start bluetooth"
        )
    if error.dbus_error == _DENIED:
        return BluetoothError("this program may not use Bluetooth", hint=_PERMISSION)
    return None


def _named(sensor: str) -> str:
    return f": {sensor}" if sensor else ""

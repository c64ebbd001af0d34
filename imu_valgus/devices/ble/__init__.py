"""Bluetooth LE: the only place that imports bleak.

Comes in: addresses, characteristics' UUIDs, bytes. Goes out: advertisements, bytes as they came,
and two errors: ``BluetoothError`` (mend it first) and ``ConnectionLostError`` (try again). The
``Adapter`` owns the radio: one scanner, one connection attempt at a time; ``Adapter.on_radio``
takes another radio than the operating system's.
"""

from imu_valgus.devices.ble.adapter import Adapter, AdapterParams, Link
from imu_valgus.devices.ble.errors import BluetoothError, ConnectionLostError

__all__ = ["Adapter", "AdapterParams", "BluetoothError", "ConnectionLostError", "Link"]

"""Sensors in software, and a radio between them and this computer; on bumble, an optional extra.

Comes in: what each sensor measures (a ``Replay``) and what shall befall the radio (``Outage``).
Goes out: reference sensors that speak their protocol to any Bluetooth stack that is connected to
their air, in this process or by HCI over TCP in another one, and ``VirtualRadio``, which is this
computer's end of it.
"""

from imu_valgus.devices.virtual.central import VirtualRadio
from imu_valgus.devices.virtual.peripheral import Peripheral, RadioParams
from imu_valgus.devices.virtual.sampling import Replay, VirtualParams
from imu_valgus.devices.virtual.sensor import VirtualSensor
from imu_valgus.devices.virtual.world import Outage, World, WorldParams

__all__ = [
    "Outage",
    "Peripheral",
    "RadioParams",
    "Replay",
    "VirtualParams",
    "VirtualRadio",
    "VirtualSensor",
    "World",
    "WorldParams",
]

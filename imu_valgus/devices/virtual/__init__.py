"""Sensors in software, and a radio between them and this computer; on bumble, an optional extra.

Comes in: what each sensor measures (a ``Replay``) and what shall befall the radio (``Outage``).
Goes out: reference sensors that speak their protocol to any Bluetooth stack that is connected to
their air, in this process or by HCI over TCP in another one (``world.World``), and this computer's
end of it (``central.VirtualRadio``). These two import bumble, and are not imported here; the sensor
itself does not.
"""

from imu_valgus.devices.virtual.params import Outage, RadioParams, WorldParams
from imu_valgus.devices.virtual.sampling import Replay, VirtualParams
from imu_valgus.devices.virtual.sensor import VirtualSensor

__all__ = [
    "Outage",
    "RadioParams",
    "Replay",
    "VirtualParams",
    "VirtualSensor",
    "WorldParams",
]

"""What sensors say, and what they can prove.

Comes in: the notifications of a sensor, as they came. Goes out: ``Packet``s of samples in SI
units on the sensor's own clock and in its own frame, and ``Notice``s. ``SENSORS`` says of each kind
how it is recognised, started and stopped, and by what a lost sample is seen; ``firmware_notes/``
has a page for each. A driver needs no more than that::

    model = recognise(advertised_name, advertised_services)
    decoder = model.decoder(model.settings)
    ...  # subscribe to model.subscribe, write model.start(model.settings)
    for message in decoder.update(Notification(uuid, payload)):
        ...  # Packet | Battery | ClockReading | Damaged | what else this sensor says
"""

from imu_valgus.devices.model import (
    Decoder,
    LossProof,
    SelfLogging,
    SensorModel,
    StreamSettings,
    Write,
)
from imu_valgus.devices.packet import (
    Battery,
    ClockReading,
    Damaged,
    Identity,
    Message,
    Notice,
    Notification,
    Packet,
    Source,
)
from imu_valgus.devices.sensors import SENSORS, recognise

__all__ = [
    "SENSORS",
    "Battery",
    "ClockReading",
    "Damaged",
    "Decoder",
    "Identity",
    "LossProof",
    "Message",
    "Notice",
    "Notification",
    "Packet",
    "SelfLogging",
    "SensorModel",
    "Source",
    "StreamSettings",
    "Write",
    "recognise",
]

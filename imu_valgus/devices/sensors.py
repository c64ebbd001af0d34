"""Every kind of sensor that is known, and which of them an advertisement belongs to."""

from collections.abc import Iterable, Mapping
from typing import Final

from imu_valgus.devices.decoders import (
    capture2go,
    metamotion,
    movella_dot,
    movesense,
    polar_verity_sense,
    reference,
    witmotion,
)
from imu_valgus.devices.model import SensorModel

SENSORS: Final[Mapping[str, SensorModel]] = {
    model.key: model
    for model in (
        reference.MODEL,
        capture2go.MODEL,
        movella_dot.MODEL,
        metamotion.MODEL,
        movesense.MODEL,
        polar_verity_sense.MODEL,
        witmotion.MODEL,
    )
}
"""The sensors by their key, the best for running first."""


def recognise(name: str | None, service_uuids: Iterable[str]) -> SensorModel | None:
    """Tell which sensor advertises itself so; None if it is none that is known.

    A service decides before a name: names can be changed, and begin alike.
    """
    advertised = {uuid.lower() for uuid in service_uuids}
    for model in SENSORS.values():
        if advertised & set(model.service_uuids):
            return model
    for model in SENSORS.values():
        if name and name.startswith(model.name_prefixes):
            return model
    return None

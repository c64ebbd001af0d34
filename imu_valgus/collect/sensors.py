"""Which sensors take part, and how they do."""

from dataclasses import dataclass

from imu_valgus.core import Placement


@dataclass(frozen=True, slots=True)
class SensorAtHand:
    """A sensor that takes part: where it is worn, where it is reached, who it is.

    ``model``: its key in ``devices.SENSORS``.
    """

    placement: Placement
    address: str
    name: str
    uid: str = ""
    model: str = "reference"


@dataclass(frozen=True, slots=True)
class Identified:
    """Who a sensor said that it is; empty or None where it said nothing."""

    model: str
    serial: str = ""
    firmware: str = ""
    acc_range_g: float | None = None
    gyr_range_dps: float | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How one sensor does right now.

    ``lag_s``: since its last packet. ``missing``: samples not here yet, or lost.
    """

    placement: Placement
    connected: bool
    samples: int
    missing: int
    rate_hz: float
    lag_s: float
    battery_percent: int | None
    clipped: int

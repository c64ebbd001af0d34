"""Which sensors take part, and how they do."""

from dataclasses import dataclass

from imu_valgus.core import Placement


@dataclass(frozen=True, slots=True)
class SensorAtHand:
    """A sensor that takes part: where it is worn, where it is reached, who it is."""

    placement: Placement
    address: str
    name: str
    uid: str = ""


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

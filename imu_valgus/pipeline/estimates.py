"""The headline numbers: excursion and peak with their error, left against right."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, nan, sqrt
from types import MappingProxyType
from typing import Final, TypeGuard

import numpy as np

from imu_valgus.pipeline.summary import Statistic

DRIFT_SD_DEG: Final[Mapping[str, float]] = MappingProxyType(
    {
        "valgus_excursion_deg": 0.2,
        "valgus_rom_deg": 0.2,
        "valgus_ic_deg": 1.1,
        "valgus_peak_deg": 1.1,
        "valgus_mean_deg": 1.1,
    }
)
"""How far the measurement itself may change along one run, 1 sigma, by column of the stride log.

Measured on simulated runs of 6 and 15 minutes with soft tissue and sensor errors (``poe drift``,
``docs/logs/drift.txt``): 0.04° as the sensors come, 0.2° of excursion and 1.1° of peak where the
straps slip by 1° along the run. How far straps truly slip is not known; 1° is taken, and the
standing after the run shows more.
"""

TOLD_APART_SD: Final = 1.96
"""A difference is called one beyond this many standard uncertainties: 19 times in 20."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number in degrees and its standard uncertainty (1 sigma; NaN: not known)."""

    value: float
    sd: float

    @property
    def is_told_apart(self) -> bool:
        """Whether the number differs from 0 by more than the measurement error."""
        return abs(self.value) > TOLD_APART_SD * self.sd


def run_mean(statistic: Statistic | None, n_strides: int) -> Estimate | None:
    """Return the mean over the run with its uncertainty; None where there is no mean.

    What all strides share does not average out, what differs between strides does.
    """
    if statistic is None or not _is_number(statistic.mean) or not n_strides:
        return None
    if not _is_number(statistic.sd_shared):
        return Estimate(statistic.mean, nan)
    spread = statistic.sd_between_strides
    chance = spread / sqrt(n_strides) if _is_number(spread) else 0.0
    return Estimate(statistic.mean, hypot(statistic.sd_shared, chance))


def difference(left: Estimate | None, right: Estimate | None) -> Estimate | None:
    """Return left minus right; the legs are calibrated apart, so their errors are independent."""
    if left is None or right is None:
        return None
    return Estimate(left.value - right.value, hypot(left.sd, right.sd))


def _is_number(value: float | None) -> TypeGuard[float]:
    return value is not None and np.isfinite(value)

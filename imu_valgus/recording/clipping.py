"""Where a sensor was at the end of its range, read from the numbers themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu_valgus.core import BoolArray, FloatArray

ACC_RANGES_G: Final = (2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 30.0, 32.0, 64.0, 100.0, 200.0, 400.0)
"""Full scales that accelerometers offer (ST LSM6DS, Bosch BMI and BHI, TDK ICM, ADXL372)."""

GYR_RANGES_DPS: Final = (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0)
"""Full scales that gyroscopes offer (the same makers)."""

_TOLERANCE: Final = 0.03
"""Makers' sensitivity error, and users' calibration, move the end of the range by this much."""

_ST_GYRO_HEADROOM: Final = 32768 * 0.070 / 2000.0
"""ST's gyroscopes count to 14.7 % past their name: 70 mdps a step at 2000 deg/s (LSM6DSO)."""

_SAME: Final = 1e-9
_ONE_RANGE: Final = 0.94
_AT_THE_END: Final = 0.998


@dataclass(frozen=True, slots=True)
class Clipping:
    """Which samples of three axes sat at the end of the range, (n,), and the range's name.

    ``full_scale`` is None where no sample did: the range is then unknown.
    """

    clipped: BoolArray
    full_scale: float | None


def find_clipping(
    values: FloatArray, ranges: Sequence[float], *, full_scale: float | None = None
) -> Clipping:
    """Mark the samples at the end of their range.

    A range is taken for reached where the largest or smallest value of an axis occurs two times or
    more, to the last digit, within 3 % of a full scale that sensors offer: peaks of a movement
    differ from each other, the end of a range does not. The three axes have one range, so none may
    read far beyond it. All samples up there are then marked, also single ones and on other axes.

    Parameters
    ----------
    values : (n, 3)
        In the unit of ``ranges``.
    ranges : sequence of float
        ``ACC_RANGES_G`` or ``GYR_RANGES_DPS``.
    full_scale : float, optional
        The range where it is known; nothing is guessed then.
    """
    magnitude = np.abs(values)
    if full_scale is not None:
        ends = magnitude >= _AT_THE_END * full_scale
        return Clipping(np.asarray(ends.any(axis=1)), full_scale)
    least = _ONE_RANGE * float(magnitude.max())
    reached = [
        (end, named)
        for axis in range(values.shape[1])
        for column in (values[:, axis], -values[:, axis])
        if (end := float(column.max())) >= least
        and (named := _named_range(end, ranges))
        and np.count_nonzero(column >= end * (1.0 - _SAME)) >= 2
    ]
    if not reached:
        return Clipping(np.zeros(len(values), dtype=np.bool_), None)
    lowest_end, named = min(reached)
    ends = magnitude >= _AT_THE_END * lowest_end
    return Clipping(np.asarray(ends.any(axis=1)), named)


def find_acc_clipping(acc_g: FloatArray, *, range_g: float | None = None) -> Clipping:
    """Mark the samples (n, 3) in g at the end of the accelerometer's range."""
    return find_clipping(acc_g, ACC_RANGES_G, full_scale=range_g)


def find_gyr_clipping(gyr_dps: FloatArray, *, range_dps: float | None = None) -> Clipping:
    """Mark the samples (n, 3) in deg/s at the end of the gyroscope's range."""
    return find_clipping(gyr_dps, GYR_RANGES_DPS, full_scale=range_dps)


def _named_range(end: float, ranges: Sequence[float]) -> float | None:
    headrooms = (1.0, _ST_GYRO_HEADROOM) if ranges is GYR_RANGES_DPS else (1.0,)
    for named in ranges:
        if any(abs(end - named * room) <= _TOLERANCE * named * room for room in headrooms):
            return named
    return None

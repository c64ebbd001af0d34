"""Where a sensor was at the end of its range, read from the numbers themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu_valgus.core import GRAVITY_MPS2, BoolArray, FloatArray
from imu_valgus.recording.readers.layout import RADPS_PER_DPS

_ACC_RANGES_G: Final = (2, 4, 6, 8, 12, 16, 24, 30, 32, 64, 100, 200, 400)
_GYR_RANGES_DPS: Final = (125, 250, 500, 1000, 2000, 4000)
"""Full scales that sensors offer (ST LSM6DS, Bosch BMI and BHI, TDK ICM, ADI ADXL372)."""

_ST_GYRO_HEADROOM: Final = 32768 * 0.070 / 2000.0
"""ST's gyroscopes count to 14.7 % past their name: 70 mdps a step at 2000 deg/s (LSM6DSO)."""

_ACC_ENDS_MPS2: Final = {full * GRAVITY_MPS2: float(full) for full in _ACC_RANGES_G}
_GYR_ENDS_RADPS: Final = {
    full * headroom * RADPS_PER_DPS: float(full)
    for full in _GYR_RANGES_DPS
    for headroom in (1.0, _ST_GYRO_HEADROOM)
}

_TOLERANCE: Final = 0.03
"""Makers' sensitivity error, and users' calibration, move the end of the range by this much."""

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


def find_acc_clipping(acc_mps2: FloatArray, *, range_g: float | None = None) -> Clipping:
    """Mark the samples (n, 3) at the end of the accelerometer's range; see ``find_clipping``."""
    return find_clipping(acc_mps2, _ACC_ENDS_MPS2, GRAVITY_MPS2, full_scale=range_g)


def find_gyr_clipping(gyr_radps: FloatArray, *, range_dps: float | None = None) -> Clipping:
    """Mark the samples (n, 3) at the end of the gyroscope's range; see ``find_clipping``."""
    return find_clipping(gyr_radps, _GYR_ENDS_RADPS, RADPS_PER_DPS, full_scale=range_dps)


def find_clipping(
    values: FloatArray,
    ends: Mapping[float, float],
    unit: float,
    *,
    full_scale: float | None = None,
) -> Clipping:
    """Mark the samples at the end of their range.

    A range is taken for reached where the largest or smallest value of an axis occurs two times or
    more, to the last digit, within 3 % of a full scale that sensors offer: peaks of a movement
    differ from each other, the end of a range does not. The three axes have one range, so none may
    read far beyond it. All samples up there are then marked, also single ones and on other axes.

    Parameters
    ----------
    values : (n, 3)
    ends : mapping of float to float
        Where ranges end, in the unit of ``values``, and what they are called.
    unit : float
        One of the range's unit in that of ``values``.
    full_scale : float, optional
        The range where it is known; nothing is guessed then.
    """
    if full_scale is not None:
        return Clipping(_beyond(values, _AT_THE_END * full_scale * unit), full_scale)
    farthest = float(max(values.max(), -values.min()))
    reached: list[tuple[float, float]] = []
    for column in values.T:
        for end in (float(column.max()), float(column.min())):
            name = _name(abs(end), ends)
            if (
                name is not None
                and abs(end) >= _ONE_RANGE * farthest
                and np.count_nonzero(np.isclose(column, end, rtol=_SAME, atol=0.0)) >= 2
            ):
                reached.append((abs(end), name))
    if not reached:
        return Clipping(np.zeros(len(values), dtype=np.bool_), None)
    lowest_end, name = min(reached)
    return Clipping(_beyond(values, _AT_THE_END * lowest_end), name)


def _beyond(values: FloatArray, end: float) -> BoolArray:
    return np.asarray(((values >= end) | (values <= -end)).any(axis=1))


def _name(end: float, ends: Mapping[float, float]) -> float | None:
    for candidate, name in ends.items():
        if abs(end - candidate) <= _TOLERANCE * candidate:
            return name
    return None

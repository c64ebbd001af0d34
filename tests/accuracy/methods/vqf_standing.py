"""Each sensor by itself, headings aligned while the runner stands: VQF 6D, or ahrs' Madgwick."""

from collections.abc import Callable

import numpy as np
from accuracy.pair import Pair, during
from accuracy.resolve import about_vertical, relative_heading, rough_segments, sensor_to_earth
from ahrs.filters import Madgwick
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray

AttitudeFilter = Callable[[FloatArray, FloatArray, float], Rotation]
"""``(gyr_radps (n, 3), acc_mps2 (n, 3), rate_hz)`` → sensor to earth, n."""


def vqf_with_standing(pair: Pair) -> Rotation:
    """Return the shank's sensor in the thigh's by VQF 6D (doi:10.1016/j.inffus.2022.10.014)."""
    return _aligned_standing(pair, sensor_to_earth)


def madgwick_with_standing(pair: Pair) -> Rotation:
    """Return the same by Madgwick's filter as the package ``ahrs`` has it, at its defaults."""
    return _aligned_standing(pair, _madgwick)


def _aligned_standing(pair: Pair, run: AttitudeFilter) -> Rotation:
    """Align the headings over the standing that each stretch of the recording starts with."""
    thigh_segment, shank_segment = rough_segments(pair)
    poses: list[Rotation] = []
    for part in pair.stretches():
        thigh = run(part.thigh_gyr_radps, part.thigh_acc_mps2, part.rate_hz)
        shank = run(part.shank_gyr_radps, part.shank_acc_mps2, part.rate_hz)
        still = during(part.time_s, part.standing[:1])
        turn = relative_heading(
            thigh[still] * thigh_segment.inv(), shank[still] * shank_segment.inv()
        )
        poses.append(thigh.inv() * about_vertical(turn) * shank)
    return Rotation.concatenate(poses)


def _madgwick(gyr_radps: FloatArray, acc_mps2: FloatArray, rate_hz: float) -> Rotation:
    found = Madgwick(gyr=gyr_radps, acc=acc_mps2, frequency=rate_hz).Q
    return Rotation.from_quat(np.asarray(found), scalar_first=True)

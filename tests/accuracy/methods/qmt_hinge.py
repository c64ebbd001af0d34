"""qmt: VQF each, a hinge's axis, the heading corrected as a hinge demands it."""

import io
import warnings
from contextlib import redirect_stdout
from typing import Final

import numpy as np
import qmt
from accuracy.pair import Pair, during
from accuracy.resolve import across, rough_segments, sensor_to_earth
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray

AXIS_SAMPLES: Final = 10_000
WINDOW_S: Final = 8.0
"""qmt's default; half of a stretch where that is shorter."""


def hinge_by_olsson(pair: Pair) -> Rotation:
    """Return the shank's sensor in the thigh's, the hinge by Olsson (doi:10.3390/s20123534)."""
    segments = [
        _with_hinge(up, axis)
        for up, axis in zip((pair.thigh_up, pair.shank_up), olsson_axes(pair), strict=True)
    ]
    return _corrected(pair, segments[0], segments[1])


def hinge_by_rates(pair: Pair) -> Rotation:
    """Return the same with the principal axes of each sensor's own rate as the hinge."""
    return _corrected(pair, *rough_segments(pair))


def olsson_axes(pair: Pair) -> tuple[FloatArray, FloatArray]:
    """Return Olsson's hinge axis (3,) in either sensor, to the right, from walking (else running).

    Of all gait, of running, and with qmt's own choice of samples it is worse.
    """
    walks = tuple(bout for bout in pair.gaits if bout.kind == "walk")
    gait = np.flatnonzero(during(pair.time_s, walks or pair.gaits))
    chosen = gait[:: max(len(gait) // AXIS_SAMPLES, 1)]
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # qmt divides by rates that may be nought
        found = qmt.jointAxisEstHingeOlsson(
            pair.thigh_acc_mps2[chosen],
            pair.shank_acc_mps2[chosen],
            pair.thigh_gyr_radps[chosen],
            pair.shank_gyr_radps[chosen],
        )
    thigh_segment, shank_segment = rough_segments(pair)
    return _rightwards(found[0], thigh_segment), _rightwards(found[1], shank_segment)


def _rightwards(axis: FloatArray, segment: Rotation) -> FloatArray:
    axis = np.asarray(axis, dtype=np.float64).ravel()
    return axis if segment.apply(axis)[2] > 0 else -axis


def _corrected(pair: Pair, thigh_segment: Rotation, shank_segment: Rotation) -> Rotation:
    """Correct the heading of each stretch; both segments have the hinge as their z axis."""
    poses: list[Rotation] = []
    for part in pair.stretches():
        thigh = sensor_to_earth(part.thigh_gyr_radps, part.thigh_acc_mps2, part.rate_hz)
        shank = sensor_to_earth(part.shank_gyr_radps, part.shank_acc_mps2, part.rate_hz)
        duration_s = len(part.time_s) / part.rate_hz
        corrected, *_ = qmt.headingCorrection(
            thigh_segment.apply(part.thigh_gyr_radps),
            shank_segment.apply(part.shank_gyr_radps),
            (thigh * thigh_segment.inv()).as_quat(scalar_first=True),
            (shank * shank_segment.inv()).as_quat(scalar_first=True),
            np.arange(len(part.time_s)) / part.rate_hz,
            np.array([0.0, 0.0, 1.0]),
            None,
            {"windowTime": min(WINDOW_S, np.floor(duration_s / 2)), "alignment": "center"},
        )
        to_earth = Rotation.from_quat(np.asarray(corrected), scalar_first=True)
        poses.append(thigh.inv() * to_earth * shank_segment)
    return Rotation.concatenate(poses)


def _with_hinge(up: FloatArray, hinge: FloatArray) -> Rotation:
    """Return sensor → segment of which z is exactly the hinge."""
    y = across(up, hinge)
    return Rotation.from_matrix(np.stack([np.cross(y, hinge), y, hinge]))

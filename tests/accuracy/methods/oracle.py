"""No methods but limits: what is left once the truth itself has chosen the flexion axis.

They part the axis' error from that of the relative orientation, and both from the flesh's.
"""

import numpy as np
from accuracy.case import LegAngles, LegCase
from accuracy.measures import PRIMARY, score
from accuracy.methods.ours import motion_of
from accuracy.pair import pair_of
from accuracy.resolve import Leaning, flexion_axes
from accuracy.simulated import true_relative_orientation
from scipy.optimize import minimize_scalar
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray

_WIDEST_RAD = np.radians(40.0)


def ours_with_fitted_azimuth(case: LegCase) -> dict[str, LegAngles]:
    """Return our relative orientation with the azimuth of the flexion axis fitted to the truth."""
    motion = motion_of(case)
    thigh, shank = motion.poses
    leaning = Leaning(
        motion.time_s + float(case.thigh.time_s[0]),
        motion.relative.shank_to_thigh.apply(shank.up),
        thigh.up,
    )
    return {"": _fitted(case, leaning, start=motion.axis.axis)}


def true_attitudes_with_fitted_azimuth(case: LegCase) -> dict[str, LegAngles]:
    """Return the same from the sensors' true attitudes: only how the flesh moves is left.

    Nothing where the true attitudes are not known.
    """
    if case.group != "simulated":
        return {}
    pair = pair_of(case)
    turn: Rotation = true_relative_orientation(case, pair.time_s)
    leaning = Leaning(pair.time_s, turn.apply(pair.shank_up), pair.thigh_up)
    return {"": _fitted(case, leaning, start=flexion_axes(pair, turn)["fused"])}


def _fitted(case: LegCase, leaning: Leaning, *, start: FloatArray) -> LegAngles:
    """Turn the axis about the thigh until the error is least."""

    def angles(turn_rad: float) -> LegAngles:
        return leaning.angles(case, Rotation.from_rotvec(turn_rad * leaning.thigh_up).apply(start))

    def error_deg(turn_rad: float) -> float:
        return float(getattr(score(case, angles(turn_rad)), PRIMARY[case.group]))

    best = minimize_scalar(
        error_deg,
        bounds=(-_WIDEST_RAD, _WIDEST_RAD),
        method="bounded",
        options={"xatol": np.radians(0.1)},
    )
    return angles(float(best.x))

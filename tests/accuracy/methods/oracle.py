"""No methods but limits: what is left once the truth itself has chosen the flexion axis.

They part the axis' error from that of the relative orientation, and both from the flesh's.
"""

from dataclasses import dataclass

import numpy as np
from accuracy.case import LegAngles, LegCase, during, pair_of
from accuracy.measures import PRIMARY, score
from accuracy.methods.ours import motion_of
from accuracy.resolve import flexion_axes
from accuracy.simulated import true_relative_orientation
from scipy.optimize import minimize_scalar
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, mirror_of

_WIDEST_RAD = np.radians(40.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Knee:
    """The shank's long axis in the thigh's sensor over time, and an axis to turn from."""

    time_s: FloatArray
    shank_axis: FloatArray
    thigh_up: FloatArray
    axis: FloatArray


def ours_with_fitted_azimuth(case: LegCase) -> dict[str, LegAngles]:
    """Return our relative orientation with the azimuth of the flexion axis fitted to the truth."""
    motion = motion_of(case)
    thigh, shank = motion.poses
    knee = _Knee(
        time_s=motion.time_s + float(case.thigh.time_s[0]),
        shank_axis=motion.relative.shank_to_thigh.apply(shank.up),
        thigh_up=thigh.up,
        axis=motion.axis.axis,
    )
    return {"": _fitted(case, knee)}


def true_attitudes_with_fitted_azimuth(case: LegCase) -> dict[str, LegAngles]:
    """Return the same from the sensors' true attitudes: only how the flesh moves is left.

    Nothing where the true attitudes are not known.
    """
    if case.group != "simulated":
        return {}
    pair = pair_of(case)
    turn: Rotation = true_relative_orientation(case, pair.time_s)
    knee = _Knee(
        time_s=pair.time_s,
        shank_axis=turn.apply(pair.shank_up),
        thigh_up=pair.thigh_up,
        axis=flexion_axes(pair, turn)["fused"],
    )
    return {"": _fitted(case, knee)}


def _fitted(case: LegCase, knee: _Knee) -> LegAngles:
    def error_deg(turn_rad: float) -> float:
        return float(getattr(score(case, _angles(case, knee, turn_rad)), PRIMARY[case.group]))

    best = minimize_scalar(
        error_deg,
        bounds=(-_WIDEST_RAD, _WIDEST_RAD),
        method="bounded",
        options={"xatol": np.radians(0.1)},
    )
    return _angles(case, knee, float(best.x))


def _angles(case: LegCase, knee: _Knee, turn_rad: float) -> LegAngles:
    axis = Rotation.from_rotvec(turn_rad * knee.thigh_up).apply(knee.axis)
    standing = during(knee.time_s, case.standing[:1])
    forwards = np.cross(knee.thigh_up, axis)
    flexion_deg = np.degrees(
        np.arctan2(knee.shank_axis @ forwards, knee.shank_axis @ knee.thigh_up)
    )
    valgus_deg = np.degrees(-mirror_of(case.side) * np.arcsin(knee.shank_axis @ axis))
    return LegAngles(
        time_s=knee.time_s,
        flexion_deg=flexion_deg - flexion_deg[standing].mean(),
        valgus_deg=valgus_deg - valgus_deg[standing].mean(),
    )

"""The thigh's flexion axis, in the thigh's sensor, from how the knee moves in walking and running.

Abduction is the angle between this axis and the shank's long axis: each degree that the axis is
turned about the thigh puts 0.4° of flexion into the stance's excursion. The azimuth along which the
shank's long axis moves least is the truest estimate of it, since no rotation of the shank about
itself disturbs it; the others are off by more, and witnesses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import BoolArray, CalibrationError, FloatArray, compose
from imu_valgus.sync import low_pass

AxisSource = Literal["displacement", "thigh_rate", "shank_rate", "least_abduction"]
SOURCE_SD_DEG: Final[Mapping[AxisSource, float]] = MappingProxyType(
    {
        "displacement": 5.0,
        "thigh_rate": 5.0,
        "shank_rate": 5.0,
        "least_abduction": 2.0,
    }
)
"""How far each is off the azimuth that suits the true angles best, walking and running: on the real
leg (optics) up to 2° for the last and 2 to 8° for the others, on real running poses up to 1° and
6°, on simulated legs 2° and 2 to 12°.
"""
_RATE_CUTOFF_HZ = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class KneeMotion:
    """How one knee moved, in the sensors' frames, at ``time_s`` (n,).

    ``shank_to_thigh`` (n): the shank sensor's attitude in the thigh sensor. ``thigh_gyr_radps`` and
    ``shank_gyr_radps`` (n, 3), each in its own sensor. ``thigh_up`` and ``shank_up`` (3,): the long
    axes, upwards.
    """

    time_s: FloatArray
    shank_to_thigh: Rotation
    thigh_gyr_radps: FloatArray
    shank_gyr_radps: FloatArray
    thigh_up: FloatArray
    shank_up: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FlexionAxis:
    """The fused axis and how far its sources agree.

    ``axis`` (3,): unit vector in the thigh's sensor, to the runner's right, perpendicular to the
    long axis. ``azimuths_deg``: each source's turn about the thigh's long axis from the fused one,
    named ``"walk displacement"`` and so on. ``spread_deg``: their standard deviation.
    """

    axis: FloatArray
    azimuths_deg: Mapping[str, float]
    spread_deg: float


def flexion_axis(
    motion: KneeMotion, gaits: Mapping[str, BoolArray], *, weights: Mapping[str, float]
) -> FlexionAxis:
    """Fuse several estimates of the flexion axis from each gait that the recording holds.

    Parameters
    ----------
    motion : KneeMotion, n samples
    gaits : name → (n,) bool
        The samples of each gait to use, at least one with samples.
    weights : name → float
        How much a gait counts. On real legs walking is the truest, running next; squats mislead
        by 15° and are not to be handed in.

    Raises
    ------
    CalibrationError
        Where the knee hardly flexes.
    """
    estimates: dict[str, tuple[FloatArray, float]] = {}
    for gait, chosen in gaits.items():
        for source, axis in _sources(motion, chosen).items():
            estimates[f"{gait} {source}"] = axis, weights[gait] / SOURCE_SD_DEG[source] ** 2
    total = np.sum([axis * weight for axis, weight in estimates.values()], axis=0)
    fused = _across(total, motion.thigh_up)
    forward = np.cross(motion.thigh_up, fused)
    azimuths = {
        name: float(np.degrees(np.arctan2(axis @ forward, axis @ fused)))
        for name, (axis, _) in estimates.items()
    }
    return FlexionAxis(fused, MappingProxyType(azimuths), float(np.std(list(azimuths.values()))))


def _sources(motion: KneeMotion, chosen: BoolArray) -> dict[AxisSource, FloatArray]:
    """Return each estimate, perpendicular to the thigh's long axis and pointing right."""
    turns = motion.shank_to_thigh[chosen]
    displacement = compose(turns, turns.mean().inv()).as_rotvec()
    shank_rate = motion.shank_to_thigh.apply(motion.shank_gyr_radps)
    thigh_smooth, shank_smooth = (
        low_pass(rate, motion.time_s, cutoff_hz=_RATE_CUTOFF_HZ)[chosen]
        for rate in (motion.thigh_gyr_radps, shank_rate)
    )
    shank_axis = turns.apply(motion.shank_up)
    found: dict[AxisSource, FloatArray] = {
        "displacement": _principal(displacement - displacement.mean(axis=0)),
        "thigh_rate": _principal(thigh_smooth),
        "shank_rate": _principal(shank_smooth),
        "least_abduction": _least_spread(shank_axis, motion.thigh_up),
    }
    return {
        name: _to_the_right(_across(axis, motion.thigh_up), shank_axis, motion.thigh_up)
        for name, axis in found.items()
    }


def _principal(vectors: FloatArray) -> FloatArray:
    """Return the direction (3,) along which (n, 3) vectors are largest."""
    return np.linalg.eigh(vectors.T @ vectors)[1][:, -1]


def _least_spread(shank_axis: FloatArray, thigh_up: FloatArray) -> FloatArray:
    """Return the axis across the thigh along which the shank's long axis (n, 3) moves least."""
    first = _across(_principal(np.eye(3) - np.outer(thigh_up, thigh_up)), thigh_up)
    second = np.cross(thigh_up, first)
    plane = np.stack([shank_axis @ first, shank_axis @ second], axis=1)
    plane -= plane.mean(axis=0)
    least = np.linalg.eigh(plane.T @ plane)[1][:, 0]
    return least[0] * first + least[1] * second


def _across(axis: FloatArray, long_axis: FloatArray) -> FloatArray:
    """Return the unit vector along ``axis`` less its part along ``long_axis``."""
    rest = axis - long_axis * (axis @ long_axis)
    length = float(np.linalg.norm(rest))
    if length < 1e-3:
        raise CalibrationError(
            "the thigh's flexion axis came out along the thigh: the knee does not flex here",
            hint="are both sensors on the same leg, and does the recording hold walking?",
        )
    return rest / length


def _to_the_right(axis: FloatArray, shank_axis: FloatArray, thigh_up: FloatArray) -> FloatArray:
    """Turn the axis so that flexion is positive: a knee bends one way, its heel to the back.

    Flexed, the shank's upper end lies before its lower end: its long axis (n, 3) leans forwards in
    the thigh, and forwards is up × right.
    """
    forwards = np.cross(thigh_up, axis)
    return axis if np.mean(shank_axis @ forwards) > 0 else -axis

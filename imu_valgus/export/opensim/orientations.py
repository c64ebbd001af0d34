"""A leg's attitudes → what OpenSense takes: segments in OpenSim's ground, facing forward.

Ground is OpenSim's: X forward, Y up, Z to the right. What is exported are the attitudes of the
*segments*, not of the sensors: thigh and shank have ISB axes, which are those of OpenSim's femur
and tibia, so that an IMU placed by them lies along the bones' axes. They are called as OpenSense
calls sensors, ``femur_r_imu``.

Heading is no measurement here: see ``facing``.

**The calibration pose** is the one in which the angles of this package are zero: the segments
upright as in standing, facing forward, where the knee's attitude is the mean of the still standing
(or what is away from it by the measured alignment, if the user entered one). A model whose default
pose is upright with knee angles of zero then shows our angles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import (
    BoolArray,
    FloatArray,
    ImuValgusError,
    KneeAngles,
    SegmentOrientation,
    Side,
    compose,
    mirror_of,
    typical_step,
)
from imu_valgus.export.opensim.facing import facing_forward
from imu_valgus.joint_angles import knee_angles
from imu_valgus.orientation import attitude_at
from imu_valgus.pipeline import LegMotion
from imu_valgus.sync import inside, interpolate

_MOST_HZ: Final = 100.0
"""Knees in running hold nothing above some 20 Hz."""

PELVIS_IMU: Final = "pelvis_imu"
_EARTH_TO_GROUND: Final = Rotation.from_euler("x", -90.0, degrees=True)
"""Earth's z is up, and its x becomes forward."""


@dataclass(frozen=True, slots=True, eq=False)
class Orientations:
    """What OpenSense is given of legs that are on one clock.

    Parameters
    ----------
    rate_hz : float
    time_s : (m,)
        Session time, whole multiples of the period; rows at which any attitude is unknown (in a
        gap) are left out, for inverse kinematics knows no missing orientation.
    attitudes : IMU label → Rotation, m each
        Segment to ground.
    standing : IMU label → Rotation, one each
        The calibration pose.
    angles : coordinate → (m,)
        Degrees: ``knee_angle_*`` is flexion, ``knee_adduction_*`` the negative of valgus,
        ``knee_rotation_*`` internal rotation. See :func:`coordinates`.
    """

    rate_hz: float
    time_s: FloatArray
    attitudes: Mapping[str, Rotation]
    standing: Mapping[str, Rotation]
    angles: Mapping[str, FloatArray]


def orientations_of(
    legs: Sequence[LegMotion], *, pelvis: SegmentOrientation | None = None
) -> Orientations:
    """Lay the segments of legs on one clock on one even grid.

    Parameters
    ----------
    legs : sequence of LegMotion
        One or both, on one session time.
    pelvis : SegmentOrientation, optional
        On the same time, facing earth's +x.

    Raises
    ------
    ImuValgusError
        Where there is no time at which all are known.
    """
    rate_hz = min(_MOST_HZ, *(float(round(1.0 / typical_step(leg.time_s))) for leg in legs))
    known_s = [leg.time_s for leg in legs] + ([pelvis.time_s] if pelvis else [])
    time_s = _grid(known_s, rate_hz)
    attitudes: dict[str, Rotation] = {}
    standing: dict[str, Rotation] = {}
    angles: dict[str, FloatArray] = {}
    if pelvis:
        attitudes[PELVIS_IMU] = compose(_EARTH_TO_GROUND, attitude_at(pelvis, time_s))
        standing[PELVIS_IMU] = Rotation.identity(1)
    for leg in legs:
        labels = imu_labels(leg.side)
        for label, segment in zip(labels, facing_forward(leg), strict=True):
            attitudes[label] = compose(_EARTH_TO_GROUND, attitude_at(segment, time_s))
        standing |= zip(labels, zero_pose(leg), strict=True)
        for name, values in coordinates(leg.angles, side=leg.side).items():
            angles[name] = interpolate(values[:, None], leg.time_s, time_s)[:, 0]
    return Orientations(rate_hz, time_s, attitudes, standing, angles)


def imu_labels(side: Side) -> tuple[str, str]:
    """Name the columns of thigh and shank; OpenSense finds the bodies ``femur_r``, … by them."""
    return f"femur_{side[0]}_imu", f"tibia_{side[0]}_imu"


def coordinates(angles: KneeAngles, *, side: Side) -> dict[str, FloatArray]:
    """Name the knee angles as OpenSim does, with its signs.

    OpenSim counts adduction and internal rotation positive on either leg, as ``hip_adduction_*``
    and ``hip_rotation_*`` of its models do; valgus is abduction, so its sign turns. Flexion is
    positive, as in the models from Rajagopal 2016 on (in gait2392 it is negative).
    """
    return {
        f"knee_angle_{side[0]}": angles.flexion_deg,
        f"knee_adduction_{side[0]}": -angles.valgus_deg,
        f"knee_rotation_{side[0]}": angles.internal_rotation_deg,
    }


def zero_pose(leg: LegMotion) -> tuple[Rotation, Rotation]:
    """Return thigh and shank in ground, upright and facing forward, where our angles are zero.

    The angles are what the segments' attitudes say less a constant each: the constants are the pose
    of the shank in the thigh.
    """
    thigh, shank = (attitude[:1] for attitude in leg.segments_to_earth)
    said = knee_angles(thigh, shank, side=leg.side)
    flexion, valgus, rotation = (
        getattr(said, name)[0] - getattr(leg.angles, name)[0]
        for name in ("flexion_deg", "valgus_deg", "internal_rotation_deg")
    )
    mirror = mirror_of(leg.side)
    cardan = [-flexion, -mirror * valgus, mirror * rotation]
    return Rotation.identity(1), Rotation.from_euler("ZXY", [cardan], degrees=True)


def _grid(known_s: Sequence[FloatArray], rate_hz: float) -> FloatArray:
    """Return the multiples of the period at which all of some courses are known, (m,)."""
    start_s = max(float(time_s[0]) for time_s in known_s)
    stop_s = min(float(time_s[-1]) for time_s in known_s)
    grid_s = np.arange(np.ceil(start_s * rate_hz), np.floor(stop_s * rate_hz) + 1) / rate_hz
    known: BoolArray = np.ones(len(grid_s), dtype=np.bool_)
    for time_s in known_s:
        known &= inside(time_s, grid_s)
    if not known.any():
        raise ImuValgusError(
            "the legs were recorded at no common time",
            hint="import each leg as a session of its own and export it",
        )
    return grid_s[known]

"""Sensor-to-segment alignment: the ISB axes of thigh and shank in their sensors' frames."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LegAlignment:
    """``thigh`` and ``shank`` turn vectors from sensor into segment (x forward, y up, z right)."""

    thigh: Rotation
    shank: Rotation


def segment_frame(up: FloatArray, right: FloatArray) -> Rotation:
    """Build sensor → segment from the long axis and the axis to the right, (3,) in the sensor.

    ``up`` is kept; ``right`` gives way where they are not perpendicular.
    """
    y = up / np.linalg.norm(up)
    z = right - y * (right @ y)
    z /= np.linalg.norm(z)
    return Rotation.from_matrix(np.stack([np.cross(y, z), y, z]))


def align_leg(
    *,
    thigh_up: FloatArray,
    shank_up: FloatArray,
    flexion_axis: FloatArray,
    neutral: Rotation,
) -> LegAlignment:
    """Align both segments so that all three angles are zero at the neutral pose.

    Parameters
    ----------
    thigh_up, shank_up : (3,)
        Long axes in the sensors, from standing.
    flexion_axis : (3,)
        In the thigh's sensor.
    neutral : Rotation
        The shank's sensor in the thigh's, single, in the pose that is the zero of rotation. Flexion
        and abduction do not depend on it: their zero is the long axes' upright standing.
    """
    return LegAlignment(
        thigh=segment_frame(thigh_up, flexion_axis),
        shank=segment_frame(shank_up, neutral.inv().apply(flexion_axis)),
    )

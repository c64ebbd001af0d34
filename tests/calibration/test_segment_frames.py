"""What the standing pose decides, and what it does not."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.calibration import align_leg
from imu_valgus.core import KneeAngles
from imu_valgus.joint_angles import knee_angles

UP = np.array([0.0, 1.0, 0.0])
RIGHT = np.array([0.0, 0.0, 1.0])
BENT = Rotation.from_euler("ZXY", [[-60.0, -8.0, 5.0]], degrees=True)
"""A right knee: 60° flexed, 8° in valgus, 5° turned inwards."""


def angles(toe_out_deg: float) -> KneeAngles:
    """Read the bent knee when it stood with its shank turned outwards by this."""
    neutral = Rotation.from_euler("y", -toe_out_deg, degrees=True)
    aligned = align_leg(thigh_up=UP, shank_up=UP, flexion_axis=RIGHT, neutral=neutral)
    thigh = Rotation.from_matrix([np.eye(3)]) * aligned.thigh.inv()
    return knee_angles(thigh, BENT * aligned.shank.inv(), side="right")


@pytest.mark.parametrize("name", ["flexion_deg", "valgus_deg"])
def test_standing_with_toes_out_changes_neither_flexion_nor_valgus(name):
    straight, toes_out = angles(0.0), angles(15.0)

    np.testing.assert_allclose(getattr(toes_out, name), getattr(straight, name), atol=1e-9)


def test_standing_with_toes_out_moves_the_zero_of_internal_rotation():
    moved = angles(15.0).internal_rotation_deg - angles(0.0).internal_rotation_deg

    np.testing.assert_allclose(moved, 15.0)

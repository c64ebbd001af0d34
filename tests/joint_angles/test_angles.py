"""Knee angles of poses whose angles are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from imu_valgus.joint_angles import frontal_tilt, knee_angles

ISB_TO_EARTH = Rotation.from_matrix([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
"""A segment that stands upright and faces earth's x: its y up, its z to the right."""

angle_deg = st.floats(-60, 60)
ANGLES = ("flexion_deg", "valgus_deg", "internal_rotation_deg")


def shank_turned(z: float, x: float, y: float) -> Rotation:
    return ISB_TO_EARTH * Rotation.from_euler("ZXY", [[z, x, y]], degrees=True)


THIGH = ISB_TO_EARTH * Rotation.identity(1)


@pytest.mark.parametrize(
    ("z", "x", "y", "side", "expected"),
    [
        (-90, 0, 0, "right", (90, 0, 0)),
        (0, -8, 0, "right", (0, 8, 0)),
        (0, 8, 0, "left", (0, 8, 0)),
        (0, 0, 12, "right", (0, 0, 12)),
        (0, 0, -12, "left", (0, 0, 12)),
        (-40, -5, 10, "right", (40, 5, 10)),
    ],
)
def test_a_known_pose_reads_as_its_angles(z, x, y, side, expected):
    angles = knee_angles(THIGH, shank_turned(z, x, y), side=side)

    found = [getattr(angles, name)[0] for name in ANGLES]
    np.testing.assert_allclose(found, expected, atol=1e-9)


@given(heading=st.floats(-180, 180), z=angle_deg, x=angle_deg, y=angle_deg)
def test_running_in_another_direction_changes_no_angle(heading, z, x, y):
    turn = Rotation.from_euler("z", heading, degrees=True)
    shank = shank_turned(z, x, y)

    before = knee_angles(THIGH, shank, side="right")
    after = knee_angles(turn * THIGH, turn * shank, side="right")

    for name in ANGLES:
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), atol=1e-6)


@given(z=angle_deg, x=angle_deg, y=angle_deg)
def test_mirrored_legs_read_alike(z, x, y):
    right = knee_angles(THIGH, shank_turned(z, x, y), side="right")

    left = knee_angles(THIGH, shank_turned(z, -x, -y), side="left")

    for name in ANGLES:
        np.testing.assert_allclose(getattr(left, name), getattr(right, name), atol=1e-6)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_shank_whose_foot_is_outwards_tilts_positively(side):
    outwards = -1.0 if side == "right" else 1.0
    foot_outwards = shank_turned(0, outwards * 10, 0)

    assert frontal_tilt(foot_outwards, side=side)[0] == pytest.approx(10)


@given(heading=st.floats(-180, 180), x=angle_deg)
def test_tilt_needs_no_heading(heading, x):
    shank = shank_turned(-30, x, 5)
    turned = Rotation.from_euler("z", heading, degrees=True) * shank

    np.testing.assert_allclose(
        frontal_tilt(turned, side="left"), frontal_tilt(shank, side="left"), atol=1e-6
    )

"""Markers that ride on poses whose angles are known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import SIDES, FloatArray, KneeAngles, LegLandmarks, Side, mirror_of
from imu_valgus.joint_angles import Shell, optical_knee_angles, standing_knee_angles

FLEXION_DEG = np.array([0.0, 30.0, 60.0, 90.0])
VALGUS_DEG = np.array([0.0, 4.0, 8.0, -3.0])
ROTATION_DEG = np.array([0.0, -5.0, 6.0, 10.0])
LAB = Rotation.from_rotvec([0.3, -1.1, 0.5])
"""A laboratory whose axes point anywhere."""


def plumb_leg(side: Side) -> LegLandmarks:
    out = mirror_of(side)
    places = {
        "hip": [0.0, 0.9, 0.1],
        "lateral_epicondyle": [0.0, 0.5, 0.15],
        "medial_epicondyle": [0.0, 0.5, 0.05],
        "lateral_malleolus": [0.0, 0.1, 0.14],
        "medial_malleolus": [0.0, 0.1, 0.06],
    }
    return LegLandmarks(
        side=side, **{name: LAB.apply(np.array(p) * [1, 1, out]) for name, p in places.items()}
    )


def shells(side: Side) -> tuple[Shell, Shell]:
    """Thigh and shank of a leg that bends; the whole runner turns on the spot."""
    mirror, rng = mirror_of(side), np.random.default_rng(3)
    knee = Rotation.from_euler(
        "ZXY",
        np.column_stack([-FLEXION_DEG, -mirror * VALGUS_DEG, mirror * ROTATION_DEG]),
        degrees=True,
    )
    thigh = Rotation.from_euler("ZY", [[5 * n, 40 * n] for n in range(4)], degrees=True)

    def moved(pose: Rotation) -> Shell:
        standing: FloatArray = rng.normal(0, 0.1, (5, 3))
        places = np.stack([turn.apply(standing + 1.0) for turn in pose])
        return Shell(LAB.apply(standing), LAB.apply(places.reshape(-1, 3)).reshape(4, 5, 3))

    return moved(thigh), moved(thigh * knee)


def in_a_row(angles: KneeAngles) -> FloatArray:
    return np.stack([angles.flexion_deg, angles.valgus_deg, angles.internal_rotation_deg])


@pytest.mark.parametrize("side", SIDES)
def test_the_angles_of_the_pose_are_found_in_its_markers(side: Side):
    thigh, shank = shells(side)

    found = optical_knee_angles(plumb_leg(side), thigh=thigh, shank=shank)

    expected = [FLEXION_DEG, VALGUS_DEG, ROTATION_DEG]
    np.testing.assert_allclose(in_a_row(found), expected, atol=1e-9)


def test_a_plumb_leg_stands_at_zero():
    standing = standing_knee_angles(plumb_leg("left"))

    np.testing.assert_allclose(in_a_row(standing), 0, atol=1e-9)


def test_a_frame_that_lost_two_markers_is_fitted_with_the_others():
    thigh, shank = shells("right")
    shank.places[1, :2] = np.nan

    found = optical_knee_angles(plumb_leg("right"), thigh=thigh, shank=shank)

    assert found.valgus_deg[1] == pytest.approx(VALGUS_DEG[1])


def test_a_frame_that_sees_two_markers_has_no_angle():
    thigh, shank = shells("right")
    shank.places[1, :3] = np.nan

    found = optical_knee_angles(plumb_leg("right"), thigh=thigh, shank=shank)

    assert np.isnan(found.flexion_deg).tolist() == [False, True, False, False]


def test_a_marker_that_the_static_trial_lost_is_left_out():
    thigh, shank = shells("right")
    blind = thigh.standing.copy()
    blind[0] = np.nan

    found = optical_knee_angles(
        plumb_leg("right"), thigh=replace(thigh, standing=blind), shank=shank
    )

    np.testing.assert_allclose(found.valgus_deg, VALGUS_DEG, atol=1e-9)

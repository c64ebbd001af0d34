"""Heading, lever arms and lateness of a rig that is known to the last digit."""

import numpy as np
import pytest

from imu_valgus.core import ImuSignal
from imu_valgus.orientation import ArmParams, RelativeOrientation, RelativeParams, relate_segments

UP = np.array([0.0, 1.0, 0.0])
TRUSTING = RelativeParams(arms=ArmParams(independent_samples=1e6))


def related(rig, heading_rad, shank: ImuSignal | None = None) -> RelativeOrientation:
    attitudes = rig.attitudes(heading_rad)
    return relate_segments(
        rig.thigh, shank or rig.shank, attitudes, thigh_up=UP, shank_up=UP, params=TRUSTING
    )


def pose_error_deg(rig, found: RelativeOrientation) -> float:
    true = rig.thigh_to_earth.inv() * rig.shank_to_earth
    index = np.searchsorted(rig.thigh.time_s, found.time_s - 1e-9)
    return float(np.degrees((found.shank_to_thigh * true[index].inv()).magnitude().max()))


def test_a_heading_that_drifts_is_followed(rig):
    heading = 2.0 + np.radians(2.0) * rig.thigh.time_s / 60

    found = related(rig, heading)

    assert pose_error_deg(rig, found) < 0.7


def test_lever_arms_are_found_to_a_centimetre(rig):
    found = related(rig, np.full(len(rig.thigh), -1.0))

    arms = np.concatenate([found.arms.thigh_m, found.arms.shank_m])
    np.testing.assert_allclose(arms, [0.02, 0.17, 0.05, 0.01, -0.25, 0.04], atol=0.01)


def late_by(rig, late_s: float) -> RelativeOrientation:
    """The shank's time stamps, and so its attitude's, are late."""
    attitudes = rig.attitudes(np.zeros(len(rig.thigh)))
    shank = rig.shank.retimed(rig.shank.time_s + late_s)
    late_attitude = type(attitudes[1])(shank.time_s, attitudes[1].to_earth)
    return relate_segments(
        rig.thigh, shank, (attitudes[0], late_attitude), thigh_up=UP, shank_up=UP, params=TRUSTING
    )


@pytest.mark.parametrize("late_s", [-0.06, 0.013, 0.1])
def test_late_time_stamps_are_found_within_a_millisecond(rig, late_s):
    found = late_by(rig, late_s)

    np.testing.assert_allclose(found.lateness.value, late_s, atol=1e-3)


@pytest.mark.parametrize("late_s", [-0.06, 0.1])
def test_late_time_stamps_leave_the_pose_as_it_is(rig, late_s):
    found = late_by(rig, late_s)

    assert pose_error_deg(rig, found) < 0.7

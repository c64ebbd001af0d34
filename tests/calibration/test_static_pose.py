"""Standing still is the zero of everything."""

import numpy as np
import pytest

from imu_valgus.calibration import standing_for_zero, static_pose
from imu_valgus.core import GRAVITY_MPS2, Bout, CalibrationError, ImuSignal


def standing_sensor(up: np.ndarray) -> ImuSignal:
    n = 1001
    acc = np.tile(GRAVITY_MPS2 * up, (n, 1))
    return ImuSignal(np.linspace(0.0, 10.0, n), acc, np.tile([0.01, -0.02, 0.03], (n, 1)))


def test_up_is_where_gravity_says():
    up = np.array([0.6, 0.0, -0.8])

    pose = static_pose(standing_sensor(up), Bout(0.0, 10.0, "stand"))

    np.testing.assert_allclose(pose.up, up)


def test_the_gyroscopes_reading_at_rest_is_its_bias():
    pose = static_pose(standing_sensor(np.array([0.0, 0.0, 1.0])), Bout(0.0, 10.0, "stand"))

    np.testing.assert_allclose(pose.gyr_bias_radps, [0.01, -0.02, 0.03])


def test_the_longest_standing_before_the_run_is_the_zero():
    bouts = [
        Bout(0, 5, "stand"),
        Bout(5, 20, "walk"),
        Bout(20, 30, "stand"),
        Bout(30, 90, "run"),
        Bout(90, 150, "stand"),
    ]

    assert standing_for_zero(bouts) == bouts[2]


def test_standing_after_the_run_serves_where_there_is_none_before():
    bouts = [Bout(0, 60, "run"), Bout(60, 70, "stand")]

    assert standing_for_zero(bouts) == bouts[1]


def test_without_standing_the_refusal_says_how_to_record_it():
    with pytest.raises(CalibrationError, match="no still standing") as refusal:
        standing_for_zero([Bout(0, 60, "run")])

    assert "stand upright and still for 10 s" in refusal.value.hint


def test_a_sensor_that_was_silent_while_the_runner_stood_is_refused():
    with pytest.raises(CalibrationError, match="no samples while the runner stood"):
        static_pose(standing_sensor(np.array([0.0, 0.0, 1.0])), Bout(50.0, 60.0, "stand"))

"""Gyroscope against accelerometer, on a sensor whose true turning is known."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import GRAVITY_MPS2, ImuSignal
from imu_valgus.quality.axes import axes_name, check_axes, signed_axes


@pytest.fixture(scope="module")
def tumbling() -> ImuSignal:
    """A sensor that turns about all its axes, in place, for a minute."""
    rate_hz = 200.0
    time_s = np.arange(0.0, 60.0, 1 / rate_hz)
    swing = np.stack([40 * np.sin(f * time_s) for f in (1.1, 1.7, 2.3)], axis=1)
    to_earth = Rotation.from_euler("xyz", swing, degrees=True)
    step = to_earth[:-1].inv() * to_earth[1:]
    gyr_radps = step.as_rotvec() * rate_hz
    acc_mps2 = to_earth.inv().apply([0.0, 0.0, GRAVITY_MPS2])
    return ImuSignal(time_s[:-1], acc_mps2[:-1], gyr_radps)


def findings_with(signal: ImuSignal, axes: np.ndarray):
    """Plant an exchange of the gyroscope's axes and look at the signal."""
    planted = ImuSignal(signal.time_s, signal.acc_mps2, signal.gyr_radps @ np.linalg.inv(axes).T)
    return check_axes(planted, placement="left_thigh", at_rest=None)


def test_axes_that_agree_are_ok_and_all_others_are_ruled_out(tumbling):
    findings = check_axes(tumbling, placement="left_thigh", at_rest=None)

    assert [(f.topic, f.severity) for f in findings] == [("units", "ok"), ("axes", "ok")]
    assert "47 of 47" in findings[1].text


@pytest.mark.parametrize("axes", signed_axes()[1::8], ids=axes_name)
def test_the_exchange_that_was_planted_is_the_one_that_is_named(tumbling, axes):
    findings = findings_with(tumbling, axes)

    assert f"read as {axes_name(axes)} by" in findings[-1].text


@pytest.mark.parametrize("factor", [57.29578, 4.0, 2.0, 0.5, 0.25, 0.01745329])
def test_a_gyroscope_in_another_unit_is_told_by_its_factor(tumbling, factor):
    findings = findings_with(tumbling, np.eye(3) / factor)

    assert findings[0].number == pytest.approx(factor, rel=1e-4)


def test_a_sensor_mirrored_as_a_whole_cannot_be_told_from_a_good_one(tumbling):
    mirror = np.array([-1.0, 1.0, 1.0])
    left_handed = ImuSignal(
        tumbling.time_s, tumbling.acc_mps2 * mirror, -tumbling.gyr_radps * mirror
    )

    findings = check_axes(left_handed, placement="left_thigh", at_rest=None)

    assert findings[-1].severity == "ok"


def test_a_sensor_that_never_moved_says_nothing_of_its_axes():
    still = ImuSignal(
        np.arange(3000) / 100.0, np.tile([0.0, 0.0, 9.81], (3000, 1)), np.zeros((3000, 3))
    )

    findings = check_axes(still, placement="left_thigh", at_rest=None)

    assert [(f.topic, f.severity) for f in findings] == [("axes", "note")]

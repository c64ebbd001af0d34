"""A virtual sensor reads what physics says."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import GRAVITY_MPS2, FloatArray
from imu_valgus.simulation import (
    SensorClock,
    SensorErrors,
    SensorMounting,
    SensorParams,
    draw_mounting,
    sense,
    virtual_sensor,
)

CENTRED = SensorMounting(np.zeros(3), Rotation.identity())
TIME_S = np.arange(0, 4, 1 / 150)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def arm_about_earth_z(rate_radps: float, time_s: FloatArray) -> Rotation:
    return Rotation.from_rotvec(np.outer(rate_radps * time_s, [0.0, 0.0, 1.0]))


def test_a_sensor_at_rest_reads_gravity_upwards():
    still = Rotation.from_quat(np.tile([0.0, 0.0, 0.0, 1.0], (len(TIME_S), 1)))

    signal = virtual_sensor(
        TIME_S,
        still,
        np.zeros((len(TIME_S), 3)),
        mounting=CENTRED,
        errors=SensorErrors(),
        rng=rng(),
    )

    expected = np.tile([0.0, 0.0, GRAVITY_MPS2], (len(signal), 1))
    np.testing.assert_allclose(signal.acc_mps2, expected, atol=1e-6)


def test_a_sensor_on_a_turning_arm_feels_the_centripetal_acceleration():
    mounting = SensorMounting(np.array([0.3, 0.0, 0.0]), Rotation.identity())

    signal = virtual_sensor(
        TIME_S,
        arm_about_earth_z(5.0, TIME_S),
        np.zeros((len(TIME_S), 3)),
        mounting=mounting,
        errors=SensorErrors(),
        rng=rng(),
    )

    expected = np.tile([-(5.0**2) * 0.3, 0.0, GRAVITY_MPS2], (len(signal), 1))
    np.testing.assert_allclose(signal.acc_mps2[20:-20], expected[20:-20], atol=1e-3)


def test_a_sensor_on_a_turning_arm_reads_the_rate_in_its_own_axes():
    upside_down = Rotation.from_euler("x", 180, degrees=True)

    signal = virtual_sensor(
        TIME_S,
        arm_about_earth_z(5.0, TIME_S),
        np.zeros((len(TIME_S), 3)),
        mounting=SensorMounting(np.zeros(3), upside_down),
        errors=SensorErrors(),
        rng=rng(),
    )

    expected = np.tile([0.0, 0.0, -5.0], (len(signal), 1))
    np.testing.assert_allclose(signal.gyr_radps[20:-20], expected[20:-20], atol=1e-4)


def test_a_swinging_pendulum_feels_no_tangential_force():
    length_m = 0.5
    pull = np.sqrt(GRAVITY_MPS2 / length_m)

    def pendulum(time_s: FloatArray) -> tuple[Rotation, FloatArray]:
        angle = 0.01 * np.cos(pull * time_s)
        return Rotation.from_rotvec(np.outer(angle, [0.0, 1.0, 0.0])), np.zeros((len(time_s), 3))

    signal = sense(
        pendulum,
        (0.0, 3.0),
        mounting=SensorMounting(np.array([0.0, 0.0, -length_m]), Rotation.identity()),
        errors=SensorErrors(),
        rng=rng(),
        sampling_rate_hz=200.0,
    )

    np.testing.assert_allclose(signal.acc_mps2[:, 0], 0.0, atol=5e-5)


def test_a_jump_in_the_sign_of_the_quaternions_is_no_motion():
    quaternions = np.asarray(arm_about_earth_z(5.0, TIME_S).as_quat())
    quaternions[100:] *= -1

    signal = virtual_sensor(
        TIME_S,
        Rotation.from_quat(quaternions),
        np.zeros((len(TIME_S), 3)),
        mounting=CENTRED,
        errors=SensorErrors(),
        rng=rng(),
    )

    assert np.abs(signal.gyr_radps[:, 2]).max() < 5.01


def test_what_exceeds_the_range_is_clipped_and_marked():
    errors = SensorErrors(gyr_range_radps=4.0)

    signal = virtual_sensor(
        TIME_S,
        arm_about_earth_z(5.0, TIME_S),
        np.zeros((len(TIME_S), 3)),
        mounting=CENTRED,
        errors=errors,
        rng=rng(),
    )

    assert signal.clipped.all()


def test_readings_are_whole_steps_of_the_converter():
    errors = SensorErrors(gyr_range_radps=8.0, resolution_bits=8)

    signal = virtual_sensor(
        TIME_S,
        arm_about_earth_z(5.03, TIME_S),
        np.zeros((len(TIME_S), 3)),
        mounting=CENTRED,
        errors=errors,
        rng=rng(),
    )

    steps = signal.gyr_radps[20:-20, 2] / (8.0 / 128)
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-9)


def test_noise_has_the_density_that_was_asked_for():
    errors = SensorErrors(gyr_noise_radps_sqrt_hz=0.01)
    time_s = np.arange(0, 60, 0.01)
    still = Rotation.from_quat(np.tile([0.0, 0.0, 0.0, 1.0], (len(time_s), 1)))

    signal = virtual_sensor(
        time_s, still, np.zeros((len(time_s), 3)), mounting=CENTRED, errors=errors, rng=rng()
    )

    assert np.std(signal.gyr_radps) == pytest.approx(0.01 * np.sqrt(100), rel=0.02)


def test_a_clock_turns_true_time_into_its_own_and_back():
    clock = SensorClock(start_s=-0.3, drift_ppm=80.0)
    true_s = np.array([0.0, 1.0, 3600.0])

    np.testing.assert_allclose(clock.true_time(clock.device_time(true_s)), true_s, atol=1e-9)


def test_a_fast_clock_shows_more_seconds_than_passed():
    clock = SensorClock(start_s=2.0, drift_ppm=100.0)

    assert clock.device_time(np.array([1002.0]))[0] == pytest.approx(1000.1)


@pytest.mark.parametrize(("side_m", "outwards"), [(0.07, 1.0), (-0.07, -1.0)])
def test_the_lateral_strap_looks_outwards_on_either_leg(side_m: float, outwards: float):
    position_m = np.array([0.0, 0.2, side_m])

    mounting = draw_mounting(position_m, strap="lateral", error_max_deg=0.0, rng=rng())

    axes = mounting.sensor_to_segment.apply([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(axes, [[0, -1, 0], [0, 0, outwards]], atol=1e-12)


def test_errors_are_drawn_with_the_spread_that_was_asked_for():
    params = SensorParams(gyr_bias_dps=2.0)
    draws = [
        SensorErrors.draw(params, np.random.default_rng(seed), SensorClock()) for seed in range(300)
    ]

    spread_dps = np.degrees(np.std([draw.gyr_bias_radps for draw in draws]))

    assert spread_dps == pytest.approx(2.0, rel=0.1)

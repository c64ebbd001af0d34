"""Offsets and drifts that were put in are found again."""

import numpy as np
import pytest

from imu_valgus.core import Bout, ImuSignal
from imu_valgus.sync import align_clocks, align_legs

RATE_HZ = 100.0


def steps(seed: int, minutes: float, first_step_s: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return first_step_s + np.cumsum(rng.normal(0.72, 0.02, round(minutes * 60 / 0.72)))


def jolts(time_s: np.ndarray, at_s: np.ndarray, seed: int) -> ImuSignal:
    """A sensor that is shaken at the given times, each about its own axes."""
    rng = np.random.default_rng(seed)
    index = np.searchsorted(at_s, time_s) - 1
    since_s = np.maximum(time_s - at_s[np.maximum(index, 0)], 0.0)
    pulse = np.where(index >= 0, since_s * np.exp(-since_s / 0.02) / 0.02, 0.0)
    axes = rng.normal(size=(2, 3))
    noise = rng.normal(0, 0.05, (2, len(time_s), 3))
    acc = [0.0, 0.0, 9.81] + 20 * pulse[:, None] * axes[0] + noise[0]
    gyr = 5 * pulse[:, None] * axes[1] + 0.1 * noise[1]
    return ImuSignal(time_s, acc, gyr)


def walker(offset_s: float, drift_ppm: float, *, seed: int, minutes: float) -> ImuSignal:
    """One sensor of a walk, on a clock that is off."""
    true_s = np.arange(0, minutes * 60 + 20, 1 / RATE_HZ)
    signal = jolts(true_s, steps(1, minutes, 10.0), seed)
    return signal.retimed((true_s - offset_s) / (1 + drift_ppm * 1e-6))


@pytest.mark.parametrize(("offset_s", "drift_ppm"), [(0.3, 30.0), (-3.0, -80.0), (7.0, 100.0)])
@pytest.mark.parametrize(("minutes", "within_s"), [(6.0, 0.03), (40.0, 0.02)])
def test_two_sensors_are_tied_coarsely(offset_s, drift_ppm, minutes, within_s):
    reference = walker(0, 0, seed=2, minutes=minutes)
    other = walker(offset_s, drift_ppm, seed=3, minutes=minutes)

    moved = align_clocks(reference, other).apply(other)

    np.testing.assert_allclose(moved.time_s, reference.time_s, atol=within_s)


def test_sensors_with_nothing_in_common_are_left_alone():
    rng = np.random.default_rng(5)
    time_s = np.arange(0, 60, 1 / RATE_HZ)
    noise = [ImuSignal(time_s, rng.normal(size=(6000, 3)), np.zeros((6000, 3))) for _ in "ab"]

    fit = align_clocks(*noise)

    assert (fit.offset_s, fit.drift_ppm, fit.n_windows) == (0.0, 0.0, 0)


def test_two_legs_are_tied_by_squats():
    left_steps, right_steps = steps(1, 3, 60.0), steps(1, 3, 60.36)
    squats = 20.0 + 3.0 * np.arange(6)
    true_s = np.arange(0, 250, 1 / RATE_HZ)
    left = jolts(true_s, np.concatenate([squats, left_steps]), 2)
    right = jolts(true_s, np.concatenate([squats, right_steps]), 3).retimed(true_s - 1.7)

    tied = align_legs(left, right, [Bout(19.0, 37.0, "squat"), Bout(60.0, 190.0, "run")])

    assert (tied.method, tied.fit.offset_s) == ("squats", pytest.approx(1.7, abs=0.02))

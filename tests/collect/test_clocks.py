"""A sensor's clock against the host's, from stamps that err one way."""

import numpy as np
import pytest

from imu_valgus.collect import HostClock, fit_arrivals, fit_pings
from imu_valgus.core import FloatArray

OFFSET_S = 1234.5


def _true_device(host_s: FloatArray, drift_ppm: float) -> FloatArray:
    """The sensor's clock, too slow by the drift."""
    return (host_s - OFFSET_S) / (1 + drift_ppm * 1e-6)


def _pinged(
    *, seconds: float, drift_ppm: float, interval_s: float, n: int = 200, seed: int = 0
) -> HostClock:
    """Pings at random moments, each waiting for its turn and then some."""
    rng = np.random.default_rng(seed)
    sent_s = OFFSET_S + np.sort(rng.uniform(0, seconds, n))
    waits_s = rng.uniform(0, interval_s, n) + rng.exponential(0.001, n)
    return fit_pings(sent_s, _true_device(sent_s + waits_s, drift_ppm))


def _error_s(clock: HostClock, seconds: float, drift_ppm: float) -> FloatArray:
    host_s = OFFSET_S + np.linspace(0, seconds, 20)
    return clock.host_time(_true_device(host_s, drift_ppm)) - host_s


@pytest.mark.parametrize("drift_ppm", [-40.0, 0.0, 40.0])
@pytest.mark.parametrize("interval_s", [0.015, 0.05])
@pytest.mark.parametrize("seconds", [60.0, 1800.0])
def test_two_sensors_agree_to_4_ms_whatever_their_drift_and_interval(
    drift_ppm: float, interval_s: float, seconds: float
):
    one = _error_s(_pinged(seconds=seconds, drift_ppm=0, interval_s=0.03), seconds, 0)
    other_clock = _pinged(seconds=seconds, drift_ppm=drift_ppm, interval_s=interval_s, seed=1)
    other = _error_s(other_clock, seconds, drift_ppm)

    assert np.quantile(np.abs(one - other), 0.95) <= 4e-3


def test_over_half_an_hour_the_drift_is_found_to_a_few_ppm():
    clock = _pinged(seconds=1800, drift_ppm=40, interval_s=0.03)

    assert clock.drift_ppm == pytest.approx(40, abs=3)


def test_over_ten_seconds_no_wild_drift_is_believed():
    clock = _pinged(seconds=10, drift_ppm=0, interval_s=0.03, n=20)

    assert abs(clock.drift_ppm) < 50


def test_the_residual_is_as_large_as_the_error_that_it_stands_for():
    sure = _pinged(seconds=60, drift_ppm=20, interval_s=0.03, n=400)
    unsure = _pinged(seconds=60, drift_ppm=20, interval_s=0.03, n=8)

    assert sure.residual_s < 2e-3 < unsure.residual_s


def test_arrivals_tell_the_time_to_the_shortest_delay():
    rng = np.random.default_rng(2)
    taken_host_s = OFFSET_S + np.arange(0, 120, 0.08)
    delay_s = rng.uniform(0.002, 0.03, len(taken_host_s))

    clock = fit_arrivals(_true_device(taken_host_s, 20), taken_host_s + delay_s)

    assert np.max(np.abs(_error_s(clock, 120, 20))) < 4e-3


def test_the_way_back_is_the_inverse():
    clock = _pinged(seconds=60, drift_ppm=30, interval_s=0.03)
    device_s = np.linspace(0, 60, 7)

    np.testing.assert_allclose(clock.device_time(clock.host_time(device_s)), device_s, atol=1e-6)

import numpy as np
import pytest
from scipy.signal import lfilter

from imu_valgus.library.change.within_session import bootstrap_sds


def scatter(rng: np.random.Generator, n: int, rho: float):
    drawn = rng.standard_normal(n + 300)
    return np.asarray(lfilter([np.sqrt(1.0 - rho**2)], [1.0, -rho], drawn))[300:]


def sd_of(values: np.ndarray, laps: np.ndarray, block: int = 25, seed: int = 0) -> float:
    rng = np.random.default_rng(seed)
    return float(bootstrap_sds(values[:, None], laps, block=block, draws=400, rng=rng)[0])


def test_independent_strides_scatter_by_the_standard_error():
    values = np.random.default_rng(1).standard_normal(600)

    found = sd_of(values, np.ones(600, dtype=np.int64), block=1)

    assert found == pytest.approx(1 / np.sqrt(600), rel=0.1)


def test_strides_that_go_together_scatter_by_their_long_run_variance():
    rng = np.random.default_rng(2)
    laps = np.ones(600, dtype=np.int64)

    found = np.mean([sd_of(scatter(rng, 600, 0.6), laps) for _ in range(20)])

    # An autoregressive mean scatters by sqrt((1 + rho) / (1 - rho) / n): twice what n strides do.
    assert found == pytest.approx(2.0 / np.sqrt(600), rel=0.12)


def test_laps_that_differ_count_as_laps_not_as_strides():
    rng = np.random.default_rng(3)
    laps = np.repeat(np.arange(12), 50)
    values = rng.standard_normal(12)[laps] + 0.1 * rng.standard_normal(600)
    of_laps = np.array([values[laps == lap].mean() for lap in range(12)])

    found = sd_of(values, laps)

    assert found == pytest.approx(np.std(of_laps) / np.sqrt(12), rel=0.1)


def test_strides_without_the_number_have_no_say():
    values = np.random.default_rng(4).standard_normal(600)
    laps = np.ones(600, dtype=np.int64)
    holed = values.copy()
    holed[::2] = np.nan

    found = sd_of(holed, laps, block=1)

    assert found == pytest.approx(1 / np.sqrt(300), rel=0.12)


def test_the_same_seed_draws_the_same():
    values, laps = np.random.default_rng(5).standard_normal(100), np.ones(100, dtype=np.int64)

    assert sd_of(values, laps) == sd_of(values, laps)


def test_one_stride_tells_no_scatter():
    assert np.isnan(sd_of(np.array([1.0, np.nan]), np.ones(2, dtype=np.int64)))

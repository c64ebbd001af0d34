from math import hypot, inf, isnan, nan, sqrt

import numpy as np
import pandas as pd
import pytest

from imu_valgus.pipeline import Statistic
from imu_valgus.pipeline.estimates import (
    DRIFT_SD_DEG,
    Estimate,
    change_along_run,
    difference,
    run_mean,
)

EXCURSION = "valgus_excursion_deg"
STATISTIC = Statistic(mean=5.0, sd_between_strides=0.6, sd_shared=2.0, sd_stride=0.1)


def test_the_shared_error_does_not_average_out_over_the_strides():
    estimate = run_mean(STATISTIC, 1_000_000)

    assert estimate is not None
    assert estimate.sd == pytest.approx(2.0)


def test_the_spread_between_strides_averages_out_with_their_root():
    estimate = run_mean(STATISTIC, 9)

    assert estimate is not None
    assert estimate.sd == pytest.approx(hypot(2.0, 0.2))


def test_a_mean_without_a_shared_error_has_an_unknown_error():
    estimate = run_mean(Statistic(mean=5.0, sd_between_strides=0.6), 9)

    assert estimate is not None
    assert isnan(estimate.sd)


@pytest.mark.parametrize("mean", [None, nan, inf])
def test_no_mean_is_no_estimate(mean: float | None):
    assert run_mean(Statistic(mean=mean, sd_shared=2.0), 9) is None


def test_no_good_stride_is_no_estimate():
    assert run_mean(STATISTIC, 0) is None


def test_the_errors_of_the_legs_add_as_independent_ones():
    apart = difference(Estimate(5.0, 3.0), Estimate(4.0, 4.0))

    assert apart == Estimate(1.0, 5.0)


@pytest.mark.parametrize(("value", "is_told_apart"), [(1.9, False), (2.0, True), (-2.0, True)])
def test_a_difference_counts_beyond_twice_its_error(value: float, is_told_apart: bool):
    assert Estimate(value, 1.0).is_told_apart is is_told_apart


def test_a_difference_of_unknown_error_is_never_told_apart():
    assert not Estimate(100.0, nan).is_told_apart


def test_the_change_is_the_last_fifth_minus_the_first_fifth():
    values = np.concatenate([np.full(10, 4.0), np.full(30, 99.0), np.full(10, 5.5)])

    change = change_along_run(pd.DataFrame({EXCURSION: values}), EXCURSION)

    assert change == Estimate(1.5, DRIFT_SD_DEG[EXCURSION])


def test_the_change_carries_the_standard_error_of_both_ends():
    ends = np.array([3.0, 5.0] * 5)
    values = np.concatenate([ends, np.full(30, 4.0), ends])

    change = change_along_run(pd.DataFrame({EXCURSION: values}), EXCURSION)

    standard_error = np.std(ends, ddof=1) / sqrt(10)
    assert change is not None
    assert change.sd == pytest.approx(hypot(sqrt(2) * standard_error, DRIFT_SD_DEG[EXCURSION]))


def test_a_run_of_a_few_strides_has_no_start_and_end():
    assert change_along_run(pd.DataFrame({EXCURSION: np.ones(24)}), EXCURSION) is None

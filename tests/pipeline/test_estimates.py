from math import hypot, inf, isnan, nan

import pytest

from imu_valgus.pipeline import Statistic
from imu_valgus.pipeline.estimates import (
    Estimate,
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

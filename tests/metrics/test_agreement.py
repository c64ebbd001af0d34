"""How far two methods agree, where the answer is known."""

import numpy as np
import pytest

from imu_valgus.metrics import agreement, share_inside, stance_numbers

CURVE = 10 * np.sin(np.linspace(0, 20 * np.pi, 2001))


def test_a_constant_shift_is_bias_and_no_error_of_shape():
    found = agreement(CURVE + 3, CURVE)

    assert (found.bias_deg, found.rmse_deg, found.rmse_centred_deg) == pytest.approx((3, 3, 0))


def test_a_curve_of_twice_the_size_has_the_slope_two():
    found = agreement(2 * CURVE, CURVE)

    assert (found.slope, found.r) == pytest.approx((2, 1))


def test_the_limits_of_agreement_hold_95_percent_of_the_differences():
    noise = np.random.default_rng(0).normal(0.5, 2.0, 20_000)

    found = agreement(noise, np.zeros_like(noise))

    assert (found.lower_deg, found.upper_deg) == pytest.approx((0.5 - 3.92, 0.5 + 3.92), abs=0.1)


def test_pairs_with_an_unknown_value_are_left_out():
    reference = np.where(np.arange(2001) % 2, np.nan, CURVE)

    assert agreement(CURVE, reference).n == 1001


def test_a_flat_reference_has_no_correlation():
    found = agreement(CURVE, np.zeros_like(CURVE))

    assert np.isnan([found.r, found.slope]).all()


def test_one_pair_alone_gives_no_numbers():
    found = agreement(np.array([1.0, np.nan]), np.array([2.0, 3.0]))

    assert (found.n, np.isnan(found.rmse_deg)) == (1, True)


def test_an_honest_error_holds_the_reference_19_times_in_20():
    noise = np.random.default_rng(1).normal(0, 1.5, 20_000)

    share = share_inside(noise, np.zeros_like(noise), np.full_like(noise, 1.5))

    assert share == pytest.approx(0.95, abs=0.01)


def test_peak_and_excursion_are_read_in_stance_only():
    time_s = np.arange(0, 2, 0.01)
    values = np.where(time_s < 0.5, 1 + 4 * np.sin(2 * np.pi * time_s), 50.0)

    found = stance_numbers(time_s, values, start_s=np.array([0.0]), toe_off_s=np.array([0.49]))

    assert found.iloc[0].to_list() == pytest.approx([5.0, 4.0], abs=0.01)


def test_a_stance_that_the_curve_does_not_cover_is_unknown():
    time_s = np.arange(0, 2, 0.01)

    found = stance_numbers(time_s, time_s, start_s=np.array([1.8]), toe_off_s=np.array([2.1]))

    assert found["peak_deg"].isna().all()

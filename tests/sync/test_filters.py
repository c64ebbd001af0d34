"""Filters that never reach across a gap."""

import numpy as np
import pytest

from imu_valgus.sync import derivative, inside, interpolate, low_pass, read_smooth, thinned

TIME_S = np.arange(0, 10, 0.005)


def test_a_slow_wave_passes_in_place_and_a_fast_one_does_not():
    slow, fast = np.sin(2 * np.pi * 1.0 * TIME_S), np.sin(2 * np.pi * 60.0 * TIME_S)

    passed = low_pass(slow + fast, TIME_S, cutoff_hz=10.0)

    assert np.abs(passed - slow)[200:-200].max() < 0.01


def test_a_step_over_a_gap_stays_a_step():
    time_s = np.concatenate([TIME_S, TIME_S + 100.0])
    values = np.concatenate([np.zeros(len(TIME_S)), np.ones(len(TIME_S))])

    passed = low_pass(values, time_s, cutoff_hz=2.0)

    np.testing.assert_allclose(passed, values, atol=1e-9)


def test_the_slope_over_a_gap_is_not_a_derivative():
    time_s = np.concatenate([TIME_S, TIME_S + 100.0])
    values = np.concatenate([TIME_S, TIME_S + 5000.0])[:, None]

    np.testing.assert_allclose(derivative(values, time_s), 1.0, atol=1e-9)


def test_a_cutoff_above_half_the_rate_changes_nothing():
    values = np.random.default_rng(0).normal(size=(len(TIME_S), 3))

    np.testing.assert_array_equal(low_pass(values, TIME_S, cutoff_hz=150.0), values)


def test_values_are_read_between_samples():
    values = np.stack([TIME_S, -2 * TIME_S], axis=1)

    read = interpolate(values, TIME_S, np.array([1.0025]))

    assert read[0] == pytest.approx([1.0025, -2.005])


def test_only_times_within_a_stretch_are_inside():
    time_s = np.concatenate([TIME_S, TIME_S + 100.0])

    found = inside(time_s, np.array([-1.0, 0.0, 5.0, 50.0, 100.0, 200.0]))

    np.testing.assert_array_equal(found, [False, True, True, False, True, False])


def test_thinning_keeps_a_slow_wave_and_drops_what_would_fold_onto_it():
    slow, fast = np.sin(2 * np.pi * 3.0 * TIME_S), np.sin(2 * np.pi * 47.0 * TIME_S)

    thin, kept = thinned((slow + fast)[:, None], TIME_S, rate_hz=48.0)

    assert np.abs(thin[:, 0] - slow[kept])[20:-20].max() < 0.01


def test_each_stretch_is_thinned_from_its_first_sample():
    time_s = np.concatenate([TIME_S[:30], TIME_S[:30] + 100.0])

    _, kept = thinned(np.zeros((60, 1)), time_s, rate_hz=20.0)

    np.testing.assert_array_equal(kept, [0, 10, 20, 30, 40, 50])


def test_an_even_series_is_read_between_samples_up_to_an_eighth_of_its_rate():
    even_s, at_s = TIME_S[::4], TIME_S[20:-20] + 0.002
    wave = np.sin(2 * np.pi * 6.25 * even_s)[:, None]

    read = read_smooth(wave, even_s, at_s)

    assert np.abs(read[:, 0] - np.sin(2 * np.pi * 6.25 * at_s)).max() < 0.01


def test_a_sample_that_stands_alone_between_gaps_is_kept():
    time_s = np.concatenate([TIME_S[:30], [50.0], TIME_S[:30] + 100.0])
    values = np.where(time_s == 50.0, 7.0, 0.0)[:, None]

    thin, kept = thinned(values, time_s, rate_hz=20.0)

    assert thin[kept == 30].item() == 7.0

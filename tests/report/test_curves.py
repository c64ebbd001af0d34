import numpy as np
import pandas as pd
import pytest

from imu_valgus.report.curves import course, from_contact, leg_curves, mean_curve

TWO_CURVES = np.array([[1.0, 3.0, 5.0], [3.0, 5.0, 9.0]])


def ramp_leg(qualities: tuple[str, ...] = ("good", "good")) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make a leg whose valgus is its time in seconds, with strides of 1 s from 0, 1, …."""
    time_s = np.linspace(0.0, 10.0, 1001)
    contact = np.arange(len(qualities), dtype=float)
    strides = pd.DataFrame(
        {
            "initial_contact_s": contact,
            "toe_off_s": contact + 0.4,
            "next_contact_s": contact + 1.0,
            "quality": list(qualities),
        }
    )
    return pd.DataFrame({"time_s": time_s, "valgus_deg": time_s}), strides


def test_the_mean_curve_is_the_mean_of_the_curves_point_by_point():
    mean = mean_curve(TWO_CURVES)

    np.testing.assert_allclose(mean.mean_deg, [2.0, 4.0, 7.0])


def test_the_spread_of_two_curves_is_their_sample_standard_deviation():
    mean = mean_curve(TWO_CURVES)

    np.testing.assert_allclose(mean.sd_deg, np.array([2.0, 2.0, 4.0]) / np.sqrt(2.0))


def test_a_single_curve_has_no_spread():
    mean = mean_curve(TWO_CURVES[:1])

    assert np.isnan(mean.sd_deg).all()


def test_curves_shifted_to_contact_all_start_at_zero():
    shifted = from_contact(TWO_CURVES)

    np.testing.assert_allclose(shifted, [[0.0, 2.0, 4.0], [0.0, 2.0, 6.0]])


def test_stance_runs_from_contact_to_toe_off():
    angles, strides = ramp_leg()

    curves = leg_curves(angles, strides, angle="valgus")

    np.testing.assert_allclose(curves.stance[1], np.linspace(1.0, 1.4, 101), atol=1e-9)


def test_the_stride_runs_from_contact_to_the_next_contact():
    angles, strides = ramp_leg()

    curves = leg_curves(angles, strides, angle="valgus")

    np.testing.assert_allclose(curves.stride[1], np.linspace(1.0, 2.0, 101), atol=1e-9)


@pytest.mark.parametrize("quality", ["suspect", "rejected"])
def test_strides_that_are_not_good_stay_out_of_the_curves(quality: str):
    angles, strides = ramp_leg(("good", quality, "good"))

    curves = leg_curves(angles, strides, angle="valgus")

    np.testing.assert_allclose(curves.stride[:, 0], [0.0, 2.0], atol=1e-9)


def test_a_stride_without_toe_off_has_no_stance_but_a_stride():
    angles, strides = ramp_leg()
    strides.loc[0, "toe_off_s"] = np.nan

    curves = leg_curves(angles, strides, angle="valgus")

    assert (len(curves.stance), len(curves.stride)) == (1, 2)


def test_a_stride_beyond_the_angles_is_left_out():
    angles, strides = ramp_leg()

    curves = leg_curves(angles[angles["time_s"] < 1.5], strides, angle="valgus")

    assert (len(curves.stance), len(curves.stride)) == (2, 1)


def test_a_leg_without_angles_has_no_curves():
    angles, strides = ramp_leg()

    curves = leg_curves(angles.iloc[:0], strides, angle="valgus")

    assert curves.stride.shape == (0, 101)


def test_a_course_has_one_median_for_five_strides():
    values = np.array([1.0, 2.0, 3.0, 4.0, 50.0, 6.0, 6.0, 6.0, 6.0, 6.0])

    thin = course(np.arange(10.0), values)

    np.testing.assert_allclose(thin.median, [3.0, 6.0])


def test_the_strides_left_over_join_the_last_point():
    values = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 9.0, 9.0])

    thin = course(np.arange(12.0), values)

    np.testing.assert_allclose(thin.median, [1.0, 2.0])


def test_a_course_is_broken_where_the_runner_paused():
    times = np.concatenate([np.arange(5.0), 100.0 + np.arange(5.0)])

    thin = course(times, np.ones(10))

    np.testing.assert_allclose(thin.time_s, [2.0, np.nan, 102.0])


def test_a_course_leaves_out_strides_without_a_number():
    values = np.array([1.0, np.nan, 1.0, 1.0, 1.0, 1.0])

    thin = course(np.arange(6.0), values)

    np.testing.assert_allclose(thin.time_s, [3.0])


def test_a_course_of_a_very_long_run_has_no_more_points_than_a_figure_shows():
    thin = course(0.7 * np.arange(15_000.0), np.ones(15_000))

    assert len(thin.time_s) <= 201

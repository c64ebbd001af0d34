"""One curve a stride, on an axis of percent."""

import numpy as np
import pandas as pd
import pytest

from imu_valgus.metrics import stride_curves


def ramp_leg(n_strides: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make a leg whose thigh tilt is its time in seconds, with strides of 1 s from 0, 1, …."""
    time_s = 0.01 * np.arange(100 * n_strides + 101)
    contact = np.arange(n_strides, dtype=float)
    strides = pd.DataFrame(
        {
            "initial_contact_s": contact,
            "toe_off_s": contact + 0.4,
            "next_contact_s": contact + 1.0,
        }
    )
    return pd.DataFrame({"time_s": time_s, "thigh_tilt_deg": time_s}), strides


@pytest.mark.parametrize(("span", "lasts_s"), [("stance", 0.4), ("stride", 1.0)])
def test_a_curve_runs_from_contact_to_the_end_of_its_span(span, lasts_s):
    angles, strides = ramp_leg()

    curves = stride_curves(angles, strides, column="thigh_tilt_deg", span=span)

    np.testing.assert_allclose(curves[1], np.linspace(1.0, 1.0 + lasts_s, 101), atol=1e-9)


def test_curves_stand_in_the_order_of_the_strides():
    angles, strides = ramp_leg()

    curves = stride_curves(angles, strides.iloc[::-1], column="thigh_tilt_deg", span="stride")

    np.testing.assert_allclose(curves[:, 0], [2.0, 1.0, 0.0], atol=1e-9)


def test_a_stride_without_toe_off_keeps_its_row_and_has_no_curve():
    angles, strides = ramp_leg()
    strides.loc[1, "toe_off_s"] = np.nan

    curves = stride_curves(angles, strides, column="thigh_tilt_deg", span="stance")

    assert np.isnan(curves).all(axis=1).tolist() == [False, True, False]


def test_a_stride_with_a_gap_in_the_angles_has_no_curve():
    angles, strides = ramp_leg()
    lost = angles["time_s"].between(1.5, 1.7)

    curves = stride_curves(angles[~lost], strides, column="thigh_tilt_deg", span="stride")

    assert np.isnan(curves).all(axis=1).tolist() == [False, True, False]


def test_an_angle_that_is_not_known_there_is_a_gap():
    angles, strides = ramp_leg()
    angles.loc[angles["time_s"].between(1.5, 1.7), "thigh_tilt_deg"] = np.nan

    curves = stride_curves(angles, strides, column="thigh_tilt_deg", span="stride")

    assert np.isnan(curves).all(axis=1).tolist() == [False, True, False]


def test_a_leg_without_the_angle_has_rows_without_curves():
    angles, strides = ramp_leg()

    curves = stride_curves(angles.iloc[:0], strides, column="thigh_tilt_deg", span="stride")

    assert (curves.shape, bool(np.isnan(curves).all())) == ((3, 101), True)

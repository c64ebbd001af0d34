"""Curves of strides on an axis of percent."""

import numpy as np

from imu_valgus.strides import normalise


def test_a_ramp_is_read_exactly_at_every_percent():
    time_s = np.linspace(0.0, 10.0, 2001)

    curves = normalise(time_s, 3.0 * time_s, np.array([1.0, 4.0]), np.array([2.0, 4.5]))

    np.testing.assert_allclose(
        curves, [np.linspace(3.0, 6.0, 101), np.linspace(12.0, 13.5, 101)], atol=1e-12
    )


def test_a_stride_beyond_the_data_has_no_curve():
    time_s = np.linspace(0.0, 10.0, 2001)

    curves = normalise(time_s, time_s, np.array([9.5, 5.0]), np.array([10.5, 5.5]))

    assert np.isnan(curves).all(axis=1).tolist() == [True, False]


def test_a_stance_without_toe_off_has_no_curve():
    time_s = np.linspace(0.0, 10.0, 2001)

    curves = normalise(time_s, time_s, np.array([1.0]), np.array([np.nan]))

    assert np.isnan(curves).all()

"""A signal is checked once, when it is made."""

import numpy as np
import pytest

from imu_valgus.core import ImuSignal


def signal_at(time_s: np.ndarray) -> ImuSignal:
    zeros = np.zeros((len(time_s), 3))
    return ImuSignal(time_s=time_s, acc_mps2=zeros, gyr_radps=zeros)


def test_time_that_runs_back_is_refused():
    with pytest.raises(ValueError, match="increase strictly"):
        signal_at(np.array([0.0, 0.02, 0.01]))


def test_values_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="not finite"):
        signal_at(np.array([0.0, np.nan]))


def test_a_wrong_shape_is_named_with_the_expected_one():
    with pytest.raises(ValueError, match=r"gyr_radps has shape \(2, 3\), expected \(3, 3\)"):
        ImuSignal(np.arange(3.0), np.zeros((3, 3)), np.zeros((2, 3)))


def test_a_lost_sample_splits_the_signal_into_spans():
    time_s = np.delete(np.arange(10) * 0.005, 4)

    assert signal_at(time_s).spans() == [slice(0, 4), slice(4, 9)]


def test_the_sampling_rate_does_not_count_gaps():
    time_s = np.concatenate([np.arange(100) * 0.005, 60 + np.arange(100) * 0.005])

    assert signal_at(time_s).sampling_rate_hz == pytest.approx(200.0)

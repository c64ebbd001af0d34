from dataclasses import replace

import numpy as np
import pytest
from accuracy.case import LegAngles, LegCase, Truth
from accuracy.measures import score

from imu_valgus.core import Bout, ImuSignal

RATE_HZ = 100.0
STRIDE_S = 0.7


@pytest.fixture
def case() -> LegCase:
    time_s = np.arange(0, 70, 1 / RATE_HZ)
    phase = 2 * np.pi * time_s / STRIDE_S
    signal = ImuSignal(time_s, np.ones((len(time_s), 3)), np.zeros((len(time_s), 3)))
    contact_s = np.arange(1.0, 68.0, STRIDE_S)
    return LegCase(
        group="simulated",
        name="made up",
        side="right",
        key="",
        thigh=signal,
        shank=signal,
        shank_s=time_s,
        standing=(Bout(0.0, 1.0, "stand"),),
        gaits=(Bout(1.0, 70.0, "run"),),
        truth=Truth(
            time_s=time_s,
            flexion_deg=40 - 30 * np.cos(phase),
            valgus_deg=4 + 3 * np.sin(phase),
            trial=np.zeros(len(time_s)),
            initial_contact_s=contact_s,
            toe_off_s=contact_s + 0.25,
        ),
        clock="own",
        signals="measured",
    )


@pytest.fixture
def told(case: LegCase) -> LegAngles:
    """What a method says that knows the truth."""
    truth = case.truth
    return LegAngles(truth.time_s, truth.flexion_deg, truth.valgus_deg, shank_s=case.shank_s)


@pytest.mark.parametrize(
    "measure",
    [
        "valgus_rmse_deg",
        "shape_rmse_deg",
        "flexion_rmse_deg",
        "peak_bias_deg",
        "peak_error_sd_deg",
        "excursion_bias_deg",
        "peak_change_error_deg",
        "sync_residual_ms",
    ],
)
def test_who_tells_the_truth_errs_by_nothing(case: LegCase, told: LegAngles, measure: str):
    found = score(case, told)

    assert getattr(found, measure) == pytest.approx(0.0, abs=1e-9)


def test_a_constant_offset_is_in_the_rmse(case: LegCase, told: LegAngles):
    found = score(case, replace(told, valgus_deg=told.valgus_deg + 1.5))

    assert found.valgus_rmse_deg == pytest.approx(1.5)


def test_a_constant_offset_is_not_in_the_excursion(case: LegCase, told: LegAngles):
    found = score(case, replace(told, valgus_deg=told.valgus_deg + 1.5))

    assert found.excursion_bias_deg == pytest.approx(0.0, abs=1e-9)


def test_a_drift_is_in_the_change_of_the_peak(case: LegCase, told: LegAngles):
    drift_deg = np.linspace(0, 2, len(told.time_s))

    found = score(case, replace(told, valgus_deg=told.valgus_deg + drift_deg))

    assert found.peak_change_error_deg == pytest.approx(1.8, abs=0.1)


def test_a_shank_clock_that_is_read_late_is_in_the_sync_residual(case: LegCase, told: LegAngles):
    found = score(case, replace(told, shank_s=case.shank_s + 0.004))

    assert found.sync_residual_ms == pytest.approx(4.0)


def test_walks_are_matched_to_a_reference_on_a_late_clock(case: LegCase, told: LegAngles):
    late = replace(case, group="walks", truth=replace(case.truth, time_s=case.truth.time_s + 0.02))

    found = score(late, told)

    assert found.shift_ms == pytest.approx(-20.0)

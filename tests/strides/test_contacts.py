"""Contacts agree with what is known: exact ones of simulated legs, marks by eye on a real one."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu_valgus.core import Bout, FloatArray, ImuSignal
from imu_valgus.strides import Contacts, find_contacts
from imu_valgus.sync import low_pass

TOLERANCE_S = 0.030


@dataclass(frozen=True)
class Score:
    """What was found against what is true."""

    matched: float
    false: float
    contact_error_s: FloatArray
    toe_off_error_s: FloatArray

    @property
    def contact_time_error_s(self) -> FloatArray:
        return self.toe_off_error_s - self.contact_error_s


def score(
    found: Contacts, contact_s: FloatArray, toe_off_s: FloatArray, *, within_s: float = TOLERANCE_S
) -> Score:
    """Match one to one: each found contact with the nearest true one, none twice."""
    nearest = np.argmin(np.abs(found.initial_contact_s[:, np.newaxis] - contact_s), axis=1)
    error_s = found.initial_contact_s - contact_s[nearest]
    good = np.abs(error_s) <= within_s
    once = np.unique(nearest[good])
    return Score(
        matched=len(once) / len(contact_s),
        false=1 - len(once) / max(len(found), 1),
        contact_error_s=error_s[good],
        toe_off_error_s=(found.toe_off_s - toe_off_s[nearest])[good],
    )


def score_all(legs, *, change=lambda signal: signal, thigh=True) -> list[Score]:
    """Score every leg, its signals changed as asked."""
    return [
        score(
            find_contacts(change(leg.shank), leg.runs, thigh=change(leg.thigh) if thigh else None),
            leg.initial_contact_s,
            leg.toe_off_s,
        )
        for leg in legs
    ]


@pytest.fixture(scope="module")
def scores(true_legs) -> list[Score]:
    return score_all(true_legs)


def without_impacts(signal: ImuSignal) -> ImuSignal:
    """Smooth the signals as a virtual sensor on smoothed poses has them."""
    return replace(
        signal,
        acc_mps2=low_pass(signal.acc_mps2, signal.time_s, cutoff_hz=12.0),
        gyr_radps=low_pass(signal.gyr_radps, signal.time_s, cutoff_hz=12.0),
    )


def every_fourth(signal: ImuSignal) -> ImuSignal:
    """A sensor of 50 Hz."""
    smooth = low_pass(np.hstack([signal.acc_mps2, signal.gyr_radps]), signal.time_s, cutoff_hz=20.0)
    return ImuSignal(signal.time_s[::4], smooth[::4, :3], smooth[::4, 3:], frame=signal.frame)


def lossy(signal: ImuSignal) -> ImuSignal:
    """Lose one packet of ten samples in twenty."""
    packets = np.random.default_rng(5).random(len(signal) // 10) > 0.05
    kept = np.repeat(packets, 10)
    n = len(kept)
    return ImuSignal(
        signal.time_s[:n][kept],
        signal.acc_mps2[:n][kept],
        signal.gyr_radps[:n][kept],
        frame=signal.frame,
    )


def test_99_percent_of_simulated_contacts_are_found_within_30_ms(scores):
    assert np.mean([one.matched for one in scores]) >= 0.99


def test_1_percent_of_simulated_contacts_at_most_are_false(scores):
    assert np.mean([one.false for one in scores]) <= 0.01


def test_no_simulated_leg_has_a_median_contact_bias_above_10_ms(scores):
    assert max(abs(np.median(one.contact_error_s)) for one in scores) <= 0.010


def test_simulated_toe_offs_lie_within_40_ms(scores):
    errors_s = np.abs(np.concatenate([one.toe_off_error_s for one in scores]))

    assert np.mean(errors_s <= 0.040) >= 0.99


def test_simulated_contact_times_have_a_bias_below_15_ms(scores):
    errors_s = np.concatenate([one.contact_time_error_s for one in scores])

    assert abs(np.nanmedian(errors_s)) <= 0.015


@pytest.mark.parametrize("change", [without_impacts, every_fourth])
def test_contacts_are_found_without_impacts(true_legs, change):
    found = score_all(true_legs, change=change)

    assert np.mean([one.matched for one in found]) >= 0.97


def test_lost_packets_lose_few_contacts(true_legs):
    found = score_all(true_legs, change=lossy)

    assert np.mean([one.matched for one in found]) >= 0.97


def test_a_shank_alone_gives_toe_offs_within_50_ms(true_legs):
    found = score_all(true_legs, thigh=False)

    errors_s = np.abs(np.concatenate([one.toe_off_error_s for one in found]))
    assert np.nanquantile(errors_s, 0.95) <= 0.050


@settings(max_examples=10, deadline=None)
@given(shift_s=st.floats(-1e5, 1e5))
def test_a_shift_of_time_shifts_the_contacts_and_nothing_else(true_legs, shift_s):
    leg = true_legs[0]
    here = find_contacts(leg.shank, leg.runs, thigh=leg.thigh)

    there = find_contacts(
        leg.shank.retimed(leg.shank.time_s + shift_s),
        [Bout(bout.start_s + shift_s, bout.stop_s + shift_s, "run") for bout in leg.runs],
        thigh=leg.thigh.retimed(leg.thigh.time_s + shift_s),
    )

    np.testing.assert_allclose(
        np.r_[there.initial_contact_s, there.toe_off_s] - shift_s,
        np.r_[here.initial_contact_s, here.toe_off_s],
        atol=1e-3,
    )


def test_toe_off_lies_between_contact_and_the_next(true_legs):
    leg = true_legs[3]

    found = find_contacts(leg.shank, leg.runs, thigh=leg.thigh)

    between = (found.toe_off_s > found.initial_contact_s)[:-1] & (
        found.toe_off_s[:-1] < found.initial_contact_s[1:]
    )
    assert between.all()


def test_no_contact_is_placed_in_a_hole_of_the_data(true_legs):
    leg = true_legs[2]
    hole = (leg.shank.time_s > 30.0) & (leg.shank.time_s < 34.0)
    shank = ImuSignal(
        leg.shank.time_s[~hole],
        leg.shank.acc_mps2[~hole],
        leg.shank.gyr_radps[~hole],
        frame="segment",
    )

    found = find_contacts(shank, leg.runs).initial_contact_s

    assert not ((found > 30.0) & (found < 34.0)).any()


def test_without_running_there_are_no_contacts_and_a_reason(true_legs):
    found = find_contacts(true_legs[0].shank, [Bout(0.0, 4.0, "stand")])

    assert (len(found), found.reason) == (0, "no running found")


def test_two_runs_that_nearly_touch_share_no_contact(true_legs):
    leg = true_legs[0]
    (run,) = leg.runs
    middle_s = 0.5 * (run.start_s + run.stop_s)
    halves = (Bout(run.start_s, middle_s, "run"), Bout(middle_s + 0.3, run.stop_s, "run"))

    found = find_contacts(leg.shank, halves).initial_contact_s

    assert np.diff(found).min() > 0.4


def test_signals_in_the_sensors_own_axes_are_refused(true_legs):
    with pytest.raises(ValueError, match="segment frame"):
        find_contacts(replace(true_legs[0].shank, frame="sensor"), true_legs[0].runs)


def test_virtual_sensors_on_a_real_run_meet_98_percent_of_its_marker_contacts(measured_legs):
    found = score_all(measured_legs)

    assert np.mean([one.matched for one in found]) >= 0.98


def test_virtual_sensors_on_a_real_run_have_a_median_contact_bias_below_10_ms(measured_legs):
    errors_s = np.concatenate([one.contact_error_s for one in score_all(measured_legs)])

    assert abs(np.median(errors_s)) <= 0.010


REAL_RUN = (Bout(3.0, 60.0, "run"),)


def test_99_percent_of_the_marks_on_a_real_run_are_met_within_30_ms(marked_leg):
    found = find_contacts(marked_leg.shank, REAL_RUN, thigh=marked_leg.thigh)

    assert score(found, marked_leg.marks_s, marked_leg.marks_s).matched >= 0.99


def test_1_percent_of_the_contacts_on_a_real_run_at_most_were_not_marked(marked_leg):
    found = find_contacts(marked_leg.shank, REAL_RUN, thigh=marked_leg.thigh)

    assert score(found, marked_leg.marks_s, marked_leg.marks_s).false <= 0.01


def test_the_median_bias_against_the_marks_on_a_real_run_is_below_10_ms(marked_leg):
    found = find_contacts(marked_leg.shank, REAL_RUN, thigh=marked_leg.thigh)

    errors_s = score(found, marked_leg.marks_s, marked_leg.marks_s).contact_error_s
    assert abs(np.median(errors_s)) <= 0.010


def test_contact_times_of_a_real_slow_run_are_those_of_jogging(marked_leg):
    found = find_contacts(marked_leg.shank, REAL_RUN, thigh=marked_leg.thigh)

    contact_s = found.toe_off_s - found.initial_contact_s
    assert 0.25 < np.nanmin(contact_s) <= np.nanmax(contact_s) < 0.45

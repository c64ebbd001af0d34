"""What an analysis makes of recordings that lack something."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from truth import analysed, recording_of

from imu_valgus.calibration import StrapPrior, standing_for_zero
from imu_valgus.core import (
    ANGLE_COLUMNS,
    STRIDE_COLUMNS,
    CalibrationError,
    Event,
    ImuSignal,
    ImuValgusError,
    Placement,
    RecordingError,
)
from imu_valgus.pipeline import AnalysisParams, analyze, read_parameters, write_derived
from imu_valgus.recording import Recording, SessionInfo
from imu_valgus.simulation import RunnerParams

ONE_LEG = RunnerParams(seed=5, run_minutes=0.5, sides=("left",), squats=2)
RUN, FOUND = analysed(ONE_LEG)
WHOLE = recording_of(RUN)


def with_only(*placements: str) -> Recording:
    """The same recording of fewer sensors."""
    sensors = tuple(s for s in WHOLE.info.sensors if s.placement in placements)
    info: SessionInfo = replace(WHOLE.info, sensors=sensors, reference=sensors[0].placement)
    return Recording(info, {s.placement: WHOLE.signals[s.placement] for s in sensors})


def without(start_s: float, stop_s: float) -> Recording:
    """The same recording with a stretch lost on all sensors."""
    kept = {}
    for placement, signal in WHOLE.signals.items():
        stay = (signal.time_s < start_s) | (signal.time_s >= stop_s)
        kept[placement] = replace(
            signal,
            time_s=signal.time_s[stay],
            acc_mps2=signal.acc_mps2[stay],
            gyr_radps=signal.gyr_radps[stay],
            clipped=signal.clipped[stay],
        )
    return replace(WHOLE, signals=kept)


def run_start_s() -> float:
    return next(bout.start_s for bout in RUN.bouts if bout.kind == "run")


def test_the_tables_have_the_columns_of_the_design():
    assert (tuple(FOUND.strides), tuple(FOUND.angles)) == (STRIDE_COLUMNS, ANGLE_COLUMNS)


def test_valgus_is_zero_over_the_standing_before_the_run():
    zero = standing_for_zero(FOUND.summary.bouts)
    time_s = FOUND.angles["time_s"].to_numpy()
    still = (time_s >= zero.start_s) & (time_s < zero.stop_s)

    assert FOUND.angles["valgus_deg"][still].mean() == pytest.approx(0, abs=0.05)


def test_a_measured_standing_alignment_shifts_valgus():
    shifted = analyze(WHOLE, params=AnalysisParams(left_standing_valgus_deg=2.0))

    difference = shifted.strides["valgus_mean_deg"] - FOUND.strides["valgus_mean_deg"]
    np.testing.assert_allclose(difference, 2.0, atol=1e-6)


def test_a_stride_over_a_gap_is_rejected_and_stays_in_the_log():
    gap_s = run_start_s() + 15.0

    log = analyze(without(gap_s, gap_s + 0.2)).strides

    over = log[(log["initial_contact_s"] < gap_s) & (log["next_contact_s"] > gap_s + 0.2)]
    assert set(over["quality"]) <= {"rejected"}


def test_strides_far_from_a_gap_of_minutes_stay_good():
    middle_s = run_start_s() + 15.0
    later = {
        p: s.retimed(np.where(s.time_s > middle_s, s.time_s + 180.0, s.time_s))
        for p, s in WHOLE.signals.items()
    }

    log = analyze(replace(WHOLE, signals=later)).strides

    assert (log["quality"] == "good").mean() > 0.9


def test_a_shank_alone_gives_contacts_and_tilt_but_no_knee():
    found = analyze(with_only("left_shank"))

    log = found.strides
    assert (
        len(log) > 30,
        log["valgus_peak_deg"].notna().any(),
        log["tibial_shock_g"].min() > 1,
    ) == (
        True,
        False,
        True,
    )


def test_a_thigh_alone_has_no_strides_and_the_notes_say_why():
    found = analyze(with_only("left_thigh"))

    assert any("no shank sensor" in note for note in found.summary.notes)


def test_without_standing_the_refusal_says_how_to_record_it():
    late_s = RUN.bouts[1].start_s + 1
    early_s = RUN.bouts[-1].start_s - 1
    moving = {p: s[s.between(late_s, early_s)] for p, s in WHOLE.signals.items()}
    events = tuple(
        Event(b.start_s, b.duration_s, "walk") for b in FOUND.summary.bouts if b.kind == "stand"
    )

    with pytest.raises(CalibrationError) as refusal:
        analyze(replace(WHOLE, signals=moving, events=events))

    assert "stand upright and still for 10 s" in refusal.value.hint


def test_another_posture_after_the_run_widens_the_error_of_all_absolute_angles():
    stood = [bout for bout in RUN.bouts if bout.kind == "stand"]
    shank = WHOLE.signals["left_shank"]
    again = shank.time_s >= stood[-1].start_s + 1
    lean = Rotation.from_euler("XYZ", [12.0, 12.0, 0.0], degrees=True)
    leaning = replace(
        shank, acc_mps2=np.where(again[:, None], lean.apply(shank.acc_mps2), shank.acc_mps2)
    )

    found = analyze(replace(WHOLE, signals={**WHOLE.signals, "left_shank": leaning}))

    before, after = (one.summary.sides["left"].valgus_peak_deg for one in (FOUND, found))
    assert before is not None
    assert after is not None
    assert (after.sd_shared or 0.0) > (before.sd_shared or np.inf) + 0.5


def test_an_entered_standing_alignment_is_what_standing_reads():
    found = analyze(WHOLE, params=AnalysisParams(left_standing_valgus_deg=3.0))

    assert found.summary.standing_valgus_deg == {"left": 3.0}


def test_without_squats_the_analysis_goes_on_and_says_what_that_costs():
    _, found = analysed(replace(ONE_LEG, squats=0))

    assert any("No squats found" in note for note in found.summary.notes)


def test_sensors_elsewhere_than_on_a_leg_are_refused_in_one_line():
    signals: dict[Placement, ImuSignal] = {"pelvis": WHOLE.signals["left_thigh"]}
    sensor = replace(WHOLE.info.sensors[0], placement="pelvis")
    info = replace(WHOLE.info, sensors=(sensor,), reference="pelvis")

    with pytest.raises(ImuValgusError, match="no sensor on a thigh or a shank"):
        analyze(Recording(info, signals))


def test_results_that_cannot_be_written_are_told_in_one_line(tmp_path):
    (tmp_path / "derived").write_text("a file where the folder should be")

    with pytest.raises(RecordingError, match=r"cannot write .*derived: File exists"):
        write_derived(
            tmp_path,
            summary=FOUND.summary,
            strides=FOUND.strides,
            repetitions=FOUND.repetitions,
            angles=FOUND.angles,
        )


def test_what_an_analysis_was_set_to_is_read_from_results_of_another_version(tmp_path):
    wanted = AnalysisParams(
        left_standing_valgus_deg=2.0, track_length_m=400.0, thigh_strap=StrapPrior(up="-x")
    )
    (tmp_path / "derived").mkdir()
    content = {"format_version": 0, "parameters": {**asdict(wanted), "gone": 1}}
    (tmp_path / "derived" / "summary.json").write_text(json.dumps(content))

    assert read_parameters(tmp_path) == wanted


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"parameters": {"attitude": "guess"}}'])
def test_results_that_do_not_tell_what_they_were_set_to_are_no_error(tmp_path, content):
    (tmp_path / "derived").mkdir()
    (tmp_path / "derived" / "summary.json").write_text(content)

    assert read_parameters(tmp_path) is None

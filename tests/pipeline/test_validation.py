"""Our angles against a reference, where it is known how far they agree."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from truth import analysed, recording_of

from imu_valgus.core import ANGLE_COLUMNS, FloatArray, ImuValgusError, KneeAngles, RecordingError
from imu_valgus.pipeline import (
    AnalysisParams,
    Derived,
    PlacingParams,
    SideValidation,
    ValidationParams,
    analyze,
)
from imu_valgus.pipeline.validation import validate
from imu_valgus.recording.references import ReferenceAngles
from imu_valgus.simulation import RunnerParams

RUN, FOUND = analysed(RunnerParams(seed=5, run_minutes=0.5, sides=("left",), squats=2))
DERIVED = Derived(
    info=recording_of(RUN).info,
    summary=FOUND.summary,
    strides=FOUND.strides,
    repetitions=FOUND.repetitions,
    angles=FOUND.angles,
)
OURS = {
    name: FOUND.angles[name].to_numpy(dtype=np.float64) for name in ANGLE_COLUMNS if name != "side"
}
RUN_BOUT = next(bout for bout in FOUND.summary.bouts if bout.kind == "run")
LATE_S = 12.3456


def same(values: FloatArray) -> FloatArray:
    return values


def piece(
    start_s: float,
    stop_s: float,
    *,
    name: str = "run",
    late_s: float = LATE_S,
    valgus: Callable[[FloatArray], FloatArray] = same,
    flexion: Callable[[FloatArray], FloatArray] = same,
) -> ReferenceAngles:
    """Read our own angles at 120 Hz, on a clock that is late, as a laboratory might send them."""
    time_s = np.arange(start_s, stop_s, 1 / 120)
    read = [
        np.interp(time_s, OURS["time_s"], OURS[f"{plane}_deg"])
        for plane in ("flexion", "valgus", "internal_rotation")
    ]
    return ReferenceAngles(
        name=name,
        side="left",
        clock="own",
        time_s=time_s - late_s,
        angles=KneeAngles(flexion(read[0]), valgus(read[1]), read[2]),
    )


def whole_run(**changes) -> ReferenceAngles:
    return piece(RUN_BOUT.start_s, RUN_BOUT.stop_s, **changes)


def compare(
    trials: Sequence[ReferenceAngles], *, derived: Derived = DERIVED, **placing
) -> SideValidation:
    params = ValidationParams(placing=PlacingParams(**placing))
    found = validate(derived, trials, names=["lab.csv"], params=params)
    return found.result.sides["left"]


def test_a_trial_is_found_in_time():
    found = compare([whole_run()])

    assert found.trials[0].offset_s == pytest.approx(LATE_S, abs=0.0005)


def test_the_true_angles_are_found_in_time():
    truth = RUN.truth[RUN.truth["side"] == "left"]
    time_s, *angles = (
        truth[name].to_numpy(dtype=np.float64)
        for name in ("time_s", "flexion_deg", "valgus_deg", "internal_rotation_deg")
    )
    true = ReferenceAngles("truth", "left", "own", time_s - LATE_S, KneeAngles(*angles))

    found = compare([true])

    assert found.trials[0].offset_s == pytest.approx(LATE_S, abs=0.005)


def test_ours_against_ours_differ_by_nothing():
    found = compare([whole_run()])

    assert max(plane.samples.rmse_deg for plane in found.planes.values()) < 0.1


def test_another_zero_of_valgus_is_bias_and_no_error_of_shape():
    valgus = compare([whole_run(valgus=lambda ours: ours - 3.0)]).planes["valgus"].samples

    assert (valgus.bias_deg, valgus.rmse_centred_deg) == pytest.approx((3.0, 0.0), abs=0.1)


def test_the_share_inside_our_interval_tells_zero_from_shape():
    found = compare([whole_run(valgus=lambda ours: ours + 30.0)])

    assert (found.inside_95, found.inside_95_centred) == (0.0, 1.0)


def test_every_good_stride_is_compared():
    found = compare([whole_run()])

    peak = found.planes["valgus"].stride_peak
    assert peak is not None
    assert peak.n == (FOUND.strides["quality"] == "good").sum()


def test_another_zero_does_not_touch_the_excursions():
    found = compare([whole_run(valgus=lambda ours: ours - 3.0)]).planes["valgus"]

    assert found.stride_excursion is not None
    assert found.stride_excursion.bias_deg == pytest.approx(0.0, abs=0.1)


def test_trials_with_clocks_of_their_own_have_an_offset_each():
    first = piece(RUN_BOUT.start_s, RUN_BOUT.start_s + 8, name="1", late_s=5.0)
    second = piece(RUN_BOUT.start_s + 12, RUN_BOUT.start_s + 20, name="2", late_s=-7.0)

    found = compare([first, second])

    assert [t.offset_s for t in found.trials] == pytest.approx([5.0, -7.0], abs=0.001)


def test_trials_of_a_shared_clock_have_one_offset():
    first = piece(RUN_BOUT.start_s, RUN_BOUT.start_s + 8, name="1", late_s=0.5)
    second = piece(RUN_BOUT.start_s + 12, RUN_BOUT.start_s + 20, name="2", late_s=0.52)

    found = compare([first, second], clock="shared")

    assert found.trials[0].offset_s == found.trials[1].offset_s


def test_seconds_since_1970_are_counted_from_the_start_of_the_session():
    start = datetime(2026, 11, 22, 10, tzinfo=UTC)
    trial = replace(whole_run(late_s=0.02 - start.timestamp()), clock="unix")

    found = compare([trial], derived=replace(DERIVED, info=replace(DERIVED.info, start=start)))

    assert found.trials[0].offset_s == pytest.approx(0.02, abs=0.001)


def test_a_given_offset_is_taken_as_it_is():
    found = compare([whole_run()], offset_s=12.0)

    assert found.trials[0].offset_s == 12.0


def test_what_lies_outside_of_the_session_is_told():
    params = ValidationParams(placing=PlacingParams(offset_s=LATE_S + 10.0))
    last_s = float(OURS["time_s"][-1])

    found = validate(DERIVED, [piece(last_s - 20, last_s)], names=["lab.csv"], params=params)

    assert found.result.notes == ("50% of trial run lies outside of our angles.",)


def test_a_trial_that_fits_in_two_places_is_told():
    short = piece(RUN_BOUT.start_s, RUN_BOUT.start_s + 1.0, flexion=lambda ours: 0.5 * ours)

    found = validate(DERIVED, [short], names=["lab.csv"], params=ValidationParams())

    assert found.result.notes[0].startswith("Trial run would lie almost as well elsewhere")


@pytest.mark.parametrize(
    ("trial", "placing", "message"),
    [
        (replace(whole_run(), side="right"), {}, "of the right leg, .* of the left one only"),
        (whole_run(), {"side": "right"}, "is of the left leg, not the right"),
        (whole_run(flexion=lambda ours: 0 * ours + 5), {}, "hardly moves in trial run"),
        (whole_run(flexion=lambda ours: -ours), {}, "matches the session nowhere: r = "),
        (whole_run(late_s=1000.0), {"clock": "shared"}, "no time in common"),
        (whole_run(late_s=1000.0), {"offset_s": 0.0}, "no time in common"),
        (replace(whole_run(), clock="unix"), {}, "does not know its start"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(trial, placing, message):
    with pytest.raises(ImuValgusError, match=message):
        compare([trial], **placing)


def test_with_two_legs_the_reference_must_say_which():
    both = replace(
        DERIVED,
        angles=FOUND.angles.assign(
            side=np.where(np.arange(len(FOUND.angles)) % 2, "left", "right")
        ),
    )

    with pytest.raises(RecordingError, match="does not say of which leg"):
        compare([replace(whole_run(), side=None)], derived=both)


def test_angles_corrected_for_crosstalk_are_not_validated_in_silence():
    corrected = analyze(recording_of(RUN), params=AnalysisParams(pca_crosstalk=True)).summary
    derived = replace(DERIVED, summary=corrected)

    found = validate(derived, [whole_run()], names=["lab.csv"], params=ValidationParams())

    assert any("corrected for crosstalk" in note for note in found.result.notes)

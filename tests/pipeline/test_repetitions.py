"""Repetitions on the whole road: simulated squats against the truth, real ones against the eye."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from truth import analysed, found_time, recording_of

from imu_valgus.core import REP_COLUMNS, SIDES, FloatArray, Placement, Side
from imu_valgus.pipeline import Analysis, RepetitionResult, analyze, analyze_session, read_derived
from imu_valgus.recording import Recording, import_files, write_session
from imu_valgus.simulation import RunnerParams, SensorParams

SQUAT_S, PAUSE_S = 4.0, 1.0
"""Of the simulated protocol."""
EIGHT = [
    RunnerParams(
        seed=100 + number,
        run_minutes=0.5,
        course="treadmill" if number % 2 else "track",
        sensor=SensorParams(mounting_error_max_deg=15.0),
    )
    for number in range(8)
]
RUNNERS = pytest.mark.parametrize(
    "one",
    [
        pytest.param(one, id=f"run {one.seed}", marks=[] if short else pytest.mark.accuracy)
        for short, one in zip([True, True, *[False] * 6], EIGHT, strict=True)
    ],
)
LEGS = pytest.mark.parametrize("side", SIDES)


@dataclass(frozen=True, eq=False)
class TrueSquats:
    """One leg's true squats beside what was found of them."""

    start_s: FloatArray
    valgus_at_deepest_deg: FloatArray
    found: pd.DataFrame


def squats_of(one: RunnerParams, side: Side) -> TrueSquats:
    run, found = analysed(one)
    bout = next(bout for bout in run.bouts if bout.kind == "squat")
    start_s = np.arange(bout.start_s, bout.stop_s, SQUAT_S + PAUSE_S)
    truth = run.truth[run.truth["side"] == side]
    valgus_deg = np.interp(start_s + 0.5 * SQUAT_S, truth["time_s"], truth["valgus_deg"])
    own = found.repetitions[found.repetitions["side"] == side]
    return TrueSquats(found_time(run, found, side, start_s), valgus_deg, own)


@LEGS
@RUNNERS
def test_every_squat_is_found_once_and_nothing_else(one, side):
    squats = squats_of(one, side)

    assert list(squats.found["kind"]) == ["squat"] * len(squats.start_s)


@LEGS
@RUNNERS
@pytest.mark.parametrize(
    ("event", "after_s", "within_s"),
    [("start_s", 0.0, 0.3), ("deepest_s", 0.5 * SQUAT_S, 0.1), ("end_s", SQUAT_S, 0.3)],
)
def test_squats_are_timed(one, side, event, after_s, within_s):
    squats = squats_of(one, side)

    np.testing.assert_allclose(squats.found[event], squats.start_s + after_s, atol=within_s)


@LEGS
@RUNNERS
def test_valgus_at_the_deepest_is_within_its_stated_error(one, side):
    squats = squats_of(one, side)

    angles = analysed(one)[1].angles
    own = angles[angles["side"] == side]
    sd_deg = np.interp(squats.found["deepest_s"], own["time_s"], own["valgus_sd_deg"])
    error_deg = squats.found["valgus_at_deepest_deg"] - squats.valgus_at_deepest_deg
    assert (np.abs(error_deg) <= 1.96 * sd_deg).mean() >= 0.9


@LEGS
def test_the_summary_counts_squats_and_gives_their_mean_excursion(side):
    _, found = analysed(EIGHT[0])

    own = found.repetitions[found.repetitions["side"] == side]
    mean_deg = float(own["valgus_excursion_deg"].mean())
    assert found.summary.sides[side].repetitions == (RepetitionResult("squat", 5, 5, mean_deg),)


def test_the_notes_say_that_squats_and_run_differ_in_their_error():
    _, found = analysed(EIGHT[0])

    assert any("Compare squats with squats" in note for note in found.summary.notes)


def test_a_leg_with_one_sensor_has_no_repetitions():
    whole = recording_of(analysed(EIGHT[0])[0])
    sensors = tuple(s for s in whole.info.sensors if s.placement == "left_shank")
    info = replace(whole.info, sensors=sensors, reference="left_shank")

    found = analyze(Recording(info, {"left_shank": whole.signals["left_shank"]}))

    assert (len(found.repetitions), tuple(found.repetitions)) == (0, REP_COLUMNS)


def test_the_log_is_written_beside_the_stride_log(tmp_path):
    session = tmp_path / "session"
    write_session(session, recording_of(analysed(EIGHT[0])[0]))

    analyze_session(session)

    lines = (session / "derived" / "reps.csv").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    assert (rows[0], len(rows) - 1) == (
        ",".join(REP_COLUMNS),
        len(read_derived(session).repetitions),
    )


MC10: dict[Placement, str] = {
    "right_thigh": "anterior_thigh_right",
    "right_shank": "distal_lateral_shank_right",
}
SQUATS_BY_EYE_S = (794.5, 797.1, 799.8, 802.6, 805.5)
"""Where flexion is highest on a plot of the squat trial, in session time."""


@pytest.fixture(scope="module")
def mc10(shared_data: Path) -> Analysis:
    """A real right leg: standing, air squats, and walking overground with turns."""
    folder = shared_data / "nmsdyn_s0040" / "MC10"
    return analyze(
        import_files(
            [
                (placement, path)
                for placement, name in MC10.items()
                for trial in ("f14", "f32", "f34")
                for path in sorted(folder.glob(f"{trial}.*.{name}.*"))
            ]
        )
    )


def test_the_real_squats_are_those_that_the_eye_counts(mc10):
    assert mc10.repetitions["deepest_s"].to_numpy() == pytest.approx(SQUATS_BY_EYE_S, abs=0.15)


def test_the_real_squats_are_as_deep_as_air_squats_go(mc10):
    assert mc10.repetitions["flexion_peak_deg"].between(90.0, 140.0).all()


def test_the_real_leg_is_alone_and_its_log_says_so(mc10):
    assert set(mc10.repetitions["reason"]) == {"one leg worn"}

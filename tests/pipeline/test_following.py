"""After an edit of events.tsv, ``derived/`` says what a new analysis would say."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from truth import analysed, recording_of

from imu_valgus.core import Event, RecordingError
from imu_valgus.pipeline import (
    AnalysisParams,
    analyze_session,
    follow_events,
    follows,
    read_derived,
)
from imu_valgus.recording import write_events, write_session
from imu_valgus.simulation import RunnerParams

RUN, FOUND = analysed(RunnerParams(seed=5, run_minutes=0.5, sides=("left",), squats=2))
TRACK = AnalysisParams(track_length_m=40.0)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was analysed before anyone edited anything."""
    session = tmp_path_factory.mktemp("sessions") / "run"
    write_session(session, recording_of(RUN))
    analyze_session(session, params=TRACK)
    return session


@pytest.fixture
def session(untouched: Path, tmp_path: Path) -> Path:
    """A copy to edit."""
    return Path(shutil.copytree(untouched, tmp_path / untouched.name))


def edits() -> list[Event]:
    """Words on strides and a squat, laps, a note and pain."""
    contacts_s = FOUND.strides["initial_contact_s"].to_list()
    squat_s = float(FOUND.repetitions["start_s"].iloc[0])
    return [
        Event(contacts_s[4], 0.0, "reject", "left", "kerb"),
        Event(contacts_s[7], 0.0, "reject", "left"),
        Event(contacts_s[7], 0.0, "restore", "left"),
        Event(squat_s, 0.0, "reject", "left"),
        Event(contacts_s[10] + 0.1, 0.0, "lap"),
        Event(contacts_s[20] + 0.1, 0.0, "lap"),
        Event(contacts_s[3], 0.0, "pain", "left", "4"),
        Event(contacts_s[3], 0.0, "note", None, "wind"),
    ]


def files_of(session: Path) -> dict[str, bytes]:
    names = ("strides.csv", "reps.csv", "summary.json")
    return {name: (session / "derived" / name).read_bytes() for name in names}


def test_following_gives_what_a_new_analysis_gives(session: Path, tmp_path: Path):
    write_events(session / "events.tsv", edits())
    other = Path(shutil.copytree(session, tmp_path / "again" / session.name))

    follow_events(session)
    analyze_session(other, params=TRACK)

    assert files_of(session) == files_of(other)


def test_the_same_with_crosstalk_corrected_means_before_and_after(session: Path, tmp_path: Path):
    params = replace(TRACK, pca_crosstalk=True)
    analyze_session(session, params=params)
    write_events(session / "events.tsv", edits())
    other = Path(shutil.copytree(session, tmp_path / "again" / session.name))

    follow_events(session)
    analyze_session(other, params=params)

    assert files_of(session) == files_of(other)


def test_a_rejected_stride_leaves_the_mean(session: Path):
    before = read_derived(session)
    highest = before.strides.nlargest(1, "valgus_excursion_deg").iloc[0]
    write_events(
        session / "events.tsv",
        [Event(float(highest["initial_contact_s"]), 0.0, "reject", "left")],
    )

    after = follow_events(session)

    kept = before.strides[before.strides["stride"] != highest["stride"]]
    expected = kept[kept["quality"] == "good"]["valgus_excursion_deg"].mean()
    found = after.sides["left"].valgus_excursion_deg
    assert found is not None
    assert found.mean == pytest.approx(expected, abs=1e-9)


def test_what_is_taken_back_leaves_no_trace(session: Path):
    before = files_of(session)
    write_events(session / "events.tsv", edits())
    follow_events(session)

    write_events(session / "events.tsv", [])
    follow_events(session)

    assert files_of(session) == before


def test_the_angles_are_left_alone(session: Path):
    before = (session / "derived" / "angles.parquet").stat()
    write_events(session / "events.tsv", edits())

    follow_events(session)

    assert (session / "derived" / "angles.parquet").stat() == before


def test_notes_and_pain_ask_for_nothing_new(session: Path):
    summary = read_derived(session).summary

    assert follows(summary, [Event(3.0, 0.0, "note", None, "wind"), Event(4.0, 0.0, "pain")])


def test_other_activities_take_a_new_analysis(session: Path):
    write_events(session / "events.tsv", [Event(20.0, 5.0, "stand")])

    with pytest.raises(RecordingError, match="other activities"):
        follow_events(session)


def test_results_of_an_older_version_take_a_new_analysis(session: Path):
    (session / "derived" / "judged_strides.parquet").unlink()
    write_events(session / "events.tsv", edits())

    with pytest.raises(RecordingError, match="judged_strides") as caught:
        follow_events(session)

    assert caught.value.hint == f"run `imu-valgus analyze {session}`"


def test_a_word_on_a_stride_is_in_the_table_of_strides(session: Path):
    write_events(session / "events.tsv", edits())

    follow_events(session)

    log = pd.read_parquet(session / "derived" / "strides.parquet")
    assert log["reason"].iloc[4] == "user; kerb"

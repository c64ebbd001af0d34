"""Many sessions side by side: what is done once, what is left alone, what fails."""

import os
import shutil
from pathlib import Path

import pytest

from imu_valgus.app.cli.simulate import make_session
from imu_valgus.core import Event
from imu_valgus.library import BatchParams, analyze_one, analyze_sessions
from imu_valgus.pipeline import AnalysisParams, analyze_session, fingerprint, is_made_from
from imu_valgus.pipeline.derived import read_summary
from imu_valgus.recording import write_events
from imu_valgus.simulation import RunnerParams

SHORT = RunnerParams(seed=5, run_minutes=0.4, sides=("right",), walk_s=12.0, squats=0)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session that nobody has analysed."""
    session = tmp_path_factory.mktemp("recorded") / "one"
    make_session(SHORT, session, force=False)
    return session


@pytest.fixture
def library(recorded: Path, tmp_path: Path) -> Path:
    """Two sessions and one that cannot be read."""
    for name in ("a", "b", "broken"):
        shutil.copytree(recorded, tmp_path / name)
    (tmp_path / "broken" / "signals" / "right_shank.parquet").write_bytes(b"no Parquet")
    return tmp_path


def sessions_in(library: Path) -> list[Path]:
    return sorted(path for path in library.iterdir() if path.is_dir())


def written_at(library: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in library.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_library_is_analysed_once_and_a_broken_session_stops_nothing(library: Path):
    params = BatchParams(workers=2)

    first = analyze_sessions(sessions_in(library), params=params)
    before = written_at(library)
    second = analyze_sessions(sessions_in(library)[:2], params=params)

    assert [one.state for one in first] == ["analysed", "analysed", "failed"]
    assert "right_shank.parquet" in first[2].why
    assert [one.state for one in second] == ["unchanged", "unchanged"]
    assert written_at(library) == before


@pytest.fixture
def analysed(recorded: Path, tmp_path: Path) -> Path:
    session = tmp_path / "one"
    shutil.copytree(recorded, session)
    analyze_session(session, params=AnalysisParams(right_standing_valgus_deg=2.0))
    return session


def test_what_another_worker_has_done_is_not_done_again(analysed: Path):
    before = written_at(analysed)

    outcome = analyze_one(analysed, fingerprint(analysed))

    assert (outcome.state, written_at(analysed)) == ("analysed", before)


def test_a_session_is_analysed_anew_as_the_user_chose_before(analysed: Path):
    analyze_one(analysed, "the hash of other signals")

    assert read_summary(analysed).parameters["right_standing_valgus_deg"] == 2.0


@pytest.mark.parametrize(
    ("event", "stays"),
    [(Event(20.0, 0.0, "lap"), True), (Event(0.5, 4.0, "stand"), False)],
)
def test_activities_change_what_results_are_made_from_and_laps_do_not(
    analysed: Path, event: Event, stays: bool
):
    before = fingerprint(analysed)

    write_events(analysed / "events.tsv", [event])

    assert (fingerprint(analysed) == before) == stays


def test_a_signal_of_the_same_size_and_time_but_other_content_is_noticed(analysed: Path):
    signal = analysed / "signals" / "right_thigh.parquet"
    inputs, was = fingerprint(analysed), signal.stat()

    content = bytearray(signal.read_bytes())
    content[len(content) // 2] ^= 1
    signal.write_bytes(content)
    os.utime(signal, ns=(was.st_atime_ns, was.st_mtime_ns))

    assert not is_made_from(analysed, fingerprint(analysed))
    assert is_made_from(analysed, inputs)


def test_half_written_results_count_as_none(analysed: Path):
    (analysed / "derived" / "summary.json").unlink()

    assert not is_made_from(analysed, fingerprint(analysed))

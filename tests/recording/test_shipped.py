"""The shipped run is analysed where it may be written, and nothing of the user's is lost."""

import shutil
from pathlib import Path

import pytest

from imu_valgus.core import Event, RecordingError
from imu_valgus.recording import (
    DEMO_LIBRARY,
    demo_session,
    read_events,
    read_session,
    shipped_session,
    write_events,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder as a wheel makes it, whose files may only be read; the user is elsewhere."""
    package = tmp_path / "site-packages" / "imu_valgus"
    shipped = package / "shipped" / shipped_session().name
    shutil.copytree(shipped_session(), shipped, ignore=shutil.ignore_patterns("derived"))
    for path in sorted(shipped.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    monkeypatch.setattr("imu_valgus.recording.shipped.files", lambda _: package)
    (tmp_path / "user").mkdir()
    monkeypatch.chdir(tmp_path / "user")
    return package


def test_in_a_clone_the_session_of_the_clone_is_analysed():
    assert demo_session() == ROOT / "recordings" / "rbds001_treadmill-run"


@pytest.mark.usefixtures("installed")
def test_of_an_installed_package_a_copy_is_analysed_where_the_user_is():
    session = demo_session()

    assert (session.parts[0], read_session(session).info) == (
        DEMO_LIBRARY,
        read_session(shipped_session()).info,
    )


@pytest.mark.usefixtures("installed")
def test_the_copy_of_a_read_only_installation_may_be_written():
    session = demo_session()

    assert all(path.stat().st_mode & 0o200 for path in [session, *session.rglob("*")])


@pytest.mark.usefixtures("installed")
def test_a_second_time_the_copy_stays_with_what_was_noted_in_it():
    noted = Event(10.0, 0.0, "note")
    write_events(demo_session() / "events.tsv", [noted])

    session = demo_session()

    assert read_events(session / "events.tsv") == (noted,)


def test_the_copy_goes_where_the_user_says(tmp_path: Path):
    session = demo_session(tmp_path / "sessions" / "first")

    assert read_session(session).name == "first"


def test_a_copy_of_the_clone_takes_no_results_along(tmp_path: Path):
    session = demo_session(tmp_path / "first")

    assert not (session / "derived").exists()


@pytest.mark.parametrize("stands_there", ["session.json", "thesis.txt"])
def test_a_folder_of_something_else_is_not_touched(tmp_path: Path, stands_there: str):
    (tmp_path / stands_there).write_text("my own")

    with pytest.raises(RecordingError, match="is not the shipped run"):
        demo_session(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [stands_there]


def test_signals_that_were_changed_are_not_taken_for_the_shipped_ones(tmp_path: Path):
    session = demo_session(tmp_path / "run")
    shutil.copyfile(session / "signals/left_shank.parquet", session / "signals/left_thigh.parquet")

    with pytest.raises(RecordingError, match="is not the shipped run"):
        demo_session(session)


def test_an_installation_without_the_run_is_told(installed: Path):
    shutil.rmtree(installed / "shipped")

    with pytest.raises(RecordingError, match="is missing"):
        shipped_session()

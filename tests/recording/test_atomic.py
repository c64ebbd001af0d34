"""Whatever is written appears whole or not at all, and nothing is lost when writing fails."""

import errno
from pathlib import Path

import pytest

from imu_valgus.core import ImuSignal, RecordingError
from imu_valgus.recording import (
    Recording,
    SensorInfo,
    read_session,
    write_atomically,
    write_session,
)
from imu_valgus.recording import session as session_module
from imu_valgus.recording.signals import write_signal


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _write_half(path: Path, stop: type[BaseException]) -> None:
    with write_atomically(path) as partial:
        partial.write_text("half")
        raise stop


def test_a_file_is_there_once_it_is_whole(tmp_path: Path):
    path = tmp_path / "summary.json"

    with write_atomically(path) as partial:
        partial.write_text("half")
        seen_while_writing = path.exists()

    assert (seen_while_writing, path.read_text(), _names(tmp_path)) == (
        False,
        "half",
        ["summary.json"],
    )


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_an_interrupted_file_leaves_the_earlier_one(tmp_path: Path, stop: type[BaseException]):
    path = tmp_path / "summary.json"
    path.write_text("earlier")

    with pytest.raises(stop):
        _write_half(path, stop)

    assert (path.read_text(), _names(tmp_path)) == ("earlier", ["summary.json"])


def test_a_full_disk_is_one_line(tmp_path: Path):
    path = tmp_path / "summary.json"

    with pytest.raises(RecordingError) as caught, write_atomically(path):
        raise OSError(errno.ENOSPC, "disk")

    assert (str(caught.value), caught.value.hint) == (
        f"cannot write {path}: No space left on device",
        "make room on that disk, or write to another one",
    )


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path):
    path = tmp_path / "nowhere" / "summary.json"

    with pytest.raises(RecordingError, match=r"cannot write .*: No such file or directory"):
        _write_half(path, ValueError)


class _FailsAtTheSecondSensor:
    """Stands for write_signal; writes one signal, then raises."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.written = 0

    def __call__(self, path: Path, signal: ImuSignal, *, sensor: SensorInfo) -> None:
        if self.written:
            raise self.error
        self.written += 1
        write_signal(path, signal, sensor=sensor)


STOPS = [
    pytest.param(OSError(errno.ENOSPC, "disk"), RecordingError, id="disk full"),
    pytest.param(KeyboardInterrupt(), KeyboardInterrupt, id="Ctrl-C"),
]


@pytest.mark.parametrize(("error", "raised"), STOPS)
def test_no_half_session_is_left(
    tmp_path: Path,
    recording: Recording,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    raised: type[BaseException],
):
    monkeypatch.setattr(session_module, "write_signal", _FailsAtTheSecondSensor(error))

    with pytest.raises(raised):
        write_session(tmp_path / "run", recording)

    assert _names(tmp_path) == []


@pytest.mark.parametrize(("error", "raised"), STOPS)
def test_a_failed_replacement_leaves_the_earlier_session(
    tmp_path: Path,
    recording: Recording,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    raised: type[BaseException],
):
    write_session(tmp_path / "run", recording)
    (tmp_path / "run" / "derived" / "strides.csv").write_text("a morning's work")
    monkeypatch.setattr(session_module, "write_signal", _FailsAtTheSecondSensor(error))

    with pytest.raises(raised):
        write_session(tmp_path / "run", recording, force=True)

    assert (tmp_path / "run" / "derived" / "strides.csv").read_text() == "a morning's work"
    assert _names(tmp_path) == ["run"]


def test_a_failed_last_step_puts_the_earlier_session_back(
    tmp_path: Path, recording: Recording, monkeypatch: pytest.MonkeyPatch
):
    write_session(tmp_path / "run", recording)
    rename = Path.rename

    def fail_for_the_new_one(self: Path, target: Path) -> Path:
        if ".partial-" in self.name:
            raise OSError(errno.EACCES, "no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_new_one)

    with pytest.raises(RecordingError, match="Permission denied"):
        write_session(tmp_path / "run", recording, force=True)

    assert _names(tmp_path) == ["run"]


def test_a_session_is_not_overwritten(tmp_path: Path, recording: Recording):
    write_session(tmp_path / "run", recording)

    with pytest.raises(RecordingError, match="run is there already") as caught:
        write_session(tmp_path / "run", recording)

    assert "--force" in caught.value.hint


def test_force_replaces_a_session(tmp_path: Path, recording: Recording):
    write_session(tmp_path / "run", recording)
    (tmp_path / "run" / "derived" / "strides.csv").write_text("of the earlier one")

    write_session(tmp_path / "run", recording, force=True)

    assert _names(tmp_path / "run" / "derived") == []


def test_force_does_not_replace_a_folder_of_something_else(tmp_path: Path, recording: Recording):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("")

    with pytest.raises(RecordingError, match="photos is there and is no session"):
        write_session(tmp_path / "photos", recording, force=True)

    assert _names(tmp_path / "photos") == ["a.jpg"]


def test_a_session_fits_into_an_empty_folder(tmp_path: Path, recording: Recording):
    (tmp_path / "run").mkdir()

    write_session(tmp_path / "run", recording)

    assert len(read_session(tmp_path / "run").signals) == 2

"""Files that a session carries beyond the usual: all there, or no session."""

from pathlib import Path

import pytest

from imu_valgus.core import RecordingError
from imu_valgus.recording import Recording, write_session


def test_what_else_belongs_to_a_session_is_written_with_it(tmp_path: Path, recording: Recording):
    def write_more(folder: Path) -> None:
        (folder / "truth.txt").write_text("0")

    write_session(tmp_path / "run", recording, write_more=write_more)

    assert (tmp_path / "run" / "truth.txt").read_text() == "0"


def test_no_session_is_left_where_the_rest_cannot_be_written(tmp_path: Path, recording: Recording):
    def write_more(folder: Path) -> None:
        (folder / "no such folder" / "truth.txt").write_text("0")

    with pytest.raises(RecordingError):
        write_session(tmp_path / "run", recording, write_more=write_more)

    assert not list(tmp_path.iterdir())

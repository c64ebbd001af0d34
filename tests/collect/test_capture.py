"""The capture: what was flushed can be read, however the file ends."""

import errno
import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from mcap.reader import make_reader

from imu_valgus.collect import CaptureWriter, Record, captures, read_capture, read_captures
from imu_valgus.core import RecordingError

RECORDS = [
    Record(1_000 + k, "left_thigh", f"57fd000{k % 3}", bytes(range(k % 40)), written=k % 5 == 0)
    for k in range(60)
]


def _captured(session: Path, records: list[Record] = RECORDS) -> Path:
    writer = CaptureWriter(session)
    for record in records:
        writer.write(record)
    writer.close()
    return writer.path


def test_a_capture_reads_as_it_was_written(tmp_path: Path):
    path = _captured(tmp_path)

    assert list(read_capture(path)) == RECORDS


def test_other_programs_read_it_as_mcap(tmp_path: Path):
    path = _captured(tmp_path)

    with path.open("rb") as file:
        messages = [message.data for _, _, message in make_reader(file).iter_messages()]
    assert messages == [record.payload for record in RECORDS]


@pytest.mark.parametrize("cut", np.random.default_rng(5).integers(0, 3000, 12).tolist())
def test_a_capture_cut_anywhere_reads_up_to_the_last_whole_record(tmp_path: Path, cut: int):
    whole = _captured(tmp_path / "whole").read_bytes()
    path = tmp_path / "cut.mcap"
    path.write_bytes(whole[:cut])

    found = list(read_capture(path))

    assert found == RECORDS[: len(found)]


def test_what_was_flushed_can_be_read_before_the_capture_is_closed(tmp_path: Path):
    writer = CaptureWriter(tmp_path)
    for record in RECORDS:
        writer.write(record)
    writer.flush()

    read = list(read_capture(writer.path))

    writer.close()
    assert read == RECORDS


def test_a_tail_of_zeros_as_after_a_power_cut_is_passed_over(tmp_path: Path):
    path = _captured(tmp_path)
    path.write_bytes(path.read_bytes()[:1500] + bytes(4096))

    found = list(read_capture(path))

    assert found == RECORDS[: len(found)]


def test_a_recording_that_goes_on_leaves_the_first_capture_as_it_was(tmp_path: Path):
    first = _captured(tmp_path).read_bytes()
    _captured(tmp_path, RECORDS[:3])

    assert [path.name for path in captures(tmp_path)] == ["capture.mcap", "capture-2.mcap"]
    assert (tmp_path / "raw" / "capture.mcap").read_bytes() == first


def test_captures_are_read_one_after_the_other(tmp_path: Path):
    _captured(tmp_path)
    _captured(tmp_path, RECORDS[:3])

    assert list(read_captures(tmp_path)) == RECORDS + RECORDS[:3]


class _FullDisk(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, b: object) -> int:
        del b
        raise OSError(errno.ENOSPC, "disk")


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Path, "open", lambda *_: io.BufferedWriter(_FullDisk()))

    with pytest.raises(RecordingError, match=r"cannot write .*: No space left on device"):
        CaptureWriter(tmp_path).flush()


def test_a_session_without_a_capture_is_one_line(tmp_path: Path):
    with pytest.raises(RecordingError, match="holds no capture of sensors"):
        list(read_captures(tmp_path))


def test_a_long_recording_takes_no_more_memory_than_a_short_one(tmp_path: Path):
    writer = CaptureWriter(tmp_path)
    record = Record(1, "left_shank", "2a37", bytes(100))
    writer.write(record)
    tracemalloc.start()

    for _ in range(5000):
        writer.write(record)

    grown_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    writer.close()
    assert grown_bytes < 50_000  # an index of the chunks would take 2 MB

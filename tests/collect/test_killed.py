"""The collector is killed in the middle of a recording; the sensors' own process is not."""

import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from imu_valgus.collect import (
    RecordingPlan,
    captures,
    decode_session,
    read_capture,
    read_story,
    rehearsal,
    resume_session,
)
from imu_valgus.core import PLACEMENTS, ImuSignal, Placement
from imu_valgus.recording import SampleAccount, SensorInfo, assemble_recording, write_session

SECONDS = 5.0
CHUNK = 0x06


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of two sensors, to be replayed."""
    rng = np.random.default_rng(3)
    time_s = np.arange(int(200 * (SECONDS + 1))) / 200
    signals: dict[Placement, ImuSignal] = {
        placement: ImuSignal(time_s, rng.normal(0, 5, (len(time_s), 3)), np.zeros((len(time_s), 3)))
        for placement in PLACEMENTS[:2]
    }
    sensors = [SensorInfo(placement=one, sampling_rate_hz=200.0) for one in signals]
    folder = tmp_path_factory.mktemp("measured") / "session"
    write_session(folder, assemble_recording(sensors, signals))
    return folder


def kill_at(measured: Path, session: Path, after_s: list[float]) -> list[Path]:
    """Record as many times side by side; kill each collector so long after its first bytes."""
    started = {session.with_name(f"{session.name}-{k}"): at_s for k, at_s in enumerate(after_s)}
    running = {
        folder: subprocess.Popen(
            [
                *(sys.executable, "-m", "imu_valgus.app", "record", "--yes"),
                *("--replay", str(measured), "--for", str(SECONDS), "--to", str(folder)),
            ],
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        for folder in started
    }
    first_s: dict[Path, float] = {}
    killed: list[Path] = []
    deadline_s = time.monotonic() + 120
    while len(killed) < len(started) and time.monotonic() < deadline_s:
        for folder, at_s in started.items():
            now_s = time.monotonic()
            if captures(folder) and folder not in first_s:
                first_s[folder] = now_s
            due = folder in first_s and now_s - first_s[folder] >= at_s
            if due and running[folder].returncode is None:
                os.kill(running[folder].pid, signal.SIGKILL)
                running[folder].wait()
                killed.append(folder)
        time.sleep(0.01)
    return killed


class NoScreen:
    def show(self, moment: object) -> None:
        del moment

    def pressed(self) -> tuple[()]:
        return ()


def resume(session: Path) -> list[SampleAccount]:
    """Go on with a recording, and return its accounts."""
    folder = session / "virtual"
    played = rehearsal.find_sensors(folder)
    assert played is not None
    plan = RecordingPlan(session=session)
    recording = resume_session(played.adapter, plan, NoScreen(), until_s=SECONDS)
    played.end()
    return [one.samples for one in recording.info.sensors if one.samples is not None]


def whole_messages(content: bytes) -> int:
    """How many chunks of an MCAP file, one a message, are there to their last byte."""
    at, count = 8, 0
    while at + 9 <= len(content):
        opcode, length = struct.unpack_from("<BQ", content, at)
        at += 9 + length
        count += opcode == CHUNK and at <= len(content)
    return count


@pytest.fixture(scope="module")
def killed(measured: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    moments = np.random.default_rng(11).uniform(0.6, SECONDS - 0.5, 3)
    return kill_at(measured, tmp_path_factory.mktemp("killed") / "run", moments.tolist())


def test_what_was_flushed_is_read_to_its_last_record(killed: list[Path]):
    first = [captures(one)[0] for one in killed]

    read = [len(list(read_capture(path))) for path in first]

    assert read == [whole_messages(path.read_bytes()) for path in first]


def test_a_killed_recording_opens_and_is_completed_by_resume(killed: list[Path]):
    opened = [len(read_story(one).sensors) for one in killed]
    accounts = [account for one in killed for account in resume(one)]

    assert (opened, [account.lost for account in accounts]) == ([2, 2, 2], [()] * 6)


def test_what_a_killed_recording_captured_is_decoded_without_its_sensors(
    killed: list[Path], tmp_path: Path
):
    folder = tmp_path / "session" / "raw"
    folder.mkdir(parents=True)
    first = max(captures(killed[-1])[:1], key=lambda path: path.stat().st_size)
    (folder / "capture.mcap").write_bytes(first.read_bytes())

    assert set(decode_session(tmp_path / "session").signals) == {"left_thigh", "left_shank"}


@pytest.mark.slow
def test_of_twenty_killed_recordings_each_is_completed(measured: Path, tmp_path: Path):
    moments = np.random.default_rng(12).uniform(0.3, SECONDS - 0.3, 20)
    unread: list[int] = []
    lost: list[int] = []
    for k in range(0, 20, 2):
        for one in kill_at(measured, tmp_path / f"pair-{k}", moments[k : k + 2].tolist()):
            path = captures(one)[0]
            unread.append(whole_messages(path.read_bytes()) - len(list(read_capture(path))))
            lost.append(sum(account.n_lost for account in resume(one)))

    assert (unread, lost) == ([0] * 20, [0] * 20)

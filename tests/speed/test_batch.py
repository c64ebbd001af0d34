"""How much sooner two workers are done than one, and what they take; run by ``poe bench``."""

import contextlib
import shutil
import threading
import time
from pathlib import Path

import psutil
import pytest

from imu_valgus.app.cli.simulate import make_session
from imu_valgus.library import BatchParams, analyze_sessions
from imu_valgus.simulation import RunnerParams

pytestmark = pytest.mark.benchmark

SESSIONS = 200
TIMES_FASTER = 1.7
MEMORY_GB = 2.0
SHORT = RunnerParams(seed=5, run_minutes=1.0, sides=("right",), walk_s=15.0, squats=0)


def largest_worker_gb(stop: threading.Event) -> float:
    """Watch the workers until told to stop; return the most that one of them took."""
    most = 0
    while not stop.wait(0.2):
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                most = max(most, child.memory_info().rss)
    return most / 1e9


def timed(sessions: list[Path], workers: int) -> tuple[float, float]:
    """Return the seconds of a batch from its start, cluster included, and its largest worker."""
    for session in sessions:
        shutil.rmtree(session / "derived", ignore_errors=True)
    stop, most = threading.Event(), [0.0]
    watching = threading.Thread(target=lambda: most.append(largest_worker_gb(stop)))
    watching.start()
    started = time.perf_counter()
    outcomes = analyze_sessions(sessions, params=BatchParams(workers=workers, memory_gb=MEMORY_GB))
    spent_s = time.perf_counter() - started
    stop.set()
    watching.join()
    assert {one.state for one in outcomes} == {"analysed"}
    return spent_s, most[-1]


def test_two_workers_are_sooner_done_than_one(tmp_path: Path):
    sessions = [tmp_path / f"s{n:03d}" for n in range(SESSIONS)]
    make_session(SHORT, sessions[0], force=False)
    for session in sessions[1:]:
        shutil.copytree(sessions[0], session)

    one_s, one_gb = timed(sessions, 1)
    two_s, two_gb = timed(sessions, 2)
    started = time.perf_counter()
    again = analyze_sessions(sessions)
    again_s = time.perf_counter() - started

    print(
        f"\nbatch of {SESSIONS} sessions: one worker {one_s:.1f} s, two {two_s:.1f} s, "
        f"{one_s / two_s:.2f} times faster; largest worker {max(one_gb, two_gb):.2f} GB; "
        f"a second run {again_s:.1f} s"
    )
    assert {one.state for one in again} == {"unchanged"}
    assert one_s / two_s >= TIMES_FASTER
    assert max(one_gb, two_gb) < MEMORY_GB

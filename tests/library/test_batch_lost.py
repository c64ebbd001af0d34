"""What a batch survives: workers and schedulers that are killed. Real processes; run by hand."""

import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from imu_valgus.app.cli.simulate import make_session
from imu_valgus.library import BatchParams, analyze_sessions
from imu_valgus.pipeline import fingerprint, is_made_from
from imu_valgus.simulation import RunnerParams

pytestmark = pytest.mark.slow

SHORT = RunnerParams(seed=5, run_minutes=0.4, sides=("right",), walk_s=12.0, squats=0)
SESSIONS = 24


@pytest.fixture
def library(tmp_path: Path) -> list[Path]:
    first = tmp_path / "s00"
    make_session(SHORT, first, force=False)
    others = [tmp_path / f"s{n:02d}" for n in range(1, SESSIONS)]
    for session in others:
        shutil.copytree(first, session)
    return [first, *others]


def all_done(sessions: list[Path]) -> bool:
    return all(is_made_from(session, fingerprint(session)) for session in sessions)


def workers_of_this_process() -> list[psutil.Process]:
    """Dask's workers are spawned by nannies within this process."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def kill_a_worker(after_s: float) -> threading.Timer:
    def kill() -> None:
        workers_of_this_process()[0].kill()

    timer = threading.Timer(after_s, kill)
    timer.start()
    return timer


def test_a_worker_that_is_killed_loses_no_result(library: list[Path]):
    settled: list[str] = []
    timers: list[threading.Timer] = []

    def on_outcome(outcome: object) -> None:
        settled.append(str(outcome))
        if len(settled) in (2, 9):
            timers.append(kill_a_worker(0.3))

    outcomes = analyze_sessions(library, params=BatchParams(workers=2), on_outcome=on_outcome)

    for timer in timers:
        timer.join()
    assert len(timers) == 2
    assert {one.state for one in outcomes} == {"analysed"}
    assert all_done(library)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(*command: str) -> Generator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-m", *command], stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def test_a_scheduler_that_is_killed_and_started_again_loses_no_result(library: list[Path]):
    address = f"tcp://127.0.0.1:{free_port()}"
    scheduler = ("distributed.cli.dask_scheduler", "--host", address, "--no-dashboard")
    worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard")
    with ExitStack() as stack:
        first = stack.enter_context(running(*scheduler))
        stack.enter_context(running(*worker))
        settled: list[str] = []

        def on_outcome(outcome: object) -> None:
            settled.append(str(outcome))
            if len(settled) == 5:
                first.kill()
                first.wait()
                time.sleep(1.0)
                stack.enter_context(running(*scheduler))
                stack.enter_context(running(*worker))

        outcomes = analyze_sessions(
            library, params=BatchParams(scheduler=address), on_outcome=on_outcome
        )

    assert {one.state for one in outcomes} == {"analysed"}
    assert all_done(library)

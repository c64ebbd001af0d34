"""How long an analysis takes and how much memory, run by hand with ``poe bench``.

Ratios within one run are what counts: machines differ.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from imu_valgus.recording import write_simulated_session
from imu_valgus.simulation import RunnerParams, simulate_run

pytestmark = pytest.mark.benchmark

MEASURE = """
import json, resource, sys, time
from pathlib import Path
import numpy as np
from vqf import VQF
from imu_valgus.pipeline import analyze
from imu_valgus.recording import read_session

recording = read_session(Path(sys.argv[1]))
started = time.perf_counter()
for signal in recording.signals.values():
    VQF(1.0 / signal.sampling_rate_hz).updateBatch(
        np.ascontiguousarray(signal.gyr_radps), np.ascontiguousarray(signal.acc_mps2)
    )
vqf_s = time.perf_counter() - started
stages = []
started = time.perf_counter()
analyze(recording, progress=lambda stage, _: stages.append((stage, time.perf_counter() - started)))
whole_s = time.perf_counter() - started
print(json.dumps({
    "analyze_s": whole_s,
    "vqf_s": vqf_s,
    "stages_begin_s": dict(stages),
    "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
}))
"""


def measured(session: Path) -> dict[str, float]:
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(session)], capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def sessions(tmp_path_factory) -> dict[int, Path]:
    """Simulated runs of 10 and 60 minutes, four sensors at 200 Hz."""
    made = {}
    for minutes in (10, 60):
        runner = RunnerParams(seed=1, run_minutes=minutes)
        made[minutes] = tmp_path_factory.mktemp("bench") / str(minutes)
        write_simulated_session(made[minutes], simulate_run(runner), sensor=runner.sensor, notes="")
    return made


def test_an_hour_of_four_sensors(sessions, capsys):
    found = {minutes: measured(session) for minutes, session in sessions.items()}

    with capsys.disabled():
        print(json.dumps(found, indent=1))
    assert found[60]["analyze_s"] <= 60
    assert found[60]["peak_gb"] <= 3


def test_the_demo_warm(capsys):
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "imu_valgus.app", "analyze"]
    session = str(root / "recordings" / "rbds001_treadmill-run")
    subprocess.run([*command, session], capture_output=True, check=True)

    started = time.perf_counter()
    subprocess.run([*command, session], capture_output=True, check=True)
    took_s = time.perf_counter() - started

    with capsys.disabled():
        print(f"analyze of the shipped run, warm: {took_s:.1f} s")
    assert took_s <= 5

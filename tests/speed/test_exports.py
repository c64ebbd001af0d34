"""How long an export of an hour takes and how much memory, run by ``poe bench``."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from imu_valgus.app.cli.simulate import make_session
from imu_valgus.export import EXPORTS
from imu_valgus.pipeline import analyze_session
from imu_valgus.simulation import RunnerParams

pytestmark = pytest.mark.benchmark

HOUR = RunnerParams(seed=7, run_minutes=58.0)
SECONDS = 60.0
GIGABYTES = 2.0

MEASURE = r"""
import json, re, sys, time
from pathlib import Path
from imu_valgus.export import export_session

started = time.perf_counter()
written = export_session(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
print(json.dumps({
    "seconds": time.perf_counter() - started,
    # not ru_maxrss: a process inherits the peak of the one that began it
    "gigabytes": int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1e6,
    "megabytes": sum(path.stat().st_size for path in written) / 1e6,
    "files": len(written),
}))
"""


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    session = tmp_path_factory.mktemp("hour") / "run"
    make_session(HOUR, session, force=False)
    description = session / "session.json"
    said = json.loads(description.read_text())
    description.write_text(json.dumps({**said, "start": "2026-11-22T09:00:00+01:00"}))
    analyze_session(session)
    return session


@pytest.mark.parametrize("kind", EXPORTS)
def test_an_hour_is_exported_in_a_minute(hour: Path, tmp_path: Path, kind: str):
    answer = subprocess.run(
        [sys.executable, "-c", MEASURE, str(hour), kind, str(tmp_path / "out")],
        check=True,
        capture_output=True,
        text=True,
    )

    found = json.loads(answer.stdout)
    print(
        f"\nexport of an hour to {kind}: {found['seconds']:.1f} s, {found['gigabytes']:.2f} GB, "
        f"{found['files']} files of {found['megabytes']:.1f} MB"
    )
    assert found["seconds"] < SECONDS
    assert found["gigabytes"] < GIGABYTES

"""The targets, held against one run of the harness.

``IMU_VALGUS_ACCURACY`` may name the ``--json`` of a run that has been made; else one is made here.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from accuracy.rows import read_rows
from accuracy.served import Served
from accuracy.targets import TARGETS, Target

pytestmark = pytest.mark.accuracy
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def served(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Served:
    """One run of all methods on all cases."""
    made = os.environ.get("IMU_VALGUS_ACCURACY")
    if made:
        return Served.best(read_rows(Path(made)))
    path = tmp_path_factory.mktemp("accuracy") / "scores.json"
    subprocess.run(
        [sys.executable, "-m", "accuracy", "--data", str(shared_data), "--json", str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return Served.best(read_rows(path))


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: f"{target.group}: {target.name}")
def test_ours_holds_the_target(target: Target, served: Served):
    reached = target.reached(served)

    assert target.holds(reached), (
        f"{target.group}, {target.name}: {reached:.2f} {target.unit}, "
        f"target {'at least' if target.at_least else 'at most'} {target.limit:g} {target.unit}"
    )

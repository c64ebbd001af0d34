"""``imu-valgus analyze`` says what its angles stand on, and refuses what they cannot stand on."""

import json
from pathlib import Path

import pytest

from imu_valgus.app.cli.simulate import make_session
from imu_valgus.simulation import RunnerParams

SHORT = RunnerParams(seed=31, run_minutes=0.5, sides=("right",), walk_s=15.0, squats=0)


@pytest.fixture
def session(tmp_path: Path) -> Path:
    make_session(SHORT, tmp_path / "s", force=False)
    return tmp_path / "s"


def test_the_answer_says_how_far_the_axis_estimates_lie_apart(session, run_command):
    answer = run_command("analyze", session)

    assert "8 estimates of the knee's axis (4 from the walk, 4 from the run) lie within" in (
        answer.stdout
    )


def test_the_summary_holds_the_range_of_the_azimuths(session, run_command):
    run_command("analyze", session)

    facts = json.loads((session / "derived" / "summary.json").read_text())
    found = facts["sides"]["right"]["calibration"]
    azimuths = found["sources"].values()
    assert found["axis_range_deg"] == pytest.approx(max(azimuths) - min(azimuths))


def test_the_answer_says_how_valgus_goes_with_flexion(session, run_command):
    answer = run_command("analyze", session)

    assert "valgus on flexion: r = " in answer.stdout

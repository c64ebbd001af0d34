import shutil
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from imu_valgus.app.cli import app, commands


def test_the_command_prints_the_path_of_the_report(left_leg: Path):
    result = CliRunner().invoke(commands, ["report", str(left_leg)])

    assert result.stdout == f"{left_leg / 'derived' / 'report.html'}\n"


def test_a_session_without_results_ends_in_one_line_and_a_hint(
    left_leg: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    shutil.rmtree(left_leg / "derived")
    monkeypatch.setattr(sys, "argv", ["imu-valgus", "report", str(left_leg)])

    with pytest.raises(SystemExit, match="1"):
        app()

    assert capsys.readouterr().err == (
        f"error: {left_leg}: not analysed yet, summary.json is missing\n"
        f"hint: run `imu-valgus analyze {left_leg}`\n"
    )

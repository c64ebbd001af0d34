"""What holds for every test, and what all tests may ask for: shared data, the command line."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from imu_valgus.app.cli import app

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recordings by others, beside the repository (or that of a linked worktree)."""
    asked = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    repositories = [ROOT, *(Path(line).parent for line in asked.stdout.splitlines())]
    for repository in repositories:
        data = repository.parent / "shared" / "data"
        if data.is_dir():
            return data
    pytest.skip("the recordings of ../shared/data are not here")


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command answered."""

    exit_code: int
    stdout: str
    stderr: str


RunCommand = Callable[..., CommandResult]


@pytest.fixture
def run_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., CommandResult]:
    """Run ``imu-valgus`` with these arguments, as a shell would."""

    def run(*arguments: object) -> CommandResult:
        monkeypatch.setattr(sys, "argv", ["imu-valgus", *(str(word) for word in arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            app()
        said = capsys.readouterr()
        return CommandResult(int(stop.value.code or 0), said.out, said.err)

    return run


NO_SKIPS = os.environ.get("IMU_VALGUS_NO_SKIPS") == "1"


def _refuse_a_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Where no test may be skipped (continuous integration), make a skip a failure."""
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{why[2] if isinstance(why, tuple) else why}; IMU_VALGUS_NO_SKIPS is set"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_a_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_a_skip(report)
    return report

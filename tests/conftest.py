"""What holds for every test, and what all tests may ask for: shared data, the command line."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from imu_valgus.app.cli import app

ROOT = Path(__file__).parents[1]
pytest_plugins = ["browser", "no_skips"]


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

"""The layers contract holds, and it notices when it is broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINT_IMPORTS), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture
def copied_project(project: Path, tmp_path: Path) -> Path:
    shutil.copytree(
        project / "imu_valgus",
        tmp_path / "imu_valgus",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(project / "pyproject.toml", tmp_path)
    return tmp_path


def plant(module: Path, line: str) -> None:
    module.write_text(f"{module.read_text()}\n{line}\n")


def test_imports_go_down_only(copied_project: Path):
    answer = lint_imports(copied_project)

    assert answer.returncode == 0, answer.stdout


def test_a_radio_in_the_science_breaks_the_contract(copied_project: Path):
    plant(copied_project / "imu_valgus/joint_angles/__init__.py", "import bleak")

    answer = lint_imports(copied_project)

    assert "the science knows no radio, no terminal and no web BROKEN" in answer.stdout


def test_an_import_upwards_breaks_the_contract(copied_project: Path):
    plant(copied_project / "imu_valgus/joint_angles/__init__.py", "import imu_valgus.report")

    answer = lint_imports(copied_project)

    assert "imports go down the data's way only BROKEN" in answer.stdout


def test_a_folder_that_no_layer_names_breaks_the_contract(copied_project: Path):
    stray = copied_project / "imu_valgus/utils"
    stray.mkdir()
    (stray / "__init__.py").write_text('"""Everything else."""\n')

    answer = lint_imports(copied_project)

    assert answer.returncode != 0

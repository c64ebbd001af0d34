"""imu-valgus import: the answer, the error, the exit code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from syrupy.assertion import SnapshotAssertion

RunCommand = Callable[..., Any]


@pytest.fixture
def sensor_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Write two seconds of a sensor at rest under a name in the current, empty folder."""
    monkeypatch.chdir(tmp_path)

    def write(name: str) -> Path:
        rng = np.random.default_rng(len(name))
        table = pd.DataFrame({"time_s": np.arange(200) / 100})
        table[["acc_x_g", "acc_y_g", "acc_z_g"]] = rng.normal([0, 1, 0], 0.002, (200, 3))
        table[["gyr_x_dps", "gyr_y_dps", "gyr_z_dps"]] = rng.normal(0, 0.1, (200, 3))
        table.to_csv(name, index=False, float_format="%.6f")
        return Path(name)

    return write


def test_import_answers_with_one_line_a_sensor(
    run_command: RunCommand, sensor_file: Callable[[str], Path], snapshot: SnapshotAssertion
):
    thigh, shank = sensor_file("thigh.csv"), sensor_file("shank_.csv")

    result = run_command(
        "import", f"left_thigh={thigh}", f"left_shank={shank}", "--to", "run", "--athlete", "a03"
    )

    assert (result.exit_code, result.stdout, result.stderr) == snapshot


def test_import_does_not_overwrite(
    run_command: RunCommand, sensor_file: Callable[[str], Path], snapshot: SnapshotAssertion
):
    argument = f"left_thigh={sensor_file('thigh.csv')}"
    run_command("import", argument, "--to", "run")

    result = run_command("import", argument, "--to", "run")

    assert (result.exit_code, result.stdout, result.stderr) == snapshot


def test_import_overwrites_with_force(run_command: RunCommand, sensor_file: Callable[[str], Path]):
    argument = f"left_thigh={sensor_file('thigh.csv')}"
    run_command("import", argument, "--to", "run")

    result = run_command("import", argument, "--to", "run", "--force")

    assert result.exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["left_tigh=thigh.csv"], id="a misspelt placement"),
        pytest.param(["thigh.csv"], id="no placement"),
        pytest.param(["left_thigh="], id="no file"),
        pytest.param(["left_thigh=nowhere.csv"], id="a file that is not there"),
        pytest.param(["left_thigh=thigh.csv", "--athlete", "Jane Doe"], id="a name"),
    ],
)
def test_what_the_user_can_mend_is_two_lines_and_exit_1(
    run_command: RunCommand,
    sensor_file: Callable[[str], Path],
    snapshot: SnapshotAssertion,
    arguments: list[str],
):
    sensor_file("thigh.csv")

    result = run_command("import", *arguments, "--to", "run")

    assert (result.exit_code, result.stdout, result.stderr) == snapshot


@pytest.mark.parametrize(
    "arguments",
    [["left_thigh=thigh.csv"], ["--to", "run"], ["left_thigh=thigh.csv", "--to"]],
    ids=["no --to", "no files", "--to without a folder"],
)
def test_wrong_usage_is_exit_2(
    run_command: RunCommand, sensor_file: Callable[[str], Path], arguments: list[str]
):
    sensor_file("thigh.csv")

    assert run_command("import", *arguments).exit_code == 2


SAMPLES = Path(__file__).parents[1] / "recording" / "samples"


@pytest.mark.parametrize(
    "argument",
    [
        pytest.param(f"{SAMPLES}/c3d/placements.c3d", id="a file that says where its sensors sat"),
        pytest.param(f"left_thigh={SAMPLES}/apdm/opal_v5.h5#Left Upper Leg", id="one of several"),
    ],
)
def test_a_file_of_several_sensors_is_imported(
    run_command: RunCommand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    snapshot: SnapshotAssertion,
    argument: str,
):
    monkeypatch.chdir(tmp_path)

    result = run_command("import", argument, "--to", "run")

    assert (result.exit_code, result.stdout, result.stderr) == snapshot

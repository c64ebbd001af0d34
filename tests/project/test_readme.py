"""The README's commands are the program's, and each of them runs."""

import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer.main

from imu_valgus.app.cli import commands
from imu_valgus.core import ImuSignal
from imu_valgus.export import EXPORTS
from imu_valgus.recording import FORMATS
from imu_valgus.simulation import RunnerParams, simulate_run

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
NAMES = sorted(typer.main.get_command(commands).commands)  # pyright: ignore[reportAttributeAccessIssue]
SHELL = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    for line in block.splitlines()
    if line.startswith("imu-valgus ")
]


PYTHON = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_stands_in_the_readme(name):
    assert f"`imu-valgus {name}" in README


@pytest.mark.parametrize(
    "name", re.findall(r"^\| `imu-valgus ([a-z]+)", README, flags=re.MULTILINE)
)
def test_the_readme_names_no_command_that_is_not(name):
    assert name in NAMES


@pytest.mark.parametrize(
    "row", [*(one.name for one in FORMATS), *(f"`{kind}`" for kind in EXPORTS)]
)
def test_every_format_stands_in_a_table_of_the_readme(row):
    assert f"\n| {row}" in README


def write_csv(path: Path, signal: ImuSignal) -> None:
    columns = {"time_s": signal.time_s}
    for axis, acc, gyr in zip("xyz", signal.acc_mps2.T, signal.gyr_radps.T, strict=True):
        columns[f"acc_{axis}_g"] = acc / 9.80665
        columns[f"gyr_{axis}_dps"] = np.degrees(gyr)
    pd.DataFrame(columns).to_csv(path, index=False, float_format="%.6f")


def test_the_commands_of_the_readme_run_one_after_the_other(tmp_path, monkeypatch, run_command):
    monkeypatch.chdir(tmp_path)
    Path("recordings").mkdir()
    run = simulate_run(RunnerParams(seed=8, run_minutes=0.5, squats=2))
    for placement, signal in run.signals.items():
        side, segment = placement.split("_")
        write_csv(Path(f"{side[0]}{segment[0]}.csv"), signal)
    left = run.truth[run.truth["side"] == "left"]
    left.drop(columns="in_stance").to_csv("angles.csv", index=False)

    answers = [run_command(*shlex.split(line)[1:]) for line in SHELL]

    assert [answer.exit_code for answer in answers] == [0] * len(SHELL), answers


@pytest.mark.parametrize("script", PYTHON)
def test_the_python_of_the_readme_runs(script, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said: dict[str, object] = {}

    exec(compile(script, "README.md", "exec"), said)

    assert said["results"]


def test_the_demo_ends_with_a_report_of_both_legs(run_command):
    answer = run_command("demo", "--no-open")

    report = Path(answer.stdout.rpartition("report: ")[2].splitlines()[0])
    text = report.read_text(encoding="utf-8")
    assert ("Left knee" in text, "Right knee" in text) == (True, True)

"""``imu-valgus check`` answers people and programs."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from imu_valgus.app.cli import commands
from imu_valgus.recording import SensorInfo, assemble_recording, write_session


@pytest.fixture(scope="module")
def session(one_leg, tmp_path_factory) -> Path:
    """A session on disk whose shank's gyroscope reads degrees as if they were radians."""
    shank = one_leg["left_shank"]
    signals = one_leg | {"left_shank": replace(shank, gyr_radps=np.rad2deg(shank.gyr_radps))}
    sensors = [SensorInfo(placement=p, sampling_rate_hz=100.0) for p in signals]
    folder = tmp_path_factory.mktemp("recordings") / "2026-11-22_a03_run"
    write_session(folder, assemble_recording(sensors, signals))
    return folder


@pytest.fixture(scope="module")
def answer(session):
    return CliRunner().invoke(commands, ["check", str(session)], env={"COLUMNS": "80"})


@pytest.fixture(scope="module")
def findings(session) -> list[dict[str, object]]:
    answer = CliRunner().invoke(commands, ["check", str(session), "--json"])
    return json.loads(answer.stdout)


def test_findings_are_no_failure(answer):
    assert answer.exit_code == 0


def test_the_answer_fits_a_terminal_of_80_columns(answer, session):
    lines = [line for line in answer.stdout.splitlines() if str(session) not in line]

    assert max(len(line.rstrip()) for line in lines) <= 80


def test_the_gravest_comes_first_with_its_hint(answer):
    text = " ".join(answer.stdout.partition("because")[2].split())

    assert text.partition("error")[2].startswith(
        " units left_shank: the gyroscope reads 57.3 times"
    )
    assert "→ import again with the right unit in the column names" in text


def test_the_findings_are_counted(answer, findings):
    errors = sum(finding["severity"] == "error" for finding in findings)

    assert f"error {errors}, warning" in answer.stdout.splitlines()[-1]


def test_a_program_gets_every_field_of_every_finding(findings):
    fields = {"severity", "topic", "placement", "number", "unit", "text", "hint"}

    assert {frozenset(finding) for finding in findings} == {frozenset(fields)}


def test_a_folder_that_is_no_session_cannot_be_checked(tmp_path):
    answer = CliRunner().invoke(commands, ["check", str(tmp_path)])

    assert answer.exit_code == 1

"""imu-valgus simulate: a session with its truth, the answer, the exit code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from syrupy.assertion import SnapshotAssertion

from imu_valgus.recording import TRUTH_CONTACTS_NAME, TRUTH_NAME, read_session
from imu_valgus.simulation import RunnerParams, SensorParams, simulate_run

RunCommand = Callable[..., Any]
SHORT = (
    *("simulate", "--minutes", 0.2, "--no-walk", "--squats", 0, "--standing", 2),
    *("--side", "left", "--rate", 50, "--to", "run"),
)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_simulate_answers_with_one_line(run_command: RunCommand, snapshot: SnapshotAssertion):
    result = run_command(*SHORT)

    assert (result.exit_code, result.stdout, result.stderr) == snapshot


def test_a_simulated_session_says_that_its_signals_are_computed(run_command: RunCommand):
    run_command(*SHORT)

    info = read_session(Path("run")).info
    assert {sensor.signals for sensor in info.sensors} == {"computed"}


def test_the_truth_is_on_the_time_of_the_session(run_command: RunCommand):
    run_command(*SHORT)

    truth = pd.read_parquet(Path("run") / TRUTH_NAME)
    reference = read_session(Path("run")).signals["left_thigh"]
    np.testing.assert_array_equal(truth["time_s"], reference.time_s)


def test_the_truth_of_the_session_is_that_of_the_simulation(run_command: RunCommand):
    run_command(*SHORT, "--seed", 7, "--valgus-peak", "left=9,right=4")

    expected = simulate_run(
        RunnerParams(
            seed=7,
            sides=("left",),
            run_minutes=0.2,
            walk_s=0,
            squats=0,
            standing_s=2,
            left_valgus_peak_deg=9,
            right_valgus_peak_deg=4,
            sensor=SensorParams(sampling_rate_hz=50),
        )
    )
    contacts = pd.read_csv(Path("run") / TRUTH_CONTACTS_NAME)
    pd.testing.assert_frame_equal(contacts, expected.contacts, atol=1e-5, rtol=0)


def test_simulate_does_not_overwrite(run_command: RunCommand, snapshot: SnapshotAssertion):
    run_command(*SHORT)

    result = run_command(*SHORT)

    assert (result.exit_code, result.stdout, result.stderr) == snapshot


def test_simulate_overwrites_with_force(run_command: RunCommand):
    run_command(*SHORT)

    assert run_command(*SHORT, "--force").exit_code == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ("--minutes", "nan"),
        ("--minutes", "0"),
        ("--speed", "-3"),
        ("--side", "middle"),
        ("--valgus-peak", "left=3"),
        ("--valgus-peak", "nan"),
        ("--valgus-noise", "much"),
    ],
)
def test_an_option_that_makes_no_sense_is_wrong_usage(
    run_command: RunCommand, wrong: tuple[str, str]
):
    assert run_command(*SHORT, *wrong).exit_code == 2


def test_wrong_usage_leaves_no_folder(run_command: RunCommand):
    run_command(*SHORT, "--valgus-peak", "left=3")

    assert not Path("run").exists()

"""The sessions that come with the project: they open, stay small, and say what they are."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import GRAVITY_MPS2
from imu_valgus.recording import TRUTH_CONTACTS_NAME, TRUTH_NAME, read_info, read_session
from imu_valgus.simulation import TRUTH_COLUMNS

RECORDINGS = Path(__file__).parents[2] / "recordings"
SHIPPED = ("rbds001_treadmill-run", "simulated_track-run", "xio_lower-body")
COMPUTED = SHIPPED[:2]
LARGEST_BYTES = 15e6
ACC_STEP_MPS2 = 16 * GRAVITY_MPS2 / 2**15
GYR_STEP_RADPS = np.radians(2000) / 2**15


@pytest.fixture(scope="module")
def readme() -> str:
    return (RECORDINGS / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def maker() -> dict[str, Any]:
    """What the script that makes the recordings defines."""
    return runpy.run_path(str(RECORDINGS / "make_recordings.py"))


def assert_same_session(made: Path, shipped: Path) -> None:
    """Other mathematical libraries may round a sample to the next step of its sensor."""
    ours, theirs = read_session(made), read_session(shipped)
    assert ours.info == theirs.info
    for placement, signal in ours.signals.items():
        other = theirs.signals[placement]
        np.testing.assert_allclose(signal.time_s, other.time_s, atol=1e-9)
        np.testing.assert_allclose(signal.acc_mps2, other.acc_mps2, atol=1.01 * ACC_STEP_MPS2)
        np.testing.assert_allclose(signal.gyr_radps, other.gyr_radps, atol=1.01 * GYR_STEP_RADPS)
    pd.testing.assert_frame_equal(
        pd.read_parquet(made / TRUTH_NAME), pd.read_parquet(shipped / TRUTH_NAME), atol=1e-4
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_session_opens_with_its_thighs_and_shanks(name: str):
    recording = read_session(RECORDINGS / name)

    assert set(recording.signals) >= {"left_thigh", "left_shank", "right_thigh", "right_shank"}


def test_the_shipped_sessions_are_small():
    files = [path for name in SHIPPED for path in (RECORDINGS / name).rglob("*") if path.is_file()]

    kept = [path.stat().st_size for path in files if "derived" not in path.parts]

    assert sum(kept) <= LARGEST_BYTES


@pytest.mark.parametrize("name", SHIPPED)
def test_the_readme_says_whether_signals_are_measured(name: str, readme: str):
    (row,) = (line for line in readme.splitlines() if line.startswith(f"| `{name}`"))

    signals = {sensor.signals for sensor in read_info(RECORDINGS / name).sensors}

    assert signals == {row.split("|")[2].split("**")[1]}


@pytest.mark.parametrize("name", SHIPPED)
def test_each_shipped_session_has_a_chapter_of_its_own(name: str, readme: str):
    assert f"\n## {name}\n" in readme


@pytest.mark.parametrize("what", ["doi:10.7717/peerj.3298", "CC BY 4.0", "ebe9c5c"])
def test_the_session_itself_names_its_source_and_licence(what: str):
    assert what in read_info(RECORDINGS / "rbds001_treadmill-run").notes


def test_the_licence_of_the_measured_session_comes_with_it():
    text = (RECORDINGS / "xio_lower-body" / "raw" / "LICENSE.md").read_text(encoding="utf-8")

    assert "Copyright (c) 2023 x-io Technologies" in text


@pytest.mark.parametrize("what", ["doi:10.7717/peerj.3298", "CC BY 4.0", "ebe9c5c"])
def test_the_licence_of_the_measured_poses_comes_with_them(what: str):
    text = (RECORDINGS / "rbds001_treadmill-run" / "LICENSE.md").read_text(encoding="utf-8")

    assert what in text


def test_sensors_on_smoothed_poses_say_that_they_feel_no_impacts():
    info = read_info(RECORDINGS / "rbds001_treadmill-run")

    assert not any(sensor.impacts for sensor in info.sensors)


@pytest.mark.parametrize("name", COMPUTED)
def test_the_truth_covers_the_reference_sensor(name: str):
    truth = pd.read_parquet(RECORDINGS / name / TRUTH_NAME)
    recording = read_session(RECORDINGS / name)
    left = truth[truth["side"] == "left"]

    assert tuple(truth.columns) == TRUTH_COLUMNS
    np.testing.assert_allclose(left["time_s"], recording.signals["left_thigh"].time_s, atol=1e-9)


@pytest.mark.parametrize("name", COMPUTED)
def test_true_contacts_alternate_with_toe_offs(name: str):
    contacts = pd.read_csv(RECORDINGS / name / TRUTH_CONTACTS_NAME)

    for _, leg in contacts.groupby("side"):
        times = leg[["initial_contact_s", "toe_off_s"]].to_numpy().ravel()
        assert (np.diff(times) > 0).all()


def test_the_command_in_the_readme_is_the_one_that_made_the_track_run(
    readme: str, maker: dict[str, Any]
):
    assert f"imu-valgus simulate {' '.join(maker['TRACK_RUN_OPTIONS'])} --to" in readme


def test_the_simulated_session_can_be_made_anew(tmp_path: Path, maker: dict[str, Any]):
    maker["make_track_run"](tmp_path / "run")

    assert_same_session(tmp_path / "run", RECORDINGS / "simulated_track-run")


def test_the_treadmill_session_can_be_made_anew(
    tmp_path: Path, shared_data: Path, maker: dict[str, Any]
):
    maker["make_treadmill_run"](shared_data / "rbds001", tmp_path / "run")

    shipped = RECORDINGS / "rbds001_treadmill-run"
    assert_same_session(tmp_path / "run", shipped)
    assert (tmp_path / "run/LICENSE.md").read_text() == (shipped / "LICENSE.md").read_text()


def test_the_measured_session_can_be_made_anew(
    tmp_path: Path, shared_data: Path, maker: dict[str, Any]
):
    maker["make_lower_body"](shared_data / "xio_lower_body", tmp_path / "run")

    assert read_info(tmp_path / "run") == read_info(RECORDINGS / "xio_lower-body")

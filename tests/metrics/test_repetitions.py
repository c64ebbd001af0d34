"""The log of repetitions: numbers of curves that are written down, schema, files."""

import numpy as np
import pandas as pd
import pandera.errors
import pytest

from imu_valgus.core import REP_COLUMNS, RecordingError
from imu_valgus.joint_angles import ValgusError
from imu_valgus.metrics import (
    REPETITION_LOG_SCHEMA,
    no_repetitions,
    read_repetition_log,
    repetition_log,
    repetition_log_csv,
    stride_errors,
    write_log_csv,
    write_log_parquet,
)

TIME_S = np.linspace(0.0, 30.0, 6001)
STARTS_S = np.array([5.0, 10.0, 15.0])
LASTS_S = 4.0


@pytest.fixture
def repetitions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "repetition": [1, 2, 3],
            "kind": ["squat", "squat", "unknown"],
            "start_s": STARTS_S,
            "deepest_s": STARTS_S + 0.5 * LASTS_S,
            "end_s": STARTS_S + LASTS_S,
            "duration_s": LASTS_S,
            "quality": ["good", "rejected", "suspect"],
            "reason": ["", "gap", "pose of no squat, landing or lunge"],
        }
    )


@pytest.fixture
def angles() -> pd.DataFrame:
    """Valgus: 1° upright, 7° at the deepest. Flexion: 5° and 95°."""
    depth = np.zeros(len(TIME_S))
    for start_s in STARTS_S:
        depth += np.clip(1 - np.abs(TIME_S - start_s - 0.5 * LASTS_S) / (0.5 * LASTS_S), 0, 1)
    return pd.DataFrame(
        {
            "time_s": TIME_S,
            "side": "left",
            "flexion_deg": 5.0 + 90.0 * depth,
            "valgus_deg": 1.0 + 6.0 * depth,
            "internal_rotation_deg": -2.0 + 8.0 * depth,
            "valgus_sd_deg": 1.0,
            "thigh_tilt_deg": 2.0 - 10.0 * depth,
            "shank_tilt_deg": 3.0 + 4.0 * depth,
        }
    )


@pytest.fixture
def log(repetitions, angles) -> pd.DataFrame:
    return repetition_log(repetitions, angles, session="NA", side="left")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("valgus_start_deg", 1.0),
        ("valgus_at_deepest_deg", 7.0),
        ("valgus_peak_deg", 7.0),
        ("valgus_mean_deg", 4.0),
        ("valgus_excursion_deg", 6.0),
        ("flexion_start_deg", 5.0),
        ("flexion_peak_deg", 95.0),
        ("internal_rotation_excursion_deg", 8.0),
        ("thigh_tilt_peak_deg", -8.0),
        ("shank_tilt_peak_deg", 7.0),
    ],
)
def test_the_log_reads_the_angles_of_a_repetition(log, column, value):
    assert log[column][0] == pytest.approx(value, abs=0.05)


def test_the_log_has_the_columns_of_the_design(log):
    assert tuple(log) == REP_COLUMNS


def test_a_repetition_with_a_gap_keeps_its_times_and_loses_its_angles(log):
    row = log.iloc[1]

    assert (row["start_s"], np.isnan(row["valgus_peak_deg"])) == (10.0, True)


def test_the_error_of_the_standing_pose_is_in_the_peak(repetitions, angles):
    none = np.zeros(len(TIME_S))
    error = ValgusError(
        time_s=TIME_S,
        azimuth_deg=none,
        tilt_deg=none,
        flesh_deg=none,
        heading_deg=none,
        sync_deg=none,
        shape_deg=0.0,
        standing_deg=1.5,
        noise_deg=0.0,
    )
    start_s, end_s = repetitions["start_s"].to_numpy(), repetitions["end_s"].to_numpy()
    valgus_deg = angles["valgus_deg"].to_numpy()
    errors = stride_errors(valgus_deg, error, start_s=start_s, toe_off_s=end_s)

    log = repetition_log(repetitions, angles, session="s", side="left", errors=errors)

    assert log["valgus_peak_sd_deg"][0] == pytest.approx(1.5)


def test_no_repetitions_make_an_empty_log(repetitions, angles):
    log = repetition_log(repetitions.iloc[:0], angles, session="s", side="left")

    assert (len(log), tuple(log)) == (0, REP_COLUMNS)


def test_a_leg_whose_knee_is_not_measured_has_an_empty_log():
    assert tuple(REPETITION_LOG_SCHEMA.validate(no_repetitions())) == REP_COLUMNS


def test_a_deepest_point_outside_of_its_repetition_is_refused(log):
    with pytest.raises(pandera.errors.SchemaError, match="deepest point"):
        REPETITION_LOG_SCHEMA.validate(log.assign(deepest_s=log["end_s"] + 1.0))


@pytest.mark.parametrize("word", ["units", "signs", "zero", "kind", "one leg worn"])
def test_the_header_states_what_the_columns_mean(log, word):
    lines = repetition_log_csv(log, "9.9").splitlines()

    assert any(word in line for line in lines if line.startswith("#"))


def test_a_log_written_as_csv_is_read_back(log, tmp_path):
    path = tmp_path / "reps.csv"
    write_log_csv(path, repetition_log_csv(log, "9.9"))

    pd.testing.assert_frame_equal(read_repetition_log(path), log, atol=1e-3, rtol=0)


def test_a_log_written_as_parquet_is_read_back(log, tmp_path):
    path = tmp_path / "reps.parquet"
    write_log_parquet(path, log, {})

    pd.testing.assert_frame_equal(read_repetition_log(path), log)


def test_an_empty_log_is_read_back(log, tmp_path):
    path = tmp_path / "reps.csv"
    write_log_csv(path, repetition_log_csv(log.iloc[:0], "9.9"))

    assert read_repetition_log(path).empty


def test_a_stride_log_is_no_log_of_repetitions(tmp_path):
    path = tmp_path / "reps.csv"
    path.write_text("session,side,stride\n")

    with pytest.raises(RecordingError, match="a log of repetitions"):
        read_repetition_log(path)

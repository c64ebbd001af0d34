"""Recordings that others made with real sensors are imported as they are."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import GRAVITY_MPS2, Placement, RecordingError
from imu_valgus.recording import Recording, import_files

X_IMU3: dict[Placement, str] = {
    "left_thigh": "Left_Upper_Leg",
    "left_shank": "Left_Lower_Leg",
    "right_thigh": "Right_Upper_Leg",
    "right_shank": "Right_Lower_Leg",
    "pelvis": "pelvis",
}
MC10: dict[Placement, str] = {
    "right_thigh": "anterior_thigh_right",
    "right_shank": "distal_lateral_shank_right",
}
MOVING_TRIALS = ["f32.a16.Air_Squats", "f34.a17.Multispeed_Overground_Walking", "f68.a34.Treadmill"]


@pytest.fixture(scope="module")
def x_imu3(shared_data: Path) -> Recording:
    """Four leg sensors and the pelvis, 18.6 s."""
    folder = shared_data / "xio_lower_body"
    return import_files([(p, folder / name / "Inertial.csv") for p, name in X_IMU3.items()])


@pytest.fixture(scope="module")
def mc10(shared_data: Path) -> Recording:
    """Thigh and shank, eleven trials each, accelerometer and gyroscope in files of their own."""
    folder = shared_data / "nmsdyn_s0040" / "MC10"
    return import_files(
        [(p, path) for p, name in MC10.items() for path in sorted(folder.glob(f"*.{name}.*"))]
    )


def test_every_sample_of_the_x_imu3_is_there(x_imu3: Recording):
    assert {p: len(signal) for p, signal in x_imu3.signals.items()} == {
        "left_thigh": 920,
        "left_shank": 911,
        "right_thigh": 902,
        "right_shank": 920,
        "pelvis": 900,
    }


def test_the_x_imu3_kept_their_own_rates(x_imu3: Recording):
    rates = {s.placement: round(s.sampling_rate_hz, 2) for s in x_imu3.info.sensors}

    assert rates == {
        "left_thigh": 49.85,
        "left_shank": 50.05,
        "right_thigh": 49.90,
        "right_shank": 49.99,
        "pelvis": 49.85,
    }


def test_the_x_imu3_were_started_together(x_imu3: Recording):
    starts_ms = {p: round(1e3 * signal.time_s[0], 1) for p, signal in x_imu3.signals.items()}

    assert starts_ms == {
        "left_thigh": 0.0,
        "left_shank": 8.3,
        "right_thigh": -1.7,
        "right_shank": 2.6,
        "pelvis": -1.8,
    }


def test_all_trials_of_the_mc10_are_joined_with_their_gaps(mc10: Recording):
    assert {p: len(signal.spans()) for p, signal in mc10.signals.items()} == {
        "right_thigh": 11,
        "right_shank": 11,
    }


def test_the_mc10_gyroscope_is_in_degrees_whatever_its_header_says(mc10: Recording):
    fastest = {
        p: round(float(np.degrees(np.abs(signal.gyr_radps).max())))
        for p, signal in mc10.signals.items()
    }

    assert fastest == {"right_thigh": 782, "right_shank": 531}


def test_the_mc10_clock_tells_when_it_was(mc10: Recording):
    assert mc10.info.start is not None
    assert mc10.info.start.isoformat(timespec="seconds") == "2020-01-30T21:39:29+00:00"


def test_the_mc10_share_the_clock_of_one_phone(mc10: Recording):
    assert {sensor.clock for sensor in mc10.info.sensors} == {"shared"}


def test_gravity_is_one_g_where_the_runner_stands(mc10: Recording):
    standing_g = {
        p: float(np.median(np.linalg.norm(signal.acc_mps2[:752], axis=1)) / GRAVITY_MPS2)
        for p, signal in mc10.signals.items()
    }

    assert standing_g == pytest.approx({"right_thigh": 1.004, "right_shank": 1.009}, abs=0.001)


WRONG_UNITS = {
    "degrees called radians": ("gyr", 1.0, "radps", "turn|more than any sensor"),
    "radians called degrees": ("gyr", np.pi / 180, "dps", "while the sensor moves"),
    "g called m/s²": ("acc", 1.0, "mps2", "where gravity is 9.81"),
    "m/s² called g": ("acc", GRAVITY_MPS2, "g", "where gravity is 1"),
}


@pytest.mark.parametrize("trial", MOVING_TRIALS)
@pytest.mark.parametrize("location", MC10.values())
@pytest.mark.parametrize("wrong", WRONG_UNITS)
def test_wrong_units_are_seen_in_real_movement(
    shared_data: Path, tmp_path: Path, trial: str, location: str, wrong: str
):
    what, factor, unit, message = WRONG_UNITS[wrong]
    folder = shared_data / "nmsdyn_s0040" / "MC10"
    acc = pd.read_csv(next(folder.glob(f"{trial}*.{location}.accel.*"))).to_numpy()
    gyr = pd.read_csv(next(folder.glob(f"{trial}*.{location}.gyro.*"))).to_numpy()
    units = {"acc": "g", "gyr": "dps", what: unit}
    names = [f"{kind}_{axis}_{units[kind]}" for kind in ("acc", "gyr") for axis in "xyz"]
    values = np.column_stack([acc[:, 0], acc[:, 1:], gyr[:, 1:]])
    values[:, [1, 2, 3] if what == "acc" else [4, 5, 6]] *= factor
    path = tmp_path / "a.csv"
    np.savetxt(path, values, delimiter=",", header=",".join(["time_s", *names]), comments="")

    with pytest.raises(RecordingError, match=message):
        import_files([("right_thigh", path)])

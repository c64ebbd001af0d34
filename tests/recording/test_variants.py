"""One format in the ways that programs and people vary it."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ezc3d
import h5py
import numpy as np
import pytest

from imu_valgus.core import GRAVITY_MPS2
from imu_valgus.recording.readers import SensorFile, read_sensors

SAMPLES = Path(__file__).parent / "samples"


def _read(path: Path) -> SensorFile:
    (sensor,) = read_sensors(path, lambda _: None)
    return sensor


def _norm(values: Any) -> float:
    return float(np.linalg.norm(values, axis=1).mean())


@pytest.mark.parametrize(
    ("separator", "decimal"), [(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ",")]
)
def test_phyphox_may_part_columns_and_numbers_in_any_of_its_ways(
    separator: str, decimal: str, tmp_path: Path
):
    text = (SAMPLES / "phyphox" / "Gyroscope.csv").read_text()
    path = tmp_path / "Gyroscope.csv"
    path.write_text(text.replace(",", separator).replace(".", decimal))

    sensor = _read(path)

    expected = _read(SAMPLES / "phyphox" / "Gyroscope.csv")
    np.testing.assert_array_equal(sensor.gyr_radps, expected.gyr_radps)


def test_the_absolute_value_of_phyphox_is_left_out(tmp_path: Path):
    first, *rows = (SAMPLES / "phyphox" / "Accelerometer.csv").read_text().splitlines()
    lines = [f'{first},"Absolute acceleration (m/s^2)"', *(f"{row},9.8E0" for row in rows)]
    path = tmp_path / "Raw Data.csv"
    path.write_text("\n".join(lines) + "\n")

    sensor = _read(path)

    expected = _read(SAMPLES / "phyphox" / "Accelerometer.csv")
    np.testing.assert_array_equal(sensor.acc_mps2, expected.acc_mps2)


@pytest.mark.parametrize("separator", [",", ";"])
def test_shimmer_says_how_it_parts_its_columns(separator: str, tmp_path: Path):
    sample = SAMPLES / "shimmer" / "LeftThigh_Calibrated_SD.csv"
    path = tmp_path / "shimmer.csv"
    path.write_text(sample.read_text().replace("\t", separator))

    sensor = _read(path)

    np.testing.assert_array_equal(sensor.acc_mps2, _read(sample).acc_mps2)


def test_a_shimmer_by_default_calibration_is_read(tmp_path: Path):
    sample = SAMPLES / "shimmer" / "LeftThigh_Calibrated_SD.csv"
    path = tmp_path / "shimmer.csv"
    path.write_text(sample.read_text().replace("deg/s", "deg/s*"))

    sensor = _read(path)

    np.testing.assert_array_equal(sensor.gyr_radps, _read(sample).gyr_radps)


@pytest.mark.parametrize(
    "name",
    ["AccelerometerUncalibrated.csv", "left_TotalAcceleration.csv", "TotalAcceleration (1).csv"],
)
def test_acceleration_in_si_keeps_its_sign_under_any_name_that_says_it_is_whole(
    name: str, tmp_path: Path
):
    sample = SAMPLES / "sensor_logger" / "TotalAcceleration.csv"
    path = Path(shutil.copy(sample, tmp_path / name))

    sensor = _read(path)

    np.testing.assert_array_equal(sensor.acc_mps2, _read(sample).acc_mps2)


def test_lost_packets_of_a_movesense_are_a_gap(tmp_path: Path):
    log = json.loads((SAMPLES / "movesense" / "log_imu6.json").read_text())
    del log["Samples"][10:13]
    path = tmp_path / "lossy.json"
    path.write_text(json.dumps(log))

    sensor = _read(path)

    assert np.diff(sensor.time_s).max() == pytest.approx(25 / 104, abs=2e-3)


def test_movesense_streams_logged_at_the_same_times_are_one_sensor(tmp_path: Path):
    log = json.loads((SAMPLES / "movesense" / "log_imu6.json").read_text())
    packets = [one["MeasIMU6"] for one in log["Samples"][1:]]
    parted = [
        {name: {"Timestamp": packet["Timestamp"], array: packet[array]}}
        for packet in packets
        for name, array in (("MeasAcc", "ArrayAcc"), ("MeasGyro", "ArrayGyro"))
    ]
    path = tmp_path / "parted.json"
    path.write_text(json.dumps({"Samples": parted}))

    sensor = _read(path)

    expected = _read(SAMPLES / "movesense" / "log_imu6.json")
    np.testing.assert_array_equal(sensor.gyr_radps, expected.gyr_radps)


def test_a_sample_that_an_opal_did_not_measure_is_a_gap(tmp_path: Path):
    path = Path(shutil.copy(SAMPLES / "apdm" / "opal_v5.h5", tmp_path))
    with h5py.File(path, "a") as file:
        values: Any = file["Sensors/1262/Accelerometer"]
        values[7, 1] = np.nan

    sensor = read_sensors(path, lambda _: None)[0]

    assert len(sensor.time_s) == 319


def _write_c3d(path: Path, channels: Mapping[str, tuple[float, str]]) -> Path:
    content: Any = ezc3d.c3d()
    content["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    content["parameters"]["POINT"]["LABELS"]["value"] = ["KNEE"]
    content["parameters"]["ANALOG"]["RATE"]["value"] = [100.0]
    content["parameters"]["ANALOG"]["LABELS"]["value"] = list(channels)
    content["parameters"]["ANALOG"]["UNITS"]["value"] = [unit for _, unit in channels.values()]
    content["data"]["points"] = np.ones((4, 1, 20))
    values = np.array([value for value, _ in channels.values()])
    content["data"]["analogs"] = np.broadcast_to(values[:, None], (1, len(values), 20))
    content.write(str(path))
    return path


@pytest.mark.parametrize(
    ("acc", "gyr", "label"),
    [
        ("Left_Thigh_Acc{}", "Left_Thigh_Gyro{}", "Left_Thigh"),
        ("ACC{}1", "GYRO{}1", "1"),
        ("Thigh.Accel.{}", "Thigh.Gyr.{}", "Thigh"),
        ("IMU2: acceleration {}", "IMU2: gyroscope {}", "IMU2"),
        ("Acc_{}", "Gyr_{}", ""),
    ],
)
def test_channels_of_one_sensor_are_found_by_their_labels(
    acc: str, gyr: str, label: str, tmp_path: Path
):
    channels = {acc.format(axis): (1.0, "g") for axis in "XYZ"}
    channels |= {gyr.format(axis): (2.0, "deg/s") for axis in "XYZ"}

    sensor = _read(_write_c3d(tmp_path / "walk.c3d", channels))

    assert sensor.label == label


@pytest.mark.parametrize(
    ("unit", "factor"), [("g", GRAVITY_MPS2), ("m/s^2", 1.0), ("m/s²", 1.0), ("mm/s^2", 1e-3)]
)
def test_acceleration_in_a_c3d_is_in_the_unit_that_it_says(
    unit: str, factor: float, tmp_path: Path
):
    channels = {f"acc_{axis}": (2.0, unit) for axis in "xyz"}
    channels |= {f"gyr_{axis}": (2.0, "rad/s") for axis in "xyz"}

    sensor = _read(_write_c3d(tmp_path / "walk.c3d", channels))

    assert _norm(sensor.acc_mps2) == pytest.approx(2.0 * factor * np.sqrt(3))


@pytest.mark.parametrize(("unit", "factor"), [("rad/s", 1.0), ("deg/s", np.pi / 180)])
def test_turn_rate_in_a_c3d_is_in_the_unit_that_it_says(unit: str, factor: float, tmp_path: Path):
    channels = {f"acc_{axis}": (2.0, "g") for axis in "xyz"}
    channels |= {f"gyr_{axis}": (2.0, unit) for axis in "xyz"}

    sensor = _read(_write_c3d(tmp_path / "walk.c3d", channels))

    assert _norm(sensor.gyr_radps) == pytest.approx(2.0 * factor * np.sqrt(3))


def test_a_degree_sign_of_an_old_program_is_understood(tmp_path: Path):
    content = (SAMPLES / "c3d" / "placements.c3d").read_bytes()
    path = tmp_path / "walk.c3d"
    path.write_bytes(content.replace(b"deg/s", "°/s  ".encode("latin-1")))

    sensors = read_sensors(path, lambda _: None)

    expected = read_sensors(SAMPLES / "c3d" / "placements.c3d", lambda _: None)
    np.testing.assert_array_equal(sensors[0].gyr_radps, expected[0].gyr_radps)

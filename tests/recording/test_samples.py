"""Files as other software writes them come in as what was measured: see samples/README.md."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import GRAVITY_MPS2, Placement
from imu_valgus.recording import import_session
from imu_valgus.recording.readers import SensorFile, read_sensors

SAMPLES = Path(__file__).parent / "samples"
EPOCH_S = 1_763_800_000.0
Swing = Callable[[np.ndarray], pd.DataFrame]


@dataclass(frozen=True)
class Sample:
    """A made file, and what it was made from: the swinging leg, at a rate.

    ``start_s`` is its first time, ``late_s`` how long the leg swung before.
    """

    path: str
    start_s: float
    rate_hz: float
    label: str = ""
    turned: bool = False
    late_s: float = 0.0
    time_tolerance_s: float = 1e-6

    def read(self) -> SensorFile:
        """Read the one sensor, or the one with the label."""
        sensors = read_sensors(SAMPLES / self.path, lambda _: None)
        return next(sensor for sensor in sensors if sensor.label == self.label)

    def true(self, swing: Swing, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Acceleration in m/s² and turn rate in rad/s, (n, 3) each."""
        table = swing(self.late_s + np.arange(n) / self.rate_hz).to_numpy()
        sign = np.array([1.0, -1.0, -1.0]) if self.turned else 1.0
        return table[:, 1:4] * sign * GRAVITY_MPS2, np.radians(table[:, 4:7]) * sign


WHOLE = [
    Sample("movesense/log_imu6.json", 17.541, 104.0, time_tolerance_s=6e-4),
    Sample("movesense/MovesenseLog_3.json", 17.541, 104.0, time_tolerance_s=6e-4),
    Sample("movesense/imu6_app.csv", 17.541, 104.0, time_tolerance_s=1.1e-3),
    Sample("shimmer/LeftThigh_Calibrated_SD.csv", EPOCH_S, 102.4),
    Sample("vicon_blue_trident/TS-00549_lowg.csv", EPOCH_S, 225.0, time_tolerance_s=1.1e-6),
    Sample("apdm/opal_v5.h5", EPOCH_S, 128.0, "Left Upper Leg"),
    Sample("apdm/opal_v5.h5", EPOCH_S, 128.0, "Left Lower Leg", turned=True),
    Sample("apdm/opal_v3.h5", EPOCH_S, 128.0, "Left Lower Leg", turned=True),
    Sample("c3d/placements.c3d", 0.0, 200.0, "left_thigh"),
    Sample("c3d/placements.c3d", 0.0, 200.0, "left_shank", turned=True),
    Sample("c3d/trigno.c3d", 0.0, 200.0, "DelsysTrignoBase 1: Sensor 2", turned=True),
]
ACCELERATION = [
    Sample("movesense/acc_stream.json", 17.541, 104.0, time_tolerance_s=6e-4),
    Sample("phyphox/Accelerometer.csv", 0.009, 100.0, late_s=0.009),
    Sample("sensor_logger/TotalAcceleration.csv", EPOCH_S + 0.006, 100.0, late_s=0.006),
    Sample(
        "sensor_logger/ios/AccelerometerUncalibrated.csv", EPOCH_S + 0.0042, 100.0, late_s=0.0042
    ),
]
TURN_RATE = [
    Sample("movesense/gyro_stream.json", 17.541, 104.0, time_tolerance_s=6e-4),
    Sample("phyphox/Gyroscope.csv", 0.014, 100.0, late_s=0.014),
    Sample("sensor_logger/Gyroscope.csv", EPOCH_S + 0.0031, 100.0, late_s=0.0031),
]


def _thigh(path: Path) -> tuple[Placement, Path]:
    return "left_thigh", path


def _name(sample: Sample) -> str:
    return f"{sample.path}#{sample.label}"


@pytest.mark.parametrize("sample", [*WHOLE, *ACCELERATION], ids=_name)
def test_acceleration_comes_in_metres_per_second_squared(sample: Sample, swing_at: Swing):
    sensor = sample.read()

    acc_mps2, _ = sample.true(swing_at, len(sensor.time_s))
    assert sensor.acc_mps2 is not None
    np.testing.assert_allclose(sensor.acc_mps2, acc_mps2, atol=2e-5)


@pytest.mark.parametrize("sample", [*WHOLE, *TURN_RATE], ids=_name)
def test_turn_rate_comes_in_radians_a_second(sample: Sample, swing_at: Swing):
    sensor = sample.read()

    _, gyr_radps = sample.true(swing_at, len(sensor.time_s))
    assert sensor.gyr_radps is not None
    np.testing.assert_allclose(sensor.gyr_radps, gyr_radps, atol=2e-6)


@pytest.mark.parametrize("sample", [*WHOLE, *ACCELERATION, *TURN_RATE], ids=_name)
def test_times_are_the_sensors_own(sample: Sample):
    sensor = sample.read()

    expected_s = sample.start_s + np.arange(len(sensor.time_s)) / sample.rate_hz
    np.testing.assert_allclose(sensor.time_s, expected_s, rtol=0, atol=sample.time_tolerance_s)


def test_a_real_shimmer_file_reads_as_devicely_reads_it(tmp_path: Path):
    lines = (SAMPLES / "shimmer" / "devicely_streamed.csv").read_text().splitlines(keepends=True)
    path = tmp_path / "first_five.csv"
    path.write_text("".join(lines[:8]))

    (sensor,) = read_sensors(path, lambda _: None)

    assert sensor.gyr_radps is not None
    np.testing.assert_allclose(
        np.degrees(sensor.gyr_radps[[0, 4]]),
        [[0.137404580, 1.877862595, -0.183206107], [0.137404580, 1.511450382, -0.473282443]],
        atol=1e-8,
    )


def test_of_two_accelerometers_the_wide_range_one_is_taken(tmp_path: Path):
    lines = (SAMPLES / "shimmer" / "devicely_streamed.csv").read_text().splitlines(keepends=True)
    path = tmp_path / "first_five.csv"
    path.write_text("".join(lines[:8]))

    (sensor,) = read_sensors(path, lambda _: None)

    assert sensor.acc_mps2 is not None
    assert sensor.acc_mps2[0].tolist() == [
        -3.9305804907241173,
        8.42130460801915,
        -1.620586475164572,
    ]


@pytest.mark.parametrize(
    ("acc", "gyr"),
    [
        (ACCELERATION[0], TURN_RATE[0]),
        (ACCELERATION[1], TURN_RATE[1]),
        (ACCELERATION[2], TURN_RATE[2]),
        (ACCELERATION[3], TURN_RATE[2]),
    ],
)
def test_two_files_of_one_sensor_make_six_axes(
    acc: Sample, gyr: Sample, tmp_path: Path, swing_at: Swing
):
    files = [_thigh(SAMPLES / one.path) for one in (acc, gyr)]

    signal = import_session(files, tmp_path / "run").signals["left_thigh"]

    began_s = max(acc.late_s, gyr.late_s)
    began_s = gyr.late_s + np.ceil((began_s - gyr.late_s) * gyr.rate_hz) / gyr.rate_hz
    table = swing_at(began_s + signal.time_s).to_numpy()
    np.testing.assert_allclose(signal.acc_mps2, table[:, 1:4] * GRAVITY_MPS2, atol=0.15)


def test_one_of_several_opals_is_chosen_by_its_label(tmp_path: Path):
    opals = SAMPLES / "apdm" / "opal_v5.h5"
    thigh, shank = (Path(f"{opals}#Left {part} Leg") for part in ("Upper", "Lower"))

    recording = import_session([("left_thigh", thigh), ("left_shank", shank)], tmp_path / "run")

    assert [(s.serial, s.clock) for s in recording.info.sensors] == [
        ("1262", "shared"),
        ("1338", "shared"),
    ]


def test_a_c3d_with_placements_in_its_labels_needs_no_placement_named(tmp_path: Path):
    path = SAMPLES / "c3d" / "placements.c3d"

    recording = import_session([(None, path)], tmp_path / "run")

    assert list(recording.signals) == ["left_thigh", "left_shank"]

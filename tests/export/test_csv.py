"""What goes out as CSV comes in again as it was."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import ImuSignal, Placement
from imu_valgus.export import export_session
from imu_valgus.export.csv_tables import clock_time
from imu_valgus.metrics import read_stride_log
from imu_valgus.pipeline import read_derived
from imu_valgus.recording import (
    Clock,
    Recording,
    SensorInfo,
    assemble_recording,
    decide_clock,
    import_session,
    read_session,
)


@pytest.fixture(scope="module")
def exported(analysed_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("csv")
    export_session(analysed_run, "csv", out)
    return out


@pytest.fixture(scope="module")
def imported(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    session = tmp_path_factory.mktemp("again") / "session"
    placements: list[Placement] = ["left_thigh", "left_shank", "right_thigh", "right_shank"]
    files: list[tuple[Placement, Path]] = [
        (one, exported / "signals" / f"{one}.csv") for one in placements
    ]
    import_session(files, session)
    return read_session(session)


def test_imported_signals_are_those_of_the_session(analysed_run: Path, imported: Recording):
    before = read_session(analysed_run)

    for placement, signal in before.signals.items():
        again = imported.signals[placement]
        np.testing.assert_allclose(again.time_s, signal.time_s, atol=1e-9, rtol=0)
        np.testing.assert_array_equal(again.acc_mps2, signal.acc_mps2)
        np.testing.assert_array_equal(again.gyr_radps, signal.gyr_radps)


def test_imported_sensors_are_on_the_clocks_they_had(analysed_run: Path, imported: Recording):
    before = read_session(analysed_run).info

    assert imported.info.reference == before.reference
    assert {s.placement: s.clock for s in imported.info.sensors} == {
        s.placement: s.clock for s in before.sensors
    }


def signal_from(start_s: float) -> ImuSignal:
    time_s = start_s + np.arange(4000) / 200.0
    return ImuSignal(time_s, np.ones((4000, 3)), np.zeros((4000, 3)))


@pytest.mark.parametrize("started_s", [0.0, 3.0, 40.0, 1.7e9])
@pytest.mark.parametrize("clock", ["shared", "own"])
def test_the_time_that_goes_out_tells_whether_a_clock_is_shared(clock: Clock, started_s: float):
    sensors = [
        SensorInfo(placement="left_thigh", sampling_rate_hz=200.0, clock="shared"),
        SensorInfo(
            placement="left_shank", sampling_rate_hz=200.0, clock=clock, clock_drift_ppm=40.0
        ),
    ]
    recording = assemble_recording(
        sensors,
        {"left_thigh": signal_from(started_s), "left_shank": signal_from(started_s + 0.4)},
    )

    thigh, shank = (
        clock_time(recording.info, sensor, recording.signals[sensor.placement].time_s)
        for sensor in recording.info.sensors
    )

    assert decide_clock(thigh, shank) == clock


def test_a_shared_clock_that_drifts_goes_out_as_session_time():
    recording = assemble_recording(
        [
            SensorInfo(placement="left_thigh", sampling_rate_hz=200.0, clock="shared"),
            SensorInfo(placement="left_shank", sampling_rate_hz=200.0, clock="shared"),
        ],
        {"left_thigh": signal_from(50.0), "left_shank": signal_from(50.1)},
    )
    shank = replace(recording.info.sensors[1], clock_drift_ppm=900.0, zero_device_time_s=7.0)
    info = replace(recording.info, sensors=(recording.info.sensors[0], shank))

    time_s = clock_time(info, shank, np.array([0.0, 1000.0]))

    np.testing.assert_allclose(time_s, [50.0, 1050.0])


def test_angles_hold_every_digit(analysed_run: Path, exported: Path):
    table = pd.read_csv(exported / "angles.csv", comment="#")

    angles = read_derived(analysed_run).angles.astype({"side": "str"})
    pd.testing.assert_frame_equal(table, angles, check_exact=True)


def test_the_stride_log_is_that_of_the_session(analysed_run: Path, exported: Path):
    again = read_stride_log(exported / "strides.csv")

    pd.testing.assert_frame_equal(again, read_stride_log(analysed_run / "derived" / "strides.csv"))


def test_the_command_to_import_again_stands_beside_the_files(exported: Path):
    text = (exported / "csv_README.txt").read_text(encoding="utf-8")

    assert f"imu-valgus import left_thigh={exported}/signals/left_thigh.csv" in text

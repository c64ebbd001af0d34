"""Files that look right and are not get one line that says what they are and what to export."""

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezc3d
import h5py
import numpy as np
import pytest
from syrupy.assertion import SnapshotAssertion

from imu_valgus.core import Placement, RecordingError
from imu_valgus.quality.signals import check_signal
from imu_valgus.recording import import_session

SAMPLES = Path(__file__).parent / "samples"
Files = list[tuple[Placement | None, Path]]
Case = Callable[[], Files]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, so that messages name files as a user would."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def _thigh(*paths: Path) -> Files:
    return [("left_thigh", path) for path in paths]


def _copied(sample: str, name: str = "", change: Callable[[bytes], bytes] = bytes) -> Path:
    path = Path(name or Path(sample).name)
    path.write_bytes(change((SAMPLES / sample).read_bytes()))
    return path


def _copies(*samples: str) -> Case:
    return lambda: _thigh(*(_copied(sample) for sample in samples))


def _named(sample: str, name: str) -> Case:
    return lambda: _thigh(_copied(sample, name))


def _changed(sample: str, old: str, new: str, *, times: int = -1) -> Case:
    return lambda: _thigh(
        _copied(sample, change=lambda text: text.replace(old.encode(), new.encode(), times))
    )


def _text(name: str, *lines: str) -> Case:
    def case() -> Files:
        Path(name).write_text("".join(f"{line}\n" for line in lines))
        return _thigh(Path(name))

    return case


def _packets(*packets: Any) -> Case:
    return _text("log.json", json.dumps({"Samples": packets}))


def _opal(change: Callable[[Any], None], version: int = 5) -> Case:
    def case() -> Files:
        path = _copied(f"apdm/opal_v{version}.h5")
        with h5py.File(path, "a") as file:
            change(file)
        return _thigh(Path(f"{path}#Left Upper Leg"))

    return case


def _without(*names: str) -> Callable[[Any], None]:
    def change(file: Any) -> None:
        for name in names:
            del file[name]

    return change


def _in_unit(name: str, unit: bytes) -> Callable[[Any], None]:
    def change(file: Any) -> None:
        file[name].attrs["Units"] = unit

    return change


def _shorter_time(file: Any) -> None:
    time = file["Sensors/1262/Time"][:-1]
    del file["Sensors/1262/Time"]
    file["Sensors/1262/Time"] = time


def _another_programs_hdf5() -> Files:
    with h5py.File("other.h5", "w") as file:
        file["readings"] = np.zeros(3)
    return _thigh(Path("other.h5"))


def _c3d(labels: dict[str, str]) -> Case:
    def case() -> Files:
        content: Any = ezc3d.c3d()
        content["parameters"]["POINT"]["RATE"]["value"] = [100.0]
        content["parameters"]["ANALOG"]["RATE"]["value"] = [200.0]
        content["parameters"]["ANALOG"]["LABELS"]["value"] = list(labels)
        content["parameters"]["ANALOG"]["UNITS"]["value"] = list(labels.values())
        content["parameters"]["POINT"]["LABELS"]["value"] = ["KNEE"]
        content["data"]["points"] = np.ones((4, 1, 10))
        content["data"]["analogs"] = np.ones((1, len(labels), 20))
        content.write("walk.c3d")
        return _thigh(Path("walk.c3d"))

    return case


def _six(acc: str, gyr: str, *, acc_name: str = "acc", gyr_name: str = "gyr") -> dict[str, str]:
    return {f"{acc_name}_{axis}": acc for axis in "xyz"} | {
        f"{gyr_name}_{axis}": gyr for axis in "xyz"
    }


def _zip() -> Files:
    with zipfile.ZipFile("phone.zip", "w") as archive:
        archive.write(SAMPLES / "phyphox" / "Accelerometer.csv", "Accelerometer.csv")
    return _thigh(Path("phone.zip"))


ACC = {"Timestamp": 0, "ArrayAcc": [{"x": 0.0, "y": 9.8, "z": 0.0}]}
GYR = {"Timestamp": 5, "ArrayGyro": [{"x": 0.0, "y": 1.0, "z": 0.0}]}
SHIMMER = "shimmer/LeftThigh_Calibrated_SD.csv"
PHYPHOX = "phyphox/Accelerometer.csv"
TOTAL = "sensor_logger/TotalAcceleration.csv"

CASES: dict[str, Case] = {
    "Movesense: a CSV that names no sensor": _copies("movesense/acc_stream.csv"),
    "Movesense: heart only": _packets(*[{"MeasECG": {"Timestamp": 0, "Samples": [1, 2]}}] * 2),
    "Movesense: acc and gyro at their own times": _packets(
        *[{"MeasAcc": ACC}] * 2, *[{"MeasGyro": GYR}] * 2
    ),
    "Movesense: one packet": _packets({"MeasAcc": ACC}),
    "Movesense: a vector without z": _packets(
        *[{"MeasAcc": {"Timestamp": 0, "ArrayAcc": [{"x": 0.0, "y": 9.8}]}}] * 2
    ),
    "Movesense: cut off": lambda: _thigh(
        _copied("movesense/log_imu6.json", change=lambda text: text[:20_000])
    ),
    "Movesense: acceleration alone": _copies("movesense/acc_stream.json"),
    "Shimmer: times of arrival": _copies("shimmer/devicely_streamed.csv"),
    "Shimmer: raw counts": _changed(SHIMMER, "_CAL", "_RAW"),
    "Shimmer: orientation only": _text(
        "quat.csv", '"sep=,"', "S1_Timestamp_Unix_CAL,S1_Quat_Madge_9DOF_W_CAL,", "ms,no_units,"
    ),
    "Shimmer: dates for times": _changed(SHIMMER, "TimestampSync_Unix", "Timestamp_FormattedUnix"),
    "Shimmer: another unit": _changed(SHIMMER, "m/(s^2)", "g"),
    "Shimmer: an axis is missing": _changed(SHIMMER, "Gyro_Y_CAL", "Gyro_V_CAL"),
    "Blue Trident: the magnetometer": _text(
        "mag.csv", "unix_timestamp_microsec,time_s,mx_microT,my_microT,mz_microT", "1,0,1,2,3"
    ),
    "Blue Trident: high-g alone": _text(
        "highg.csv",
        "unix_timestamp_microsec,time_s,ax_m/s/s,ay_m/s/s,az_m/s/s",
        *(f"{625 * n},{n / 1600},0,9.8,0" for n in range(2000)),
    ),
    "APDM: no sensor is named": lambda: _thigh(_copied("apdm/opal_v5.h5")),
    "APDM: orientation only": _opal(
        _without(*(f"Sensors/{n}/{a}" for n in (1262, 1338) for a in ("Accelerometer", "Time")))
    ),
    "APDM: no time": _opal(_without("Sensors/1262/Time")),
    "APDM: another unit": _opal(_in_unit("Sensors/1262/Accelerometer", b"g")),
    "APDM: fewer times than samples": _opal(_shorter_time),
    "APDM: a sensor that is listed is missing": _opal(_without("SI-001338"), version=3),
    "APDM: HDF5 of another program": _another_programs_hdf5,
    "phyphox: without g": _changed(PHYPHOX, "Acceleration", "Linear Acceleration"),
    "phyphox: without g, in a set of one's own": lambda: _thigh(
        _copied(
            "sensor_logger/Accelerometer.csv",
            "Linear.csv",
            lambda text: _like_phyphox(text.decode()).encode(),
        ),
        _copied("phyphox/Gyroscope.csv"),
    ),
    "phyphox: the magnetometer": _text("mag.csv", '"Time (s)","Magnetic field x (µT)"', "0,1"),
    "phyphox: zipped": _zip,
    "Sensor Logger: without gravity": _copies("sensor_logger/Accelerometer.csv"),
    "Sensor Logger: orientation": _text(
        "Orientation.csv", "time,seconds_elapsed,qz,qy,qx,qw,roll,pitch,yaw", "1,0,0,0,0,1,0,0,0"
    ),
    "Sensor Logger: gravity": _named(TOTAL, "Gravity.csv"),
    "Sensor Logger: another name": _named(TOTAL, "left.csv"),
    "C3D: markers only": _c3d({}),
    "C3D: force plates only": _c3d({"Fx1": "N", "Fy1": "N"}),
    "C3D: without gravity": _c3d(_six("m/s^2", "deg/s", acc_name="FreeAcc")),
    "C3D: without turn rate": _c3d(dict.fromkeys(("ACCX1", "ACCY1", "ACCZ1"), "g")),
    "C3D: an axis is missing": _c3d(
        {name: unit for name, unit in _six("g", "deg/s").items() if name != "gyr_z"}
    ),
    "C3D: volts": _c3d(_six("V", "V")),
    "C3D: no units": _c3d(_six("", "")),
    "C3D: packed": lambda: _thigh(_copied("c3d/placements.c3d", "a.c3d.gz", gzip.compress)),
}


def _like_phyphox(text: str) -> str:
    rows = ['"Time (s)","X (m/s^2)","Y (m/s^2)","Z (m/s^2)"']
    for line in text.splitlines()[1:]:
        _, time_s, z, y, x = line.split(",")
        rows.append(f"{time_s},{x},{y},{z}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_a_lookalike_gets_its_line_and_hint(case: str, snapshot: SnapshotAssertion):
    files = CASES[case]()

    with pytest.raises(RecordingError) as caught:
        import_session(files, Path("run"))

    assert f"{caught.value}\nhint: {caught.value.hint}" == snapshot


@pytest.mark.parametrize("case", CASES)
def test_a_lookalike_takes_one_line(case: str):
    files = CASES[case]()

    with pytest.raises(RecordingError) as caught:
        import_session(files, Path("run"))

    assert "\n" not in f"{caught.value}{caught.value.hint}"


def test_a_sensor_at_52_hz_comes_in_and_the_check_says_what_that_costs():
    log = json.loads((SAMPLES / "movesense" / "log_imu6.json").read_text())
    for packet in log["Samples"][1:]:
        for array in ("ArrayAcc", "ArrayGyro"):
            packet["MeasIMU6"][array] = packet["MeasIMU6"][array][::2]
    Path("slow.json").write_text(json.dumps(log))

    recording = import_session(_thigh(Path("slow.json")), Path("run"))

    signal = recording.signals["left_thigh"]
    findings = check_signal(signal, placement="left_thigh", at_rest=None)
    assert [one.severity for one in findings if one.topic == "rate"] == ["warning"]

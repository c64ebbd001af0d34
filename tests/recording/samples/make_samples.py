"""Write the made samples anew: a leg that swings, in the layouts that the READMEs here describe.

``PYTHONPATH=tests python tests/recording/samples/make_samples.py``
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import ezc3d
import h5py
import numpy as np
from recording.conftest import swing

from imu_valgus.core import GRAVITY_MPS2

HERE: Final = Path(__file__).parent
DURATION_S: Final = 2.5
EPOCH_S: Final = 1_763_800_000.0
"""22 November 2025: no one's recording."""

Array = np.ndarray[Any, np.dtype[np.float64]]


def times(rate_hz: float) -> Array:
    """Return the times of the samples in s, from 0."""
    return np.arange(round(DURATION_S * rate_hz)) / rate_hz


def swinging(time_s: Array) -> tuple[Array, Array]:
    """Return acceleration in m/s² and turn rate in deg/s of a leg that swings, (n, 3) each."""
    table = swing(time_s).to_numpy()
    return table[:, 1:4] * GRAVITY_MPS2, table[:, 4:7]


def write_lines(path: Path, lines: Iterable[str], end: str = "\n") -> None:
    """Write lines, each with its end."""
    path.write_text("".join(f"{line}{end}" for line in lines), newline="")


def vectors(values: Array) -> list[dict[str, float]]:
    """Write (n, 3) the way Movesense writes vectors: float32 as long as it gets."""
    return [
        dict(zip("xyz", map(float, row), strict=True)) for row in values.astype(np.float32).round(6)
    ]


def movesense() -> None:
    """Packets of eight samples with the first's time in whole milliseconds."""
    time_s = times(104.0)
    acc, gyr = swinging(time_s)
    packets: list[dict[str, Any]] = [
        {
            "Timestamp": 17541 + round(1e3 * float(time_s[first])),
            "ArrayAcc": vectors(acc[first : first + 8]),
            "ArrayGyro": vectors(gyr[first : first + 8]),
        }
        for first in range(0, len(time_s) - 7, 8)
    ]
    logged = [{"TimeDetailed": {"relativeTime": 17500, "utcTime": int(EPOCH_S * 1e6)}}]
    streams = [{"MeasIMU6": packet} for packet in packets]
    folder = HERE / "movesense"
    (folder / "log_imu6.json").write_text(json.dumps({"Samples": [*logged, *streams]}))
    (folder / "MovesenseLog_3.json").write_text(json.dumps({"Meas": {"IMU6": packets}}))
    for name, key in (("acc", "ArrayAcc"), ("gyro", "ArrayGyro")):
        write_lines(
            folder / f"{name}_stream.json",
            (json.dumps({name: {"Timestamp": p["Timestamp"], key: p[key]}}) for p in packets),
        )
    rows = ["timestamp,x,y,z"]
    for packet in packets:
        for i, xyz in enumerate(packet["ArrayAcc"]):
            rows.append(",".join(["" if i else str(packet["Timestamp"]), *map(str, xyz.values())]))
    write_lines(folder / "acc_stream.csv", rows)
    app = ["Timestamp,AccX,AccY,AccZ,GyroX,GyroY,GyroZ,MagnX,MagnY,MagnZ"]
    for t, a, g in zip(time_s, acc, gyr, strict=True):
        values = ",".join(f"{value:.6f}" for value in (*a, *g))
        app.append(f"{17541 + int(1e3 * t)},{values}")
    write_lines(folder / "imu6_app.csv", app)


def shimmer() -> None:
    """Consensys: separator, names, units, and a separator after the last column too."""
    time_s = times(102.4)
    acc, gyr = swinging(time_s)
    names = ["TimestampSync_Unix_CAL"]
    names += [f"Accel_{kind}_{axis}_CAL" for kind in ("LN", "WR") for axis in "XYZ"]
    names += ["Battery_CAL", *(f"{what}_{axis}_CAL" for what in ("Gyro", "Mag") for axis in "XYZ")]
    units = ["ms", *["m/(s^2)"] * 6, "mV", *["deg/s"] * 3, *["local_flux"] * 3]
    low_noise = np.clip(acc, -2 * GRAVITY_MPS2, 2 * GRAVITY_MPS2)
    rows = ['"sep=\t"', "".join(f"LeftThigh_{name}\t" for name in names)]
    rows.append("".join(f"{unit}\t" for unit in units))
    for t, ln, wr, g in zip(time_s, low_noise, acc, gyr, strict=True):
        cells = [1e3 * (EPOCH_S + t), *ln, *wr, 4139.194, *g, -0.1124, -0.916, -0.048]
        rows.append("".join(f"{float(cell)!r}\t" for cell in np.round(cells, 6)))
    write_lines(HERE / "shimmer" / "LeftThigh_Calibrated_SD.csv", rows, end="\r\n")


def vicon() -> None:
    """Capture.U: the low-g accelerometer with the gyroscope, at the rate that is sent by radio."""
    time_s = times(225.0)
    names = [
        f"{what}{axis}_{unit}" for what, unit in (("a", "m/s/s"), ("g", "deg/s")) for axis in "xyz"
    ]
    rows = [",".join(["unix_timestamp_microsec", "time_s", *names])]
    for t, values in zip(time_s, np.hstack(swinging(time_s)), strict=True):
        stamp = int(1e6 * (EPOCH_S + t))
        rows.append(f"{stamp},{t:.6f}," + ",".join(f"{value:.6f}" for value in values))
    write_lines(HERE / "vicon_blue_trident" / "TS-00549_lowg.csv", rows)


def apdm() -> None:
    """File formats 5 and 3: two Opals on one clock."""
    time_s = times(128.0)
    acc, gyr = swinging(time_s)
    stamps = (1e6 * (EPOCH_S + time_s)).round().astype("<u8")
    mag = np.tile([20.0, -3.0, 41.0], (len(time_s), 1))
    turned = np.array([1.0, -1.0, -1.0])
    sensors = {"1262": ("Left Upper Leg", 1.0), "1338": ("Left Lower Leg", turned)}
    with h5py.File(HERE / "apdm" / "opal_v5.h5", "w", track_order=False) as file:
        file.attrs["FileFormatVersion"] = np.uint32(5)
        for name, (label, sign) in sensors.items():
            group = file.create_group(f"Sensors/{name}")
            group.create_group("Configuration").attrs["Label 0"] = np.bytes_(label)
            group["Configuration"].attrs["Sample Rate"] = np.uint32(128)
            _datasets(group, stamps, _opal("", acc * sign, np.radians(gyr) * sign, mag))
            file[f"Processed/{name}/Orientation"] = np.tile([1.0, 0, 0, 0], (len(time_s), 1))
    with h5py.File(HERE / "apdm" / "opal_v3.h5", "w") as file:
        file.attrs["FileFormatVersion"] = np.uint32(3)
        file.attrs["CaseIdList"] = np.array([b"SI-001262", b"SI-001338"])
        file.attrs["MonitorLabelList"] = np.array([b"Left Upper Leg  ", b"Left Lower Leg  "])
        for name, (_, sign) in sensors.items():
            group = file.create_group(f"SI-00{name}")
            group.attrs["SampleRate"] = np.uint32(128)
            values = _opal("s", acc * sign, np.radians(gyr) * sign, mag)
            _datasets(group, stamps, {f"Calibrated/{what}": v for what, v in values.items()})


def _opal(plural: str, acc: Array, gyr: Array, mag: Array) -> dict[str, tuple[Array, bytes]]:
    return {
        f"Accelerometer{plural}": (acc, b"m/s^2"),
        f"Gyroscope{plural}": (gyr, b"rad/s"),
        f"Magnetometer{plural}": (mag, b"uT"),
    }


def _datasets(group: Any, stamps: Any, values: Mapping[str, tuple[Array, bytes]]) -> None:
    group.create_dataset("Time", data=stamps, compression="gzip")
    for what, (data, unit) in values.items():
        made = group.create_dataset(what, data=data.astype(np.float32), compression="gzip")
        made.attrs["Units"] = unit


def phyphox() -> None:
    """Two exported sets; every sensor of a phone at its own times."""
    for name, column, start_s, gyroscope in (
        ("Accelerometer", "Acceleration {} (m/s^2)", 0.009, False),
        ("Gyroscope", "Gyroscope {} (rad/s)", 0.014, True),
    ):
        time_s = start_s + times(100.0)
        acc, gyr = swinging(time_s)
        values = np.radians(gyr) if gyroscope else acc
        names = ["Time (s)", *(column.format(axis) for axis in "xyz")]
        rows = [",".join(f'"{one}"' for one in names)]
        for t, xyz in zip(time_s, values, strict=True):
            rows.append(",".join(_scientific(float(value)) for value in (t, *xyz)))
        write_lines(HERE / "phyphox" / f"{name}.csv", rows)


def _scientific(value: float) -> str:
    mantissa, exponent = f"{value:.9e}".split("e")
    return f"{mantissa}E{int(exponent)}"


def sensor_logger() -> None:
    """An Android phone's total acceleration and turn rate; an iPhone's acceleration in g."""
    for name, start_s in (
        ("TotalAcceleration", 0.006),
        ("Gyroscope", 0.0031),
        ("ios/AccelerometerUncalibrated", 0.0042),
        ("Accelerometer", 0.006),
    ):
        time_s = start_s + times(100.0)
        acc, gyr = swinging(time_s)
        angle = np.cumsum(np.radians(gyr[:, 2])) / 100.0
        up = np.column_stack([np.sin(angle), np.cos(angle), np.zeros_like(angle)])
        values = {
            "TotalAcceleration": acc,
            "Gyroscope": np.radians(gyr),
            "ios/AccelerometerUncalibrated": -acc / GRAVITY_MPS2,
            "Accelerometer": acc - GRAVITY_MPS2 * up,
        }[name]
        rows = ["time,seconds_elapsed,z,y,x"]
        for t, (x, y, z) in zip(time_s, values, strict=True):
            nanoseconds = int(EPOCH_S) * 1_000_000_000 + round(t * 1e9)
            rows.append(f"{nanoseconds},{t:.7f},{z:.9f},{y:.9f},{x:.9f}")
        path = HERE / "sensor_logger" / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        write_lines(path, rows)


def c3d() -> None:
    """Two sensors in one file, as our export labels them and as a Delsys Trigno came in."""
    time_s = times(200.0)
    acc, gyr = swinging(time_s)
    turned = np.array([1.0, -1.0, -1.0])
    ours: dict[str, tuple[Array, str]] = {}
    for placement, sign in (("left_thigh", 1.0), ("left_shank", turned)):
        for n, axis in enumerate("xyz"):
            ours[f"{placement}_acc_{axis}"] = ((acc * sign)[:, n], "m/s^2")
            ours[f"{placement}_gyr_{axis}"] = ((gyr * sign)[:, n], "deg/s")
    _write_c3d(HERE / "c3d" / "placements.c3d", ours)
    trigno: dict[str, tuple[Array, str]] = {"Fz1": (0 * time_s, "N")}
    for sensor, sign in ((1, 1.0), (2, turned)):
        before = f"DelsysTrignoBase 1: Sensor {sensor}"
        trigno[f"{before}EMG"] = (0 * time_s, "V")
        for n, axis in enumerate(("Pitch", "Roll", "Yaw")):
            trigno[f"{before}IM ACC {axis}"] = ((acc * sign)[:, n] / GRAVITY_MPS2, "g")
            trigno[f"{before}IM GYR {axis}"] = ((gyr * sign)[:, n], "deg/s")
    _write_c3d(HERE / "c3d" / "trigno.c3d", trigno)


def _write_c3d(path: Path, channels: Mapping[str, tuple[Array, str]]) -> None:
    content: Any = ezc3d.c3d()
    content["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    content["parameters"]["ANALOG"]["RATE"]["value"] = [200.0]
    content["parameters"]["ANALOG"]["LABELS"]["value"] = list(channels)
    content["parameters"]["ANALOG"]["UNITS"]["value"] = [unit for _, unit in channels.values()]
    content["data"]["analogs"] = np.array([[values for values, _ in channels.values()]])
    n_frames = content["data"]["analogs"].shape[2] // 2
    content["parameters"]["POINT"]["LABELS"]["value"] = ["KNEE"]
    content["data"]["points"] = np.ones((4, 1, n_frames))
    content.write(str(path))


if __name__ == "__main__":
    for make in (movesense, shimmer, vicon, apdm, phyphox, sensor_logger, c3d):
        make()

"""Signals as the files that other programs write, each with that program's own decimals."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.core import GRAVITY_MPS2, FloatArray, ImuSignal
from imu_valgus.devices.decoders.capture2go import SAMPLES_A_PACKET, encode
from imu_valgus.devices.packet import Packet

Write = Callable[[Path, ImuSignal], list[Path]]

ACC: Final = "Acc_X Acc_Y Acc_Z"
GYR: Final = "Gyr_X Gyr_Y Gyr_Z"


def write_generic(stem: Path, signal: ImuSignal) -> list[Path]:
    """Our own columns; every digit of the numbers."""
    names = [f"acc_{axis}_mps2" for axis in "xyz"] + [f"gyr_{axis}_radps" for axis in "xyz"]
    values = np.column_stack([signal.time_s, signal.acc_mps2, signal.gyr_radps])
    return [_write(stem, ".csv", ",".join(["time_s", *names]), values, "%.17g" + ",%.17g" * 6)]


def write_movella_dot(stem: Path, signal: ImuSignal) -> list[Path]:
    """The DOT app's recording: microseconds in 32 bits, 14 decimals."""
    head = (
        "sep=,\nDeviceTag:,dot\nFirmwareVersion:,2.0.0\nAppVersion:,2021.0\n"
        "StartTime: ,2021-08-30_17:05:05_000 GMT+8\n© Xsens Technologies B. V. 2005-2021\n\n"
    )
    names = f"PacketCounter SampleTimeFine {ACC} {GYR}".replace(" ", ",")
    ticks = np.round(signal.time_s * 1e6) % 2.0**32
    values = np.column_stack(
        [
            np.arange(len(ticks), dtype=np.float64),
            ticks,
            signal.acc_mps2,
            np.degrees(signal.gyr_radps),
        ]
    )
    return [_write(stem, ".csv", head + names, values, "%d,%d" + ",%.14f" * 6)]


def write_mt_manager(stem: Path, signal: ImuSignal) -> list[Path]:
    """MT Manager 2022: ticks of 0.1 ms, six decimals, semicolons, columns without a value."""
    head = (
        "// General information: \n//  MT Manager version: 2022.2.0 \n// Device information: \n"
        "//  DeviceId: 00B42D4B\n//  ProductCode: MTW2-3A7G6\n//  Firmware Version: 4.4.0\n"
    )
    names = f"PacketCounter SampleTimeFine Year {ACC} {GYR}".replace(" ", ";")
    ticks = np.round(signal.time_s * 1e4) % 2.0**32
    counter = np.arange(len(ticks), dtype=np.float64) % 2.0**16
    values = np.column_stack([counter, ticks, signal.acc_mps2, signal.gyr_radps])
    return [_write(stem, ".txt", head + names, values, "%05d;%d;" + ";%.6f" * 6)]


def write_metabase(stem: Path, signal: ImuSignal) -> list[Path]:
    """MetaBase: whole milliseconds since 1970, three decimals, two files."""
    epoch_ms = 1_660_912_680_909 + np.round((signal.time_s - signal.time_s[0]) * 1e3).astype(int)
    clock = np.datetime_as_string((epoch_ms + 3_600_000).astype("M8[ms]"))
    written = []
    for sensor, unit, values in (
        ("Accelerometer", "g", signal.acc_mps2 / GRAVITY_MPS2),
        ("Gyroscope", "deg/s", np.degrees(signal.gyr_radps)),
    ):
        names = [f"{axis}-axis ({unit})" for axis in "xyz"]
        lines = [",".join(["epoc (ms)", "timestamp (+0100)", "elapsed (s)", *names])]
        lines += [
            f"{at},{text},{(at - epoch_ms[0]) / 1e3:.3f},{x:.3f},{y:.3f},{z:.3f}"
            for at, text, (x, y, z) in zip(epoch_ms, clock, values, strict=True)
        ]
        path = stem.with_name(f"{stem.name}_{sensor}.csv")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        written.append(path)
    return written


def write_capture2go(stem: Path, signal: ImuSignal) -> list[Path]:
    """Capture2Go: frames of eight samples of 16 bits; what is left of a frame is not written."""
    rate_hz = float(np.round(1 / np.median(np.diff(signal.time_s))))
    frames = []
    for first in range(0, len(signal) - SAMPLES_A_PACKET + 1, SAMPLES_A_PACKET):
        part = slice(first, first + SAMPLES_A_PACKET)
        time_s = np.full(SAMPLES_A_PACKET, np.nan)
        time_s[0] = signal.time_s[first]
        frames.append(
            encode(Packet(signal.acc_mps2[part], signal.gyr_radps[part], time_s), rate_hz)
        )
    path = stem.with_suffix(".bin")
    path.write_bytes(b"".join(frames))
    return [path]


WRITERS: Final[dict[str, Write]] = {
    "generic": write_generic,
    "movella_dot": write_movella_dot,
    "mt_manager": write_mt_manager,
    "metabase": write_metabase,
    "capture2go": write_capture2go,
}


def _write(stem: Path, ending: str, head: str, values: FloatArray, row: str) -> Path:
    path = stem.with_name(stem.name + ending)
    with path.open("w", encoding="utf-8") as file:
        np.savetxt(file, values, fmt=row, header=head, comments="")
    return path

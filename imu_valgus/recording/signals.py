"""``signals/<placement>.parquet``: the decoded samples of one sensor, gaps left as gaps.

Time is float64, for seconds since 1970 need it. The axes are float32: its 24 bits err by
8e-6 m/s² at 16 g and 2e-6 rad/s at 2000 deg/s, where one step of a 20 bit sensor is 3e-4 and 7e-5.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from imu_valgus.core import FloatArray, ImuSignal, IntArray, Placement, RecordingError
from imu_valgus.recording.info import SensorInfo

ACC_COLUMNS: Final = ("acc_x_mps2", "acc_y_mps2", "acc_z_mps2")
GYR_COLUMNS: Final = ("gyr_x_radps", "gyr_y_radps", "gyr_z_radps")
MAG_COLUMNS: Final = ("mag_x_ut", "mag_y_ut", "mag_z_ut")

_CURE: Final = (
    "make it anew of what lies under raw/: imu-valgus import … --to … --force for files, "
    "imu-valgus recover for a capture"
)


def signal_path(session: Path, placement: Placement) -> Path:
    """Say where a session keeps a sensor's samples."""
    return session / "signals" / f"{placement}.parquet"


def write_signal(
    path: Path, signal: ImuSignal, *, sensor: SensorInfo, sample_index: IntArray | None = None
) -> None:
    """Write a sensor's signal; ``sample_index`` (n,) counts what is missing too, if it is given."""
    index = np.arange(len(signal), dtype=np.int64) if sample_index is None else sample_index
    columns: dict[str, object] = {
        "sample_index": index,
        "device_time_s": sensor.device_time(signal.time_s),
        **_axes(ACC_COLUMNS, signal.acc_mps2),
        **_axes(GYR_COLUMNS, signal.gyr_radps),
    }
    if signal.mag_ut is not None:
        columns |= _axes(MAG_COLUMNS, signal.mag_ut)
    columns["clipped"] = signal.clipped
    encoding = {name: "BYTE_STREAM_SPLIT" for name in columns if name != "clipped"}
    encoding["sample_index"] = "DELTA_BINARY_PACKED"
    options: dict[str, Any] = {"use_dictionary": False, "column_encoding": encoding}
    with path.open("wb") as file:
        parquet.write_table(pa.table(columns), file, compression="zstd", **options)


def read_signal(path: Path, *, sensor: SensorInfo) -> ImuSignal:
    """Read one sensor's samples on the time of ``sensor.session_time``.

    Raises
    ------
    RecordingError
        Where the file is missing, broken, or holds something else.
    """
    try:
        table = pd.read_parquet(path)
    except FileNotFoundError as error:
        raise RecordingError(f"{path} is missing", hint=_CURE) from error
    except (OSError, pa.ArrowException) as error:
        raise RecordingError(f"{path} is broken: no Parquet file", hint=_CURE) from error
    needed = {"device_time_s", *ACC_COLUMNS, *GYR_COLUMNS, "clipped"}
    missing = sorted(needed - set(table.columns))
    if missing:
        raise RecordingError(f"{path} lacks the column {missing[0]}", hint=_CURE)
    try:
        return _signal(table, sensor)
    except (ValueError, TypeError) as error:
        raise RecordingError(f"{path} is broken: {error}", hint=_CURE) from error


def _signal(table: pd.DataFrame, sensor: SensorInfo) -> ImuSignal:
    has_mag = set(MAG_COLUMNS) <= set(table.columns)
    return ImuSignal(
        time_s=sensor.session_time(_float64(table, "device_time_s")),
        acc_mps2=_matrix(table, ACC_COLUMNS),
        gyr_radps=_matrix(table, GYR_COLUMNS),
        clipped=table["clipped"].to_numpy(dtype=np.bool_),
        mag_ut=_matrix(table, MAG_COLUMNS) if has_mag else None,
    )


def _axes(names: tuple[str, ...], values: FloatArray) -> dict[str, object]:
    return {name: values[:, axis].astype(np.float32) for axis, name in enumerate(names)}


def _float64(table: pd.DataFrame, name: str) -> FloatArray:
    return table[name].to_numpy(dtype=np.float64)


def _matrix(table: pd.DataFrame, names: tuple[str, ...]) -> FloatArray:
    return np.column_stack([_float64(table, name) for name in names])

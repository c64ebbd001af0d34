"""MetaBase (MbientLab MetaMotion and MetaWear): one CSV for each sensor of the board.

``…_Accelerometer.csv`` in g and ``…_Gyroscope.csv`` in deg/s::

    epoc (ms),timestamp (+0100),elapsed (s),x-axis (g),y-axis (g),z-axis (g)
    epoc (ms),timestamp (+0100),elapsed (s),x-axis (deg/s),y-axis (deg/s),z-axis (deg/s)

Newer apps write ``epoch (ms),time (01:00)``. The time is in whole milliseconds since 1970, values
have three decimals (MetaBase's own sources). Linear acceleration and gravity, from sensor fusion,
come under the very same columns as acceleration: gravity is told by its length, which is always
1 g, linear acceleration by the gravity that it lacks, when units are checked.
"""

from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.core import GRAVITY_MPS2
from imu_valgus.recording.readers.header import check_there
from imu_valgus.recording.readers.layout import Axes, Layout, SensorFile, Ticks, in_dps, in_g
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import Table, find_table, names_in

_TIMES: Final = ("epoc (ms)", "epoch (ms)")
_ELAPSED: Final = "elapsed (s)"
_ACC: Final = in_g("x-axis (g)", "y-axis (g)", "z-axis (g)")
_GYR: Final = in_dps("x-axis (deg/s)", "y-axis (deg/s)", "z-axis (deg/s)")
_ROUNDING_G: Final = 0.001
"""Three decimals on each axis move the length of a vector of 1 g by no more."""

_LEAST_SAMPLES: Final = 20
"""An accelerometer's noise, 1.3 mg on each axis (BMI160), leaves that band in so many samples."""


class MetaBase:
    """MetaBase, accelerometer or gyroscope file."""

    name = "MetaBase CSV"
    summary = "MetaMotion (MbientLab): MetaBase's Accelerometer.csv and Gyroscope.csv, both"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether time is written as MetaBase does."""
        names = names_in(seen)
        return _ELAPSED in names and any(name in names for name in _TIMES)

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read the one sensor; RecordingError names what is wrong."""
        table = find_table(look_at(path))
        acc, gyr = (axes if _has(table, axes) else None for axes in (_ACC, _GYR))
        if not acc and not gyr:
            raise wrong(
                path,
                "neither acceleration nor angular velocity of MetaBase",
                line=1,
                hint="name the Accelerometer.csv and the Gyroscope.csv of the same recording",
            )
        time = next(name for name in _TIMES if name in table.columns)
        layout = Layout(model="MetaMotion", time=Ticks(time, per_second=1e3), acc=acc, gyr=gyr)
        check_there(table, layout)
        sensors = read_table(table, (layout,), progress)
        for sensor in sensors:
            _refuse_gravity(sensor)
        return sensors


def _has(table: Table, axes: Axes) -> bool:
    return any(name in table.columns for name in axes.columns)


def _refuse_gravity(sensor: SensorFile) -> None:
    if sensor.acc_mps2 is None or len(sensor.time_s) < _LEAST_SAMPLES:
        return
    length_g = np.linalg.norm(sensor.acc_mps2, axis=1) / GRAVITY_MPS2
    if (np.abs(length_g - 1.0) <= _ROUNDING_G).all():
        raise wrong(
            sensor.path,
            "the gravity of sensor fusion, always 1 g long, no acceleration",
            line=sensor.first_line,
            hint="name the Accelerometer.csv; record with Accelerometer and Gyroscope on",
        )

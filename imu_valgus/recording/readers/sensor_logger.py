"""A phone on the leg, recorded by Sensor Logger (Kelvin Tsz Hei Choi): one CSV a sensor.

Every sensor's header is ``time,seconds_elapsed,z,y,x``: what was measured is in the file's name
alone, so the app's names must be kept. Time is in ns since 1970. By its UNITS.md, COORDINATES.md
and CROSSPLATFORM.md (tszheichoi/awesome-sensor-logger, app version 1.29 and later):

===============================  ==================================================================
``TotalAcceleration``            Android: m/s², gravity included
``AccelerometerUncalibrated``    gravity included; Android, and iPhones with "Standardise Units &
                                 Frames": m/s²; iPhones without: g, and all three axes the other
                                 way round. Which of the two is told from the numbers: a leg's
                                 median is near 1 g, and the two units are ten times apart.
``Accelerometer``                gravity taken out: refused
``Gyroscope``,                   rad/s
``GyroscopeUncalibrated``
===============================  ==================================================================
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.core import GRAVITY_MPS2, RecordingError
from imu_valgus.recording.readers.header import check_there
from imu_valgus.recording.readers.layout import (
    Axes,
    Layout,
    SensorFile,
    Ticks,
    in_g,
    in_mps2,
    in_radps,
)
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import Table, find_table, names_in

_TIMES: Final = ("time", "seconds_elapsed")
_XYZ: Final = ("x", "y", "z")
_IPHONE: Final = "AccelerometerUncalibrated"
_ACC: Final = ("TotalAcceleration", _IPHONE)
_GYR: Final = ("Gyroscope", "GyroscopeUncalibrated")
_MOST_G: Final = 4.0
"""Medians of a leg's acceleration: 0.9 to 1.5 in g, 9 to 15 in m/s²; this lies between them."""

_NUMBERED: Final = re.compile(r"[-_ ]?\(?\d+\)?$")
"""What browsers, and sessions that keep two files of one name, put behind a name."""

_RIGHT_ONES: Final = (
    "name TotalAcceleration.csv (Android) or AccelerometerUncalibrated.csv (iPhone) and "
    "Gyroscope.csv, by the names that the app gives"
)


class SensorLogger:
    """Sensor Logger, CSV of one sensor of a phone."""

    name = "Sensor Logger CSV"
    summary = "a phone with Sensor Logger: TotalAcceleration.csv and Gyroscope.csv"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether time is written as the app does."""
        return names_in(seen)[:2] == _TIMES

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read one sensor of the phone; RecordingError names what is wrong."""
        table = find_table(look_at(path))
        what = _NUMBERED.sub("", path.name.removesuffix(".gz").removesuffix(".csv"))
        acc: Axes | None = in_mps2(*_XYZ) if what.endswith(_ACC) else None
        gyr: Axes | None = in_radps(*_XYZ) if what.endswith(_GYR) else None
        if not set(_XYZ).issubset(table.columns) or not (acc or gyr):
            raise _other(table, what)
        layout = Layout(model="Sensor Logger", time=Ticks("time", per_second=1e9), acc=acc, gyr=gyr)
        check_there(table, layout)
        (sensor,) = read_table(table, (layout,), progress)
        return (_in_our_unit(sensor) if what.endswith(_IPHONE) else sensor,)


def _in_our_unit(sensor: SensorFile) -> SensorFile:
    acc = sensor.acc_mps2
    if acc is None or float(np.median(np.linalg.norm(acc, axis=1))) > _MOST_G:
        return sensor
    return replace(sensor, acc_mps2=-GRAVITY_MPS2 * acc, acc_named=in_g(*_XYZ))


def _other(table: Table, what: str) -> RecordingError:
    if {"qw", "roll"} & set(table.columns):
        problem = "orientation only, neither acceleration nor turn rate"
    elif what.endswith("Accelerometer"):
        problem = "acceleration without gravity"
    else:
        problem = "the name does not say that this is acceleration or turn rate"
    return wrong(table.path, problem, line=1, hint=_RIGHT_ONES)

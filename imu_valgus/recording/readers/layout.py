"""What a file holds: which columns mean what, and the samples of each sensor that they made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from imu_valgus.core import GRAVITY_MPS2, Event, FloatArray, IntArray
from imu_valgus.recording.info import SensorInfo
from imu_valgus.recording.readers.source import Progress, SeenFile

RADPS_PER_DPS: Final = 0.017453292519943295


@dataclass(frozen=True, slots=True)
class Axes:
    """Three columns, x y z, of one unit; values times ``factor`` are SI (mag: microtesla)."""

    columns: tuple[str, str, str]
    factor: float


class TimeAxis(Protocol):
    """How a file tells when a sample was taken."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that tell it."""
        ...

    def seconds(self, values: Mapping[str, FloatArray], rows: IntArray) -> FloatArray:
        """Turn the columns (n,), found in these rows of the file, into seconds (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class Ticks:
    """One column counts time, so many a second; ``wraps_at`` is where a counter begins again."""

    column: str
    per_second: float
    wraps_at: float | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The column that counts."""
        return (self.column,)

    def seconds(self, values: Mapping[str, FloatArray], rows: IntArray) -> FloatArray:
        """Turn the counts (n,) into seconds (n,); ``rows`` is not needed."""
        del rows
        counts = values[self.column]
        if self.wraps_at is not None:
            fell = np.diff(counts, prepend=counts[:1]) < -0.5 * self.wraps_at
            counts = counts + self.wraps_at * np.cumsum(fell)
        return counts / self.per_second


@dataclass(frozen=True, slots=True)
class Rows:
    """No column tells time: the rows follow each other at one rate."""

    sampling_rate_hz: float

    @property
    def columns(self) -> tuple[str, ...]:
        """None."""
        return ()

    def seconds(self, values: Mapping[str, FloatArray], rows: IntArray) -> FloatArray:
        """Turn the numbers of the rows (n,) into seconds (n,); ``values`` is not needed."""
        del values
        return rows / self.sampling_rate_hz


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which columns of a table mean what for one sensor; None where it has no such thing."""

    time: TimeAxis
    acc: Axes | None = None
    gyr: Axes | None = None
    mag: Axes | None = None
    label: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns that are read."""
        axes = (axes.columns for axes in (self.acc, self.gyr, self.mag) if axes)
        return (*self.time.columns, *(name for columns in axes for name in columns))


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorFacts:
    """What a file tells of a sensor and its session beyond the samples.

    Parameters
    ----------
    sensor : SensorInfo, optional
        As the session that the file was exported from described it; the file's clock is then the
        sensor's.
    part_of : str
        The recording that the file is a part of: files of different ones are no session.
    athlete : str
        A code; empty where the file has none that a session may carry.
    start : datetime with time zone, optional
        When the file's first sample was taken.
    events : tuple of Event, optional
        Onsets count from the file's first sample; None where no table of events belongs to it.
    notes : str
    """

    sensor: SensorInfo | None = None
    part_of: str = ""
    athlete: str = ""
    start: datetime | None = None
    events: tuple[Event, ...] | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SensorFile:
    """The samples of one sensor in a file in SI, on the file's clock, as they were: nothing mended.

    Parameters
    ----------
    path : Path
    label : str
        What the file calls the sensor; empty where it holds one only. A placement where the program
        that wrote it knew it.
    model, serial, firmware : str
        Empty where the file does not say; a model is said wherever the units are the format's own.
    time_s : (n,)
        Strictly increasing.
    acc_mps2, gyr_radps, mag_ut : (n, 3), optional
        In the sensor's frame, gravity included; None where the file has no such thing.
    time_column : str
        How the file calls the time; empty where it gives no name.
    acc_named, gyr_named : Axes, optional
        How it calls the axes, and in which unit they are written; both to be named in messages.
    first_line : int, optional
        The line of the first sample, where the file is text.
    companions : tuple of Path
        Other files that were read with it and belong to it.
    facts : SensorFacts, optional
        What it tells of the session, where it does.
    """

    path: Path
    time_s: FloatArray
    acc_mps2: FloatArray | None
    gyr_radps: FloatArray | None
    mag_ut: FloatArray | None = None
    label: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    time_column: str = ""
    acc_named: Axes | None = None
    gyr_named: Axes | None = None
    first_line: int | None = None
    companions: tuple[Path, ...] = ()
    facts: SensorFacts | None = None


class FileFormat(Protocol):
    """One format of sensor files, known by its content."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def summary(self) -> str:
        """Which files of which program, in a line for people."""
        ...

    def knows(self, seen: SeenFile) -> bool:
        """Say whether a file is of this format, a look-alike that is explained included."""
        ...

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read the samples of each sensor in a file of this format.

        Raises
        ------
        RecordingError
            Naming the place of what is wrong, or how to export what is missing.
        """
        ...


def in_g(*columns: str) -> Axes:
    """Make the axes of an accelerometer in g."""
    return Axes(_three(columns), GRAVITY_MPS2)


def in_mps2(*columns: str) -> Axes:
    """Make the axes of an accelerometer in m/s²."""
    return Axes(_three(columns), 1.0)


def in_dps(*columns: str) -> Axes:
    """Make the axes of a gyroscope in degrees per second."""
    return Axes(_three(columns), RADPS_PER_DPS)


def in_radps(*columns: str) -> Axes:
    """Make the axes of a gyroscope in radians per second."""
    return Axes(_three(columns), 1.0)


def _three(columns: tuple[str, ...]) -> tuple[str, str, str]:
    x, y, z = columns
    return x, y, z

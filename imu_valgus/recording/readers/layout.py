"""What a file holds: which columns mean what, and the samples they made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from imu_valgus.core import GRAVITY_MPS2, FloatArray
from imu_valgus.recording.readers.source import Source

RADPS_PER_DPS: Final = 0.017453292519943295


@dataclass(frozen=True, slots=True)
class Axes:
    """Three columns, x y z, of one unit; values times ``factor`` are SI (mag: microtesla)."""

    columns: tuple[str, str, str]
    factor: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns of a file mean what; None where the file has no such thing."""

    model: str
    time_column: str
    units_per_second: float
    acc: Axes | None = None
    gyr: Axes | None = None
    mag: Axes | None = None

    @property
    def axes(self) -> tuple[Axes, ...]:
        """The triplets that are there: acceleration, turn rate, magnetic field."""
        return tuple(axes for axes in (self.acc, self.gyr, self.mag) if axes)


@dataclass(frozen=True, slots=True, eq=False)
class SensorFile:
    """The samples of one file in SI, on the file's clock, as they were: nothing mended.

    ``time_s`` (n,), the others (n, 3) or None where the file has no such columns.
    """

    source: Source
    layout: Layout
    time_s: FloatArray
    acc_mps2: FloatArray | None
    gyr_radps: FloatArray | None
    mag_ut: FloatArray | None

    @property
    def path(self) -> Path:
        """The file."""
        return self.source.path


class FileFormat(Protocol):
    """One format of sensor files, known by the header."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def layout(self, source: Source) -> Layout | None:
        """Say which columns mean what; None where the file is of another format.

        Raises
        ------
        RecordingError
            Where the file is of this format, but columns are missing or unknown.
        """
        ...


def in_g(*columns: str) -> Axes:
    """Make the axes of an accelerometer in g."""
    return Axes(_three(columns), GRAVITY_MPS2)


def in_dps(*columns: str) -> Axes:
    """Make the axes of a gyroscope in degrees per second."""
    return Axes(_three(columns), RADPS_PER_DPS)


def _three(columns: tuple[str, ...]) -> tuple[str, str, str]:
    x, y, z = columns
    return x, y, z

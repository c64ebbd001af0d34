"""A phone on the leg, recorded by phyphox (RWTH Aachen): one CSV an exported set.

``"Time (s)"``, then ``"Acceleration x (m/s^2)"`` or ``"Gyroscope x (rad/s)"`` and so on, as the
sets are named in ``accelerometer.phyphox`` and ``gyroscope.phyphox`` of phyphox-android; an
experiment of one's own names them ``"X (m/s^2)"`` and ``"X (rad/s)"``, where acceleration without
gravity shows in the file's name only, ``Linear Accelerometer.csv``. Parted by commas, semicolons
or tabs, with decimal points or commas, as chosen when exporting. ``"Absolute …"`` is left out. Time
counts from the start of the experiment. iPhones measure acceleration the other way round; phyphox
turns it (``kG = -9.81`` in its ``ExperimentSensorInput.swift``), so there is nothing left to do.
"""

from pathlib import Path
from typing import Final

from imu_valgus.recording.readers.header import check_there
from imu_valgus.recording.readers.layout import Axes, Layout, SensorFile, Ticks
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import Dialect, Table, find_table, names_in

_TIME: Final = "Time (s)"
_ACC: Final = (
    ("Acceleration x (m/s^2)", "Acceleration y (m/s^2)", "Acceleration z (m/s^2)"),
    ("X (m/s^2)", "Y (m/s^2)", "Z (m/s^2)"),
)
_GYR: Final = (
    ("Gyroscope x (rad/s)", "Gyroscope y (rad/s)", "Gyroscope z (rad/s)"),
    ("X (rad/s)", "Y (rad/s)", "Z (rad/s)"),
)
_FREE: Final = "Linear Acceleration x (m/s^2)"
_SEPARATORS: Final = (",", ";", "\t")


class Phyphox:
    """phyphox, CSV of one sensor of a phone."""

    name = "phyphox CSV"
    summary = "a phone with phyphox: Accelerometer.csv (with g) and Gyroscope.csv"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether time and a sensor are named as phyphox does."""
        names = _names(seen)
        return names[:1] == (_TIME,) and any(name.endswith(_units()) for name in names[1:])

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read one sensor of the phone, or both; RecordingError names what is wrong."""
        seen = look_at(path)
        table = find_table(seen, _dialect(seen))
        acc, gyr = _axes(table, _ACC), _axes(table, _GYR)
        free = _FREE in table.columns or (acc and "linear" in path.name.lower())
        if free or not (acc or gyr):
            raise wrong(
                path,
                "acceleration without gravity" if free else "no acceleration or turn rate",
                line=1,
                column=table.columns[1],
                hint='record "Acceleration (with g)" and "Gyroscope (rotation rate)", and export '
                "both",
            )
        layout = Layout(model="phyphox", time=Ticks(_TIME, per_second=1.0), acc=acc, gyr=gyr)
        check_there(table, layout)
        return read_table(table, (layout,), progress)


def _units() -> tuple[str, ...]:
    return ("(m/s^2)", "(rad/s)", "(µT)")


def _names(seen: SeenFile) -> tuple[str, ...]:
    return max((names_in(seen, separator=mark) for mark in _SEPARATORS), key=len)


def _dialect(seen: SeenFile) -> Dialect:
    separator = max(_SEPARATORS, key=lambda mark: len(names_in(seen, separator=mark)))
    row = seen.lines[1] if len(seen.lines) > 1 else ""
    return Dialect(separator=separator, decimal="," if separator != "," and "," in row else ".")


def _axes(table: Table, known: tuple[tuple[str, str, str], ...]) -> Axes | None:
    found = next((columns for columns in known if columns[0] in table.columns), None)
    return Axes(found, 1.0) if found else None

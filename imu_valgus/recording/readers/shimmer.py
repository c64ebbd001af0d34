"""Shimmer3 as Consensys exports it: a separator line, names, a row of units, calibrated numbers.

``"sep=⟨tab⟩"`` (or ``;`` or ``,``), then names such as ``Shimmer_40AC_Accel_WR_X_CAL``, then units
(``ms``, ``m/(s^2)``, ``deg/s``; a ``*`` behind a unit marks default calibration), each line with a
separator at its end. Seen in the test file of devicely (Consensys, 2020), which the tests hold.
Time is taken from ``TimestampSync_Unix`` where sensors were synchronised, else from
``Timestamp_Unix`` or ``Timestamp``. Of two accelerometers the wide-range one is taken, for the
low-noise one ends at 2 g (Shimmer3 IMU user guide): a running leg goes far beyond. The magnetometer
comes in fractions of the local field, no unit, and is left out.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from imu_valgus.core import RecordingError
from imu_valgus.recording.readers.header import check_there
from imu_valgus.recording.readers.layout import RADPS_PER_DPS, Axes, Layout, SensorFile, Ticks
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import Dialect, Table, find_table, names_in

_MODEL: Final = "Shimmer3"
_NAMES_LINE, _UNITS_LINE, _FIRST_LINE = 2, 3, 4
_TIMES: Final = ("TimestampSync_Unix", "Timestamp_Unix", "TimestampSync", "Timestamp")
_ACCELEROMETERS: Final = ("Accel_WR", "Accel_LN")
_COLUMN: Final = re.compile(
    rf"(?P<sensor>.*?)_?(?P<what>(?:{'|'.join(_TIMES)})|(?:{'|'.join(_ACCELEROMETERS)}|Gyro)_[XYZ])_CAL"
)
_UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "time": {"ms": 1e3},
    "acc": {"m/(s^2)": 1.0, "m/(sec^2)": 1.0},
    "gyr": {"deg/s": RADPS_PER_DPS, "deg/sec": RADPS_PER_DPS},
}
_EXPORT: Final = (
    "export from Consensys as CSV, calibrated, with Unix timestamps, accelerometer and gyroscope"
)


class Shimmer:
    """Shimmer3, CSV of Consensys."""

    name = "Shimmer Consensys CSV"
    summary = "Shimmer3: CSV of Consensys, calibrated, with Unix timestamps"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether a separator line stands before names as Consensys makes them."""
        names = names_in(seen, line=_NAMES_LINE, separator=_separator(seen) or ",")
        return bool(_separator(seen)) and any(name.endswith(("_CAL", "_RAW")) for name in names)

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read each sensor; RecordingError names what is wrong."""
        seen = look_at(path)
        dialect = Dialect(
            separator=_separator(seen), names_line=_NAMES_LINE, first_line=_FIRST_LINE
        )
        table = find_table(seen, dialect)
        cells = names_in(seen, line=_UNITS_LINE, separator=dialect.separator)
        units = dict(zip(table.columns, (cell.rstrip("*") for cell in cells), strict=False))
        sensors = _sensors(table.columns)
        layouts = [
            _layout(table, units, columns, label=name if len(sensors) > 1 else "")
            for name, columns in sensors.items()
        ]
        if not layouts:
            raise _nothing(table)
        for layout in layouts:
            check_there(table, layout)
        return read_table(table, layouts, progress)


def _separator(seen: SeenFile) -> str:
    """Return what the first line says that the columns are parted by; nothing if it does not."""
    first = seen.lines[0].strip('" ') if seen.lines else ""
    mark = first.removeprefix("sep=").replace("\\t", "\t")
    return mark if first.startswith("sep=") and mark in (",", ";", "\t") else ""


def _sensors(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Sort the columns that matter by sensor: what each holds → its name."""
    sensors: dict[str, dict[str, str]] = {}
    for name in names:
        found = _COLUMN.fullmatch(name)
        if found:
            sensors.setdefault(found["sensor"], {})[found["what"]] = name
    return {
        sensor: columns
        for sensor, columns in sensors.items()
        if any(what.startswith(("Accel", "Gyro")) for what in columns)
    }


def _layout(
    table: Table, units: Mapping[str, str], columns: Mapping[str, str], *, label: str
) -> Layout:
    time = next((columns[what] for what in _TIMES if what in columns), "")
    if not time:
        raise wrong(table.path, "no time in milliseconds", line=_NAMES_LINE, hint=_EXPORT)
    accelerometer = next((kind for kind in _ACCELEROMETERS if f"{kind}_X" in columns), "")
    return Layout(
        label=label,
        model=_MODEL,
        time=Ticks(time, per_second=_factor(table, "time", units, time)),
        acc=_axes(table, "acc", units, columns, accelerometer),
        gyr=_axes(table, "gyr", units, columns, "Gyro" if "Gyro_X" in columns else ""),
    )


def _axes(
    table: Table, what: str, units: Mapping[str, str], columns: Mapping[str, str], kind: str
) -> Axes | None:
    if not kind:
        return None
    x = columns[f"{kind}_X"]
    y, z = (columns.get(f"{kind}_{axis}", x.replace("_X_", f"_{axis}_")) for axis in "YZ")
    return Axes((x, y, z), _factor(table, what, units, x))


def _factor(table: Table, what: str, units: Mapping[str, str], column: str) -> float:
    unit = units.get(column, "")
    if unit not in _UNITS[what]:
        raise wrong(
            table.path,
            f"the unit is {unit or 'not there'!r}, no {' or '.join(_UNITS[what])}",
            line=_UNITS_LINE,
            column=column,
            hint=_EXPORT,
        )
    return _UNITS[what][unit]


def _nothing(table: Table) -> RecordingError:
    if any(name.endswith("_RAW") for name in table.columns):
        problem = "raw counts only"
    elif any("Quat" in name or "Euler" in name for name in table.columns):
        problem = "orientation only, neither acceleration nor turn rate"
    else:
        problem = "neither acceleration nor turn rate"
    return wrong(table.path, problem, line=_NAMES_LINE, hint=_EXPORT)

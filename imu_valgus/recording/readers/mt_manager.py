"""Xsens MT Manager, its text export: MTw Awinda and MTi.

Above the table stand lines that begin with ``//``; in MT Manager 4 they give the update rate, since
2019 the device instead. Columns are parted by tabs, semicolons, commas or single blanks, whichever
the exporter is set to; what was not measured is empty or ``NaN``. Of the columns are read::

    PacketCounter SampleTimeFine UTC_Nano … UTC_Second … Acc_X Acc_Y Acc_Z Gyr_X Gyr_Y Gyr_Z …

in m/s² and rad/s (MTw Awinda user manual, appendix on the exporter). Time is the first of these
that is not empty: ``SampleTimeFine``, 0.1 ms in 32 bits (MTi user manual MT0605P, 4.12); the UTC
columns; ``PacketCounter`` (``Counter`` in early versions), 16 bits, at the update rate. An MTw
writes the counter only. The magnetic field is in arbitrary units and is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.core import FloatArray, IntArray
from imu_valgus.recording.readers.header import check_there
from imu_valgus.recording.readers.layout import (
    Layout,
    SensorFile,
    Ticks,
    TimeAxis,
    in_mps2,
    in_radps,
)
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import Dialect, Table, find_table, names_in, split_line
from imu_valgus.recording.readers.xsens import (
    ACC,
    COUNTER,
    GYR,
    TICKS,
    check_quantities,
    preamble,
)

_COMMENT: Final = "//"
_SEPARATORS: Final = ("\t", ";", ",", " ")
_COUNTERS: Final = (COUNTER, "Counter")
_MISSING: Final = ("", "NaN", "nan")
_RATE: Final = re.compile(r"([1-9]\d*(?:\.\d+)?)\s*Hz")
_HINT: Final = (
    "export it again from MT Manager with acceleration and angular velocity (calibrated data), "
    "not increments, free acceleration or orientation"
)


@dataclass(frozen=True, slots=True)
class _Utc:
    """Date and time in columns of their own → seconds since 1970."""

    columns: tuple[str, ...] = (
        "UTC_Nano",
        "UTC_Year",
        "UTC_Month",
        "UTC_Day",
        "UTC_Hour",
        "UTC_Minute",
        "UTC_Second",
    )

    def seconds(self, values: Mapping[str, FloatArray], rows: IntArray) -> FloatArray:
        """Turn the columns (n,) into seconds (n,); ``rows`` is not needed."""
        del rows
        nano, year, month, day, hour, minute, second = (values[name] for name in self.columns)
        with np.errstate(invalid="ignore"):  # a date beyond all bounds shows when time is checked
            years, months = (count.astype(np.int64) for count in (year - 1970, month - 1))
        first = (years.astype("M8[Y]").astype("M8[M]") + months).astype("M8[D]")
        days = first.astype(np.int64) + day - 1
        return 86_400.0 * days + 3600.0 * hour + 60.0 * minute + second + 1e-9 * nano


class MtManager:
    """Xsens MT Manager, text export."""

    name = "Xsens MT Manager text"
    summary = "Xsens MTw and MTi: the text export of MT Manager, with acceleration and angular rate"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether a table of MT Manager follows on lines that begin with //."""
        names_line = _names_line(seen)
        if names_line == 1 or names_line > len(seen.lines):
            return False
        return seen.lines[names_line - 1].startswith((*_COUNTERS, TICKS, *ACC, "FreeAcc_", "Quat_"))

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read the one sensor; RecordingError names what is wrong."""
        seen = look_at(path)
        names_line = _names_line(seen)
        separator = max(
            _SEPARATORS, key=lambda mark: len(names_in(seen, line=names_line, separator=mark))
        )
        dialect = Dialect(
            separator=separator, names_line=names_line, first_line=names_line + 1, missing=_MISSING
        )
        table = find_table(seen, dialect)
        check_quantities(table, _HINT)
        said = dict(preamble(seen.lines[: names_line - 1]))
        layout = Layout(
            model=f"Xsens {said.get('productcode', 'MT')}",
            serial=said.get("deviceid", ""),
            firmware=said.get("firmware version", ""),
            time=_time(table, seen, said),
            acc=in_mps2(*ACC),
            gyr=in_radps(*GYR),
        )
        check_there(table, layout)
        return read_table(table, (layout,), progress)


def _names_line(seen: SeenFile) -> int:
    """Return the number of the first line that is no comment; one beyond the head, if all are."""
    return 1 + next(
        (n for n, line in enumerate(seen.lines) if not line.startswith(_COMMENT)), len(seen.lines)
    )


def _time(table: Table, seen: SeenFile, said: Mapping[str, str]) -> TimeAxis:
    filled = _filled(table, seen)
    if TICKS in filled:
        return Ticks(TICKS, per_second=1e4, wraps_at=2.0**32)
    if filled.issuperset(_Utc().columns):
        return _Utc()
    rate = _RATE.search(said.get("update rate", said.get("sample rate", "")))
    counter = next((name for name in _COUNTERS if name in filled), "")
    if counter and rate:
        return Ticks(counter, per_second=float(rate[1]), wraps_at=2.0**16)
    raise wrong(
        table.path,
        f"counts packets ({counter}), but at no rate" if counter else "tells no time",
        line=table.dialect.names_line,
        hint=f"export {TICKS} as well, or write the rate that the sensors were set to into a line "
        f"of its own at the top, such as: {_COMMENT} Update Rate: 100.0Hz"
        if counter
        else f"export {TICKS} or {COUNTER} as well",
    )


def _filled(table: Table, seen: SeenFile) -> set[str]:
    """Return the columns that hold anything in the head of the file."""
    rows = seen.lines[table.dialect.first_line - 1 :]
    return {
        name
        for line in rows
        for name, cell in zip(
            table.columns, split_line(line, table.dialect.separator), strict=False
        )
        if cell not in _MISSING
    }

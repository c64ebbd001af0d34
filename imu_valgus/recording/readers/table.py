"""The numbers of a table, fast; and where they cannot be trusted, the line and column."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import csv

from imu_valgus.core import FloatArray, IntArray, RecordingError
from imu_valgus.recording.readers.layout import Axes, Layout, SensorFile
from imu_valgus.recording.readers.plausible import check_samples
from imu_valgus.recording.readers.source import MeteredFile, Progress, open_unpacked, wrong
from imu_valgus.recording.readers.text_table import Table

_BLOCK_BYTES: Final = 8 << 20
_MIN_LINES_FOR_DECIMALS: Final = 20


def read_table(
    table: Table, layouts: Sequence[Layout], progress: Progress
) -> tuple[SensorFile, ...]:
    """Read the numbers of each sensor in a table and check each: finite, in order, possible.

    Columns that no layout names may hold anything.

    Parameters
    ----------
    table : Table
    layouts : sequence of Layout
        One a sensor; all their columns are in the table, once.
    progress : callable

    Raises
    ------
    RecordingError
        Naming file, line and column of the first that is wrong.
    """
    names = tuple(dict.fromkeys(name for layout in layouts for name in layout.columns))
    values = _parse(table, names, progress)
    return tuple(_sensor(table, layout, values) for layout in layouts)


def _sensor(table: Table, layout: Layout, values: Mapping[str, FloatArray]) -> SensorFile:
    rows = _measured_rows(table, layout, values)
    all_rows = len(rows) == len(next(iter(values.values())))
    own = {name: values[name] if all_rows else values[name][rows] for name in layout.columns}
    _check_finite(table, own, rows)
    sensor = SensorFile(
        path=table.path,
        time_s=layout.time.seconds(own, rows),
        acc_mps2=_axes(own, layout.acc),
        gyr_radps=_axes(own, layout.gyr),
        mag_ut=_axes(own, layout.mag),
        label=layout.label,
        model=layout.model,
        serial=layout.serial,
        firmware=layout.firmware,
        time_column=next(iter(layout.time.columns), ""),
        acc_named=layout.acc,
        gyr_named=layout.gyr,
        first_line=table.dialect.first_line,
    )
    check_samples(
        sensor,
        line_of=lambda sample: table.find_row(int(rows[sample]))[0],
        written_time=own[sensor.time_column] if len(layout.time.columns) == 1 else None,
    )
    return sensor


def _measured_rows(table: Table, layout: Layout, values: Mapping[str, FloatArray]) -> IntArray:
    """Return the rows that hold anything of this sensor, all where nothing may be missing."""
    n = len(next(iter(values.values())))
    named = [name for name in layout.columns if name not in layout.time.columns]
    if not table.dialect.missing:
        return np.arange(n)
    measured = np.zeros(n, dtype=np.bool_)
    for name in named:
        measured |= ~np.isnan(values[name])
    return np.flatnonzero(measured)


def _parse(table: Table, names: Sequence[str], progress: Progress) -> dict[str, FloatArray]:
    """Read the named columns; the others are not even looked at."""
    places = {name: str(table.columns.index(name)) for name in names}
    with open_unpacked(table.path) as (file, content):
        metered = MeteredFile(table.path, file, content, progress)
        try:
            found = csv.read_csv(
                pa.PythonFile(metered, mode="r"),
                read_options=csv.ReadOptions(
                    column_names=[str(place) for place in range(len(table.columns))],
                    skip_rows=table.dialect.first_line - 1,
                    block_size=_BLOCK_BYTES,
                ),
                parse_options=csv.ParseOptions(delimiter=table.dialect.separator),
                convert_options=csv.ConvertOptions(
                    include_columns=list(places.values()),
                    column_types={place: pa.float64() for place in places.values()},
                    null_values=["", *table.dialect.missing],
                    decimal_point=table.dialect.decimal,
                ),
            )
        except pa.ArrowInvalid as error:
            metered.finish()
            raise _find_fault(table, names, error) from error
        finally:
            metered.finish()
    if found.num_rows < 2:
        n = "one row" if found.num_rows else "no rows"
        raise wrong(
            table.path,
            f"{n} of data, a recording needs two or more",
            line=table.dialect.first_line - 1 + found.num_rows,
            hint="export the recording again",
        )
    _check_last_line(table, metered.tail)
    return {name: found.column(place).to_numpy() for name, place in places.items()}


def _find_fault(table: Table, names: Sequence[str], error: Exception) -> RecordingError:
    """Go through a table that the parser refused, line by line, for the first fault."""
    lines = table.lines()
    for number, line in lines:
        cells = table.cells(line)
        fault = None if _fits(table, cells) else _fault(table, names, number, cells)
        if fault:
            is_last = next(lines, None) is None
            return _as_cut_off(table, fault) if is_last else fault
    return wrong(table.path, str(error).splitlines()[0], hint="export the recording again")


def _fits(table: Table, cells: list[str]) -> bool:
    """Say quickly of a line that all is well; not so quickly where it has anything but numbers."""
    try:
        return len([float(cell) for cell in cells]) == len(table.columns)
    except ValueError:
        return False


def _fault(
    table: Table, names: Sequence[str], line: int, cells: list[str]
) -> RecordingError | None:
    if len(cells) != len(table.columns):
        return wrong(
            table.path,
            f"{len(cells)} values, the header names {len(table.columns)} columns",
            line=line,
            hint="mend or delete that line; numbers take a decimal point, no comma"
            if table.dialect.separator == ","
            else "mend or delete that line",
        )
    for name, text in zip(table.columns, cells, strict=True):
        if name in names and not _is_number(text, table):
            comma = table.dialect.decimal == "." and re.fullmatch(r"-?\d+,\d+", text)
            return wrong(
                table.path,
                f"{text[:20]!r} is no number",
                line=line,
                column=name,
                hint="write numbers with a decimal point" if comma else "mend or delete that line",
            )
    return None


def _is_number(text: str, table: Table) -> bool:
    if not text or text in table.dialect.missing:
        return True
    try:
        float(text.replace(table.dialect.decimal, "."))
    except ValueError:
        return False
    return True


def _as_cut_off(table: Table, fault: RecordingError) -> RecordingError:
    """Say that the file ends too early, where the last line is wrong and has no line end."""
    with open_unpacked(table.path) as (_, content):
        last = b""
        while piece := content.read(_BLOCK_BYTES):
            last = piece
    if last.endswith((b"\n", b"\r")):
        return fault
    return RecordingError(
        f"{fault}: the last line is cut off", hint="delete it, or copy the file again"
    )


def _check_last_line(table: Table, tail: bytes) -> None:
    """Refuse a last number that was cut in the middle.

    Without a line end, a last cell that has fewer decimals than any of the lines before it is
    taken for cut off: many programs write no last line end, but none shortens only that number.
    """
    if tail.endswith((b"\n", b"\r")):
        return
    lines = [line for line in tail.splitlines()[1:] if line.strip()]
    if len(lines) < _MIN_LINES_FOR_DECIMALS:
        return
    separator, point = (mark.encode() for mark in (table.dialect.separator, table.dialect.decimal))
    cells = [line.rpartition(separator)[2] for line in lines]
    decimals = [len(cell.partition(point)[2]) for cell in cells]
    if decimals[-1] < min(decimals[:-1]):
        raise wrong(
            table.path,
            f"the last line is cut off at {cells[-1].decode('latin-1')!r}",
            line=max(number for number, _ in table.lines()),
            column=table.columns[-1],
            hint="delete it, or copy the file again",
        )


def _check_finite(table: Table, values: Mapping[str, FloatArray], rows: IntArray) -> None:
    first = {
        name: int(np.argmin(finite))
        for name, column in values.items()
        if not (finite := np.isfinite(column)).all()
    }
    if not first:
        return
    name = min(first, key=lambda column: first[column])
    line, row = table.find_row(int(rows[first[name]]))
    text = table.cells(row)[table.columns.index(name)]
    raise wrong(
        table.path,
        f"{text!r} is no number" if text else "empty",
        line=line,
        column=name,
        hint="delete that line: a gap in time says honestly that samples are missing",
    )


def _axes(values: Mapping[str, FloatArray], axes: Axes | None) -> FloatArray | None:
    if axes is None:
        return None
    with np.errstate(over="ignore"):  # what overflows is refused as no number
        return np.column_stack([values[name] for name in axes.columns]) * axes.factor

"""The numbers of a table, fast; and where they cannot be trusted, the line and column."""

import re
from csv import reader
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import csv

from imu_valgus.core import FloatArray, RecordingError
from imu_valgus.recording.readers.layout import Axes, Layout, SensorFile
from imu_valgus.recording.readers.source import MeteredText, Progress, Source, open_text, wrong

_BLOCK_BYTES: Final = 8 << 20
_RATE_RANGE_HZ: Final = (10.0, 10_000.0)
"""Under 10 Hz no stride is seen; above 10 kHz no body-worn sensor samples."""

_MAX_ACC_MPS2: Final = 4500.0
_MAX_GYR_RADPS: Final = 80.0
"""No body-worn sensor reads beyond: 400 g ranges (3923 m/s²) and 4000 deg/s (70 rad/s) with room.

A thigh or shank in running turns at 5 to 15 rad/s, 300 to 900 if degrees are taken for radians.
"""
_ACC_HINT: Final = "look at the unit: acc_x_g is 9.81 m/s², acc_x_mps2 is m/s²"
_GYR_HINT: Final = "look at the unit: gyr_x_dps is degrees a second, gyr_x_radps radians a second"

_MIN_LINES_FOR_DECIMALS: Final = 20


def read_table(source: Source, layout: Layout, progress: Progress) -> SensorFile:
    """Read the numbers of a file and check each: finite, in order, possible.

    Raises
    ------
    RecordingError
        Naming file, line and column of the first that is wrong.
    """
    values = _parse(source, progress)
    _check_finite(source, values)
    time_s = values[layout.time_column] / layout.units_per_second
    _check_time(source, layout, time_s, values)
    acc, gyr, mag = (_axes(values, axes) for axes in (layout.acc, layout.gyr, layout.mag))
    if layout.acc and acc is not None:
        _check_possible(source, layout.acc, acc, limit=_MAX_ACC_MPS2, hint=_ACC_HINT)
    if layout.gyr and gyr is not None:
        _check_possible(source, layout.gyr, gyr, limit=_MAX_GYR_RADPS, hint=_GYR_HINT)
    return SensorFile(source, layout, time_s, acc, gyr, mag)


def _parse(source: Source, progress: Progress) -> dict[str, FloatArray]:
    with open_text(source.path) as (file, text):
        metered = MeteredText(source.path, file, text, progress)
        try:
            table = csv.read_csv(
                pa.PythonFile(metered, mode="r"),
                read_options=csv.ReadOptions(
                    column_names=list(source.columns), skip_rows=1, block_size=_BLOCK_BYTES
                ),
                convert_options=csv.ConvertOptions(
                    column_types={name: pa.float64() for name in source.columns}, null_values=[""]
                ),
            )
        except pa.ArrowInvalid as error:
            metered.finish()
            raise _find_fault(source, error) from error
        finally:
            metered.finish()
    if table.num_rows < 2:
        n = "one row" if table.num_rows else "no rows"
        raise wrong(
            source.path,
            f"{n} of data, a recording needs two or more",
            line=1 + table.num_rows,
            hint="export the recording again",
        )
    _check_last_line(source, metered.tail)
    return {name: table.column(name).to_numpy() for name in source.columns}


def _find_fault(source: Source, error: Exception) -> RecordingError:
    """Go through a table that the parser refused, line by line, for the first fault."""
    lines = source.lines()
    next(lines)
    for number, line in lines:
        cells = next(reader([line]))
        fault = None if _fits(source, cells) else _fault(source, number, cells)
        if fault:
            is_last = next(lines, None) is None
            return _as_cut_off(source, fault) if is_last else fault
    return wrong(source.path, str(error).splitlines()[0], hint="export the recording again")


def _fits(source: Source, cells: list[str]) -> bool:
    """Say quickly of a line that all is well; not so quickly where it has an empty cell."""
    try:
        return len([float(cell) for cell in cells]) == len(source.columns)
    except ValueError:
        return False


def _fault(source: Source, line: int, cells: list[str]) -> RecordingError | None:
    if len(cells) != len(source.columns):
        return wrong(
            source.path,
            f"{len(cells)} values, the header names {len(source.columns)} columns",
            line=line,
            hint="mend or delete that line; numbers take a decimal point, no comma",
        )
    for name, cell in zip(source.columns, cells, strict=True):
        text = cell.strip()
        try:
            float(text or "nan")
        except ValueError:
            decimal_comma = re.fullmatch(r"-?\d+,\d+", text)
            return wrong(
                source.path,
                f"{text[:20]!r} is no number",
                line=line,
                column=name,
                hint="write numbers with a decimal point"
                if decimal_comma
                else "mend or delete that line",
            )
    return None


def _as_cut_off(source: Source, fault: RecordingError) -> RecordingError:
    """Say that the file ends too early, where the last line is wrong and has no line end."""
    with open_text(source.path) as (_, text):
        last = b""
        while piece := text.read(_BLOCK_BYTES):
            last = piece
    if last.endswith((b"\n", b"\r")):
        return fault
    return RecordingError(
        f"{fault}: the last line is cut off", hint="delete it, or copy the file again"
    )


def _check_last_line(source: Source, tail: bytes) -> None:
    """Refuse a last number that was cut in the middle.

    Without a line end, a last cell that has fewer decimals than any of the lines before it is
    taken for cut off: many programs write no last line end, but none shortens only that number.
    """
    if tail.endswith((b"\n", b"\r")):
        return
    lines = [line for line in tail.splitlines()[1:] if line.strip()]
    if len(lines) < _MIN_LINES_FOR_DECIMALS:
        return
    decimals = [len(line.rpartition(b",")[2].partition(b".")[2]) for line in lines]
    if decimals[-1] < min(decimals[:-1]):
        raise wrong(
            source.path,
            f"the last line is cut off at {lines[-1].rpartition(b',')[2].decode('latin-1')!r}",
            line=max(number for number, _ in source.lines()),
            column=source.columns[-1],
            hint="delete it, or copy the file again",
        )


def _check_finite(source: Source, values: dict[str, FloatArray]) -> None:
    first = {
        name: int(np.argmin(finite))
        for name, column in values.items()
        if not (finite := np.isfinite(column)).all()
    }
    if not first:
        return
    name = min(first, key=lambda column: first[column])
    line, row = source.find_row(first[name])
    text = next(reader([row]))[source.columns.index(name)].strip()
    raise wrong(
        source.path,
        f"{text!r} is no number" if text else "empty",
        line=line,
        column=name,
        hint="delete that line: a gap in time says honestly that samples are missing",
    )


def _check_time(
    source: Source, layout: Layout, time_s: FloatArray, values: dict[str, FloatArray]
) -> None:
    steps = np.diff(time_s)
    if not (steps > 0).all():
        row = int(np.argmax(steps <= 0)) + 1
        raise _wrong_step(source, layout.time_column, row, values)
    rate_hz = 1.0 / float(np.median(steps))
    if not _RATE_RANGE_HZ[0] <= rate_hz <= _RATE_RANGE_HZ[1]:
        raise wrong(
            source.path,
            f"{rate_hz:.4g} samples a second are impossible",
            line=2,
            column=layout.time_column,
            hint="look at the unit: time_s is seconds, time_ms 1e-3 s, time_us 1e-6 s",
        )


def _wrong_step(
    source: Source, column: str, row: int, values: dict[str, FloatArray]
) -> RecordingError:
    before, now = (float(value) for value in values[column][row - 1 : row + 1])
    if all(one[row] == one[row - 1] for one in values.values()):
        problem, hint = "the same row twice", "delete the second; export without repeats"
    elif before == now:
        problem = f"two samples at the same time, {now:.12g}"
        hint = "give the sensor's own time with more decimals, not the time of arrival"
    else:
        problem = f"time runs back, from {before:.12g} to {now:.12g}"
        hint = "sort the rows by time, or split the file there and name both parts"
    return wrong(source.path, problem, line=source.find_row(row)[0], column=column, hint=hint)


def _check_possible(
    source: Source, axes: Axes, values: FloatArray, *, limit: float, hint: str
) -> None:
    beyond = np.abs(values) > limit
    if not beyond.any():
        return
    row = int(np.argmax(beyond.any(axis=1)))
    axis = int(np.argmax(beyond[row]))
    found = values[row, axis] / axes.factor
    largest = limit / axes.factor
    raise wrong(
        source.path,
        f"{found:.4g} is more than any sensor measures ({largest:.0f})",
        line=source.find_row(row)[0],
        column=axes.columns[axis],
        hint=hint,
    )


def _axes(values: dict[str, FloatArray], axes: Axes | None) -> FloatArray | None:
    if axes is None:
        return None
    return np.column_stack([values[name] for name in axes.columns]) * axes.factor

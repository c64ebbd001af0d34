"""``events.tsv``: BIDS events in session time, ``n/a`` where there is nothing to say."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast, get_args

from imu_valgus.core import SIDES, Event, EventKind, RecordingError, Side
from imu_valgus.recording.atomic import write_atomically

EVENT_COLUMNS: Final = ("onset", "duration", "trial_type", "side", "value")
EVENT_KINDS: Final[tuple[EventKind, ...]] = get_args(EventKind)
_NEEDED: Final = EVENT_COLUMNS[:3]
_EMPTY: Final = "n/a"


def write_events(path: Path, events: Sequence[Event]) -> None:
    """Write events in the order of their onsets; tabs and line ends in a value become spaces."""
    rows = [EVENT_COLUMNS, *(event_row(event) for event in sorted(events, key=lambda e: e.onset_s))]
    text = "".join("\t".join(row) + "\n" for row in rows)
    with write_atomically(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def read_events(path: Path) -> tuple[Event, ...]:
    """Read events; a missing file holds none, columns of others are passed over.

    Raises
    ------
    RecordingError
        Naming the line and column that cannot be read.
    """
    if not path.exists():
        return ()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise RecordingError(f"{path} is no UTF-8 text", hint="save it as UTF-8") from error
    if not lines:
        return ()
    columns = lines[0].split("\t")
    for name in _NEEDED:
        if name not in columns:
            raise RecordingError(
                f"{path}, line 1: no column {name}", hint=f"columns are {', '.join(EVENT_COLUMNS)}"
            )
    return tuple(
        event_of(path, number, columns, line)
        for number, line in enumerate(lines[1:], start=2)
        if line.strip()
    )


def event_row(event: Event) -> tuple[str, ...]:
    """Return one event's cells in the order of ``EVENT_COLUMNS``."""
    value = " ".join(event.value.splitlines()).replace("\t", " ")
    return (
        repr(float(event.onset_s)),
        repr(float(event.duration_s)),
        event.trial_type,
        event.side or _EMPTY,
        value or _EMPTY,
    )


def cells_of(where: str, columns: Sequence[str], line: str) -> dict[str, str]:
    """Return one line's cells by column.

    Raises
    ------
    RecordingError
        Where their number is not the header's.
    """
    cells = line.split("\t")
    if len(cells) != len(columns):
        raise RecordingError(
            f"{where}: {len(cells)} values, the header names {len(columns)} columns",
            hint="part the values by single tabs, and write n/a where there is none",
        )
    return dict(zip(columns, cells, strict=True))


def onset_of(row: Mapping[str, str]) -> float:
    """Return when a row begins; what is no time sorts first."""
    try:
        onset_s = float(row.get("onset", ""))
    except ValueError:
        return -math.inf
    return onset_s if math.isfinite(onset_s) else -math.inf


def event_of(path: Path, number: int, columns: Sequence[str], line: str) -> Event:
    """Read one line as an event.

    Raises
    ------
    RecordingError
        Naming the column that cannot be read.
    """
    where = f"{path}, line {number}"
    row = cells_of(where, columns, line)
    side = row.get("side", _EMPTY)
    value = row.get("value", _EMPTY)
    return Event(
        onset_s=_seconds(where, row, "onset"),
        duration_s=_seconds(where, row, "duration"),
        trial_type=cast("EventKind", _word(where, row, "trial_type", EVENT_KINDS)),
        side=None if side == _EMPTY else cast("Side", _word(where, row, "side", SIDES)),
        value="" if value == _EMPTY else value,
    )


def _seconds(where: str, row: Mapping[str, str], column: str) -> float:
    text = row[column]
    if text == _EMPTY and column == "duration":
        return 0.0
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds) or (column == "duration" and seconds < 0):
        raise RecordingError(
            f"{where}, column {column}: {text!r} is no time in seconds",
            hint="write seconds of session time with a decimal point, such as 12.5",
        )
    return seconds


def _word(where: str, row: Mapping[str, str], column: str, known: Sequence[str]) -> str:
    text = row[column]
    if text not in known:
        raise RecordingError(
            f"{where}, column {column}: {text!r} is unknown", hint=f"one of {', '.join(known)}"
        )
    return text

"""What was noted of a runner and a day, with unit and date: tables that only grow.

One row a note. Of a session it stands in ``SESSION/covariates.tsv``, of an athlete between sessions
in ``LIBRARY/athletes/<code>.tsv``, with the same columns. Nothing is ever replaced: of notes that
speak of the same thing, side, moment and day, the last one holds (:func:`current`). Pain and words
of a *moment in the run* are events and stand in ``events.tsv``, not here.
"""

import datetime as dt
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from imu_valgus.core import RecordingError, Side
from imu_valgus.recording import MAX_PAIN, MAX_TEXT, check_athlete, session_lock, write_atomically

COVARIATES_NAME: Final = "covariates.tsv"
ATHLETES_NAME: Final = "athletes"

CovariateName = Literal[
    "pain", "strength", "mass", "shoes", "surface", "speed", "group", "phase", "text"
]
When = Literal["before", "during", "after"]

RANGES: Final[dict[CovariateName, dict[str, tuple[float, float]]]] = {
    "pain": {f"of {MAX_PAIN}": (0, MAX_PAIN)},
    "strength": {"N": (1, 2000), "Nm": (1, 500), "N/kg": (0.1, 30), "Nm/kg": (0.05, 6)},
    "mass": {"kg": (20, 250)},
    "speed": {"m/s": (0.3, 12.5)},
}
"""What a number may be, by its unit: wide enough for any runner, narrow enough to notice a slip or
a wrong unit. Covariates that do not stand here are words."""

_WHOLE: Final = frozenset({"pain"})
_EMPTY: Final = "n/a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariate:
    """One note.

    Parameters
    ----------
    date : date
        The day that it speaks of.
    name : CovariateName
        ``strength`` is that of the hip abductors; ``group`` and ``phase`` are those of a study.
    value : str
        A number, or words.
    unit : str
        Of a number; empty for words.
    side : {"left", "right"}, optional
    when : {"before", "during", "after"}, optional
        Against the run.
    source : str
        ``typed``, or which watch's file it was taken from.
    noted : datetime with time zone
        When it was written down.

    Raises
    ------
    RecordingError
        Where the value is none that such a note may hold.
    """

    date: dt.date
    name: CovariateName
    value: str
    unit: str = ""
    side: Side | None = None
    when: When | None = None
    source: str = "typed"
    noted: dt.datetime

    def __post_init__(self) -> None:
        ranges = RANGES.get(self.name)
        if ranges is None:
            _check_words(self.name, self.value, self.unit)
        else:
            _check_number(self.name, self.value, self.unit, ranges)

    @property
    def number(self) -> float:
        """The value as a number; NaN for words."""
        return float(self.value) if self.unit else math.nan


COVARIATE_COLUMNS: Final[tuple[str, ...]] = tuple(one.name for one in fields(Covariate))
_ADAPTER: Final = TypeAdapter(Covariate)


def current(covariates: Sequence[Covariate]) -> tuple[Covariate, ...]:
    """Return what holds now: the last note of each thing, side, moment and day, and every text."""
    last: dict[object, Covariate] = {}
    for number, one in enumerate(covariates):
        key = number if one.name == "text" else (one.name, one.side, one.when, one.date)
        last[key] = one
    return tuple(last.values())


def athlete_table(library: Path, athlete: str) -> Path:
    """Return where the notes of an athlete stand that belong to no session."""
    return library / ATHLETES_NAME / f"{athlete}.tsv"


def read_athletes(library: Path) -> tuple[dict[str, tuple[Covariate, ...]], tuple[str, ...]]:
    """Return the notes of each athlete that belong to no session, and what cannot be read."""
    notes: dict[str, tuple[Covariate, ...]] = {}
    problems: list[str] = []
    for path in _athlete_tables(library):
        try:
            notes[check_athlete(path.stem)] = read_covariates(path)
        except RecordingError as error:
            problems.append(str(error))
    return notes, tuple(problems)


def athletes_stamp(library: Path) -> str:
    """Say in which state the athletes' tables are."""
    return " ".join(f"{path.name} {file_stamp(path)}" for path in _athlete_tables(library))


def file_stamp(path: Path | str) -> str:
    """Say in a word which file stands there: another stamp means another content.

    ``str``: for who asks for thousands, making a ``Path`` takes longer than the answer.
    """
    try:
        found = os.lstat(path)
    except OSError:
        return "-"
    return f"{found.st_size}.{found.st_mtime_ns}.{found.st_ino}"


def _athlete_tables(library: Path) -> list[Path]:
    return sorted((library / ATHLETES_NAME).glob("*.tsv"))


def add_covariates(path: Path, added: Sequence[Covariate]) -> None:
    """Append notes to a table; what stood there stays.

    Raises
    ------
    RecordingError
        Where the table is damaged (then it is left alone) or cannot be written.
    """
    path.parent.mkdir(exist_ok=True)
    with session_lock(path.parent):
        rows = [COVARIATE_COLUMNS, *(_row(one) for one in (*read_covariates(path), *added))]
        with write_atomically(path) as partial:
            text = "".join("\t".join(row) + "\n" for row in rows)
            partial.write_text(text, encoding="utf-8", newline="\n")


def read_covariates(path: Path) -> tuple[Covariate, ...]:
    """Read a table of notes; a missing file holds none.

    Raises
    ------
    RecordingError
        Where it is a link, or naming the line that cannot be read.
    """
    refuse_link(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise RecordingError(f"{path} is no UTF-8 text", hint="save it as UTF-8") from error
    if lines[0].rstrip("\r").split("\t") != list(COVARIATE_COLUMNS):
        raise RecordingError(
            f"{path}, line 1: other columns than those of the notes",
            hint=f"columns are {', '.join(COVARIATE_COLUMNS)}, parted by tabs",
        )
    return tuple(
        _covariate(f"{path}, line {number}", line.rstrip("\r").split("\t"))
        for number, line in enumerate(lines[1:], start=2)
        if line.strip()
    )


def refuse_link(path: Path) -> None:
    """Refuse a file that is a link or stands in one: it might lead out of the library."""
    if path.is_symlink() or path.parent.is_symlink():
        raise RecordingError(
            f"{path} is a link, and the library follows none", hint="put the file itself there"
        )


def one_line(text: str) -> str:
    """Return words as they fit into a cell of a table: no tabs, line ends or control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _row(one: Covariate) -> tuple[str, ...]:
    said = {**asdict(one), "date": one.date.isoformat(), "noted": one.noted.isoformat()}
    return tuple(str(said[column] or _EMPTY) for column in COVARIATE_COLUMNS)


def _covariate(where: str, cells: Sequence[str]) -> Covariate:
    if len(cells) != len(COVARIATE_COLUMNS):
        raise RecordingError(
            f"{where}: {len(cells)} values, the header names {len(COVARIATE_COLUMNS)} columns",
            hint=f"part the values by single tabs, and write {_EMPTY} where there is none",
        )
    said = dict(zip(COVARIATE_COLUMNS, cells, strict=True))
    named = {column: text for column, text in said.items() if text != _EMPTY}
    try:
        return _ADAPTER.validate_python(named)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        column = ".".join(str(part) for part in first["loc"]) or "row"
        raise RecordingError(f"{where}, column {column}: {first['msg']}") from None
    except RecordingError as error:
        raise RecordingError(f"{where}: {error}", hint=error.hint) from None


def _check_words(name: CovariateName, value: str, unit: str) -> None:
    if not value or value == _EMPTY:
        raise RecordingError(f"{name} says nothing", hint="say it in words, or leave it out")
    if value != one_line(value) or len(value) > MAX_TEXT:
        raise RecordingError(
            f"{name}: more than one line, or more than {MAX_TEXT} characters",
            hint="say it in fewer words",
        )
    if unit:
        raise RecordingError(f"{name} has no unit, found {unit!r}", hint=f"write {_EMPTY}")


def _check_number(
    name: CovariateName, value: str, unit: str, ranges: dict[str, tuple[float, float]]
) -> None:
    if unit not in ranges:
        raise RecordingError(
            f"{name} in {unit or 'no unit'}", hint=f"give it in {', '.join(ranges)}"
        )
    low, high = ranges[unit]
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not low <= number <= high or (name in _WHOLE and not number.is_integer()):
        raise RecordingError(
            f"{name} of {value} {unit} cannot be noted",
            hint=f"{'whole numbers, ' if name in _WHOLE else ''}{low:g} to {high:g} {unit}",
        )

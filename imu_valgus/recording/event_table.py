"""``events.tsv`` as it stands: every column and every row of others stays as it is."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from imu_valgus.core import Event, RecordingError
from imu_valgus.recording.atomic import write_atomically
from imu_valgus.recording.events import EVENT_COLUMNS, EVENT_KINDS, cells_of, event_of, onset_of

Row = Mapping[str, str]
"""One row's cells by column, without those that say nothing (``n/a``)."""

_EMPTY: Final = "n/a"
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class EventTable:
    """The lines of one ``events.tsv``, and the version of the file that they were read from.

    Parameters
    ----------
    path : Path
    columns : tuple of str
    lines : tuple of str
        Below the header, without their ends.
    newline, mark : str
        How lines end, and what may stand before the first.
    version : str
        Of the file's bytes; of no file, the same as of an empty one.
    """

    path: Path
    columns: tuple[str, ...]
    lines: tuple[str, ...]
    newline: str
    mark: str
    version: str

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the table.

        Raises
        ------
        RecordingError
            Where it is no table of events.
        """
        content = path.read_bytes() if path.exists() else b""
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise RecordingError(f"{path} is no UTF-8 text", hint="save it as UTF-8") from error
        mark = _BOM if text.startswith(_BOM) else ""
        lines = text.removeprefix(_BOM).splitlines()
        columns = tuple(lines[0].split("\t")) if lines else EVENT_COLUMNS
        for name in EVENT_COLUMNS[:3]:
            if name not in columns:
                raise RecordingError(
                    f"{path}, line 1: no column {name}",
                    hint=f"columns are {', '.join(EVENT_COLUMNS)}",
                )
        newline = "\r\n" if "\r\n" in text else "\n"
        return cls(path, columns, tuple(lines[1:]), newline, mark, version_of(content))

    def content(self) -> bytes:
        """Return the table as the file holds it."""
        lines = ("\t".join(self.columns), *self.lines)
        return (self.mark + "".join(line + self.newline for line in lines)).encode()

    def write(self) -> None:
        """Write the table, whole or not at all."""
        with write_atomically(self.path) as partial:
            partial.write_bytes(self.content())

    def row(self, at: int) -> Row:
        """Return the cells of the line at an index.

        Raises
        ------
        RecordingError
            Where the line holds more or fewer cells than the header names.
        """
        named = cells_of(f"{self.path}, line {at + 2}", self.columns, self.lines[at])
        return {name: cell for name, cell in named.items() if cell != _EMPTY}

    def events(self) -> dict[int, Event]:
        """Return the events by their line's index; rows of other kinds are left out.

        Raises
        ------
        RecordingError
            Naming the line and column that cannot be read.
        """
        found: dict[int, Event] = {}
        for at, line in enumerate(self.lines):
            if line.strip() and self.row(at).get("trial_type") in EVENT_KINDS:
                found[at] = event_of(self.path, at + 2, self.columns, line)
        return found

    def without(self, row: Row) -> tuple[Self, int]:
        """Take out the first line that says just this; return the rest and where it stood.

        Raises
        ------
        RecordingError
            Where no line says this any more.
        """
        for at, line in enumerate(self.lines):
            if line.strip() and self.row(at) == row:
                return replace(self, lines=(*self.lines[:at], *self.lines[at + 1 :])), at
        raise RecordingError(
            f"{self.path}: the row to change is not there any more",
            hint="look at the page anew: somebody else changed the file",
        )

    def with_row(self, row: Row, at: int | None = None) -> tuple[Self, int]:
        """Put in a line, at an index or in the order of onsets; columns that lack are added."""
        wider = self._with_columns([name for name in row if name not in self.columns])
        place = _place(wider, row) if at is None else at
        line = "\t".join(row.get(name, _EMPTY) for name in wider.columns)
        lines = (*wider.lines[:place], line, *wider.lines[place:])
        return replace(wider, lines=lines), place

    def _with_columns(self, names: Sequence[str]) -> Self:
        if not names:
            return self
        more = "".join(f"\t{_EMPTY}" for _ in names)
        lines = tuple(line + more if line.strip() else line for line in self.lines)
        return replace(self, columns=(*self.columns, *names), lines=lines)


def _place(table: EventTable, row: Row) -> int:
    """Return the index behind all rows that begin no later."""
    onset_s = onset_of(row)
    earlier = [
        at
        for at, line in enumerate(table.lines)
        if line.strip() and onset_of(table.row(at)) <= onset_s
    ]
    return earlier[-1] + 1 if earlier else 0


def version_of(content: bytes) -> str:
    """Return a short name of a file's content: another content has another one."""
    return hashlib.sha256(content).hexdigest()[:16]

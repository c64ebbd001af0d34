"""A table of text: where its names and its numbers stand, and its lines by number."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imu_valgus.recording.readers.source import HEAD_BYTES, SeenFile, open_unpacked, wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a program writes its tables.

    Parameters
    ----------
    separator, decimal : str
        Between the columns, and in the numbers.
    names_line, first_line : int
        The lines with the names of the columns and with the first row, counted from 1.
    missing : tuple of str
        What stands in a cell for a value that was not measured. A row without any value of a sensor
        is then left out of it, and makes a gap.
    """

    separator: str = ","
    decimal: str = "."
    names_line: int = 1
    first_line: int = 2
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text and the names of its columns, in order; a name may be empty."""

    path: Path
    columns: tuple[str, ...]
    dialect: Dialect

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield every row that is not blank with its line's number, as an editor counts: from 1."""
        with (
            open_unpacked(self.path) as (_, raw),
            io.TextIOWrapper(raw, encoding="latin-1") as text,
        ):
            for number, line in enumerate(iter(lambda: text.readline(HEAD_BYTES), ""), start=1):
                if len(line) == HEAD_BYTES:
                    raise wrong(
                        self.path,
                        "no line end in sight",
                        line=number,
                        hint="export the recording as CSV",
                    )
                if number >= self.dialect.first_line and line.strip():
                    yield number, line.rstrip("\n")

    def cells(self, line: str) -> list[str]:
        """Part a line into its cells."""
        return split_line(line, self.dialect.separator)

    def find_row(self, row: int) -> tuple[int, str]:
        """Return number and text of the line with a row of data, counted from 0 without blanks."""
        for position, found in enumerate(self.lines()):
            if position == row:
                return found
        raise IndexError(row)


def split_line(line: str, separator: str) -> list[str]:
    """Part one line into cells, without the blanks and quotes around them."""
    skips = separator != " "
    cells = next(csv.reader([line], delimiter=separator, skipinitialspace=skips), [])
    return [cell.strip() for cell in cells]


def names_in(seen: SeenFile, *, line: int = 1, separator: str = ",") -> tuple[str, ...]:
    """Return the cells of one line of a file's head; none where it is no text, or too short."""
    if len(seen.lines) < line:
        return ()
    return tuple(split_line(seen.lines[line - 1], separator))


def find_table(seen: SeenFile, dialect: Dialect = Dialect()) -> Table:
    """Name the columns of the table in a file.

    Raises
    ------
    RecordingError
        Where the line with the names is not there, or parts its columns in another way.
    """
    columns = names_in(seen, line=dialect.names_line, separator=dialect.separator)
    if not columns:
        raise wrong(
            seen.path,
            "ends before the names of the columns",
            line=max(len(seen.lines), 1),
            hint="export the recording again",
        )
    names = seen.lines[dialect.names_line - 1]
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(columns) == 1 and mark != dialect.separator and mark in names:
            raise wrong(
                seen.path,
                f"the columns are parted by {word}",
                line=dialect.names_line,
                hint="save it with commas between the columns and points in the numbers",
            )
    return Table(seen.path, _with_row_ends(seen, columns, dialect), dialect)


def _with_row_ends(seen: SeenFile, columns: tuple[str, ...], dialect: Dialect) -> tuple[str, ...]:
    """Add or take away a column without a name where rows end in a separator, or names alone do."""
    row = names_in(seen, line=dialect.first_line, separator=dialect.separator)
    if len(row) == len(columns) + 1 and not row[-1]:
        return (*columns, "")
    if len(row) == len(columns) - 1 and not columns[-1]:
        return columns[:-1]
    return columns

"""Tables of text as BIDS has them: a header, tabs between cells, ``n/a`` where nothing is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from imu_valgus.core import RecordingError

NOT_KNOWN = "n/a"


@dataclass(frozen=True, slots=True)
class Tsv:
    """The columns of a table in their order, and the cells of each row by column."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]


def read_tsv(path: Path, *, needed: Sequence[str]) -> Tsv:
    """Read a table.

    Raises
    ------
    RecordingError
        Where it is no such table, or lacks a column that is needed.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(
            f"{path} cannot be read as UTF-8 text", hint="copy it again"
        ) from error
    columns = tuple(lines[0].split("\t")) if lines else ()
    for name in needed:
        if name not in columns:
            raise RecordingError(
                f"{path}, line 1: no column {name}", hint="mend it: BIDS asks for that column"
            )
    rows: list[Mapping[str, str]] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if not line.strip():
            continue
        if len(cells) != len(columns):
            raise RecordingError(
                f"{path}, line {number}: {len(cells)} values, the header names "
                f"{len(columns)} columns",
                hint="part the values by single tabs, and write n/a where there is none",
            )
        rows.append(dict(zip(columns, cells, strict=True)))
    return Tsv(columns, tuple(rows))


def write_tsv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a table; what a row does not say is ``n/a``."""
    cells = [columns, *([row.get(name, NOT_KNOWN) for name in columns] for row in rows)]
    text = "".join("\t".join(line) + "\n" for line in cells)
    path.write_text(text, encoding="utf-8", newline="\n")

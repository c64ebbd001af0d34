"""Columns that are missing, unknown or there twice, and what they were probably meant to be."""

from collections.abc import Sequence
from difflib import get_close_matches

from imu_valgus.core import RecordingError
from imu_valgus.recording.readers.layout import Layout
from imu_valgus.recording.readers.source import wrong
from imu_valgus.recording.readers.text_table import Table


def check_columns(table: Table, layout: Layout) -> None:
    """Raise RecordingError unless the header names each column of ``layout`` once, and no other."""
    check_unique(table, table.columns)
    for name in table.columns:
        if name not in layout.columns:
            raise unknown_column(table, name, layout.columns, summary=", ".join(layout.columns))
    check_there(table, layout)


def check_there(table: Table, layout: Layout) -> None:
    """Raise RecordingError unless the header names each column of ``layout`` once."""
    check_unique(table, layout.columns)
    for name in layout.columns:
        if name not in table.columns:
            raise wrong(
                table.path,
                f"no column {name}",
                line=table.dialect.names_line,
                hint=f"{layout.model} files have {', '.join(layout.columns)}",
            )


def check_unique(table: Table, names: Sequence[str]) -> None:
    """Raise RecordingError where the header has one of the names twice, or an empty one of them."""
    line = table.dialect.names_line
    for position, name in enumerate(table.columns):
        if name not in names:
            continue
        if not name:
            raise wrong(
                table.path,
                f"column {position + 1} has no name",
                line=line,
                hint="name it, or take away the comma that makes it",
            )
        if name in table.columns[:position]:
            raise wrong(
                table.path,
                "named twice",
                line=line,
                column=name,
                hint="delete or rename one of the two columns",
            )


def unknown_column(
    table: Table, name: str, known: Sequence[str], *, summary: str
) -> RecordingError:
    """Make the error of a column that nobody knows, with the names that it comes close to."""
    stem = name.lower().rpartition("_")[0]
    other_units = [word for word in known if stem and word.rpartition("_")[0] == stem]
    close = other_units or get_close_matches(name, known, n=2)
    advice = f"is it {' or '.join(close)}?" if close else "delete that column."
    return wrong(
        table.path,
        "unknown",
        line=table.dialect.names_line,
        column=name,
        hint=f"{advice} Known: {summary}",
    )

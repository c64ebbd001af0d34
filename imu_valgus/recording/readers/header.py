"""Columns that are missing, unknown or there twice, and what they were probably meant to be."""

from collections.abc import Sequence
from difflib import get_close_matches

from imu_valgus.core import RecordingError
from imu_valgus.recording.readers.layout import Layout
from imu_valgus.recording.readers.source import Source, wrong


def check_columns(source: Source, layout: Layout) -> None:
    """Raise RecordingError unless the header names each column of ``layout`` once, and no other."""
    expected = [layout.time_column, *(name for axes in layout.axes for name in axes.columns)]
    check_unique(source)
    for name in source.columns:
        if name not in expected:
            raise unknown_column(source, name, expected, summary=", ".join(expected))
    for name in expected:
        if name not in source.columns:
            raise wrong(
                source.path,
                f"no column {name}",
                line=1,
                hint=f"{layout.model} files have {', '.join(expected)}",
            )


def check_unique(source: Source) -> None:
    """Raise RecordingError where the header names a column twice, or gives one no name."""
    for position, name in enumerate(source.columns):
        if not name:
            raise wrong(
                source.path,
                f"column {position + 1} has no name",
                line=1,
                hint="name it, or take away the comma that makes it",
            )
        if name in source.columns[:position]:
            raise wrong(
                source.path,
                "named twice",
                line=1,
                column=name,
                hint="delete or rename one of the two columns",
            )


def unknown_column(
    source: Source, name: str, known: Sequence[str], *, summary: str
) -> RecordingError:
    """Make the error of a column that nobody knows, with the names that it comes close to."""
    stem = name.lower().rpartition("_")[0]
    other_units = [word for word in known if stem and word.rpartition("_")[0] == stem]
    close = other_units or get_close_matches(name, known, n=2)
    advice = f"is it {' or '.join(close)}?" if close else "delete that column."
    return wrong(source.path, "unknown", line=1, column=name, hint=f"{advice} Known: {summary}")

"""The sessions that are looked at, kept in memory until their files change."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

from imu_valgus.core import Event
from imu_valgus.pipeline import Derived, read_derived
from imu_valgus.recording import read_events

KEPT: Final = 4
"""Sessions kept in memory: one on the screen, some to compare it with."""

_SUMMARY: Final = Path("derived", "summary.json")
_FILES: Final = (
    Path("session.json"),
    Path("events.tsv"),
    _SUMMARY,
    Path("derived", "strides.parquet"),
    Path("derived", "angles.parquet"),
)
_Stamps = tuple[tuple[int, int], ...]

_reading: Final = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Analysed:
    """One session's results and marks."""

    derived: Derived
    events: tuple[Event, ...]


def is_analysed(session: Path) -> bool:
    """Tell whether an analysis of the session came to its end."""
    return (session / _SUMMARY).is_file()


def analysed(session: Path) -> Analysed:
    """Return a session's results, from memory where its files are those that were read.

    Raises
    ------
    RecordingError
        Where the session is not analysed, or one of its files is damaged.
    """
    with _reading:  # a page asks for several things at once: they wait for one reading
        return _read(session, _stamps(session))


@lru_cache(maxsize=KEPT)
def _read(session: Path, _: _Stamps) -> Analysed:
    return Analysed(read_derived(session), read_events(session / "events.tsv"))


def _stamps(session: Path) -> _Stamps:
    return tuple(_stamp(session / name) for name in _FILES)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)

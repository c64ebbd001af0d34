"""The sessions that are looked at, kept in memory until their files change."""

from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock, RLock
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import SIDES, FloatArray, Side
from imu_valgus.metrics import CURVE_POINTS, Span, stride_curves
from imu_valgus.pipeline import Derived, read_derived, read_leg_angles, read_strides, read_summary
from imu_valgus.recording import read_events, read_info

KEPT: Final = 3
"""Sessions kept in memory. The longest, 90 minutes of both legs, takes about 0.15 GB."""

ANGLES: Final = ("valgus", "flexion", "internal_rotation", "thigh_tilt", "shank_tilt")
"""The columns of ``derived/angles.parquet`` that are drawn, without their unit."""

_SUMMARY: Final = Path("derived", "summary.json")
_FILES: Final = (
    Path("session.json"),
    Path("events.tsv"),
    _SUMMARY,
    Path("derived", "strides.parquet"),
    Path("derived", "angles.parquet"),
)
_Curves = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
_Stamps = tuple[tuple[int, int], ...]

_reading: Final = Lock()


class Analysed:
    """One session's results and marks; the angles, which are large, are read when asked for.

    Its parts are not to be changed: all requests share them.
    """

    def __init__(self, session: Path) -> None:
        self.session = session
        self.info = read_info(session)
        self.summary = read_summary(session)
        self.strides = read_strides(session)
        self.events = read_events(session / "events.tsv")
        self._lock = RLock()
        self._curves: dict[tuple[Side, str, Span], _Curves] = {}

    @property
    def derived(self) -> Derived:
        """All results, read once however many ask."""
        with self._lock:
            return self._derived

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The legs that have strides."""
        found = set(self.strides["side"])
        return tuple(side for side in SIDES if side in found)

    def leg(self, side: Side) -> pd.DataFrame:
        """Return one leg's strides in the order of their contacts, numbered by rows from 0."""
        return self._legs[side]

    def curves(self, strides: pd.DataFrame, *, column: str, span: Span) -> FloatArray:
        """Return one curve for each of some rows of ``leg``, (k, 101) degrees; NaN: it has none."""
        if strides.empty:
            return np.empty((0, CURVE_POINTS))
        side: Side = strides["side"].iloc[0]
        return self._all_curves(side, column, span)[strides.index].astype(np.float64)

    def prepare(self) -> None:
        """Cut what a page asks for first while the browser still reads the page."""
        for side in self.sides:
            for angle in ANGLES:
                self._all_curves(side, f"{angle}_deg", "stance")

    def _all_curves(self, side: Side, column: str, span: Span) -> _Curves:
        with self._lock:
            key = (side, column, span)
            if key not in self._curves:
                angles, strides = self._angles[side], self.leg(side)
                found = stride_curves(angles, strides, column=column, span=span)
                self._curves[key] = found.astype(np.float32)  # half the memory, off by 1e-6 degrees
            return self._curves[key]

    @cached_property
    def _derived(self) -> Derived:
        return read_derived(self.session)

    @cached_property
    def _angles(self) -> dict[Side, pd.DataFrame]:
        columns = ("time_s", *(f"{angle}_deg" for angle in ANGLES))
        read = read_leg_angles(self.session, columns)
        none = pd.DataFrame({column: np.empty(0) for column in columns})
        return {side: read.get(side, none) for side in self.sides}

    @cached_property
    def _legs(self) -> dict[Side, pd.DataFrame]:
        ordered = self.strides.sort_values("initial_contact_s")
        return {s: ordered[ordered["side"] == s].reset_index(drop=True) for s in SIDES}


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
    return Analysed(session)


def _stamps(session: Path) -> _Stamps:
    return tuple(_stamp(session / name) for name in _FILES)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)

"""``speed.tsv``: how fast the runner was, over session time, as a watch told it.

Positions are not kept: they say where somebody lives, the speed does not.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import FloatArray, RecordingError
from imu_valgus.recording.atomic import write_atomically

SPEED_NAME: Final = "speed.tsv"
MAX_GAP_S: Final = 10.0
"""Watches that record "smartly" leave up to some eight seconds between two points in steady
running; over more, nobody knows the speed."""
_COLUMNS: Final = ("time_s", "speed_mps")


@dataclass(frozen=True, slots=True, eq=False)
class SpeedCurve:
    """Speed (n,) in m/s at session times (n,) in s, which grow; ``source``: who told it."""

    time_s: FloatArray
    speed_mps: FloatArray
    source: str

    def __post_init__(self) -> None:
        if self.time_s.shape != self.speed_mps.shape or not np.all(np.diff(self.time_s) > 0):
            raise ValueError("speeds need a growing time each")

    def at(self, time_s: FloatArray) -> FloatArray:
        """Return the speed at other times (m,); NaN outside, and over gaps of the watch."""
        if len(self.time_s) < 2:
            return np.full(len(time_s), np.nan)
        speed = np.interp(time_s, self.time_s, self.speed_mps, left=np.nan, right=np.nan)
        before = np.searchsorted(self.time_s, time_s, side="right") - 1
        before = np.clip(before, 0, len(self.time_s) - 2)
        return np.where(np.diff(self.time_s)[before] <= MAX_GAP_S, speed, np.nan)


def write_speeds(session: Path, curve: SpeedCurve) -> None:
    """Write a session's speeds; earlier ones are replaced."""
    table = pd.DataFrame({"time_s": curve.time_s, "speed_mps": curve.speed_mps}).round(3)
    text = table.to_csv(sep="\t", index=False, lineterminator="\n")
    with write_atomically(session / SPEED_NAME) as partial:
        partial.write_text(f"# {curve.source}\n{text}", encoding="utf-8", newline="\n")


def read_speeds(session: Path) -> SpeedCurve | None:
    """Read a session's speeds; None where no watch told them.

    Raises
    ------
    RecordingError
        Where the file is damaged.
    """
    path = session / SPEED_NAME
    if not path.exists():
        return None
    try:
        with path.open(encoding="utf-8") as lines:
            source = lines.readline()
            table = pd.read_csv(lines, sep="\t", dtype="float64")
        time_s, speed_mps = (table[one].to_numpy(dtype=np.float64) for one in _COLUMNS)
        return SpeedCurve(time_s, speed_mps, source.removeprefix("#").strip())
    except (ValueError, KeyError) as error:
        line = str(error).splitlines()[0]
        raise RecordingError(
            f"{path}: {line}", hint="note the watch's file once more: imu-valgus note --watch"
        ) from None

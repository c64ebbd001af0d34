"""Markers over time, as a laboratory recorded them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from imu_valgus.core import FloatArray

METRES: Final[Mapping[str, float]] = {"mm": 1e-3, "cm": 1e-2, "m": 1.0}
"""One unit of length in metres."""


@dataclass(frozen=True, slots=True, eq=False)
class MarkerFile:
    """One trial.

    Parameters
    ----------
    path : Path
    time_s : (n,)
        On the laboratory's clock.
    places : mapping of str to (n, 3)
        By marker, in m and the laboratory's axes; NaN where the marker was lost.
    """

    path: Path
    time_s: FloatArray
    places: Mapping[str, FloatArray]

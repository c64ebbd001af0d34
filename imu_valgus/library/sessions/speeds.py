"""Speed of the points of a watch: as it says, or from its distances or positions."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.core import FloatArray, RecordingError

WINDOW_S: Final = 5.0
"""Distances and positions give the mean speed over so long: a position is off by some 0.5 m from
one second to the next, so 0.1 m/s stay."""
FASTEST_MPS: Final = 12.5
"""What a watch says beyond that is a jump of its position."""
EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""


@dataclass(frozen=True, slots=True)
class WatchPoint:
    """One point: seconds since 1970, and what the watch told; degrees of latitude and longitude."""

    unix_s: float
    speed_mps: float | None = None
    distance_m: float | None = None
    position_deg: tuple[float, float] | None = None


def speeds_of(points: Sequence[WatchPoint], path: Path) -> tuple[FloatArray, FloatArray]:
    """Return times since 1970 in s, which grow, and the speed at each in m/s, (n,) both.

    Taken from what most points tell: speed, else distance, else position.

    Raises
    ------
    RecordingError
        Where the points tell none of it.
    """
    ordered = sorted(points, key=lambda point: point.unix_s)
    ways = (
        [(p.unix_s, p.speed_mps) for p in ordered if p.speed_mps is not None],
        [(p.unix_s, p.distance_m) for p in ordered if p.distance_m is not None],
        _walked([(p.unix_s, *p.position_deg) for p in ordered if p.position_deg is not None]),
    )
    most = max(ways, key=len)
    if len(most) < 2:
        raise RecordingError(
            f"{path} tells no speed: neither speeds nor distances nor positions with times",
            hint="export the activity with its track, not only its summary",
        )
    table = np.array(most, dtype=np.float64)
    time_s, first = np.unique(table[:, 0], return_index=True)
    values = table[first, 1]
    speed_mps = values if most is ways[0] else _slope(time_s, values)
    possible = (speed_mps >= 0) & (speed_mps <= FASTEST_MPS)
    return time_s[possible], speed_mps[possible]


def _slope(time_s: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Return how fast a distance grows, as a mean over ``WINDOW_S`` about each time."""
    begin = np.maximum(time_s - WINDOW_S / 2, time_s[0])
    end = np.minimum(time_s + WINDOW_S / 2, time_s[-1])
    way = np.interp(end, time_s, distance_m) - np.interp(begin, time_s, distance_m)
    return way / (end - begin)


def _walked(track: Sequence[tuple[float, float, float]]) -> list[tuple[float, float]]:
    """Return the length of the way from the first point to each; haversine formula."""
    if not track:
        return []
    table = np.array(track, dtype=np.float64)
    latitude, longitude = np.radians(table[:, 1]), np.radians(table[:, 2])
    half_chord = np.sqrt(
        np.sin(np.diff(latitude) / 2) ** 2
        + np.cos(latitude[1:]) * np.cos(latitude[:-1]) * np.sin(np.diff(longitude) / 2) ** 2
    )
    steps_m = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(half_chord, 1.0))
    way_m = np.concatenate([[0.0], np.cumsum(steps_m)])
    return list(zip(table[:, 0].tolist(), way_m.tolist(), strict=True))

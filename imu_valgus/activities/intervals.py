"""Flags on the grid and bouts, one into the other, and bouts cut by bouts."""

from collections.abc import Sequence

import numpy as np

from imu_valgus.activities.motion import GRID_HZ
from imu_valgus.core import ActivityKind, BoolArray, Bout, FloatArray, spans


def bouts_where(grid_s: FloatArray, where: BoolArray, kind: ActivityKind) -> list[Bout]:
    """Turn flags on the grid into bouts; none reaches across a gap of the grid."""
    found: list[Bout] = []
    for span in spans(grid_s):
        flags = np.r_[False, where[span], False].astype(np.int8)
        starts, stops = np.flatnonzero(np.diff(flags) > 0), np.flatnonzero(np.diff(flags) < 0)
        times = grid_s[span]
        found += [
            Bout(float(times[a]), float(times[b - 1]) + 1 / GRID_HZ, kind)
            for a, b in zip(starts, stops, strict=True)
        ]
    return found


def outside(grid_s: FloatArray, bouts: Sequence[Bout]) -> BoolArray:
    """Tell which grid times lie in none of the bouts: (n,)."""
    outside = np.ones(len(grid_s), dtype=np.bool_)
    for bout in bouts:
        outside[slice(*np.searchsorted(grid_s, [bout.start_s, bout.stop_s]))] = False
    return outside


def cut(bout: Bout, others: Sequence[Bout]) -> list[Bout]:
    """Cut the time of the others out of a bout."""
    pieces = [bout]
    for other in others:
        pieces = [piece for whole in pieces for piece in without(whole, other)]
    return pieces


def without(bout: Bout, noted: Bout) -> list[Bout]:
    """Cut ``noted``'s time out of a bout: none, one or two pieces are left."""
    pieces = (
        Bout(bout.start_s, min(bout.stop_s, noted.start_s), bout.kind),
        Bout(max(bout.start_s, noted.stop_s), bout.stop_s, bout.kind),
    )
    return [piece for piece in pieces if piece.duration_s > 0]

"""Find sets of squats: slow tilts of the thigh away from standing and back."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from imu_valgus.activities.intervals import bouts_where
from imu_valgus.activities.motion import Motion
from imu_valgus.activities.params import SHANKS, THIGHS, ActivityParams
from imu_valgus.core import BoolArray, Bout, FloatArray, Placement


def find_squats(
    motions: Mapping[Placement, Motion],
    grid_s: FloatArray,
    standing: Mapping[Placement, FloatArray],
    free: BoolArray,
    params: ActivityParams,
) -> list[Bout]:
    """Find sets of slow tilts of the thighs (of the shanks where there is no thigh)."""
    thighs: list[Placement] = [placement for placement in THIGHS if placement in standing]
    shanks: list[Placement] = [placement for placement in SHANKS if placement in standing]
    limit_deg = params.squat_thigh_deg if thighs else params.squat_shank_deg
    found: list[tuple[Bout, Placement]] = []
    for placement in thighs or shanks:
        motion = motions[placement]
        cosine = np.clip(motion.gravity @ standing[placement], -1.0, 1.0)
        tilt_deg = np.rad2deg(np.arccos(cosine))
        known = free & motion.present
        bouts = _repetitions(tilt_deg, grid_s, known, limit_deg, params)
        found.extend((bout, placement) for bout in bouts)
    sets: list[list[tuple[Bout, Placement]]] = []
    for one in sorted(found):
        if sets and one[0].start_s - _last_stop(sets[-1]) < params.squat_pause_s:
            sets[-1].append(one)
        else:
            sets.append([one])
    return [
        Bout(one[0][0].start_s, _last_stop(one), "squat")
        for one in sets
        if max(Counter(p for _, p in one).values()) >= params.squat_repetitions
    ]


def _last_stop(repetitions: list[tuple[Bout, Placement]]) -> float:
    return max(bout.stop_s for bout, _ in repetitions)


def _repetitions(
    tilt_deg: FloatArray,
    grid_s: FloatArray,
    known: BoolArray,
    limit_deg: float,
    params: ActivityParams,
) -> list[Bout]:
    """Find where one segment tilts beyond the limit and comes back, both seen."""
    low = bouts_where(grid_s, known & (tilt_deg > 0.5 * limit_deg), "squat")
    kept: list[Bout] = []
    for bout in low:
        cells = slice(*np.searchsorted(grid_s, [bout.start_s, bout.stop_s]))
        edges = known[max(cells.start - 1, 0)] and known[min(cells.stop, len(known) - 1)]
        timely = params.squat_min_s <= bout.duration_s <= params.squat_max_s
        if edges and timely and float(tilt_deg[cells].max()) > limit_deg:
            kept.append(bout)
    return kept

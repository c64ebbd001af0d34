"""Find when the runner stands, walks, squats and runs."""

from collections.abc import Mapping

import numpy as np

from imu_valgus.activities.gravity import gravity_is_near, gravity_of
from imu_valgus.activities.intervals import bouts_where, cut, outside
from imu_valgus.activities.motion import (
    GRID_HZ,
    Motion,
    motion_of,
    rhythm,
    time_grid,
    window_mean,
    window_rms,
    window_sd,
)
from imu_valgus.activities.params import DEFAULT, SHANKS, THIGHS, ActivityParams
from imu_valgus.activities.squats import find_squats
from imu_valgus.core import BoolArray, Bout, FloatArray, ImuSignal, Placement


def find_bouts(
    signals: Mapping[Placement, ImuSignal], *, params: ActivityParams = DEFAULT
) -> tuple[Bout, ...]:
    """Find standing, walking, squats and running, whatever the sensors' mounting.

    Parameters
    ----------
    signals : mapping of ImuSignal
        On session time, sensor frame. Thighs and shanks are read: both legs, one leg or a single
        sensor; others are not. Gaps of the sensors need not agree.
    params : ActivityParams

    Returns
    -------
    tuple of Bout
        Disjoint, in order of time; what is none of the four is left out. No bout reaches across
        a stretch without data.
    """
    read: dict[Placement, ImuSignal] = {p: signals[p] for p in (*THIGHS, *SHANKS) if p in signals}
    if not read:
        return ()
    grid_s = time_grid(list(read.values()))
    motions: dict[Placement, Motion] = {p: motion_of(signal, grid_s) for p, signal in read.items()}
    still = _still(motions, grid_s, params)
    moves, runs = _locomotion(motions, grid_s, still, params)
    locomotion = [
        *bouts_where(grid_s, moves & runs & ~still, "run"),
        *bouts_where(grid_s, moves & ~runs & ~still, "walk"),
    ]
    locomotion = _absorb(sorted(locomotion), params)
    rests = [b for b in bouts_where(grid_s, still, "stand") if b.duration_s >= params.stand_min_s]
    upright = gravity_of(motions, grid_s, [b for b in locomotion if b.duration_s >= 2.0])
    stands = [b for b in rests if gravity_is_near(motions, grid_s, b, upright, params.upright_deg)]
    if not stands:
        return tuple(locomotion)
    longest = max(stands, key=lambda bout: bout.duration_s)
    standing = gravity_of(motions, grid_s, [longest])
    stands = [b for b in stands if gravity_is_near(motions, grid_s, b, standing, params.alike_deg)]
    squats = find_squats(motions, grid_s, standing, outside(grid_s, locomotion), params)
    kept = [piece for bout in stands for piece in cut(bout, squats)]
    kept = [bout for bout in kept if bout.duration_s >= params.stand_min_s]
    return tuple(sorted([*locomotion, *kept, *squats]))


def _still(
    motions: Mapping[Placement, Motion], grid_s: FloatArray, params: ActivityParams
) -> BoolArray:
    """Tell where every sensor that has data is at rest: (n,)."""
    still = np.ones(len(grid_s), dtype=np.bool_)
    width_s = params.still_window_s
    for motion in motions.values():
        weight = motion.present
        rate_sd = window_sd(motion.rate_dps, grid_s, width_s=width_s, weight=weight)
        norm_sd = window_sd(motion.norm_g, grid_s, width_s=width_s, weight=weight)
        norm = window_mean(motion.norm_g, grid_s, width_s=width_s, weight=weight)
        quiet = (rate_sd < params.still_rate_dps) & (norm_sd < params.still_acc_g)
        still &= (quiet & (np.abs(norm - 1.0) < params.gravity_tolerance_g)) | ~weight
    return still


def _locomotion(
    motions: Mapping[Placement, Motion],
    grid_s: FloatArray,
    still: BoolArray,
    params: ActivityParams,
) -> tuple[BoolArray, BoolArray]:
    """Tell where more than half of the sensors move in strides, and where these are running's."""
    votes, voters = np.zeros(len(grid_s)), np.zeros(len(grid_s))
    running = np.zeros(len(grid_s))
    for placement, motion in motions.items():
        thigh = placement in THIGHS
        weight = motion.present & ~still
        votes += motion.present & _in_strides(motion, grid_s, weight, params, thigh=thigh)
        voters += motion.present
        walks_by = _level_per_bounce(motion, grid_s, weight, params) / (
            params.thigh_level_per_bounce if thigh else params.shank_level_per_bounce
        )
        running += np.where(motion.present & np.isfinite(walks_by), -np.log(walks_by), 0.0)
    return votes > 0.5 * voters, running > 0


def _in_strides(
    motion: Motion,
    grid_s: FloatArray,
    weight: BoolArray,
    params: ActivityParams,
    *,
    thigh: bool,
) -> BoolArray:
    """Tell where one sensor swings fast enough, not too slowly and in rhythm: (n,)."""
    width_s = params.locomotion_window_s
    rate = window_rms(motion.rate_dps, grid_s, width_s=width_s, weight=weight)
    slow = window_rms(motion.slow_rate_dps, grid_s, width_s=width_s, weight=weight)
    regular = rhythm(
        motion.rate_dps,
        grid_s,
        width_s=params.rhythm_window_s,
        period_s=(params.stride_min_s, params.stride_max_s),
        weight=weight,
    )
    least = params.thigh_rate_dps if thigh else params.shank_rate_dps
    return (rate > least) & (slow < params.slow_max * rate) & (regular > params.rhythm_min)


def _level_per_bounce(
    motion: Motion, grid_s: FloatArray, weight: BoolArray, params: ActivityParams
) -> FloatArray:
    """Share of time near 1 g over the RMS of |a| − 1 g: large walking, small running: (n,)."""
    width_s = params.locomotion_window_s
    near = (motion.norm_g > params.level_low_g) & (motion.norm_g < params.level_high_g)
    level = window_mean(near.astype(np.float64), grid_s, width_s=width_s, weight=weight)
    bounce = window_rms(motion.norm_g - 1.0, grid_s, width_s=width_s, weight=weight)
    return (level + 0.01) / np.maximum(bounce, 1e-3)


def _absorb(bouts: list[Bout], params: ActivityParams) -> list[Bout]:
    """Give a short walk or run to the neighbour that touches it; drop it where there is none."""
    joined: list[Bout] = []
    for bout in sorted(bouts):
        last = joined[-1] if joined else None
        if last is None or bout.start_s - last.stop_s > 1.5 / GRID_HZ:
            joined.append(bout)
            continue
        short = min(last.duration_s, bout.duration_s) < params.locomotion_min_s
        if not short and last.kind != bout.kind:
            joined.append(bout)
            continue
        longer = max(last, bout, key=lambda b: b.duration_s)
        joined[-1] = Bout(last.start_s, bout.stop_s, longer.kind)
    return [bout for bout in joined if bout.duration_s >= params.locomotion_min_s]

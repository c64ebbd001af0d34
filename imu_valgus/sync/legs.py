"""Left against right: no joint ties the two legs, so what they do together must."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from imu_valgus.core import Bout, FloatArray, ImuSignal
from imu_valgus.sync.clocks import ClockFit, align_clocks, best_lag, jerk_envelope
from imu_valgus.sync.filters import inside, interpolate, low_pass

LegSyncMethod = Literal["shared epoch", "squats", "start and stop", "unknown"]

_GRID_HZ = 100.0
_SLOW_HZ = 0.5
_MOST_DRIFT_PPM = 200.0
_SQUATS_RESIDUAL_S = 0.02
_STARTS_RESIDUAL_S = 0.35
"""What remained, at most, of known offsets on simulated runs, by either method."""


@dataclass(frozen=True, slots=True)
class LegSync:
    """One leg's clock against the other's: how it was found and how far off it may be, in s."""

    fit: ClockFit
    method: LegSyncMethod
    residual_s: float | None


def align_legs(
    reference: ImuSignal, other: ImuSignal, bouts: Sequence[Bout], *, search_s: float = 10.0
) -> LegSync:
    """Tie the clock of one leg's thigh to the other's by what both legs do at once.

    Running is no help for the offset, the legs alternate; but its even phase tells the drift.
    Squats bring both thighs down together. Without squats, starting and stopping is all there is.

    Parameters
    ----------
    reference, other : ImuSignal
        Both thighs (or both shanks), each on its own clock.
    bouts : sequence of Bout
        What the runner did, on the reference's clock.
    search_s : float
        The starts of the two recordings are assumed to lie within this.

    Returns
    -------
    LegSync
        ``"unknown"`` and no change where the two legs have nothing in common.
    """
    drift_ppm = _drift_ppm(reference, other, bouts)
    steady = other.retimed(other.time_s * (1.0 + drift_ppm * 1e-6))
    start_s = min(reference.time_s[0], steady.time_s[0]) - search_s
    stop_s = max(reference.time_s[-1], steady.time_s[-1]) + search_s
    grid_s = np.arange(start_s, stop_s, 1.0 / _GRID_HZ)
    offset_s, strength = best_lag(
        _slow(reference, grid_s), _slow(steady, grid_s), rate_hz=_GRID_HZ, within_s=search_s
    )
    if strength < 0.5:
        return LegSync(ClockFit(0.0, 0.0, 0.0, strength, 0), "unknown", None)
    fit = ClockFit(offset_s, drift_ppm, _STARTS_RESIDUAL_S, strength, 1)
    squats = [bout for bout in bouts if bout.kind == "squat"]
    if not squats:
        return LegSync(fit, "start and stop", _STARTS_RESIDUAL_S)
    more_s, strength = _squats_lag(reference, steady.retimed(steady.time_s + offset_s), squats)
    if strength < 0.5:
        return LegSync(fit, "start and stop", _STARTS_RESIDUAL_S)
    fit = ClockFit(offset_s + more_s, drift_ppm, _SQUATS_RESIDUAL_S, strength, 1)
    return LegSync(fit, "squats", _SQUATS_RESIDUAL_S)


def _squats_lag(
    reference: ImuSignal, other: ImuSignal, squats: Sequence[Bout]
) -> tuple[float, float]:
    """Return the lag of the squats in s, and the correlation there; 0 where one has no samples."""
    start_s = min(bout.start_s for bout in squats)
    stop_s = max(bout.stop_s for bout in squats)
    grid_s = np.arange(start_s, stop_s, 1.0 / _GRID_HZ)
    low = np.zeros(len(grid_s), dtype=np.bool_)
    for bout in squats:
        low |= (grid_s >= bout.start_s) & (grid_s < bout.stop_s)
    pieces = [signal.between(start_s - 1.0, stop_s + 1.0) for signal in (reference, other)]
    if min(piece.stop - piece.start for piece in pieces) < 2:
        return 0.0, 0.0
    ours, theirs = (
        jerk_envelope(signal[piece], grid_s)[low]
        for signal, piece in zip((reference, other), pieces, strict=True)
    )
    return best_lag(ours, theirs, rate_hz=_GRID_HZ, within_s=1.0)


def _drift_ppm(reference: ImuSignal, other: ImuSignal, bouts: Sequence[Bout]) -> float:
    """Follow the phase between the legs through the longest run; 0 where it tells nothing."""
    runs = [bout for bout in bouts if bout.kind == "run"]
    if not runs:
        return 0.0
    longest = max(runs, key=lambda bout: bout.duration_s)
    ours, theirs = (
        signal.between(longest.start_s, longest.stop_s) for signal in (reference, other)
    )
    if min(ours.stop - ours.start, theirs.stop - theirs.start) < 2:
        return 0.0
    drift_ppm = align_clocks(reference[ours], other[theirs]).drift_ppm
    return drift_ppm if abs(drift_ppm) < _MOST_DRIFT_PPM else 0.0


def _slow(signal: ImuSignal, grid_s: FloatArray) -> FloatArray:
    """Return how fast a segment turns, smoothed over steps, on the grid."""
    rate = np.linalg.norm(signal.gyr_radps, axis=1, keepdims=True)
    smooth = low_pass(rate, signal.time_s, cutoff_hz=_SLOW_HZ)
    covered = inside(signal.time_s, grid_s)
    slow = interpolate(smooth, signal.time_s, grid_s)[:, 0]
    return np.where(covered, slow - slow[covered].mean(), 0.0)

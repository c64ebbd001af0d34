"""One sensor's motion on an even grid of time, free of how the sensor is mounted."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from imu_valgus.core import GRAVITY_MPS2, BoolArray, FloatArray, ImuSignal, spans
from imu_valgus.sync import interpolate, low_pass, thinned

GRID_HZ = 50.0
BRIDGED_GAP_S = 0.5
"""Lost packets shorter than this hide no activity; longer gaps end a bout."""
_SMOOTH_HZ = 6.0
"""Keeps the bounce of every step and drops its impact: sensors without impacts read alike."""
_SLOW_HZ = 0.8
"""Above the frequency of squats, below the strides of walking."""


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """What one sensor says at the grid times, whatever its mounting.

    ``present`` (n,): the sensor has data. Where it has none the rest is drawn straight across.
    ``norm_g`` (n,): |a|. ``rate_dps`` (n, 3): angular velocity. Both below 6 Hz.
    ``slow_rate_dps`` (n, 3) and ``gravity`` (n, 3, unit vectors): the part below 0.8 Hz of the
    angular velocity and of the acceleration.
    """

    present: BoolArray
    norm_g: FloatArray
    rate_dps: FloatArray
    slow_rate_dps: FloatArray
    gravity: FloatArray


def time_grid(signals: list[ImuSignal]) -> FloatArray:
    """Return even times, ``GRID_HZ``, wherever at least one sensor has data: (n,)."""
    covered = sorted(stretch for signal in signals for stretch in _stretches(signal.time_s))
    merged = [covered[0]]
    for start, stop in covered[1:]:
        first, last = merged[-1]
        if start <= last + BRIDGED_GAP_S:
            merged[-1] = (first, max(last, stop))
        else:
            merged.append((start, stop))
    return np.concatenate([np.arange(start, stop, 1 / GRID_HZ) for start, stop in merged])


def motion_of(signal: ImuSignal, grid_s: FloatArray) -> Motion:
    """Bring one sensor onto the grid ``grid_s`` (n,)."""
    norm_mps2 = np.linalg.norm(signal.acc_mps2, axis=1, keepdims=True)
    (norm, kept), (rate, _), (acc, _) = (
        thinned(values, signal.time_s, rate_hz=GRID_HZ)
        for values in (norm_mps2, signal.gyr_radps, signal.acc_mps2)
    )
    thin = np.concatenate([norm / GRAVITY_MPS2, np.rad2deg(rate), acc], axis=1)
    cells = interpolate(thin, signal.time_s[kept], grid_s)
    smooth = low_pass(cells[:, :4], grid_s, cutoff_hz=_SMOOTH_HZ)
    slow = low_pass(cells[:, 1:], grid_s, cutoff_hz=_SLOW_HZ)
    length = np.linalg.norm(slow[:, 3:], axis=1, keepdims=True)
    return Motion(
        present=_is_present(signal.time_s, grid_s),
        norm_g=smooth[:, 0],
        rate_dps=smooth[:, 1:],
        slow_rate_dps=slow[:, :3],
        gravity=slow[:, 3:] / np.maximum(length, 1e-9),
    )


def window_mean(
    values: FloatArray, grid_s: FloatArray, *, width_s: float, weight: BoolArray
) -> FloatArray:
    """Average (n,) or (n, k) values over a centred window, the weighted cells only.

    The window never reaches across a gap of the grid; NaN where it holds no weighted cell.
    """
    mean = np.full(values.shape, np.nan)
    width = max(1, round(width_s * GRID_HZ))
    factor = weight.astype(np.float64)
    tall = factor.reshape(-1, *([1] * (values.ndim - 1)))
    for span in spans(grid_s):
        share = uniform_filter1d(factor[span], width, mode="constant")
        total = uniform_filter1d(values[span] * tall[span], width, axis=0, mode="constant")
        some = share > 0.5 / width
        mean[span][some] = total[some] / share[some].reshape(-1, *([1] * (values.ndim - 1)))
    return mean


def window_rms(
    values: FloatArray, grid_s: FloatArray, *, width_s: float, weight: BoolArray
) -> FloatArray:
    """Root mean square of (n,) values or (n, k) vectors over a centred window: (n,)."""
    squares = values**2 if values.ndim == 1 else np.einsum("ij,ij->i", values, values)
    return np.sqrt(np.maximum(window_mean(squares, grid_s, width_s=width_s, weight=weight), 0.0))


def window_sd(
    values: FloatArray, grid_s: FloatArray, *, width_s: float, weight: BoolArray
) -> FloatArray:
    """Spread of (n,) values or (n, k) vectors about their mean over a centred window: (n,)."""
    mean = window_mean(values, grid_s, width_s=width_s, weight=weight)
    squares = window_rms(values, grid_s, width_s=width_s, weight=weight) ** 2
    level = mean**2 if values.ndim == 1 else np.einsum("ij,ij->i", mean, mean)
    return np.sqrt(np.maximum(squares - level, 0.0))


def rhythm(
    rate_dps: FloatArray,
    grid_s: FloatArray,
    *,
    width_s: float,
    period_s: tuple[float, float],
    weight: BoolArray,
) -> FloatArray:
    """Tell how well the angular velocity repeats itself one stride later: (n,), 1 is perfectly.

    The highest normalised autocorrelation over lags within ``period_s``, in the best window that
    holds the time: so the first stride of a walk is as rhythmic as the walk. Autocorrelation of
    the leg's sensor for the regularity of strides: Moe-Nilssen & Helbostad (2004),
    doi:10.1016/S0021-9290(03)00233-1.
    """
    best = np.zeros(len(grid_s))
    width = max(1, round(width_s * GRID_HZ))
    lags = range(round(period_s[0] * GRID_HZ), round(period_s[1] * GRID_HZ) + 1, 2)
    live = np.where(weight[:, np.newaxis], rate_dps, 0.0)
    for span in spans(grid_s):
        piece = live[span]
        squares = np.einsum("ij,ij->i", piece, piece)
        energy = np.maximum(uniform_filter1d(squares, width, mode="constant"), 0.0)
        for lag in lags:
            if lag + 1 >= len(piece):
                break
            product = np.einsum("ij,ij->i", piece[:-lag], piece[lag:])
            shared = uniform_filter1d(product, width, mode="constant")
            bound = np.sqrt(energy[:-lag] * energy[lag:])
            alike = np.divide(shared, bound, out=np.zeros_like(shared), where=bound > 1.0)
            middle = best[span][lag // 2 : lag // 2 + len(alike)]
            np.maximum(middle, alike, out=middle)
        best[span] = maximum_filter1d(best[span], width + lags[-1])
    return best


def _stretches(time_s: FloatArray) -> list[tuple[float, float]]:
    """Return first and last time of every stretch, gaps shorter than ``BRIDGED_GAP_S`` bridged."""
    cuts = np.flatnonzero(np.diff(time_s) > BRIDGED_GAP_S)
    starts = time_s[np.r_[0, cuts + 1]]
    stops = time_s[np.r_[cuts, len(time_s) - 1]]
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def _is_present(time_s: FloatArray, grid_s: FloatArray) -> BoolArray:
    """Tell which grid times lie within one of the stretches of ``time_s``."""
    starts, stops = np.array(_stretches(time_s)).T
    stretch = np.searchsorted(starts, grid_s, side="right") - 1
    return (stretch >= 0) & (grid_s <= stops[np.maximum(stretch, 0)])

"""Two sensors on one leg move together: their clocks are tied by what both feel.

This is the first, coarse tie: some tens of milliseconds, the drift to a few ppm. What is left is
the lag between the two segments' movement; the joint's own acceleration takes it away later
(:mod:`imu_valgus.orientation`).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.signal import correlate, correlation_lags

from imu_valgus.core import FloatArray, ImuSignal
from imu_valgus.sync.filters import derivative, inside, low_pass, thinned


@dataclass(frozen=True, slots=True)
class ClockParams:
    """How clocks are compared.

    ``search_s``: the widest offset looked for. ``rate_hz``: of the compared envelopes.
    ``window_s``: one drift estimate each. ``follow_s``: how far a window's offset may lie from the
    one before; below half a stride, so that no window slips by a stride.
    ``min_correlation``: below it a window says nothing about the clock.
    """

    search_s: float = 10.0
    rate_hz: float = 100.0
    window_s: float = 60.0
    follow_s: float = 0.15
    min_correlation: float = 0.3


@dataclass(frozen=True, slots=True)
class ClockFit:
    """A sensor's clock against the reference: ``t_ref = t + offset_s + drift_ppm·1e-6·t``.

    ``residual_s`` is the spread (median absolute) of the windows about that line, ``correlation``
    the median correlation of the envelopes, ``n_windows`` how many windows spoke.
    """

    offset_s: float
    drift_ppm: float
    residual_s: float
    correlation: float
    n_windows: int

    def apply(self, signal: ImuSignal) -> ImuSignal:
        """Return ``signal`` on the reference's clock."""
        return signal.retimed(signal.time_s * (1.0 + self.drift_ppm * 1e-6) + self.offset_s)


_LAG_SD_S: Final = 0.03
_DRIFT_SD: Final = 50e-6

_SAME_CLOCK: Final = ClockFit(0.0, 0.0, 0.0, 0.0, 0)


def align_clocks(
    reference: ImuSignal, other: ImuSignal, *, params: ClockParams | None = None
) -> ClockFit:
    """Find offset and drift of one sensor's clock against another's on the same leg.

    The norm of the jerk (mounting does not matter) of both sensors is correlated over the whole
    recording for the offset, then window by window for the drift; a line through the windows by
    Theil and Sen withstands bad ones.

    Parameters
    ----------
    reference, other : ImuSignal
        Each on its own clock. A start within ``search_s`` of each other is assumed.
    params : ClockParams, optional

    Returns
    -------
    ClockFit
        With ``n_windows`` 0 and no change where the two have no movement in common.
    """
    params = params or ClockParams()
    start_s = min(reference.time_s[0], other.time_s[0])
    stop_s = max(reference.time_s[-1], other.time_s[-1])
    grid_s = np.arange(start_s, stop_s, 1.0 / params.rate_hz)
    fixed, moving = jerk_envelope(reference, grid_s), jerk_envelope(other, grid_s)
    whole, strength = best_lag(fixed, moving, rate_hz=params.rate_hz, within_s=params.search_s)
    if strength < params.min_correlation:
        return _SAME_CLOCK
    return _follow(fixed, moving, grid_s, start_lag_s=whole, params=params)


def _follow(
    fixed: FloatArray,
    moving: FloatArray,
    grid_s: FloatArray,
    *,
    start_lag_s: float,
    params: ClockParams,
) -> ClockFit:
    """Track the lag from window to window, outwards from the one that agrees best with it."""
    width = round(params.window_s * params.rate_hz)
    edges = np.arange(0, max(len(grid_s) - width // 2, 1), width)
    lags, weights, centres = [], [], []
    expected = start_lag_s
    for first in edges:
        window = slice(int(first), int(first) + width)
        shifted = np.interp(grid_s[window] - expected, grid_s, moving, left=0.0, right=0.0)
        lag, strength = best_lag(
            fixed[window], shifted, rate_hz=params.rate_hz, within_s=params.follow_s
        )
        if strength >= params.min_correlation:
            lags.append(expected + lag)
            weights.append(strength)
            centres.append(grid_s[window].mean() - expected - lag)
            expected = lags[-1]
    if not lags:
        return ClockFit(start_lag_s, 0.0, 0.0, 0.0, 0)
    offset_s, slope = _line(np.array(centres), np.array(lags))
    rest = np.array(lags) - offset_s - slope * np.array(centres)
    return ClockFit(
        offset_s=offset_s,
        drift_ppm=slope * 1e6,
        residual_s=float(np.median(np.abs(rest))),
        correlation=float(np.median(weights)),
        n_windows=len(lags),
    )


def jerk_envelope(signal: ImuSignal, grid_s: FloatArray) -> FloatArray:
    """Return how briskly the sensor's acceleration changes, on the grid; nought where no samples.

    Of the norms tried on real legs, that of the jerk lags least between thigh and shank: within
    30 ms walking and running, where those of rate and acceleration lag by 60 to 230 ms. The root
    keeps single impacts from ruling the correlation.
    """
    acc_mps2, kept = thinned(signal.acc_mps2, signal.time_s, rate_hz=100.0)
    time_s = signal.time_s[kept]
    jerk = derivative(low_pass(acc_mps2, time_s, cutoff_hz=20.0), time_s)
    envelope = np.interp(grid_s, time_s, np.einsum("ni,ni->n", jerk, jerk) ** 0.25)
    covered = inside(signal.time_s, grid_s)
    level = envelope[covered].mean() if covered.any() else 0.0
    return np.where(covered, envelope - level, 0.0)


def best_lag(
    fixed: FloatArray, moving: FloatArray, *, rate_hz: float, within_s: float
) -> tuple[float, float]:
    """Return the lag in s to add to the moving series' time, and the correlation there."""
    fixed, moving = fixed - fixed.mean(), moving - moving.mean()
    scale = float(np.linalg.norm(fixed) * np.linalg.norm(moving))
    if scale <= 0:
        return 0.0, 0.0
    strengths = correlate(fixed, moving, mode="full", method="fft") / scale
    lags = correlation_lags(len(fixed), len(moving), mode="full")
    near = np.flatnonzero(np.abs(lags) <= within_s * rate_hz)
    best = near[np.argmax(strengths[near])]
    shift = parabola_top(strengths, int(best))
    return float((lags[best] + shift) / rate_hz), float(strengths[best])


def parabola_top(values: FloatArray, index: int) -> float:
    """Return where between samples the maximum at ``index`` lies, in samples from it."""
    if index in (0, len(values) - 1):
        return 0.0
    before, here, after = values[index - 1 : index + 2]
    bend = before - 2 * here + after
    return float(0.5 * (before - after) / bend) if bend < 0 else 0.0


def _line(times: FloatArray, values: FloatArray) -> tuple[float, float]:
    """Return intercept and slope through the windows' lags.

    The slope is the median of all pairwise ones (Theil 1950; Sen 1968,
    doi:10.1080/01621459.1968.10480934), drawn towards none as far as the windows are few: the lag
    between the segments differs by some 30 ms between walking and running, which over a short
    recording would pass for hundreds of ppm where a quartz has 50.
    """
    if len(times) < 3:
        return float(np.median(values)), 0.0
    first, second = np.triu_indices(len(times), k=1)
    slope = float(np.median((values[second] - values[first]) / (times[second] - times[first])))
    lever = float(np.sum((times - times.mean()) ** 2))
    slope *= lever / (lever + (_LAG_SD_S / _DRIFT_SD) ** 2)
    return float(np.median(values - slope * times)), slope

"""Zero-phase filters and interpolation that never reach across a gap."""

import numpy as np
from scipy.signal import butter, firwin, sosfiltfilt, upfirdn

from imu_valgus.core import FloatArray, IntArray, spans, typical_step

_SHORTEST_SAMPLES = 16
"""A stretch shorter than this has no low frequencies to speak of: its mean stands for it."""

_REACH = 3
_WINDOW = "kaiser", 5.0
"""The kernel that thins reaches so many new periods to either side: 50 dB with this window."""

_CLOCKS_DIFFER = 0.01
"""So that 200 Hz by a clock that is a little slow are still thinned to 100."""


def low_pass(
    values: FloatArray, time_s: FloatArray, *, cutoff_hz: float, order: int = 2
) -> FloatArray:
    """Low-pass (n,) or (n, k) values without a shift in time, each gap-free stretch by itself.

    Parameters
    ----------
    values : (n,) or (n, k)
    time_s : (n,)
        Where a step is a gap (see :func:`imu_valgus.core.spans`), the filter starts anew.
    cutoff_hz : float
        −3 dB frequency of one of the two passes (forwards and backwards) of a Butterworth filter.
    order : int
        Of one pass.

    Returns
    -------
    FloatArray
        Same shape as ``values``; unchanged where the cut-off lies above half the sampling rate.
    """
    rate_hz = 1.0 / typical_step(time_s)
    if cutoff_hz >= 0.45 * rate_hz:
        return values.copy()
    sections = butter(order, cutoff_hz, fs=rate_hz, output="sos")
    padding = round(rate_hz / cutoff_hz)
    smooth = np.empty_like(values, dtype=np.float64)
    for span in spans(time_s):
        piece = values[span]
        if len(piece) < _SHORTEST_SAMPLES:
            smooth[span] = piece.mean(axis=0)
        else:
            smooth[span] = sosfiltfilt(sections, piece, axis=0, padlen=min(padding, len(piece) - 1))
    return smooth


def thinned(
    values: FloatArray, time_s: FloatArray, *, rate_hz: float
) -> tuple[FloatArray, IntArray]:
    """Keep every so-many-th of (n, k) values, freed of what the lower rate cannot hold.

    Parameters
    ----------
    values : (n, k)
    time_s : (n,)
        Each gap-free stretch is thinned by itself, from its first sample on.
    rate_hz : float
        Not to be gone below by more than a clock errs; up to twice as much is left.

    Returns
    -------
    values : (m, k)
        Zero phase, low-passed at half the new rate: flat to a quarter of it, and what would fold
        onto that quarter is 50 dB down.
    kept : (m,)
        Which samples they stand at. Gaps shorter than the new period are no longer to be seen.
    """
    every = max(int(1.0 / (rate_hz * typical_step(time_s)) + _CLOCKS_DIFFER), 1)
    pieces = spans(time_s)
    kept = np.concatenate([np.arange(span.start, span.stop, every) for span in pieces])
    if every == 1:
        return values, kept
    kernel = firwin(2 * _REACH * every + 1, 1.0 / every, window=_WINDOW)
    thin = [_thin(values[span], kernel, every=every) for span in pieces]
    return np.concatenate(thin), kept


def _thin(piece: FloatArray, kernel: FloatArray, *, every: int) -> FloatArray:
    if len(piece) < _SHORTEST_SAMPLES:
        return piece[::every]
    smooth = upfirdn(kernel, piece, down=every, axis=0, mode="reflect")
    return smooth[_REACH : _REACH + len(range(0, len(piece), every))]


def derivative(values: FloatArray, time_s: FloatArray) -> FloatArray:
    """Differentiate evenly sampled (n, k) values over time, each gap-free stretch by itself.

    By the five-point stencil: within 1 % at an eighth of the rate, where plain central differences
    lose 10 %.
    """
    slope = np.zeros_like(values, dtype=np.float64)
    step_s = typical_step(time_s)
    for span in spans(time_s):
        piece = values[span]
        if len(piece) > 1:
            slope[span] = np.gradient(piece, step_s, axis=0)
        if len(piece) > 4:
            near, far = piece[3:-1] - piece[1:-3], piece[4:] - piece[:-4]
            slope[span][2:-2] = (8.0 * near - far) / (12.0 * step_s)
    return slope


def interpolate(values: FloatArray, time_s: FloatArray, at_s: FloatArray) -> FloatArray:
    """Read (n, k) values given at ``time_s`` linearly at the times ``at_s`` (m,): (m, k)."""
    return np.stack([np.interp(at_s, time_s, column) for column in values.T], axis=1)


def read_smooth(values: FloatArray, time_s: FloatArray, at_s: FloatArray) -> FloatArray:
    """Read (n, k) values of a thinned, even series at the times ``at_s`` (m,): (m, k).

    By the cubic through the four samples around, where a straight line would flatten what lies near
    the series' highest frequencies: within 1 % at an eighth of the rate.
    """
    n = len(time_s)
    place = np.interp(at_s, time_s, np.arange(n, dtype=np.float64))
    first = np.clip(place.astype(np.int64) - 1, 0, n - 4)
    a, b, c, d = (place - first - k for k in range(4))
    weights = -b * c * d / 6, a * c * d / 2, -a * b * d / 2, a * b * c / 6
    read = np.zeros((len(at_s), values.shape[1]))
    for k, weight in enumerate(weights):
        read += weight[:, None] * values.take(first + k, axis=0)
    return read


def inside(time_s: FloatArray, at_s: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which of the times ``at_s`` (m,) lie within a gap-free stretch of ``time_s``: (m,)."""
    pieces = spans(time_s)
    starts = time_s[[span.start for span in pieces]]
    stops = time_s[[span.stop - 1 for span in pieces]]
    piece = np.searchsorted(starts, at_s, side="right") - 1
    return (piece >= 0) & (at_s <= stops[np.maximum(piece, 0)])

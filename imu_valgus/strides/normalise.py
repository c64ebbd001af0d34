"""Curves over strides of different length, on one axis of percent."""

import numpy as np

from imu_valgus.core import FloatArray


def normalise(
    time_s: FloatArray,
    values: FloatArray,
    start_s: FloatArray,
    stop_s: FloatArray,
    n: int = 101,
) -> FloatArray:
    """Read ``values`` at ``n`` even steps of every stretch from start to stop, both ends included.

    Parameters
    ----------
    time_s : (m,)
        Increasing.
    values : (m,)
    start_s, stop_s : (k,)
        Of the strides, or of their stances.
    n : int
        101: one value for each percent.

    Returns
    -------
    FloatArray
        (k, n), by linear interpolation; a whole row is NaN where the stretch reaches beyond the
        data or one of its ends is NaN. Gaps inside are drawn straight across: leave such strides
        out.
    """
    shares = np.linspace(0.0, 1.0, n)
    at_s = start_s[:, np.newaxis] + (stop_s - start_s)[:, np.newaxis] * shares
    if not len(time_s):
        return np.full(at_s.shape, np.nan)
    curves = np.interp(at_s, time_s, values)
    known = (at_s >= time_s[0]) & (at_s <= time_s[-1])
    curves[~known.all(axis=1)] = np.nan
    return curves

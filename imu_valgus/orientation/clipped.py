"""What a sensor at the end of its range spoils."""

import numpy as np

from imu_valgus.core import BoolArray, FloatArray, ImuSignal

_AT_THE_END = 0.98
"""Biases taken off move the end of the range by less."""

_CLIPPED_RAD = float(np.radians(10.0))
"""Turn that a gyroscope may miss in one swing of the leg: 3 rad/s for 50 ms."""


def unclipped_around(signal: ImuSignal, time_s: FloatArray, *, reach_s: float) -> BoolArray:
    """Tell at which of the times (m,) no sample within ``reach_s`` to either side is clipped."""
    first = np.searchsorted(signal.time_s, time_s - reach_s)
    last = np.searchsorted(signal.time_s, time_s + reach_s, side="right")
    return _count(signal.clipped)[last] == _count(signal.clipped)[first]


def clipping_doubt(signal: ImuSignal, time_s: FloatArray) -> FloatArray:
    """Return the variance (m,), rad², of the turn missed between each of the times and the next.

    ``clipped`` does not say which sensor was: it was the gyroscope where the rate is the largest of
    the recording. A sample of an accelerometer that clips in a stride's fastest moment is taken for
    one too, which costs little.
    """
    largest = np.abs(signal.gyr_radps).max(axis=1)
    blind = signal.clipped & (largest >= _AT_THE_END * largest.max())
    edges = _count(blind)[np.searchsorted(signal.time_s, time_s)]
    return np.where(np.diff(edges, append=edges[-1]) > 0, _CLIPPED_RAD**2, 0.0)


def _count(marked: BoolArray) -> FloatArray:
    """Return how many are marked before each, and in all (n + 1,)."""
    return np.concatenate([[0.0], np.cumsum(marked, dtype=np.float64)])

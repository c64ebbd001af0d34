"""Samples as sensors send them, signed 16-bit integers, to SI units and back."""

from typing import Final

import numpy as np

from imu_valgus.core import BoolArray, FloatArray, IntArray

INT16_MIN: Final = -(1 << 15)
INT16_MAX: Final = (1 << 15) - 1


def at_the_end(raw: IntArray | FloatArray) -> BoolArray:
    """Tell which rows of raw samples (k, n) hold a value at the end of the 16 bits."""
    return np.asarray(((raw == INT16_MAX) | (raw == INT16_MIN)).any(axis=1))


def to_si(raw: IntArray | FloatArray, unit: float) -> FloatArray:
    """Return raw samples (k, n) in the unit of which one step is ``unit``."""
    return np.asarray(raw * unit, dtype=np.float64)


def to_raw(values: FloatArray, unit: float) -> IntArray:
    """Return the integers (k, 3) that stand for values (k, 3), cut off at the end of the range."""
    return np.clip(np.rint(values / unit), INT16_MIN, INT16_MAX).astype(np.int64)

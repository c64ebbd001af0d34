"""A quantity that wanders slowly, seen through noise now and then: smoother and filter for it."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solveh_banded

from imu_valgus.core import BoolArray, FloatArray, IntArray, spans


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """How a slow quantity went: ``value`` ± ``sd`` (k,) at the knots ``time_s`` (k,).

    ``cut`` (k − 1,) tells where a gap parts two knots; nothing is interpolated over it.
    """

    time_s: FloatArray
    value: FloatArray
    sd: FloatArray
    cut: BoolArray

    def at(self, time_s: FloatArray) -> FloatArray:
        """Read the value at the times (n,): linear between knots, held at a stretch's ends."""
        return self._read(self.value, time_s)

    def sd_at(self, time_s: FloatArray) -> FloatArray:
        """Read the standard deviation at the times (n,)."""
        return self._read(self.sd, time_s)

    def _read(self, values: FloatArray, time_s: FloatArray) -> FloatArray:
        read = np.interp(time_s, self.time_s, values)
        for k in np.flatnonzero(self.cut):
            before, after = self.time_s[k], self.time_s[k + 1]
            middle = 0.5 * (before + after)
            read[(time_s > before) & (time_s <= middle)] = values[k]
            read[(time_s > middle) & (time_s < after)] = values[k + 1]
        return read


def knots_of(time_s: FloatArray, knot_s: float) -> tuple[IntArray, FloatArray, FloatArray]:
    """Divide samples into knots of ``knot_s`` that never reach over a gap.

    Returns
    -------
    knot : (n,)
        The knot of each sample.
    centre_s : (k,)
    stretch : (k,)
        The number of the gap-free stretch that a knot belongs to.
    """
    knot = np.empty(len(time_s), dtype=np.int64)
    stretch: list[FloatArray] = []
    first = 0
    for number, span in enumerate(spans(time_s)):
        within = np.floor((time_s[span] - time_s[span.start]) / knot_s).astype(np.int64)
        knot[span] = first + within
        stretch.append(np.full(int(within[-1]) + 1, number, dtype=np.float64))
        first += int(within[-1]) + 1
    counts = np.bincount(knot, minlength=first)
    centre_s = np.bincount(knot, time_s, minlength=first) / np.maximum(counts, 1)
    return knot, centre_s, np.concatenate(stretch)


def smooth_chain(pull: FloatArray, precision: FloatArray, stiffness: FloatArray) -> FloatArray:
    """Solve the linear chain of a random walk observed at its knots.

    Minimises Σ precision·x²/2 − pull·x + Σ stiffness·(xₖ₊₁ − xₖ)²/2.

    Parameters
    ----------
    pull : (k,)
        Precision times what was observed at the knot.
    precision : (k,)
        1/variance of what was observed; 0 where nothing was.
    stiffness : (k − 1,)
        1/variance of the walk from knot to knot; 0 where the walk is cut.

    Returns
    -------
    FloatArray
        (k,) the most likely course.
    """
    banded = _banded(precision, stiffness)
    if len(pull) == 1:  # LAPACK takes no matrix without a band beside the diagonal
        return np.asarray(pull / banded[1])
    return np.asarray(solveh_banded(banded, pull, lower=False))


def chain_variance(precision: FloatArray, stiffness: FloatArray) -> FloatArray:
    """Return the variance of the most likely course at each knot, (k,).

    By a pass forwards and one backwards: what the past and the future know of a knot adds up.
    """
    n = len(precision)
    forwards, backwards = np.zeros(n), np.zeros(n)
    for k in range(1, n):
        known = forwards[k - 1] + precision[k - 1]
        forwards[k] = _through(known, stiffness[k - 1])
        mirrored = n - 1 - k
        known = backwards[mirrored + 1] + precision[mirrored + 1]
        backwards[mirrored] = _through(known, stiffness[mirrored])
    return 1.0 / np.maximum(forwards + precision + backwards, 1e-12)


class CourseFilter:
    """Follow a slow quantity by what is known up to now: the forward half of the chain.

    ``value`` at ``time_s`` (the last time it was seen), a random walk of ``walk_per_sqrt_s``.
    """

    def __init__(self, value: float, sd: float, *, time_s: float, walk_per_sqrt_s: float) -> None:
        self.value = value
        self.time_s = time_s
        self._variance = sd**2
        self._walk = walk_per_sqrt_s**2

    def variance_at(self, time_s: FloatArray) -> FloatArray:
        """Return the variance at later times (k,)."""
        return self._variance + self._walk * np.maximum(time_s - self.time_s, 0.0)

    def update(self, off: float, precision: float, *, time_s: float) -> None:
        """Take in that at a later time the quantity was seen ``off`` its value, ± 1/√precision."""
        variance = float(self.variance_at(np.array(time_s)))
        self._variance = variance / (1.0 + precision * variance)
        self.value += self._variance * precision * off
        self.time_s = time_s

    def blur(self, variance: float) -> None:
        """Add to the variance what came by other ways than the walk."""
        self._variance += variance


def _through(known: float, stiffness: float) -> float:
    """Return the precision that is left of ``known`` after one step of the walk."""
    total = known + stiffness
    return known * stiffness / total if total > 0 else 0.0


def _banded(precision: FloatArray, stiffness: FloatArray) -> FloatArray:
    """Return the chain's tridiagonal matrix in the upper form of ``solveh_banded``."""
    banded = np.zeros((2, len(precision)))
    # A trace of precision keeps stretches that nothing observes from being singular.
    banded[1] = precision + 1e-9
    banded[1, :-1] += stiffness
    banded[1, 1:] += stiffness
    banded[0, 1:] = -stiffness
    return banded

"""Least squares of a chain: knots of several unknowns each, tied to their neighbours only."""

import numpy as np
from scipy.linalg import solveh_banded

from imu_valgus.core import FloatArray

_TRACE = 1e-9
"""A trace of precision keeps what nothing observes from being singular."""


class BlockChain:
    """Normal equations of k knots with m unknowns each, added up term by term.

    Costs grow with the number of knots, not with its square.
    """

    def __init__(self, knots: int, unknowns: int) -> None:
        self._diagonal = np.zeros((knots, unknowns, unknowns))
        self._diagonal[:] = _TRACE * np.eye(unknowns)
        self._beside = np.zeros((knots - 1, unknowns, unknowns))
        self._pull = np.zeros((knots, unknowns))

    def add(self, first: int, normal: FloatArray, pull: FloatArray) -> None:
        """Add normal equations (k, j, j) or (j, j) with (k, j) of the unknowns from ``first``."""
        own = slice(first, first + pull.shape[-1])
        self._diagonal[:, own, own] += normal
        self._pull[:, own] += pull

    def tie(
        self, here: FloatArray, there: FloatArray, rest: FloatArray, precision: FloatArray
    ) -> None:
        """Tie each knot to the next one: ``rest + here·x + there·x_next`` should be nought.

        ``here``, ``there``: (k − 1, r, m); ``rest``: (k − 1, r); ``precision``: (k − 1,).
        """
        weighted_here = here.transpose(0, 2, 1) * precision[:, None, None]
        weighted_there = there.transpose(0, 2, 1) * precision[:, None, None]
        self._diagonal[:-1] += weighted_here @ here
        self._diagonal[1:] += weighted_there @ there
        self._beside += weighted_here @ there
        self._pull[:-1] -= (weighted_here @ rest[:, :, None])[:, :, 0]
        self._pull[1:] -= (weighted_there @ rest[:, :, None])[:, :, 0]

    def solve(self) -> FloatArray:
        """Return the most likely unknowns (k, m)."""
        k, m = self._pull.shape
        band = np.zeros((2 * m, k * m))
        for i in range(m):
            for j in range(m):
                if i >= j:
                    band[i - j, j::m] = self._diagonal[:, i, j]
                band[m + i - j, j : (k - 1) * m : m] = self._beside[:, j, i]
        return np.asarray(solveh_banded(band, self._pull.ravel(), lower=True)).reshape(k, m)

    def variance_of(self, sum_of: FloatArray) -> FloatArray:
        """Return the variance (k,) of a weighted sum of each knot's unknowns, weights (m,).

        By a pass forwards and one backwards: what the past and the future know of a knot adds up.
        """
        k = len(self._pull)
        past, future = np.zeros_like(self._diagonal), np.zeros_like(self._diagonal)
        for i in range(1, k):
            known, beside = self._diagonal[i - 1] + past[i - 1], self._beside[i - 1]
            past[i] = -beside.T @ np.linalg.solve(known, beside)
            j = k - 1 - i
            known, beside = self._diagonal[j + 1] + future[j + 1], self._beside[j]
            future[j] = -beside @ np.linalg.solve(known, beside.T)
        known = self._diagonal + past + future
        spread = np.linalg.solve(known, np.broadcast_to(sum_of[:, None], (k, len(sum_of), 1)))
        return np.asarray(spread[:, :, 0] @ sum_of)

"""Whether two sets of curves differ anywhere along the stance: a cluster-based permutation test."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from math import comb
from typing import Final

import numpy as np
from scipy import stats

from imu_valgus.core import FloatArray

_FEWEST: Final = 2
"""Curves of a set: one alone does not scatter."""


@dataclass(frozen=True, slots=True)
class CurveTestParams:
    """How curves are tested.

    Parameters
    ----------
    point_alpha : float
        Two-sided, of the t from which on a point belongs to a cluster; it decides what the test is
        keen on, long or high clusters, and not how often it errs.
    most_exact : int
        Up to so many rearrangements all are tried; beyond, ``draws`` of them.
    draws : int
        9999 give p = 0.05 to 0.002.
    seed : int
    """

    point_alpha: float = 0.05
    most_exact: int = 20_000
    draws: int = 9_999
    seed: int = 0


DEFAULT = CurveTestParams()


@dataclass(frozen=True, slots=True)
class Cluster:
    """A stretch of points [first, stop) beyond the threshold on one side.

    ``mass``: the sum of its t, negative where the second set lies lower. ``p``: the share of the
    rearrangements whose heaviest cluster weighs as much.
    """

    first: int
    stop: int
    mass: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class CurveTest:
    """What the test found.

    Parameters
    ----------
    difference : (p,)
        Mean of the second set minus that of the first.
    t : (p,)
        Student's t of each point.
    threshold : float
        Of the size of t, beyond which a point belongs to a cluster.
    clusters : tuple of Cluster
        In their order.
    smallest_p : float
        The smallest that so few curves can give at all.
    is_exact : bool
        Whether all rearrangements were tried.
    """

    difference: FloatArray
    t: FloatArray
    threshold: float
    clusters: tuple[Cluster, ...]
    smallest_p: float
    is_exact: bool


def smallest_p(n_first: int, n_second: int) -> float:
    """Return the smallest p that two sets of so many curves can give, 1 where none can be told.

    In a set as large as the other each rearrangement has its mirror, which weighs as much.
    """
    if min(n_first, n_second) < _FEWEST:
        return 1.0
    return (2.0 if n_first == n_second else 1.0) / comb(n_first + n_second, n_first)


def compare_curve_sets(
    first: FloatArray, second: FloatArray, *, params: CurveTestParams = DEFAULT
) -> CurveTest:
    """Test two independent sets of curves, such as each session's mean curve before and after.

    Points beyond the threshold of Student's t (pooled variance) that lie together make a cluster;
    its mass is compared with the heaviest cluster's of each rearrangement of the curves into sets
    of the same sizes, so that p speaks of the whole curve [1]_. What a cluster shows is that the
    curves differ, not exactly where.

    Parameters
    ----------
    first, second : (n, p), (m, p)
        n and m at least 2.

    References
    ----------
    .. [1] Maris & Oostenveld (2007), J Neurosci Methods 164(1), 177-190,
       doi:10.1016/j.jneumeth.2007.03.024.
    """
    n_first, n_second = len(first), len(second)
    _check(n_first, n_second)
    curves = np.concatenate([first, second])
    n = len(curves)
    is_exact = comb(n, n_first) <= params.most_exact
    if is_exact:
        sets = np.array(list(combinations(range(n), n_first)))
    else:
        rng = np.random.default_rng(params.seed)
        sets = np.argsort(rng.random((params.draws, n)), axis=1)[:, :n_first]
    is_first = np.zeros((len(sets), n))
    np.put_along_axis(is_first, sets, 1.0, axis=1)

    def t_of(membership: FloatArray) -> FloatArray:
        return _two_set_t(curves, membership, n_first)

    own = np.concatenate([np.ones(n_first), np.zeros(n_second)])
    return _tested(
        difference=second.mean(axis=0) - first.mean(axis=0),
        own=own,
        others=is_first,
        t_of=t_of,
        threshold=float(stats.t.ppf(1.0 - 0.5 * params.point_alpha, n - 2)),
        floor=smallest_p(n_first, n_second),
        is_exact=is_exact,
    )


def compare_curve_pairs(
    first: FloatArray, second: FloatArray, *, params: CurveTestParams = DEFAULT
) -> CurveTest:
    """Test pairs of curves, such as each runner's before and after: the differences' signs flip.

    As ``compare_curve_sets``; ``first`` and ``second`` are (n, p), row by row of the same runner.
    """
    _check(len(first), len(second))
    n, changes = len(first), second - first
    is_exact = 2**n <= params.most_exact
    if is_exact:
        signs = np.array(list(product((1.0, -1.0), repeat=n)))
    else:
        rng = np.random.default_rng(params.seed)
        signs = rng.choice((1.0, -1.0), (params.draws, n))
    squares = np.sum(changes**2, axis=0)

    def t_of(flips: FloatArray) -> FloatArray:
        means = flips @ changes / n
        variance = (squares - n * means**2) / (n - 1)
        return means / np.sqrt(np.maximum(variance, _TINY) / n)

    return _tested(
        difference=changes.mean(axis=0),
        own=np.ones(n),
        others=signs,
        t_of=t_of,
        threshold=float(stats.t.ppf(1.0 - 0.5 * params.point_alpha, n - 1)),
        floor=2.0 / 2**n,
        is_exact=is_exact,
    )


_TINY: Final = 1e-24
"""Stands in for no scatter at all."""


def _check(n_first: int, n_second: int) -> None:
    if min(n_first, n_second) < _FEWEST:
        raise ValueError(f"two curves or more a set, found {n_first} and {n_second}")


def _two_set_t(curves: FloatArray, is_first: FloatArray, n_first: int) -> FloatArray:
    """Return t (k, p), second minus first, of k rearrangements (k, n) of the curves (n, p)."""
    n = len(curves)
    n_second = n - n_first
    centred = curves - curves.mean(axis=0)
    sums = is_first @ centred
    means_first, means_second = sums / n_first, -sums / n_second
    squares = np.sum(centred**2, axis=0) - n_first * means_first**2 - n_second * means_second**2
    pooled = np.maximum(squares, _TINY) / (n - 2)
    return (means_second - means_first) / np.sqrt(pooled * (1.0 / n_first + 1.0 / n_second))


def _tested(
    *,
    difference: FloatArray,
    own: FloatArray,
    others: FloatArray,
    t_of: Callable[[FloatArray], FloatArray],
    threshold: float,
    floor: float,
    is_exact: bool,
) -> CurveTest:
    """Weigh the clusters as the curves lie against the heaviest of each rearrangement."""
    t = t_of(own[None])[0]
    heaviest = np.maximum(*(_heaviest(sign * t_of(others), threshold) for sign in (1.0, -1.0)))
    clusters: list[Cluster] = []
    for first, stop in _stretches(t, threshold):
        mass = float(t[first:stop].sum())
        as_heavy = int(np.sum(heaviest >= abs(mass) * (1.0 - _ROUNDING)))
        # Drawn rearrangements do not surely hold the one that is; it counts as one of them.
        p = as_heavy / len(others) if is_exact else (as_heavy + 1) / (len(others) + 1)
        clusters.append(Cluster(first, stop, mass, p))
    return CurveTest(difference, t, threshold, tuple(clusters), floor, is_exact)


_ROUNDING: Final = 1e-9


def _heaviest(t: FloatArray, threshold: float) -> FloatArray:
    """Return the mass (k,) of each row's heaviest stretch above the threshold, 0 without one."""
    above = np.where(t > threshold, t, 0.0)
    so_far = np.zeros(len(t))
    best = np.zeros(len(t))
    for column in above.T:
        so_far = np.where(column > 0.0, so_far + column, 0.0)
        np.maximum(best, so_far, out=best)
    return best


def _stretches(t: FloatArray, threshold: float) -> list[tuple[int, int]]:
    """Return [first, stop) of each stretch beyond the threshold, of one sign."""
    signs = np.where(np.abs(t) > threshold, np.sign(t), 0.0)
    edges = np.flatnonzero(np.diff(signs, prepend=0.0, append=0.0))
    return [(int(first), int(stop)) for first, stop in pairwise(edges) if signs[first] != 0.0]

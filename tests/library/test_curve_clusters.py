import warnings
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from scipy import ndimage, stats

from imu_valgus.core import FloatArray
from imu_valgus.library.change.curve_clusters import (
    CurveTest,
    CurveTestParams,
    compare_curve_pairs,
    compare_curve_sets,
    smallest_p,
)

with warnings.catch_warnings():
    # spm1d's own imports warn of what newer Pythons deprecate.
    warnings.simplefilter("ignore")
    import spm1d

Compare = Callable[..., CurveTest]
BUMP = np.sin(np.linspace(0.0, np.pi, 101))


def smooth_curves(rng: np.random.Generator, n: int) -> FloatArray:
    return np.cumsum(0.1 * rng.standard_normal((n, 101)), axis=1)


@pytest.mark.parametrize(
    ("compare", "theirs", "df"),
    [
        (compare_curve_sets, "ttest2", 10),
        (compare_curve_pairs, "ttest_paired", 7),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_t_and_clusters_are_those_of_spm1d(compare: Compare, theirs: str, df: int, seed: int):
    rng = np.random.default_rng(seed)
    n = {"ttest2": 6, "ttest_paired": 8}[theirs]
    first, second = smooth_curves(rng, n), smooth_curves(rng, n) + 1.5 * BUMP
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spm = getattr(spm1d.stats.nonparam, theirs)(second, first)
        inferred = spm.inference(0.05, two_tailed=True, iterations=-1)
    beyond = 2.0 * stats.t.sf(inferred.zstar, df)

    found = compare(first, second, params=CurveTestParams(point_alpha=beyond))

    np.testing.assert_allclose(found.t, np.ravel(spm.z), atol=1e-9)
    assert [(one.first - 1, one.stop) for one in found.clusters] == [
        (int(one.endpoints[0]), int(np.ceil(one.endpoints[1]))) for one in inferred.clusters
    ]


def test_p_is_the_share_of_all_rearrangements_by_scipys_t_and_labels():
    rng = np.random.default_rng(20)
    first, second = smooth_curves(rng, 4), smooth_curves(rng, 5) + 1.0 * BUMP
    both, threshold = np.concatenate([first, second]), stats.t.ppf(0.975, 7)

    def masses(picked: list[int]) -> list[float]:
        others = [row for row in range(9) if row not in picked]
        t = np.asarray(stats.ttest_ind(both[others], both[picked]).statistic)
        found: list[float] = []
        for sign in (1.0, -1.0):
            labels, n = ndimage.label(sign * t > threshold)
            found += [float(abs(t[labels == one].sum())) for one in range(1, n + 1)]
        return found

    heaviest = [max(masses(list(one)), default=0.0) for one in combinations(range(9), 4)]
    expected = [np.mean(np.array(heaviest) >= one - 1e-9) for one in masses([0, 1, 2, 3])]

    found = compare_curve_sets(first, second)

    assert sorted(one.p for one in found.clusters) == pytest.approx(sorted(expected))


@pytest.mark.parametrize(("n", "m"), [(5, 5), (4, 6)])
def test_curves_that_do_not_differ_are_said_to_in_5_of_100(n: int, m: int):
    rng = np.random.default_rng(11)
    said = 0
    for _ in range(300):
        found = compare_curve_sets(smooth_curves(rng, n), smooth_curves(rng, m))
        said += any(one.p <= 0.05 for one in found.clusters)

    assert said / 300 <= 0.08


def test_a_difference_is_found_where_it_is():
    rng = np.random.default_rng(12)
    first = 0.3 * smooth_curves(rng, 6)
    late = np.where(np.arange(101) >= 60, 4.0, 0.0)

    found = compare_curve_sets(first, 0.3 * smooth_curves(rng, 6) + late)

    heaviest = max(found.clusters, key=lambda one: one.mass)
    assert (heaviest.first, heaviest.stop, heaviest.p) == (60, 101, pytest.approx(2 / 924))


def test_a_set_that_lies_lower_makes_a_negative_cluster():
    rng = np.random.default_rng(13)
    first = 0.3 * smooth_curves(rng, 6)

    found = compare_curve_sets(first, 0.3 * smooth_curves(rng, 6) - 4.0)

    assert [one.mass < 0.0 for one in found.clusters] == [True]


def test_drawn_rearrangements_come_near_all_of_them():
    rng = np.random.default_rng(14)
    first, second = smooth_curves(rng, 7), smooth_curves(rng, 7) + 0.8 * BUMP
    every = compare_curve_sets(first, second)

    drawn = compare_curve_sets(first, second, params=CurveTestParams(most_exact=10, draws=2000))

    assert [one.p for one in drawn.clusters] == pytest.approx(
        [one.p for one in every.clusters], abs=0.02
    )


@pytest.mark.parametrize(
    ("n", "m", "p"), [(1, 9, 1.0), (3, 3, 0.1), (4, 4, 2 / 70), (3, 4, 1 / 35), (2, 3, 0.1)]
)
def test_few_curves_can_give_no_small_p(n: int, m: int, p: float):
    assert smallest_p(n, m) == pytest.approx(p)


def test_the_smallest_p_is_reached_where_the_sets_lie_far_apart():
    rng = np.random.default_rng(15)
    first = smooth_curves(rng, 3)

    found = compare_curve_sets(first, smooth_curves(rng, 3) + 100.0)

    assert [one.p for one in found.clusters] == pytest.approx([found.smallest_p])


def test_one_curve_is_no_set():
    with pytest.raises(ValueError, match="two curves or more a set, found 1 and 5"):
        compare_curve_sets(np.zeros((1, 101)), np.zeros((5, 101)))

from math import inf, sqrt

import numpy as np
import pytest
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

from imu_valgus.library.change.verdicts import VerdictParams, judge, sessions_for_equivalence

MDC_FACTOR = 1.96 * sqrt(2)


def verdict_of(estimate_deg: float, sem_deg: float, df: float = inf, margin_deg: float = 2.0):
    return judge(
        estimate_deg,
        sqrt(2) * sem_deg,
        mdc95_deg=MDC_FACTOR * sem_deg,
        df=df,
        params=VerdictParams(margin_deg=margin_deg),
    )


@pytest.mark.parametrize(
    ("estimate_deg", "verdict"),
    [
        (0.0, "equivalent"),
        (-0.8, "equivalent"),
        (1.3, "no detectable change"),
        (2.0, "changed"),
        (-3.0, "changed"),
    ],
)
def test_the_verdict_goes_by_the_size_of_the_difference_against_its_error(
    estimate_deg: float, verdict: str
):
    assert verdict_of(estimate_deg, 0.5).verdict == verdict


def test_a_blunt_instrument_can_show_a_change_but_never_equivalence():
    found = verdict_of(0.0, 0.9)

    assert (found.verdict, found.can_show_equivalence) == ("no detectable change", False)


def test_a_small_change_measured_sharply_is_a_change_and_within_the_margin():
    found = verdict_of(0.5, 0.1)

    assert (found.verdict, found.within_margin) == ("changed", True)


def test_an_error_known_from_few_sessions_needs_more_of_a_difference():
    estimate_deg = 1.1 * MDC_FACTOR

    verdicts = verdict_of(estimate_deg, 1.0).verdict, verdict_of(estimate_deg, 1.0, df=3).verdict

    assert verdicts == ("changed", "no detectable change")


@pytest.mark.parametrize("shift", [0.0, 0.4, 0.8, 1.2, 1.6])
@pytest.mark.parametrize("margin_deg", [1.0, 1.5, 2.0])
def test_equivalence_is_that_of_statsmodels_two_one_sided_tests(shift: float, margin_deg: float):
    rng = np.random.default_rng(3)
    before, after = rng.normal(0.0, 1.0, 12), rng.normal(shift, 1.0, 9)
    pooled = sqrt((11 * before.var(ddof=1) + 8 * after.var(ddof=1)) / 19)
    p, *_ = ttost_ind(after, before, -margin_deg, margin_deg, usevar="pooled")

    found = judge(
        float(after.mean() - before.mean()),
        pooled * sqrt(1 / 12 + 1 / 9),
        mdc95_deg=0.0,
        df=19,
        params=VerdictParams(margin_deg=margin_deg),
    )

    assert found.within_margin == bool(p < 0.05)


@pytest.mark.parametrize("margin_deg", np.arange(0.2, 2.0, 0.2))
def test_so_it_is_with_pairs(margin_deg: float):
    changes = np.random.default_rng(4).normal(0.3, 1.0, 10)
    p, *_ = ttost_paired(changes, np.zeros(10), -margin_deg, margin_deg)

    found = judge(
        float(changes.mean()),
        float(changes.std(ddof=1)) / sqrt(10),
        mdc95_deg=0.0,
        df=9,
        params=VerdictParams(margin_deg=margin_deg),
    )

    assert found.within_margin == bool(p < 0.05)


@pytest.mark.parametrize("sem_deg", [0.9, 1.7, 3.0])
def test_so_many_sessions_can_just_show_equivalence_and_one_fewer_cannot(sem_deg: float):
    n = sessions_for_equivalence(sem_deg, df=36)

    can = [
        judge(0.0, sem_deg * sqrt(2 / k), mdc95_deg=0.0, df=36).can_show_equivalence
        for k in (n, n - 1)
    ]

    assert can == [True, False]

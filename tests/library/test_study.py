"""The small version of ``poe study``."""

from math import sqrt

import pytest
from scipy import stats
from study import SCENES, Trial, account_of, least_sd, repeat, share_changed

from imu_valgus.library.groups.cohort import CohortEffect
from imu_valgus.library.groups.planning import power_to_find

COHORTS = 40
Answers = list[tuple[CohortEffect, ...]]


@pytest.fixture(scope="module")
def nothing_changed() -> Answers:
    """Return cohorts of 29 in two groups, of which neither changed."""
    scene = SCENES["no effect, two groups, days and people differ"]
    return repeat(scene, cohorts=COHORTS, seed=1000)


def test_no_effect_is_called_changed_no_oftener_than_chance_allows(nothing_changed):
    found = share_changed(nothing_changed)

    assert found <= 0.05 + 1.96 * sqrt(0.05 * 0.95 / COHORTS)


def test_without_effect_every_p_value_is_as_likely_as_any_other(nothing_changed):
    p_values = [effects[0].estimate.p for effects in nothing_changed]

    assert stats.kstest(p_values, "uniform").pvalue > 0.001


def test_three_degrees_are_found_as_often_as_the_planner_foretold():
    scene = SCENES["3° in one group of 12, days and people differ"]
    found = share_changed(repeat(scene, cohorts=COHORTS, seed=1001))

    foretold = scene.foretold

    assert found == pytest.approx(foretold, abs=2.6 * sqrt(foretold * (1 - foretold) / COHORTS))


def test_the_published_changes_were_just_not_significant_with_the_least_spread():
    n, fall_deg = 14, 10.0

    t = fall_deg / (least_sd(fall_deg, n) / sqrt(n))

    assert 2 * stats.t.sf(t, n - 1) == pytest.approx(0.05)


def test_the_published_trial_could_not_have_found_its_difference():
    _, world = account_of(Trial())

    assert power_to_find(5.0, world.design, errors=world.errors) < 0.25

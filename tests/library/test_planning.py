from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower, TTestPower

from imu_valgus.library.groups.planning import (
    StudyDesign,
    StudyErrors,
    detectable_change,
    plan_study,
    power_of_equivalence,
    power_to_find,
    runners_needed,
    sd_of_change,
    variance_of_mean,
)

ERRORS = StudyErrors(sd_between_sessions_deg=1.5, sd_between_days_deg=0.5, sd_response_deg=1.0)
ONE = StudyDesign(runners=29, groups=1)
TWO = StudyDesign(runners=29, groups=2)


@pytest.mark.parametrize("change_deg", [0.5, 1.0, 3.0])
def test_one_group_has_the_power_that_statsmodels_gives_a_paired_t_test(change_deg):
    sd = sd_of_change(ONE, errors=ERRORS)

    ours = power_to_find(change_deg, ONE, errors=ERRORS)

    theirs = TTestPower().power(change_deg / sd, nobs=29, alpha=0.05)
    assert ours == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("change_deg", [0.5, 1.0, 3.0])
def test_two_groups_have_the_power_that_statsmodels_gives_a_t_test(change_deg):
    even = replace(TWO, runners=28)
    sd = sd_of_change(even, errors=ERRORS)

    ours = power_to_find(change_deg, even, errors=ERRORS)

    theirs = TTestIndPower().power(change_deg / sd, nobs1=14, ratio=1, alpha=0.05)
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_half_a_standard_deviation_in_one_group_needs_the_34_people_of_cohens_tables():
    errors = StudyErrors(sd_between_sessions_deg=1.0, sd_strides_deg=0.0)
    design = StudyDesign(legs=2)

    # Cohen (1988), d_z = 0.5, two-sided 5 %, power 0.8; the change of both legs has sd 1 here
    assert runners_needed(0.5, design, errors=errors) == 34


def test_half_a_standard_deviation_between_groups_needs_the_128_people_of_cohens_tables():
    errors = StudyErrors(sd_between_sessions_deg=1.0, sd_strides_deg=0.0)
    design = StudyDesign(groups=2, legs=2)

    # Cohen (1988), table 2.4.1: 64 a group
    assert runners_needed(0.5, design, errors=errors) == 128


def test_the_detectable_change_is_found_with_the_aimed_power():
    change_deg = detectable_change(TWO, errors=ERRORS, aimed_power=0.9)

    assert power_to_find(change_deg, TWO, errors=ERRORS) == pytest.approx(0.9, abs=1e-6)


def test_a_change_of_nothing_is_found_as_often_as_the_level_allows():
    assert power_to_find(0.0, TWO, errors=ERRORS) == pytest.approx(0.05)


def test_strides_without_number_do_not_replace_sessions():
    many = StudyDesign(strides=100_000)

    assert sd_of_change(many, errors=ERRORS) > 0.99 * sd_of_change(ONE, errors=ERRORS)


def test_more_sessions_shrink_the_measurement_error_but_not_the_runners_differences():
    many = StudyDesign(sessions=100_000)

    assert sd_of_change(many, errors=ERRORS) == pytest.approx(1.0, abs=1e-3)


def test_the_mean_of_strides_varies_as_those_of_a_simulated_sequence():
    rng = np.random.default_rng(20261122)
    values = np.empty((40_000, 20))
    values[:, 0] = rng.normal(size=40_000)
    for k in range(1, 20):
        values[:, k] = 0.5 * values[:, k - 1] + np.sqrt(0.75) * rng.normal(size=40_000)

    assert variance_of_mean(20, 0.5) == pytest.approx(values.mean(axis=1).var(), rel=0.03)


def test_equivalence_is_shown_as_often_as_in_simulated_studies():
    rng = np.random.default_rng(20261122)
    sd = sd_of_change(ONE, errors=ERRORS)
    changes = rng.normal(0.3, sd, (40_000, 29))
    half = stats.t.ppf(0.95, 28) * changes.std(axis=1, ddof=1) / np.sqrt(29)
    shown = np.mean(np.abs(changes.mean(axis=1)) + half < 1.2)

    foretold = power_of_equivalence(1.2, ONE, errors=ERRORS, change_deg=0.3)

    assert foretold == pytest.approx(shown, abs=0.01)


def test_no_study_shows_equivalence_within_a_margin_below_its_error():
    assert power_of_equivalence(0.1, ONE, errors=ERRORS) < 0.05


def test_one_runner_gives_no_power_at_all():
    assert np.isnan(power_to_find(3.0, StudyDesign(runners=1), errors=ERRORS))


def test_what_cannot_be_reached_needs_no_number_of_runners():
    errors = StudyErrors(sd_between_sessions_deg=500.0)

    assert plan_study(1.0, ONE, errors=errors).runners_needed is None

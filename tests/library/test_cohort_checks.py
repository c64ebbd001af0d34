from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from study import METRIC, World, draw

from imu_valgus.library.groups.cohort import CohortResult, fit_cohort
from imu_valgus.library.groups.cohort_checks import CohortChecks, check_cohort, runner_changes
from imu_valgus.library.groups.cohort_table import cohort_table, study_rows
from imu_valgus.library.groups.planning import StudyDesign, StudyErrors

SMALL = World(
    design=StudyDesign(runners=8, groups=1, strides=30, legs=1),
    errors=StudyErrors(sd_between_sessions_deg=0.5, sd_strides_deg=0.1),
    change_deg=(0.0, -0.7),
)


def result_of(world: World, *, outlier_deg: float = 0.0) -> CohortResult:
    """Fit a cohort, one runner's last session moved by ``outlier_deg``."""
    strides, sessions = draw(world, np.random.default_rng(4))
    rows = study_rows(strides, sessions, metric=METRIC)
    rows.loc[rows["session"] == "03-1", METRIC] += outlier_deg
    return fit_cohort(cohort_table(rows.assign(speed_mps=3.0, cadence_spm=170.0), metric=METRIC))


@pytest.fixture(scope="module")
def small() -> CohortResult:
    return result_of(SMALL)


@pytest.fixture(scope="module")
def checked(small) -> CohortChecks:
    return check_cohort(small)


@pytest.fixture(scope="module")
def with_an_outlier() -> CohortChecks:
    return check_cohort(result_of(SMALL, outlier_deg=30.0))


def test_the_permutation_agrees_with_scipys(small, checked):
    changes = runner_changes(small)["change_deg"].to_numpy()

    theirs = stats.permutation_test(
        (changes,), np.mean, permutation_type="samples", n_resamples=300_000
    ).pvalue

    assert checked.permutation_p == pytest.approx(theirs, abs=0.01)


def test_the_permutation_of_two_groups_agrees_with_scipys():
    world = replace(SMALL, design=replace(SMALL.design, groups=2), change_deg=(0.0, -1.0))
    result = result_of(world)
    by_group = runner_changes(result).groupby("group")["change_deg"]

    theirs = stats.permutation_test(
        (by_group.get_group("training"), by_group.get_group("control")),
        lambda a, b: np.mean(a) - np.mean(b),
        n_resamples=300_000,
    ).pvalue

    assert check_cohort(result).permutation_p == pytest.approx(theirs, abs=0.015)


def test_each_runner_is_left_out_once(checked):
    assert len(checked.influence) == 8


def test_the_answer_without_a_runner_is_that_of_the_others(small, checked):
    changes = runner_changes(small).set_index("athlete")["change_deg"]

    found = checked.influence.set_index("athlete")["estimate"]["a03"]

    assert found == pytest.approx(changes.drop("a03").mean(), abs=1e-6)


def test_a_runner_on_whom_the_verdict_hangs_is_named(with_an_outlier):
    assert any("hangs on single runners: without a03" in one for one in with_an_outlier.words)


def test_an_outlier_among_the_changes_is_no_normal_curve(with_an_outlier):
    assert with_an_outlier.change_normality_p < 0.01


def test_few_runners_are_said_to_show_little(checked):
    assert any(one.startswith("8 runners in the smallest group") for one in checked.words)

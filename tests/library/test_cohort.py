from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from study import METRIC, SCENES, World, draw, run

from imu_valgus.core import ImuValgusError
from imu_valgus.library.change.verdicts import VerdictParams
from imu_valgus.library.groups.cohort import CohortResult, fit_cohort
from imu_valgus.library.groups.cohort_table import (
    CohortTableParams,
    cohort_table,
    leg_means,
    study_rows,
)
from imu_valgus.library.groups.planning import StudyDesign, StudyErrors

EXACT = StudyErrors(sd_between_sessions_deg=1e-3, sd_strides_deg=1e-3)
TWO = World(
    design=StudyDesign(runners=12, groups=2, strides=20), errors=EXACT, change_deg=(-1.0, -4.0)
)


def rows_of(world: World, seed: int = 0) -> pd.DataFrame:
    strides, sessions = draw(world, np.random.default_rng(seed))
    return study_rows(strides, sessions, metric=METRIC)


def fitted(rows: pd.DataFrame, **params: float) -> CohortResult:
    return fit_cohort(cohort_table(rows, metric=METRIC), params=VerdictParams(**params))


@pytest.fixture(scope="module")
def exact() -> CohortResult:
    return run(TWO, np.random.default_rng(0))


def test_the_studys_own_question_of_two_groups_is_their_difference(exact):
    assert exact.primary.question == "difference between groups"


def test_the_difference_of_two_groups_is_found_without_noise(exact):
    assert exact.primary.estimate.value == pytest.approx(-3.0, abs=0.01)


def test_each_groups_change_is_found_without_noise(exact):
    found = {one.group: one.estimate.value for one in exact.effects[1:]}

    assert found == pytest.approx({"control": -1.0, "training": -4.0}, abs=0.01)


def test_speed_is_held_equal(exact):
    slope = exact.coefficients.set_index("term")["estimate"]["speed_mps"]

    assert slope == pytest.approx(TWO.deg_per_mps, abs=0.02)


def test_groups_changes_share_the_error_that_one_may_have(exact):
    assert [one.level for one in exact.effects] == [0.95, 0.975, 0.975]


def test_the_effect_size_is_the_change_over_the_runners_spread_at_first(exact):
    rows = exact.rows[exact.rows["phase"] == "pre"]
    means = rows.groupby(["group", "athlete"])[METRIC].mean()
    pooled = np.sqrt(means.groupby("group").var().mean())

    expected = -3.0 / pooled * (1 - 3 / (4 * 10 - 1))  # Morris (2008), equation 8 and 9

    assert exact.primary.d == pytest.approx(expected, rel=0.01)


def test_a_hundredfold_of_strides_makes_no_interval_narrower_than_the_donnings_allow():
    few = World(design=StudyDesign(runners=10, groups=1, strides=20))
    many = replace(few, design=replace(few.design, strides=2000))

    widths = [fitted(rows_of(world)).primary.estimate.se for world in (few, many)]

    assert widths[1] > 0.5 * widths[0]


def test_the_degrees_of_freedom_are_those_of_runners():
    result = run(SCENES["no effect, one group"], np.random.default_rng(3))

    assert result.primary.estimate.df <= 29


def test_two_sessions_a_phase_let_runners_differ_in_their_change():
    scene = SCENES["no effect, two groups, two sessions a phase"]

    assert set(run(scene, np.random.default_rng(1)).sds) == {
        "runner",
        "leg",
        "response",
        "session",
        "residual",
    }


def test_one_leg_and_one_session_leave_no_more_than_the_runner_apart():
    scene = SCENES["no effect, one group, one leg, people differ"]

    assert set(run(scene, np.random.default_rng(1)).sds) == {"runner", "residual"}


def test_a_change_of_nothing_is_equivalent_within_a_margin_beyond_the_error():
    rows = rows_of(replace(TWO, change_deg=(0.0, 0.0)))

    assert fitted(rows, margin_deg=1.0).primary.verdict == "equivalent"


def test_a_margin_below_the_error_shows_no_equivalence():
    rows = rows_of(replace(TWO, change_deg=(0.0, 0.0)))
    rows[METRIC] += np.random.default_rng(1).normal(0, 0.1, len(rows))

    assert fitted(rows, margin_deg=0.01).primary.verdict == "no detectable change"


def test_rows_without_a_phase_stay_out_and_are_named():
    rows = rows_of(TWO)
    rows.loc[rows["session"] == "03-1", "phase"] = ""

    table = cohort_table(rows, metric=METRIC)

    assert table.left_out == ("left out, no phase noted: 03-1 (left and right)",)


def test_means_of_too_few_strides_stay_out():
    rows = rows_of(TWO)

    with pytest.raises(ImuValgusError, match="fewer than 50 good strides"):
        cohort_table(rows, metric=METRIC, params=CohortTableParams(min_strides=50))


def test_a_speed_that_nobody_knows_is_not_held_equal():
    table = cohort_table(rows_of(TWO).assign(speed_mps=np.nan), metric=METRIC)

    assert table.covariates == ("cadence_spm",)


def test_one_speed_for_all_is_no_part_of_the_model():
    table = cohort_table(rows_of(TWO).assign(speed_mps=3.0), metric=METRIC)

    assert table.covariates == ("cadence_spm",)


def test_a_runner_in_two_groups_is_refused():
    rows = rows_of(TWO)
    rows.loc[rows["session"] == "03-1", "group"] = "control"

    with pytest.raises(ImuValgusError, match="a03 is noted in 2 groups: control, training"):
        cohort_table(rows, metric=METRIC)


def test_one_phase_is_nothing_to_compare():
    with pytest.raises(ImuValgusError, match="all sessions are of one phase, 'pre'"):
        cohort_table(rows_of(TWO).assign(phase="pre"), metric=METRIC)


def test_a_group_with_two_runners_measured_twice_is_refused():
    rows = rows_of(TWO)
    lost = rows["athlete"].isin(["a01", "a03", "a05", "a07"]) & (rows["phase"] == "post")

    with pytest.raises(ImuValgusError, match="training: 2 runners were measured both pre and post"):
        cohort_table(rows[~lost], metric=METRIC)


def test_the_earlier_phase_comes_first():
    rows = rows_of(TWO)
    rows["phase"] = rows["phase"].map({"pre": "z", "post": "a"})

    assert cohort_table(rows, metric=METRIC).phases == ("z", "a")


def test_a_leg_s_mean_is_that_of_its_good_strides():
    strides = pd.DataFrame(
        {
            "session": "s",
            "side": "left",
            "quality": ["good", "good", "rejected"],
            "speed_mps": 3.0,
            "cadence_spm": 170.0,
            METRIC: [4.0, 6.0, 99.0],
        }
    )

    assert leg_means(strides, [METRIC])[METRIC].tolist() == [5.0]


def test_a_runner_seen_once_stays_in_the_model():
    rows = rows_of(TWO)
    rows = rows[rows["session"] != "03-1"]

    assert fitted(rows).n_runners == 12


def test_a_speed_that_goes_along_with_the_phase_is_refused():
    rows = rows_of(TWO)
    rows["speed_mps"] = rows["phase"].map({"pre": 3.0, "post": 3.5})

    with pytest.raises(ImuValgusError, match="go along with phase"):
        fitted(rows)


def test_a_metric_that_never_differs_is_refused():
    with pytest.raises(ImuValgusError, match="is 5 in all sessions"):
        cohort_table(rows_of(TWO).assign(**{METRIC: 5.0}), metric=METRIC)


def test_three_runners_are_enough_for_an_interval():
    world = World(design=StudyDesign(runners=3, groups=1, strides=20))

    estimate = fitted(rows_of(world)).primary.estimate

    assert estimate.low < estimate.value < estimate.high


def test_three_phases_are_each_compared_with_the_first():
    rows = rows_of(TWO)
    later = rows[rows["phase"] == "post"].assign(phase="later")
    later = later.assign(session=later["session"] + "b", date=pd.Timestamp("2026-06-01"))

    phases = [one.phase for one in fitted(pd.concat([rows, later])).effects]

    assert phases == ["post", "later", "post", "post", "later", "later"]

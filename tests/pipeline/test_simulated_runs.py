"""The whole road against known truth: contacts, toe-offs and valgus of simulated runs."""

import numpy as np
import pytest
from eight_runs import EIGHT, runner
from truth import analysed, contact_score, valgus_error_deg

from imu_valgus.core import SIDES
from imu_valgus.simulation import RunnerParams

TWO = [runner(number, minutes=1.0) for number in (0, 3)]
RUNNERS = [
    *(pytest.param(one, id=f"short {one.seed}") for one in TWO),
    *(pytest.param(one, id=f"run {one.seed}", marks=pytest.mark.accuracy) for one in EIGHT),
]
LEGS = pytest.mark.parametrize("side", SIDES)
ALL_RUNNERS = pytest.mark.parametrize("one", RUNNERS)


@LEGS
@ALL_RUNNERS
def test_contacts_are_found_one_to_one(one, side):
    score = contact_score(*analysed(one), side)

    assert score.matched_share >= 0.99


@LEGS
@ALL_RUNNERS
def test_hardly_a_contact_is_false(one, side):
    score = contact_score(*analysed(one), side)

    # A run of one minute has 85 contacts: the one that ends the last stride may be a step too far.
    assert score.n_found - score.matched <= max(1, 0.01 * score.n_found)


@LEGS
@ALL_RUNNERS
def test_contacts_are_hardly_late(one, side):
    score = contact_score(*analysed(one), side)

    assert abs(score.bias_s) <= 0.010


@LEGS
@ALL_RUNNERS
def test_toe_offs_are_found_within_40_ms(one, side):
    score = contact_score(*analysed(one), side)

    assert score.toe_off_matched >= 0.99


@LEGS
@ALL_RUNNERS
def test_contact_times_are_right_in_the_median(one, side):
    score = contact_score(*analysed(one), side)

    assert abs(score.contact_time_bias_s) <= 0.015


def rmse_deg(one: RunnerParams) -> list[float]:
    found = analysed(one)
    return [float(np.sqrt(np.mean(valgus_error_deg(*found, side) ** 2))) for side in SIDES]


@pytest.mark.parametrize("one", [pytest.param(one, id=f"short {one.seed}") for one in TWO])
def test_valgus_is_right_to_4_degrees_at_the_worst(one):
    assert max(rmse_deg(one)) <= 4.0


@pytest.mark.accuracy
def test_valgus_of_eight_runs_is_right_to_2_degrees_in_the_median():
    errors = [error for one in EIGHT for error in rmse_deg(one)]

    assert np.median(errors) <= 2.0


@pytest.mark.accuracy
def test_valgus_of_eight_runs_is_right_to_4_degrees_at_the_worst():
    errors = [error for one in EIGHT for error in rmse_deg(one)]

    assert max(errors) <= 4.0

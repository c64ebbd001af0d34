"""The answers for a runner: a difference is only called one beyond the error."""

from math import nan

import pytest

from imu_valgus.library.change.fatigue import LapSlope, RunChange
from imu_valgus.pipeline import CalibrationFacts
from imu_valgus.pipeline.estimates import Estimate
from imu_valgus.report import answers


@pytest.mark.parametrize(
    ("excursion", "said"),
    [
        (Estimate(6.0, 2.0), "most likely lies between 2.1° and 9.9°"),
        (Estimate(2.0, 2.0), "most likely lies between 0.0° and 5.9°"),  # never below none at all
        (Estimate(6.0, nan), "How sure that is could not be told"),
    ],
)
def test_how_far_says_between_what_the_truth_lies(excursion: Estimate, said: str):
    assert said in answers.how_far("left", excursion)


def changed(over_run_deg: float) -> RunChange:
    """A change whose scatter leaves 0.3 degrees open and whose instrument 0.4."""
    return RunChange(
        over_run_deg=over_run_deg,
        low_over_run_deg=over_run_deg - 0.3,
        high_over_run_deg=over_run_deg + 0.3,
        drift_budget_deg=0.4,
        n=100,
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed(0.6), "The left knee moves further inwards at the end, by 0.6°; 0.5° would"),
        (changed(-0.6), "The left knee moves less far inwards at the end, by 0.6°"),
        (changed(0.4), "The left knee moves inwards as far at the end as at the start"),
        (None, "The left leg has too few strides"),
    ],
)
def test_a_change_is_only_called_one_beyond_its_error(change: RunChange | None, said: str):
    assert answers.along_the_run("left", change).startswith(said)


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        (Estimate(6.0, 2.0), "The left knee moves further inwards, by 6.0°"),
        (Estimate(-6.0, 2.0), "The right knee moves further inwards, by 6.0°"),
        (Estimate(1.0, 2.0), "No difference that could be told: they differ by 1.0°"),
        (Estimate(6.0, nan), "The knees differ by 6.0°; whether that is real"),
        (None, "Only one knee was measured."),
    ],
)
def test_the_knees_are_only_said_to_differ_beyond_the_error(apart: Estimate | None, said: str):
    assert answers.between_legs(apart).startswith(said)


@pytest.mark.parametrize(
    ("sd", "said"), [(2.0, "It may be off by 3.9°"), (nan, "Its error could not be told")]
)
def test_how_sure_says_by_how_much_the_number_may_be_off(sd: float, said: str):
    facts = CalibrationFacts(standing_s=12.0)

    assert said in answers.how_sure("left", Estimate(6.0, sd), facts, 120)


@pytest.mark.parametrize(
    ("drift_deg", "verdict"),
    [(0.4, "more than scatter and sensors make."), (1.6, "no change to be told.")],
)
def test_laps_are_told_beside_what_the_sensors_could_make(drift_deg: float, verdict: str):
    slope = LapSlope(
        over_run_deg=1.5,
        low_over_run_deg=1.2,
        high_over_run_deg=1.8,
        drift_budget_deg=drift_deg,
        n=300,
        per_lap_deg=0.5,
        low_per_lap_deg=0.4,
        high_per_lap_deg=0.6,
        n_laps=4,
    )

    said = answers.lap_by_lap("left", slope)

    assert (said[:33], said.endswith(verdict)) == ("Left: +0.5° of excursion a lap (9", True)

from math import nan

import pytest

from imu_valgus.pipeline import CalibrationFacts, CrosstalkFacts, StrideCounts, SyncFacts
from imu_valgus.pipeline.estimates import Estimate
from imu_valgus.report import wording


def plain(text: str) -> str:
    """Put keyboard characters for the typographic ones."""
    return text.replace("\u00a0", " ").replace("\u2212", "-")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Estimate(0.8, 0.2), "further inwards at the end: +0.8° ± 0.2°"),
        (Estimate(-0.8, 0.2), "less far inwards at the end: -0.8° ± 0.2°"),
        (Estimate(0.3, 0.2), "no change beyond the error: +0.3° ± 0.2°"),
        (Estimate(-0.01, 0.2), "no change beyond the error: 0.0° ± 0.2°"),
        (None, "too few strides to compare start and end"),
    ],
)
def test_a_change_is_only_called_one_beyond_its_error(found: Estimate | None, said: str):
    assert plain(wording.change(found)) == said


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        (Estimate(6.0, 2.0), "The left knee moves further inwards, by 6.0° ± 2.0°"),
        (Estimate(-6.0, 2.0), "The right knee moves further inwards, by 6.0° ± 2.0°"),
        (Estimate(1.0, 2.0), "The legs differ by 1.0° ± 2.0°: no difference beyond"),
        (Estimate(6.0, nan), "The legs differ by 6.0° (error not known): whether"),
    ],
)
def test_the_legs_are_only_said_to_differ_beyond_the_error(apart: Estimate, said: str):
    assert plain(wording.sides_verdict(apart)).startswith(said)


@pytest.mark.parametrize(("peak", "word"), [(3.0, "inwards"), (-3.0, "outwards")])
def test_a_peak_says_its_direction_in_a_word(peak: float, word: str):
    said = plain(wording.valgus(Estimate(peak, 1.0), 0.0))

    assert said == f"3.0° ± 1.0° {word} of standing"


def test_a_peak_beside_a_measured_alignment_says_that():
    said = plain(wording.valgus(Estimate(3.0, 1.0), 2.0))

    assert said == "3.0° ± 1.0° inwards, standing being 2.0°"


def test_the_reasons_of_bad_strides_come_in_words_and_most_frequent_first():
    counts = StrideCounts(
        good=90, suspect=3, rejected=7, reasons={"sharp turn": 3, "gap; clipping": 7}
    )

    said = wording.stride_counts(counts)

    assert said.endswith(
        "Left out: 3 suspect and 7 rejected: "
        "samples missing and sensor at the end of its range (7), sharp turn (3)."
    )


@pytest.mark.parametrize(
    ("residual_ms", "said"),
    [
        (1.0, "this costs little valgus"),
        (-12.0, "may cost a degree or two"),
        (25.0, "do not trust the angles"),
        (None, "is not known"),
    ],
)
def test_lateness_between_the_sensors_says_what_it_costs(residual_ms: float | None, said: str):
    assert said in wording.leg_sync(SyncFacts("joint acceleration", residual_ms=residual_ms))


@pytest.mark.parametrize("facts", [None, SyncFacts(), SyncFacts("unknown")])
def test_legs_without_a_common_clock_are_not_compared_in_time(facts: SyncFacts | None):
    assert "no times are compared" in wording.cross_leg_sync(facts)


def test_crosstalk_says_correlation_and_slope():
    said = plain(wording.crosstalk(CrosstalkFacts(r=-0.42, slope=-0.031)))

    assert said.startswith("Valgus goes with flexion at r = -0.42, -0.031° of valgus")


def test_the_axis_says_how_far_its_estimates_lie_apart():
    sources = {"walk displacement": 3.0, "walk thigh_rate": -4.0, "run thigh_rate": 1.0}

    said = wording.axis_agreement(
        CalibrationFacts(axis_spread_deg=2.9, axis_range_deg=7.0, sources=sources)
    )

    assert said == (
        "3 estimates of the knee's axis (2 from the walk, 1 from the run) "
        "lie within 7° of each other (SD 2.9°)"
    )


@pytest.mark.parametrize(("mean", "sd", "said"), [(1.25, 0.5, "1.2 ± 0.5"), (nan, nan, "\u2013")])
def test_a_cell_is_mean_and_spread_or_a_dash(mean: float, sd: float, said: str):
    assert wording.mean_sd(mean, sd, 1) == said


def test_a_time_in_the_session_is_minutes_and_seconds():
    assert wording.clock(3_725.4) == "62:05"

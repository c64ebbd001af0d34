from math import nan

import pytest

from imu_valgus.pipeline import CalibrationFacts, CrosstalkFacts, StrideCounts, SyncFacts
from imu_valgus.pipeline.estimates import Estimate
from imu_valgus.report import wording


def plain(text: str) -> str:
    """Put keyboard characters for the typographic ones."""
    return text.replace("\u00a0", " ").replace("\u2212", "-")


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

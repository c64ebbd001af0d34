from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest
from sessions_in_memory import STRIDE_S, a_session

from imu_valgus.core import ImuValgusError, Side
from imu_valgus.library import Activity, MetricError
from imu_valgus.library.change.comparing import (
    Change,
    CompareParams,
    Comparison,
    SessionMean,
    compare_legs,
    compare_sessions,
    judge_change,
)
from imu_valgus.library.change.within_session import BootstrapParams
from imu_valgus.pipeline import (
    Derived,
    Statistic,
)

EXCURSION = "valgus_excursion_deg"
RUNNERS = 1000
MDC95_OF_1 = 1.96 * sqrt(2)
QUICK = CompareParams(bootstrap=BootstrapParams(draws=50))


def an_error(
    sem_deg: float,
    *,
    metric: str = EXCURSION,
    activity: Activity = "run",
    df: int = 36,
    origin: str = "own",
) -> MetricError:
    return MetricError.from_sd(
        sem_deg,
        metric=metric,
        side=None,
        activity=activity,
        n_runners=1,
        n_sessions=df + 1,
        df=df,
        origin=origin,
    )


ERRORS = [
    *(an_error(0.5, metric=f"valgus_{name}_deg") for name in ("excursion", "ic", "mean", "peak")),
    an_error(0.3, activity="squat"),
]


def compared(before: Sequence[Derived], after: Sequence[Derived], **options) -> Comparison:
    return compare_sessions(before, after, errors=ERRORS, params=QUICK, **options)


def change_of(found: Comparison, side: Side = "left", activity: str = "run") -> Change:
    return next(
        one
        for one in found.changes
        if (one.side, one.activity, one.metric) == (side, activity, EXCURSION)
    )


@pytest.mark.parametrize(
    ("after_deg", "verdict"),
    [(8.0, "changed"), (5.1, "equivalent"), (6.2, "no detectable change")],
)
def test_a_runner_is_judged_by_the_size_of_the_change(after_deg: float, verdict: str):
    found = compared([a_session("a", 5.0)], [a_session("b", after_deg, seed=1)])

    assert change_of(found).verdict == verdict


def test_the_difference_is_after_minus_before_over_the_sessions_means():
    before = [a_session("a", 4.0), a_session("b", 6.0)]

    change = change_of(compared(before, [a_session("c", 3.0, scatter_deg=0.0)]))

    assert (change.estimate_deg, change.n_before, change.n_after) == (
        pytest.approx(-2.0, abs=0.2),
        2,
        1,
    )


def test_more_sessions_make_a_smaller_change_detectable():
    one = change_of(compared([a_session("a", 5.0)], [a_session("b", 5.0)]))
    sessions = [a_session(f"{k}", 5.0) for k in range(8)]

    four = change_of(compared(sessions[:4], sessions[4:]))

    assert four.mdc95_deg == pytest.approx(one.mdc95_deg / 2.0)


def test_the_interval_holds_the_strides_scatter_beside_the_error_between_sessions():
    sessions = [a_session(name, 5.0, n=12, scatter_deg=3.0, seed=3) for name in "ab"]
    steady = [a_session(name, 5.0, scatter_deg=0.0) for name in "cd"]

    noisy = change_of(compared(sessions[:1], sessions[1:]))

    sharp = change_of(compared(steady[:1], steady[1:]))
    own = noisy.high_deg - noisy.low_deg, sharp.high_deg - sharp.low_deg
    # 12 strides of SD 3 scatter by 0.87: with the error of 0.5 that makes 1.0.
    assert own[0] / own[1] == pytest.approx(sqrt(0.87**2 + 0.5**2) / 0.5, rel=0.2)


def test_squats_are_compared_with_squats():
    before, after = a_session("a", 5.0, squat_deg=3.0), a_session("b", 5.0, squat_deg=9.0, seed=1)

    found = compared([before], [after])

    verdicts = change_of(found).verdict, change_of(found, activity="squat").verdict
    assert verdicts == ("equivalent", "changed")


def test_what_only_one_of_the_sessions_holds_is_not_compared():
    found = compared([a_session("a", 5.0, squat_deg=3.0)], [a_session("b", 5.0, sides=["left"])])

    assert {(one.side, one.activity) for one in found.changes} == {("left", "run")}


def test_two_runners_are_refused():
    with pytest.raises(ImuValgusError, match="a is of a03, b of a07: one runner is compared"):
        compared([a_session("a", 5.0)], [a_session("b", 5.0, athlete="a07")])


def test_sessions_without_a_leg_in_common_are_refused():
    with pytest.raises(ImuValgusError, match="share no leg"):
        compared([a_session("a", 5.0, sides=["left"])], [a_session("b", 5.0, sides=["right"])])


def verdicts_on(
    true_deg: float, *, sem_deg: float = 1.0, n_before: int = 1, n_after: int = 1, df: int = 36
) -> dict[str, float]:
    """Return how often each verdict falls on runners who all changed by ``true_deg``.

    "wrong way" is a change that is called one of the other sign. The error that is stated comes
    from as many repeats as ``df`` says, anew for each runner.
    """
    rng = np.random.default_rng(21)
    counts = dict.fromkeys(["changed", "no detectable change", "equivalent", "wrong way"], 0)
    for _ in range(RUNNERS):
        stated_deg = sem_deg * float(np.sqrt(rng.chisquare(df) / df))
        sessions = sem_deg * rng.standard_normal(n_before + n_after)
        sessions[n_before:] += true_deg
        means = [SessionMean(value, 0.05 * sem_deg) for value in sessions]
        change = judge_change(
            means[:n_before], means[n_before:], side="left", error=an_error(stated_deg, df=df)
        )
        is_wrong = change.verdict == "changed" and change.estimate_deg * true_deg < 0.0
        counts["wrong way" if is_wrong else change.verdict] += 1
    return {verdict: count / RUNNERS for verdict, count in counts.items()}


# 1000 runners of a true rate of 0.05 scatter by 0.007 (1 sigma).
@pytest.mark.parametrize(("n_before", "n_after", "df"), [(1, 1, 36), (2, 3, 36), (1, 1, 4)])
def test_no_change_is_called_one_in_5_of_100(n_before: int, n_after: int, df: int):
    told = verdicts_on(0.0, n_before=n_before, n_after=n_after, df=df)

    assert 0.03 <= told["changed"] <= 0.06


def test_one_and_a_half_times_the_mdc_is_found_in_80_of_100():
    told = verdicts_on(1.5 * an_error(1.0).mdc95_deg)

    assert told["changed"] >= 0.79


@pytest.mark.parametrize("true_deg", [1.0, 5.0, 1.5 * MDC95_OF_1])
def test_a_true_change_is_hardly_ever_called_one_the_other_way(true_deg: float):
    assert verdicts_on(true_deg)["wrong way"] <= 0.025


@pytest.mark.parametrize("sem_deg", [0.3, 0.5, 0.8])
def test_a_change_as_large_as_the_margin_is_called_equivalent_in_5_of_100(sem_deg: float):
    told = verdicts_on(2.0, sem_deg=sem_deg)

    assert told["equivalent"] <= 0.06


def test_a_sharp_measurement_calls_no_change_equivalent():
    assert verdicts_on(0.0, sem_deg=0.4)["equivalent"] >= 0.9


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"attitude": "madgwick"}, "analysed with different attitude (a vqf, b madgwick)"),
        (
            {"standing_valgus_deg": 2.0},
            "left: valgus entered for standing differs (a 0.0°, b 2.0°), and with it the peak",
        ),
        ({"version": "2"}, "analysed by different versions (a 1, b 2): analyse them anew"),
        (
            {"cadence_spm": 120 / STRIDE_S * 1.06},
            "cadence 171 → 182 steps/min (+6.0%): this alone moves the angle",
        ),
        ({"days": -3}, "a session named as before was recorded later than one named as after"),
    ],
)
def test_what_else_differs_between_the_sessions_is_named(told: dict[str, Any], text: str):
    found = compared([a_session("a", 5.0)], [a_session("b", 5.0, **told)])

    assert text in [one.text for one in found.caveats if one.is_grave]


def test_sessions_that_are_alike_have_nothing_grave_to_mind():
    found = compared([a_session("a", 5.0, speed_mps=3.0)], [a_session("b", 5.0, speed_mps=3.05)])

    assert [one.text for one in found.caveats] == [
        "speed 3.00 → 3.05 m/s (+1.7%)",
        "cadence 171 → 171 steps/min (+0.0%)",
    ]


def test_a_noted_speed_fills_a_missing_one():
    speeds = {"a": 3.0, "b": 3.3}

    found = compared([a_session("a", 5.0)], [a_session("b", 5.0)], noted_speeds_mps=speeds)

    assert found.caveats[0].text == "speed 3.00 → 3.30 m/s (+10.0%): this alone moves the angle"


def test_shipped_errors_are_said_to_hold_no_days():
    errors = [replace(one, origin="shipped: simulation") for one in ERRORS]

    found = compare_sessions([a_session("a", 5.0)], [a_session("b", 5.0)], errors=errors)

    assert "how a gait differs from day to day is not in it" in found.caveats[-1].text


def test_few_sessions_have_a_curve_with_a_band_and_no_test():
    found = compared([a_session("a", 5.0)], [a_session("b", 7.0)])

    left = found.curves[0]
    assert (left.test, left.smallest_p) == (None, 1.0)
    assert left.band_deg == pytest.approx(2.028 * sqrt(2) * 0.5, rel=1e-3)
    assert left.difference_deg.max() == pytest.approx(2.0, abs=0.05)


def test_enough_sessions_have_their_curves_tested():
    rng = np.random.default_rng(23)
    sessions = [
        a_session(f"{k}", mean + rng.normal(0.0, 0.3))
        for k, mean in enumerate([4.0] * 4 + [8.0] * 4)
    ]

    found = compared(sessions[:4], sessions[4:])

    test = found.curves[0].test
    assert test is not None
    assert [one.p for one in test.clusters] == pytest.approx([2 / 70])


@pytest.mark.parametrize(
    ("shared_deg", "verdict"), [(0.5, "changed"), (2.0, "no detectable change")]
)
def test_the_legs_of_a_session_are_judged_by_all_of_their_error(shared_deg: float, verdict: str):
    session = a_session("a", 5.0, sd_shared=shared_deg)
    right = session.summary.sides["right"]
    lower = replace(right, valgus_excursion_deg=Statistic(3.0, 0.4, shared_deg, 0.1))
    summary = replace(session.summary, sides={**session.summary.sides, "right": lower})

    (legs,) = compare_legs(replace(session, summary=summary))

    assert (legs.estimate_deg, legs.verdict) == (pytest.approx(2.0), verdict)


def test_one_leg_alone_has_no_other_to_be_held_against():
    assert compare_legs(a_session("a", 5.0, sides=["left"])) == ()

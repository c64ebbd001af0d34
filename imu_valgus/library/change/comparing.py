"""Has one runner changed? Sessions before against sessions after, and the legs of one session."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import product
from math import inf, sqrt
from typing import Final

import numpy as np
from scipy import stats

from imu_valgus.core import SIDES, FloatArray, ImuValgusError, Side
from imu_valgus.library.change.conditions import Caveat, Conditions, conditions, find_caveats
from imu_valgus.library.change.curve_clusters import (
    CurveTest,
    CurveTestParams,
    compare_curve_sets,
    smallest_p,
)
from imu_valgus.library.change.verdicts import (
    Judged,
    VerdictParams,
    judge,
    sessions_for_equivalence,
)
from imu_valgus.library.change.within_session import BootstrapParams, within_session_sds
from imu_valgus.library.reliability.reliability import Activity, MetricError, find_error
from imu_valgus.library.reliability.session_means import session_means
from imu_valgus.metrics import stride_curves
from imu_valgus.pipeline import Derived, Estimate, SideSummary, difference, run_mean

_KEYS: Final = ["side", "activity", "metric"]
_OFFSETS: Final = ("valgus_ic_deg", "valgus_mean_deg", "valgus_peak_deg")
"""Whose errors stand for those of the stance's curve: the largest is taken for each point."""


@dataclass(frozen=True, slots=True)
class CompareParams:
    """How sessions are compared: the verdict's margin, the draws of strides, the test of curves."""

    verdict: VerdictParams = field(default_factory=VerdictParams)
    bootstrap: BootstrapParams = field(default_factory=BootstrapParams)
    curves: CurveTestParams = field(default_factory=CurveTestParams)


DEFAULT = CompareParams()


@dataclass(frozen=True, slots=True)
class SessionMean:
    """One metric's mean over a session, degrees, and how far its own strides let it scatter."""

    value_deg: float
    within_sd_deg: float


_Means = dict[tuple[str, ...], SessionMean]
"""By leg, activity and metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Judged):
    """One metric of one leg, after minus before.

    Parameters
    ----------
    before_deg, after_deg : float
        Means over the sessions' means.
    n_before, n_after : int
        Sessions that have the number.
    error_origin : str
        Where the error between sessions comes from.
    sessions_needed : int
        Sessions before, and as many after, that could show equivalence at the least.
    """

    side: Side
    activity: Activity
    metric: str
    before_deg: float
    after_deg: float
    n_before: int
    n_after: int
    error_origin: str
    sessions_needed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CurveChange:
    """Valgus over the stance, after minus before, degrees.

    Parameters
    ----------
    difference_deg : (101,)
        From initial contact to toe-off.
    band_deg : float
        Half the width of the difference's 95 % interval at each single point: the largest error of
        contact, mean and peak.
    test : CurveTest, optional
        None where so few sessions cannot give p ≤ 0.05 whatever they hold (``smallest_p``).
    """

    side: Side
    difference_deg: FloatArray
    band_deg: float
    n_before: int
    n_after: int
    smallest_p: float
    test: CurveTest | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """All that was found between the sessions before and after, which one runner ran."""

    athlete: str
    before: tuple[Conditions, ...]
    after: tuple[Conditions, ...]
    changes: tuple[Change, ...]
    curves: tuple[CurveChange, ...]
    caveats: tuple[Caveat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegDifference(Judged):
    """One metric of one session's run, left minus right; "changed" reads "the legs differ"."""

    metric: str
    left_deg: float
    right_deg: float


def compare_sessions(
    before: Sequence[Derived],
    after: Sequence[Derived],
    *,
    errors: Sequence[MetricError],
    params: CompareParams = DEFAULT,
    noted_speeds_mps: Mapping[str, float] | None = None,
) -> Comparison:
    """Compare the sessions of one runner: after minus before, by leg, activity and metric.

    The standard error of a difference is made of what differs between sessions in which nothing
    changed (``errors``: the sensors put on anew, and the days, if they come from the runner's own
    repeats) and of each session's own strides (a bootstrap of laps and blocks). Both are counted
    although the former holds some of the latter: the interval is too wide rather than too narrow.
    Squats are compared with squats.

    Parameters
    ----------
    before, after : sequence of Derived
        One or more each.
    errors : sequence of MetricError
        The first that fits is taken; a metric without one is left out.
    noted_speeds_mps : mapping of session to m/s, optional
        Where the strides do not know their speed.

    Raises
    ------
    ImuValgusError
        Where the sessions are of several athletes, or share no leg.
    """
    if not before or not after:
        raise ValueError("one session or more before and after")
    _check_athlete([*before, *after])
    spoken = noted_speeds_mps or {}
    was, now = (
        tuple(conditions(one, noted_speed_mps=spoken.get(one.summary.session)) for one in phase)
        for phase in (before, after)
    )
    first, last = ([_means(one, params) for one in phase] for phase in (before, after))
    changes = _changes(first, last, errors, params.verdict)
    if not changes:
        raise ImuValgusError(
            "the sessions share no leg with good strides or repetitions",
            hint="`imu-valgus check` says what is wrong with each",
        )
    return Comparison(
        athlete=before[0].info.athlete,
        before=was,
        after=now,
        changes=changes,
        curves=tuple(_curve_changes(before, after, errors, params)),
        caveats=(*find_caveats(before, after, (was, now)), *_error_caveats(changes)),
    )


def compare_legs(session: Derived, *, params: CompareParams = DEFAULT) -> tuple[LegDifference, ...]:
    """Compare the legs in one session's run, in the words of ``compare_sessions``.

    The error is all that is stated of either leg's mean, axes and flesh included: between the legs
    they do not drop out, as they do between sessions of one leg. None where a leg has no mean.
    """
    found: list[LegDifference] = []
    for metric in ("valgus_excursion_deg", "valgus_peak_deg"):
        left, right = (_run_mean(session.summary.sides.get(side), metric) for side in SIDES)
        apart = difference(left, right)
        if left is None or right is None or apart is None:
            continue
        least_deg = float(stats.norm.ppf(0.975)) * apart.sd
        judged = judge(apart.value, apart.sd, mdc95_deg=least_deg, params=params.verdict)
        found.append(
            LegDifference(
                metric=metric, left_deg=left.value, right_deg=right.value, **asdict(judged)
            )
        )
    return tuple(found)


def _run_mean(leg: SideSummary | None, metric: str) -> Estimate | None:
    if leg is None or leg.strides is None:
        return None
    excursion = metric == "valgus_excursion_deg"
    statistic = leg.valgus_excursion_deg if excursion else leg.valgus_peak_deg
    return run_mean(statistic, leg.strides.good)


def _check_athlete(every: Sequence[Derived]) -> None:
    first = every[0]
    for one in every[1:]:
        if one.info.athlete != first.info.athlete:
            raise ImuValgusError(
                f"{first.summary.session} is of {first.info.athlete}, {one.summary.session} of "
                f"{one.info.athlete}: one runner is compared with herself only",
                hint="`imu-valgus cohort` is for several runners",
            )


def judge_change(
    before: Sequence[SessionMean],
    after: Sequence[SessionMean],
    *,
    side: Side,
    error: MetricError,
    params: VerdictParams = DEFAULT.verdict,
) -> Change:
    """Judge one metric of one leg from its means of one or more sessions before and after."""
    sem_deg, df = error.sd_between_sessions_deg, error.df or inf
    means, variance = [0.0, 0.0], 0.0
    for which, phase in enumerate((before, after)):
        means[which] = float(np.mean([one.value_deg for one in phase]))
        within = float(np.mean([one.within_sd_deg**2 for one in phase]))
        variance += (sem_deg**2 + within) / len(phase)
    judged = judge(
        means[1] - means[0],
        sqrt(variance),
        # That of the error is between one session and one.
        mdc95_deg=error.mdc95_deg * sqrt(0.5 / len(before) + 0.5 / len(after)),
        df=df,
        params=params,
    )
    scatter = float(np.mean([one.within_sd_deg**2 for one in (*before, *after)]))
    needed = sessions_for_equivalence(sqrt(sem_deg**2 + scatter), df=df, params=params)
    return Change(
        side=side,
        activity=error.activity,
        metric=error.metric,
        before_deg=means[0],
        after_deg=means[1],
        n_before=len(before),
        n_after=len(after),
        error_origin=error.origin,
        sessions_needed=needed,
        **asdict(judged),
    )


def _means(session: Derived, params: CompareParams) -> _Means:
    sds = within_session_sds(session, params=params.bootstrap)
    table = session_means(session)
    found: _Means = {}
    for key, value in zip(table[_KEYS].itertuples(index=False), table["value_deg"], strict=True):
        # A single stride tells no scatter: the error between sessions has to do.
        sd = sds.get(tuple(key), np.nan)
        found[tuple(key)] = SessionMean(float(value), sd if np.isfinite(sd) else 0.0)
    return found


def _changes(
    before: Sequence[_Means],
    after: Sequence[_Means],
    errors: Sequence[MetricError],
    params: VerdictParams,
) -> tuple[Change, ...]:
    kinds = {(error.activity, error.metric): error for error in errors}
    found: list[Change] = []
    for side, kind in product(SIDES, kinds.values()):
        error = find_error(errors, metric=kind.metric, side=side, activity=kind.activity)
        key = side, kind.activity, kind.metric
        was, now = ([one[key] for one in phase if key in one] for phase in (before, after))
        if error is not None and was and now:
            found.append(judge_change(was, now, side=side, error=error, params=params))
    return tuple(found)


def _curve_changes(
    before: Sequence[Derived],
    after: Sequence[Derived],
    errors: Sequence[MetricError],
    params: CompareParams,
) -> list[CurveChange]:
    found: list[CurveChange] = []
    for side in SIDES:
        was, now = _mean_curves(before, side), _mean_curves(after, side)
        known = [
            error
            for metric in _OFFSETS
            if (error := find_error(errors, metric=metric, side=side, activity="run"))
        ]
        if not (len(was) and len(now) and known):
            continue
        largest = max(known, key=lambda error: error.sd_between_sessions_deg)
        sd_deg = largest.sd_between_sessions_deg * sqrt(1 / len(was) + 1 / len(now))
        quantile = float(stats.t.ppf(0.5 + 0.5 * params.verdict.confidence, largest.df or inf))
        least = smallest_p(len(was), len(now))
        can_tell = least <= 1.0 - params.verdict.confidence
        found.append(
            CurveChange(
                side=side,
                difference_deg=now.mean(axis=0) - was.mean(axis=0),
                band_deg=quantile * sd_deg,
                n_before=len(was),
                n_after=len(now),
                smallest_p=least,
                test=compare_curve_sets(was, now, params=params.curves) if can_tell else None,
            )
        )
    return found


def _mean_curves(phase: Sequence[Derived], side: Side) -> FloatArray:
    """Return each session's mean valgus over the stance (k, 101) of the good strides."""
    means: list[FloatArray] = []
    for one in phase:
        strides = one.good_strides_of(side)
        curves = stride_curves(one.angles_of(side), strides, column="valgus_deg", span="stance")
        whole = curves[np.isfinite(curves).all(axis=1)]
        if len(whole):
            means.append(whole.mean(axis=0))
    return np.array(means)


def _error_caveats(changes: Sequence[Change]) -> list[Caveat]:
    shipped = any(change.error_origin.startswith("shipped") for change in changes)
    text = (
        "the error is the shipped one, from simulated re-donnings: how a gait differs from day to "
        "day is not in it (`imu-valgus mdc` makes your own from repeated sessions)"
    )
    return [Caveat("error", text, is_grave=False)] if shipped else []

"""Before a study: which change of a group it could find, and whether "no change" would say much."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from scipy import integrate, optimize, stats

_ALPHA: Final = 0.05
_MOST_RUNNERS: Final = 10_000
_FAR: Final = 5.0
"""Standard errors: beyond, the wrong sign is found in less than 1e-8, and scipy gives NaN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyErrors:
    """What moves a runner's number although nothing has changed, degrees, 1 sigma.

    Parameters
    ----------
    sd_between_sessions_deg : float
        Standard error of measurement: of one session's mean of one leg, by donning and calibration.
        ``imu-valgus mdc`` gives it (``MetricError.sd_between_sessions_deg``).
    sd_between_days_deg : float
        How gait itself differs from day to day, alike on both legs. 0 where the standard error of
        measurement comes of sessions on different days and so holds it already.
    sd_response_deg : float
        How runners differ in how much they truly change. 0: all change alike.
    sd_strides_deg : float
        From stride to stride; 0.5° is that of the excursion of both legs in the shipped treadmill
        run (0.48° and 0.49°).
    stride_correlation : float
        Of one stride with the next, from 0 to below 1. Set high on purpose, since gait has a long
        memory [1]_: by 0.5, 100 strides tell as much as 34 independent ones. The shipped run: 0.2.

    References
    ----------
    .. [1] Jordan, Challis & Newell (2007), Gait Posture 26(1), 128-134,
       doi:10.1016/j.gaitpost.2006.08.003.
    """

    sd_between_sessions_deg: float
    sd_between_days_deg: float = 0.0
    sd_response_deg: float = 0.0
    sd_strides_deg: float = 0.5
    stride_correlation: float = 0.5

    def __post_init__(self) -> None:
        """Refuse a measurement without error, and what is no standard deviation."""
        rest = (self.sd_between_days_deg, self.sd_response_deg, self.sd_strides_deg)
        if self.sd_between_sessions_deg <= 0 or min(rest) < 0:
            raise ValueError("standard deviations are 0 or more, that between sessions above 0")
        if not 0 <= self.stride_correlation < 1:
            raise ValueError(f"stride_correlation {self.stride_correlation} is not in [0, 1)")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyDesign:
    """Runners measured before and after.

    Parameters
    ----------
    runners : int
        In all groups together, parted as evenly as possible.
    groups : {1, 2}
        One: has it changed? Two: has one changed more than the other?
    sessions : int
        Of each runner before, and as many after; each with the sensors put on anew.
    strides : int
        Good ones of each leg in each session.
    legs : {1, 2}
        How many are averaged; their donnings err independently.
    """

    runners: int = 29
    groups: Literal[1, 2] = 1
    sessions: int = 1
    strides: int = 100
    legs: Literal[1, 2] = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPlan:
    """What a design can do.

    Parameters
    ----------
    design : StudyDesign
    errors : StudyErrors
    change_deg : float
        The change asked for (of two groups: the difference of their changes).
    sd_change_deg : float
        Of one runner's measured change about the group's.
    power : float
        The chance to find a true change of ``change_deg``.
    detectable_deg : float
        The change that is found with the chance ``aimed_power``.
    runners_needed : int or None
        To find ``change_deg`` with the chance ``aimed_power``; None where 10,000 do not do.
    aimed_power : float
    power_if_varied : float
        The chance to find ``change_deg`` if the runners' true changes differ by half of it (1
        sigma): what it costs that people respond differently.
    margin_deg : float or None
        Within ± this a change is of no account.
    power_equivalence : float or None
        The chance to show "equivalent" within the margin if nothing has changed: where it is small,
        "no detectable change" is no finding.
    """

    design: StudyDesign
    errors: StudyErrors
    change_deg: float
    sd_change_deg: float
    power: float
    detectable_deg: float
    runners_needed: int | None
    aimed_power: float
    power_if_varied: float
    margin_deg: float | None
    power_equivalence: float | None


def plan_study(
    change_deg: float,
    design: StudyDesign,
    *,
    errors: StudyErrors,
    margin_deg: float | None = None,
    aimed_power: float = 0.8,
) -> StudyPlan:
    """Tell what a design could find.

    Analytic, by the noncentral t distribution on one change a runner: the mixed model of
    :func:`imu_valgus.library.groups.cohort.fit_cohort` comes down to that where every runner was
    measured alike. Two-sided, 5 %.

    Parameters
    ----------
    change_deg : float
        Above 0.
    design : StudyDesign
    errors : StudyErrors
    margin_deg : float, optional
    aimed_power : float
    """
    varied = replace(
        errors, sd_response_deg=float(np.hypot(errors.sd_response_deg, change_deg / 2))
    )
    return StudyPlan(
        design=design,
        errors=errors,
        change_deg=change_deg,
        sd_change_deg=sd_of_change(design, errors=errors),
        power=power_to_find(change_deg, design, errors=errors),
        detectable_deg=detectable_change(design, errors=errors, aimed_power=aimed_power),
        runners_needed=runners_needed(change_deg, design, errors=errors, aimed_power=aimed_power),
        aimed_power=aimed_power,
        power_if_varied=power_to_find(change_deg, design, errors=varied),
        margin_deg=margin_deg,
        power_equivalence=None
        if margin_deg is None
        else power_of_equivalence(margin_deg, design, errors=errors),
    )


def sd_of_change(design: StudyDesign, *, errors: StudyErrors) -> float:
    """Return the standard deviation of one runner's measured change, degrees."""
    strides_sq = errors.sd_strides_deg**2 * variance_of_mean(
        design.strides, errors.stride_correlation
    )
    leg_sq = (errors.sd_between_sessions_deg**2 + strides_sq) / design.legs
    session_sq = errors.sd_between_days_deg**2 + leg_sq
    return float(np.sqrt(errors.sd_response_deg**2 + 2.0 * session_sq / design.sessions))


def variance_of_mean(n: int, correlation: float) -> float:
    """Return the variance of the mean of n values of variance 1 in a first-order sequence."""
    lags = np.arange(1, n)
    return float((1.0 + 2.0 * np.sum((1.0 - lags / n) * correlation**lags)) / n)


def power_to_find(change_deg: float, design: StudyDesign, *, errors: StudyErrors) -> float:
    """Return the chance that the 95 % interval excludes 0, the true change being ``change_deg``."""
    se_deg, df = _se_and_df(design, errors)
    if df < 1:
        return float("nan")
    critical = float(stats.t.ppf(1.0 - _ALPHA / 2, df))
    apart = abs(change_deg) / se_deg
    wrong_way = float(stats.nct.cdf(-critical, df, apart)) if apart < _FAR else 0.0
    return float(stats.nct.sf(critical, df, apart)) + wrong_way


def detectable_change(
    design: StudyDesign, *, errors: StudyErrors, aimed_power: float = 0.8
) -> float:
    """Return the change in degrees that is found with the chance ``aimed_power``."""
    se_deg, df = _se_and_df(design, errors)
    if df < 1:
        return float("nan")

    def missing(change_deg: float) -> float:
        return power_to_find(change_deg, design, errors=errors) - aimed_power

    high_deg = se_deg
    while missing(high_deg) < 0:
        high_deg *= 2.0
    return float(optimize.brentq(missing, 0.0, high_deg))


def runners_needed(
    change_deg: float, design: StudyDesign, *, errors: StudyErrors, aimed_power: float = 0.8
) -> int | None:
    """Return the fewest runners that find the change with ``aimed_power``; None above 10,000."""

    def enough(runners: int) -> bool:
        wider = replace(design, runners=runners)
        return power_to_find(change_deg, wider, errors=errors) >= aimed_power

    low, high = design.groups + 1, 2 * (design.groups + 1)
    if enough(low):
        return low
    while not enough(high):
        low, high = high, 2 * high
        if low > _MOST_RUNNERS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def power_of_equivalence(
    margin_deg: float, design: StudyDesign, *, errors: StudyErrors, change_deg: float = 0.0
) -> float:
    """Return the chance that the two one-sided tests show the change to lie within ± margin.

    The estimate is normal about ``change_deg``, its squared standard error a chi square; the chance
    that both tests succeed is integrated over the latter [1]_.

    References
    ----------
    .. [1] Phillips (1990), J Pharmacokinet Biopharm 18(2), 137-144, doi:10.1007/BF01063556.
    """
    se_deg, df = _se_and_df(design, errors)
    if df < 1:
        return float("nan")
    critical = float(stats.t.ppf(1.0 - _ALPHA, df))

    def inside(ratio: float) -> float:
        """Both tests succeed, times how likely the measured standard error is ratio · true."""
        reach_deg = margin_deg - critical * ratio * se_deg
        within = stats.norm.cdf((reach_deg - change_deg) / se_deg) - stats.norm.cdf(
            (-reach_deg - change_deg) / se_deg
        )
        return float(within * stats.chi.pdf(ratio * np.sqrt(df), df) * np.sqrt(df))

    widest = margin_deg / (critical * se_deg)
    spread = 10.0 / np.sqrt(2.0 * df)
    low, high = max(0.0, 1.0 - spread), min(widest, 1.0 + spread)
    return float(integrate.quad(inside, low, high)[0]) if low < high else 0.0


def _se_and_df(design: StudyDesign, errors: StudyErrors) -> tuple[float, int]:
    """Return the standard error of the answer in degrees, and its degrees of freedom."""
    sd_deg = sd_of_change(design, errors=errors)
    sizes = [design.runners]
    if design.groups > 1:
        sizes = [design.runners // 2, design.runners - design.runners // 2]
    if min(sizes) < 1:
        return float("nan"), 0
    return sd_deg * float(
        np.sqrt(sum(1.0 / size for size in sizes))
    ), design.runners - design.groups

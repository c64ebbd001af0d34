"""How well a number repeats when a runner is measured again: ICC, SEM and MDC95."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Self

import numpy as np
import pandas as pd
from scipy import stats

from imu_valgus.core import FloatArray, RepetitionKind, Side
from imu_valgus.library.reliability.anova import Icc, icc_mean, icc_single, mean_squares

Activity = Literal["run"] | RepetitionKind
"""What the runner did: the strides of running, or one kind of repetition."""

MDC_FACTOR: Final = 1.96 * float(np.sqrt(2.0))
"""MDC95 over SEM: two sessions err, and 95 of 100 unchanged runners stay within (Weir 2005,
doi:10.1519/15184.1)."""
_LEAST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricError:
    """How far one session's mean of a metric is off from that of the next, nothing having changed.

    Parameters
    ----------
    metric : str
        A column of the stride log or of the log of repetitions, degrees.
    side : {"left", "right"} or None
        The leg; None where it holds for either.
    activity : str
        "run", or the kind of repetition.
    sd_between_sessions_deg : float
        Standard error of measurement (SEM): 1 sigma of ONE session's mean, its strides' own
        scatter included.
    mdc95_deg : float
        Minimal detectable change between two sessions, 1.96·√2·SEM: 95 of 100 unchanged runners
        differ by less.
    mdc95_low_deg, mdc95_high_deg : float
        Its 95 % interval, from the chi-square distribution of the SEM's square.
    df : float
        Degrees of freedom of the SEM: sessions minus runners, fewer where runners differ in how
        well they repeat.
    n_runners, n_sessions : int
        What it was estimated from; sessions of all runners together.
    origin : str
        "shipped: simulation" or "own: …".
    """

    metric: str
    side: Side | None
    activity: Activity
    sd_between_sessions_deg: float
    mdc95_deg: float
    mdc95_low_deg: float
    mdc95_high_deg: float
    df: float
    n_runners: int
    n_sessions: int
    origin: str

    @property
    def sd_low_deg(self) -> float:
        """The lower end of the SEM's 95 % interval."""
        return self.mdc95_low_deg / MDC_FACTOR

    @property
    def sd_high_deg(self) -> float:
        """The upper end of the SEM's 95 % interval."""
        return self.mdc95_high_deg / MDC_FACTOR

    @classmethod
    def from_sd(
        cls,
        sd_deg: float,
        df: float,
        *,
        metric: str,
        side: Side | None,
        activity: Activity,
        n_runners: int,
        n_sessions: int,
        origin: str,
    ) -> Self:
        """Make it of the standard deviation within runners and its degrees of freedom."""
        mdc95_deg = MDC_FACTOR * sd_deg
        low, high = np.sqrt(df / stats.chi2.ppf([0.975, 0.025], df))
        return cls(
            metric=metric,
            side=side,
            activity=activity,
            sd_between_sessions_deg=sd_deg,
            mdc95_deg=mdc95_deg,
            mdc95_low_deg=float(low) * mdc95_deg,
            mdc95_high_deg=float(high) * mdc95_deg,
            df=df,
            n_runners=n_runners,
            n_sessions=n_sessions,
            origin=origin,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How one metric of one leg repeats.

    Parameters
    ----------
    plane : str
        valgus, flexion, rotation or tilts.
    error : MetricError
        From all sessions of all runners who have two or more.
    mean_deg : float
        Over all these sessions.
    icc_single, icc_mean : Icc, optional
        ICC(2,1) of one session and ICC(2,k) of the mean of k, both of absolute agreement; None with
        fewer than two runners.
    icc_runners, icc_sessions : int
        n and k of the largest complete table that the runners' first sessions make: what the ICC
        comes of.
    """

    plane: str
    error: MetricError
    mean_deg: float
    icc_single: Icc | None
    icc_mean: Icc | None
    icc_runners: int
    icc_sessions: int


def estimate_reliability(means: pd.DataFrame, *, origin: str) -> tuple[Reliability, ...]:
    """Tell from repeated sessions how far each metric repeats.

    The SEM is the standard deviation within runners, pooled over them: for complete tables that is
    the SEM of absolute agreement of the two-way analysis of variance behind the ICC, the variance
    between first and later sessions included. Its degrees of freedom are ``sessions - runners`` if
    all runners repeat equally well. Where they do not, the pooled variance is as uncertain as its
    spread over the runners says (Satterthwaite's match of the chi-square's variance [3]_).

    Parameters
    ----------
    means : DataFrame
        Columns ``athlete``, ``session`` and those of ``session_means``: the sessions of a runner
        in which nothing changed, in their order.
    origin : str
        Kept with each error.

    Returns
    -------
    tuple of Reliability
        One a leg, activity and metric that some runner has in two sessions or more.

    References
    ----------
    .. [1] Shrout & Fleiss (1979), Psychol Bull 86(2), 420-428, doi:10.1037/0033-2909.86.2.420.
    .. [2] Weir (2005), J Strength Cond Res 19(1), 231-240, doi:10.1519/15184.1.
    .. [3] Satterthwaite (1946), Biometrics Bull 2(6), 110-114, doi:10.2307/3002019.
    """
    found: list[Reliability] = []
    for _, own in means.groupby(["activity", "metric", "side"], sort=False):
        by_runner = [
            values["value_deg"].to_numpy(dtype=np.float64)
            for _, values in own.groupby("athlete", sort=True)
            if len(values) >= _LEAST
        ]
        if by_runner:
            found.append(_reliability(own, by_runner, origin=origin))
    return tuple(found)


def _reliability(own: pd.DataFrame, by_runner: list[FloatArray], *, origin: str) -> Reliability:
    first = own.iloc[0]
    variance, df = _pooled(by_runner)
    table = largest_complete(by_runner)
    single = icc_single(mean_squares(table)) if len(table) >= _LEAST else None
    k = table.shape[1]
    return Reliability(
        plane=str(first["plane"]),
        error=MetricError.from_sd(
            float(np.sqrt(variance)),
            df,
            metric=str(first["metric"]),
            side=first["side"],
            activity=first["activity"],
            n_runners=len(by_runner),
            n_sessions=sum(len(values) for values in by_runner),
            origin=origin,
        ),
        mean_deg=float(np.concatenate(by_runner).mean()),
        icc_single=single,
        icc_mean=None if single is None else icc_mean(single, k),
        icc_runners=len(table),
        icc_sessions=k,
    )


def _pooled(by_runner: Sequence[FloatArray]) -> tuple[float, float]:
    """Return the variance within runners and its degrees of freedom."""
    own_df = np.array([len(values) - 1 for values in by_runner], dtype=np.float64)
    own = np.array([values.var(ddof=1) for values in by_runner])
    weights = own_df / own_df.sum()
    variance = float(weights @ own)
    n = len(by_runner)
    if n < _LEAST:
        return variance, float(own_df.sum())
    of_variance = n / (n - 1) * float(np.sum((weights * (own - variance)) ** 2))
    if of_variance <= 2 * variance**2 / own_df.sum():
        return variance, float(own_df.sum())
    return variance, max(2 * variance**2 / of_variance, 1.0)


def largest_complete(by_runner: Sequence[FloatArray]) -> FloatArray:
    """Return the complete table (n runners, k sessions) that uses most of the first sessions.

    ``by_runner``: each runner's values in their order, two or more. Two runners or more are
    preferred to one with many sessions.
    """
    counts = np.array([len(values) for values in by_runner])
    several = [k for k in np.unique(counts) if np.sum(counts >= k) >= _LEAST] or [counts.max()]
    k = max(several, key=lambda size: (size * np.sum(counts >= size), size))
    return np.stack([values[:k] for values in by_runner if len(values) >= k])


def find_error(
    errors: Sequence[MetricError], *, metric: str, side: Side, activity: Activity
) -> MetricError | None:
    """Return the first of ``errors`` that is of this metric, leg and activity, or None."""
    for error in errors:
        if (error.metric, error.activity) == (metric, activity) and error.side in (side, None):
            return error
    return None

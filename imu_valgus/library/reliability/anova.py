"""Intraclass correlation of a complete table, runners by sessions, in closed form."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from imu_valgus.core import FloatArray

_TAIL = 0.975


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """The two-way analysis of variance of n runners and k sessions, one value a cell."""

    runners: float
    sessions: float
    error: float
    n: int
    k: int


@dataclass(frozen=True, slots=True)
class Icc:
    """An intraclass correlation with its 95 % interval; it may fall below 0."""

    value: float
    low: float
    high: float


def mean_squares(table: FloatArray) -> MeanSquares:
    """Analyse a complete table (n runners, k sessions) in their order, n and k at least 2."""
    n, k = table.shape
    by_runner, by_session = table.mean(axis=1), table.mean(axis=0)
    left = table - by_runner[:, None] - by_session[None, :] + table.mean()
    return MeanSquares(
        runners=float(k * by_runner.var(ddof=1)),
        sessions=float(n * by_session.var(ddof=1)),
        error=float(np.sum(left**2) / ((n - 1) * (k - 1))),
        n=n,
        k=k,
    )


def icc_single(found: MeanSquares) -> Icc | None:
    """Return ICC(2,1): two-way random effects, absolute agreement, one session.

    Point estimate of Shrout and Fleiss [1]_, interval of McGraw and Wong [2]_ (their ICC(A,1)).
    None where the table holds no error at all.

    References
    ----------
    .. [1] Shrout & Fleiss (1979), Psychol Bull 86(2), 420-428, doi:10.1037/0033-2909.86.2.420.
    .. [2] McGraw & Wong (1996), Psychol Methods 1(1), 30-46, doi:10.1037/1082-989X.1.1.30.
    """
    n, k = found.n, found.k
    runners, sessions, error = found.runners, found.sessions, found.error
    if error <= 0:
        return None
    rho = (runners - error) / (runners + (k - 1) * error + k * (sessions - error) / n)
    a = k * rho / (n * (1 - rho)) * sessions
    b = (1 + k * rho * (n - 1) / (n * (1 - rho))) * error
    df = (a + b) ** 2 / (a**2 / (k - 1) + b**2 / ((n - 1) * (k - 1)))
    low_f, high_f = stats.f.ppf(_TAIL, n - 1, df), stats.f.ppf(_TAIL, df, n - 1)
    other = k * sessions + (k * n - k - n) * error
    return Icc(
        value=rho,
        low=float(n * (runners - low_f * error) / (low_f * other + n * runners)),
        high=float(n * (high_f * runners - error) / (other + n * high_f * runners)),
    )


def icc_mean(single: Icc, k: int) -> Icc:
    """Return ICC(2,k), that of the mean of k sessions, of ICC(2,1) by Spearman and Brown.

    Below 0, where the formula has a pole, it is 0.
    """

    def of_mean(one: float) -> float:
        return k * max(one, 0.0) / (1 + (k - 1) * max(one, 0.0))

    return Icc(of_mean(single.value), of_mean(single.low), of_mean(single.high))

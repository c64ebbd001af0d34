"""A difference and its error put into one of three words."""

from dataclasses import dataclass
from math import floor, inf
from typing import Literal

from scipy import stats

Verdict = Literal["changed", "no detectable change", "equivalent"]


@dataclass(frozen=True, slots=True)
class VerdictParams:
    """What a verdict stands on.

    Parameters
    ----------
    margin_deg : float
        Differences within ± this are taken to be of no account. No change of knee abduction is
        known below which nothing follows; 2° is what gait analysts take for an acceptable error of
        measurement (McGinley et al. 2009, doi:10.1016/j.gaitpost.2008.09.003), and less than half
        of the 5° and 10° by which training changed it (Palmer et al. 2015,
        doi:10.1186/s12891-015-0563-9).
    confidence : float
        Of the interval; equivalence is tested at 1 - ``confidence`` on either side.
    """

    margin_deg: float = 2.0
    confidence: float = 0.95


DEFAULT = VerdictParams()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A difference, what is sure of it, and the verdict.

    Parameters
    ----------
    estimate_deg, low_deg, high_deg : float
        The difference and its interval.
    mdc95_deg : float
        The smallest difference that the measurement tells from none, 19 times in 20.
    margin_deg : float
        Of equivalence.
    verdict : {"changed", "no detectable change", "equivalent"}
        ``changed``: the interval leaves 0 out and the difference is beyond ``mdc95_deg``.
        ``equivalent``: it is not changed, and lies within ± ``margin_deg`` by two one-sided tests
        (TOST) [1]_. Else neither is shown.
    within_margin : bool
        The same two tests, whether changed or not: a small change can be both.
    can_show_equivalence : bool
        Whether the measurement is sharp enough for these tests to succeed at all, were the
        difference 0.

    References
    ----------
    .. [1] Schuirmann (1987), J Pharmacokinet Biopharm 15(6), 657-680, doi:10.1007/BF01068419.
    """

    estimate_deg: float
    low_deg: float
    high_deg: float
    mdc95_deg: float
    margin_deg: float
    verdict: Verdict
    within_margin: bool
    can_show_equivalence: bool


def judge(
    estimate_deg: float,
    sd_deg: float,
    *,
    mdc95_deg: float,
    df: float = inf,
    params: VerdictParams = DEFAULT,
) -> Judged:
    """Judge one difference.

    Parameters
    ----------
    estimate_deg, sd_deg : float
        The difference and its standard error, all sources.
    mdc95_deg : float
        As in ``Judged``.
    df : float
        Degrees of freedom of ``sd_deg``.
    """
    two_sided, one_sided = _quantiles(df, params)
    reach_deg, room_deg = two_sided * sd_deg, params.margin_deg - one_sided * sd_deg
    size_deg = abs(estimate_deg)
    is_within = size_deg < room_deg
    verdict: Verdict = "equivalent" if is_within else "no detectable change"
    if size_deg > max(reach_deg, mdc95_deg):
        verdict = "changed"
    return Judged(
        estimate_deg=estimate_deg,
        low_deg=estimate_deg - reach_deg,
        high_deg=estimate_deg + reach_deg,
        mdc95_deg=mdc95_deg,
        margin_deg=params.margin_deg,
        verdict=verdict,
        within_margin=is_within,
        can_show_equivalence=room_deg > 0.0,
    )


def sessions_for_equivalence(sd_deg: float, *, df: float, params: VerdictParams = DEFAULT) -> int:
    """Return how many sessions before, and as many after, equivalence takes at the least.

    Were the difference exactly 0; ``sd_deg`` is that of one session's mean.
    """
    _, one_sided = _quantiles(df, params)
    return floor(2.0 * (one_sided * sd_deg / params.margin_deg) ** 2) + 1


def _quantiles(df: float, params: VerdictParams) -> tuple[float, float]:
    """Return Student's quantiles for the two-sided interval and for each one-sided test."""
    alpha = 1.0 - params.confidence
    return float(stats.t.ppf(1.0 - 0.5 * alpha, df)), float(stats.t.ppf(1.0 - alpha, df))

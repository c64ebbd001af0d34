"""What a cohort's model takes for granted, looked at: shape, spread, and single runners."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from imu_valgus.core import ImuValgusError
from imu_valgus.library.groups.cohort import (
    CohortEffect,
    CohortResult,
    fit_cohort,
)
from imu_valgus.library.groups.cohort_table import CohortTableParams, cohort_table

_DOUBTFUL: Final = 0.05
_PERMUTATIONS: Final = 9_999
_MOST_FOR_SHAPIRO: Final = 5_000
_NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortChecks:
    """The model's assumptions, each with its number; ``words`` say what they mean.

    Parameters
    ----------
    residual_normality_p, change_normality_p : float
        Shapiro and Wilk's test [1]_ of the residuals, and of the runners' changes within groups (on
        which the answer rests); NaN below three.
    spread_p : float
        Brown and Forsythe's test [2]_ that residuals spread alike in all groups and phases.
    permutation_p : float
        Of the study's own question without any normal curve: runners' mean changes with their signs
        flipped, or their groups exchanged, 9,999 times [3]_. Speed and cadence are not held equal.
    influence : DataFrame
        The study's own answer without each runner: ``athlete, estimate, low, high, verdict``.
    words : tuple of str

    References
    ----------
    .. [1] Shapiro & Wilk (1965), Biometrika 52(3/4), 591-611, doi:10.1093/biomet/52.3-4.591.
    .. [2] Brown & Forsythe (1974), J Am Stat Assoc 69(346), 364-367,
       doi:10.1080/01621459.1974.10482955.
    .. [3] Phipson & Smyth (2010), Stat Appl Genet Mol Biol 9(1), 39, doi:10.2202/1544-6115.1585.
    """

    residual_normality_p: float
    change_normality_p: float
    spread_p: float
    permutation_p: float
    influence: pd.DataFrame
    words: tuple[str, ...]


def check_cohort(result: CohortResult) -> CohortChecks:
    """Look at what the fit takes for granted."""
    changes = runner_changes(result)
    centred = changes["change_deg"] - changes.groupby("group")["change_deg"].transform("mean")
    influence = _influence(result)
    residual_p = _normality(result.rows["residual"])
    change_p = _normality(centred)
    cells = [
        cell.to_numpy(dtype=np.float64)
        for _, cell in result.rows.groupby(["group", "phase"])["residual"]
    ]
    spread_p = float(stats.levene(*cells, center="median").pvalue)
    permuted_p = _permuted(changes, result.primary)
    words = (
        _normal_words("the residuals", residual_p),
        _normal_words("the runners' changes", change_p),
        f"residuals {'spread alike' if spread_p >= _DOUBTFUL else 'do not spread alike'} in all "
        f"groups and phases (Brown-Forsythe p = {spread_p:.3f})",
        f"without a normal curve, by {_PERMUTATIONS:,} permutations of runners and with speed and "
        f"cadence as they were: p = {permuted_p:.3f}, the model's {result.primary.estimate.p:.3f}",
        _influence_words(result.primary, influence),
        *_size_words(result),
    )
    return CohortChecks(
        residual_normality_p=residual_p,
        change_normality_p=change_p,
        spread_p=spread_p,
        permutation_p=permuted_p,
        influence=influence,
        words=words,
    )


def runner_changes(result: CohortResult) -> pd.DataFrame:
    """Return ``athlete, group, change_deg`` of the runners measured in both phases.

    Of the phase of the study's own question; each runner's mean over legs and sessions, minus the
    first phase's.
    """
    asked = result.primary
    rows = result.rows
    wide = rows.pivot_table(
        result.table.metric, index=["group", "athlete", "side"], columns="phase", aggfunc="mean"
    )
    by_leg_change = (wide[asked.phase] - wide[asked.against]).dropna()
    changes = by_leg_change.groupby(["athlete", "group"]).mean()
    return changes.rename("change_deg").reset_index()


def _normality(values: pd.Series) -> float:
    sample = values.to_numpy(dtype=np.float64)[:_MOST_FOR_SHAPIRO]
    if len(sample) < 3 or float(np.ptp(sample)) == 0.0:
        return float("nan")
    return float(stats.shapiro(sample).pvalue)


def _normal_words(what: str, p: float) -> str:
    if np.isnan(p):
        return f"{what} are too few, or too alike, for a test of their shape"
    if p >= _DOUBTFUL:
        return f"{what} do not contradict a normal curve (Shapiro-Wilk p = {p:.3f})"
    return (
        f"{what} do not follow a normal curve (Shapiro-Wilk p = {p:.3f}): hold the permutation's "
        "p against the model's"
    )


def _permuted(changes: pd.DataFrame, asked: CohortEffect) -> float:
    """Return the two-sided p of the study's own question by permutation of runners."""
    values = changes["change_deg"].to_numpy(dtype=np.float64)
    rng = np.random.default_rng(0)  # the same table, the same answer
    if asked.than is None:
        flipped = rng.choice([-1.0, 1.0], (_PERMUTATIONS, len(values))) * values
        found, drawn = values.mean(), flipped.mean(axis=1)
    else:
        used = changes["group"].isin([asked.group, asked.than]).to_numpy(dtype=np.bool_)
        values = values[used]
        labels = (changes["group"] == asked.group).to_numpy(dtype=np.bool_)[used]
        exchanged = rng.permuted(np.tile(labels, (_PERMUTATIONS, 1)), axis=1)
        share = np.array([labels.mean(), 1 - labels.mean()]) * len(labels)

        def difference(member: np.ndarray) -> np.ndarray:
            return member @ values / share[0] - ~member @ values / share[1]

        found, drawn = difference(labels), difference(exchanged)
    as_far = int(np.sum(np.abs(drawn) >= abs(found) * (1 - 1e-12)))
    return (as_far + 1) / (_PERMUTATIONS + 1)


def _influence(result: CohortResult) -> pd.DataFrame:
    """Answer again without each runner; where a group gets too small, nothing is said."""
    table = result.table
    again = CohortTableParams(
        min_strides=0, covariates=table.covariates, first_phase=table.phases[0]
    )
    found: list[tuple[str, float, float, float, str]] = []
    for athlete in table.rows["athlete"].unique():
        others = table.rows[table.rows["athlete"] != athlete]
        try:
            fewer = cohort_table(others, metric=table.metric, params=again)
        except ImuValgusError:
            continue
        same = _same_question(fit_cohort(fewer, params=result.params), result.primary)
        low, high = same.estimate.low, same.estimate.high
        found.append((str(athlete), same.estimate.value, low, high, same.verdict))
    return pd.DataFrame(found, columns=["athlete", "estimate", "low", "high", "verdict"])


def _same_question(result: CohortResult, asked: CohortEffect) -> CohortEffect:
    return next(
        one
        for one in result.effects
        if (one.group, one.than, one.phase) == (asked.group, asked.than, asked.phase)
    )


def _influence_words(asked: CohortEffect, influence: pd.DataFrame) -> str:
    if influence.empty:
        return "too few runners to leave one out"
    moved = (influence["estimate"] - asked.estimate.value).abs()
    most = influence.loc[moved.idxmax()]
    turning = influence.loc[influence["verdict"] != asked.verdict, "athlete"].tolist()
    said = (
        f"without {most['athlete']}, who moves it most, the answer is {most['estimate']:+.1f}° "
        f"instead of {asked.estimate.value:+.1f}°"
    )
    if not turning:
        return f"{said}; the verdict holds without any one runner"
    more = f" or {len(turning) - _NAMED} more" if len(turning) > _NAMED else ""
    names = ", ".join(turning[:_NAMED])
    return f"{said}; the verdict hangs on single runners: without {names}{more} it is another"


def _size_words(result: CohortResult) -> list[str]:
    """Say what few runners cannot show."""
    sizes = result.rows.groupby("group")["athlete"].nunique()
    words: list[str] = []
    if int(sizes.min()) < 10:
        words.append(
            f"{int(sizes.min())} runners in the smallest group: tests of shape and spread see "
            "little there, so that they do not object means little"
        )
    return words

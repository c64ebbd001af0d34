"""What a cohort is fitted to: one row a runner, session and leg, and what had to stay out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import ImuValgusError

STUDY_COLUMNS: Final = ("athlete", "session", "side", "date", "group", "phase")
"""Who, when and what of; ``group`` and ``phase`` are words, empty where nothing was noted."""
COVARIATES: Final = ("speed_mps", "cadence_spm")
"""What moves the angle by itself; both are part of the model where they are known."""
ONE_GROUP: Final = "all runners"
_FEWEST_RUNNERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortTableParams:
    """What a row of the cohort rests on.

    Parameters
    ----------
    min_strides : int
        Good strides. At 0.44° from stride to stride, ten leave 0.14° of noise: little beside
        the error between sessions, which no number of strides lessens.
    covariates : sequence of str
        Columns that the model holds equal.
    first_phase : str
        The phase that the others are compared with; the earliest, if empty.
    """

    min_strides: int = 10
    covariates: Sequence[str] = COVARIATES
    first_phase: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CohortTable:
    """Rows that a model can be fitted to.

    Parameters
    ----------
    rows : DataFrame
        ``STUDY_COLUMNS``, ``n_strides``, the covariates and the metric: one row a session and
        leg, sorted by athlete, date and leg, with nothing missing.
    metric : str
    groups, phases : tuple of str
        In their order; the first phase is what the others are compared with.
    covariates : tuple of str
        Those that are part of the model.
    left_out : tuple of str
        Each a sentence: which rows or covariates had to stay out, and why.
    """

    rows: pd.DataFrame
    metric: str
    groups: tuple[str, ...]
    phases: tuple[str, ...]
    covariates: tuple[str, ...]
    left_out: tuple[str, ...] = field(default=())


def leg_means(strides: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """Average the good strides of each session and leg.

    A row weighs the same however many strides it rests on: strides share their session's error, so
    a long run is not measured better than a short one.

    Parameters
    ----------
    strides : DataFrame
        Rows of stride logs, of any number of sessions.
    metrics : sequence of str
        Columns of the stride log.

    Returns
    -------
    DataFrame
        ``session, side, n_strides, cadence_spm, speed_mps`` and the metrics, one row a session
        and leg with good strides.
    """
    columns = list(dict.fromkeys([*COVARIATES, *metrics]))
    good = strides.loc[strides["quality"] == "good", ["session", "side", *columns]]
    by_leg = good.groupby(["session", "side"], sort=True)
    means = by_leg[columns].mean()
    means.insert(0, "n_strides", by_leg[metrics[0]].count())
    return means.reset_index()


def study_rows(strides: pd.DataFrame, sessions: pd.DataFrame, *, metric: str) -> pd.DataFrame:
    """Set the strides' means beside what is known of their sessions.

    Parameters
    ----------
    strides : DataFrame
        Rows of stride logs, of any number of sessions.
    sessions : DataFrame
        One row a session: ``athlete, session, date, group, phase`` and, where the strides know none
        of their own, ``speed_mps`` (as typed, or from a watch).
    metric : str

    Returns
    -------
    DataFrame
        What :func:`cohort_table` takes.
    """
    means = leg_means(strides, [metric])
    rows = means.merge(sessions, on="session", how="inner", suffixes=("", "_noted"))
    if "speed_mps_noted" in rows:
        rows["speed_mps"] = rows["speed_mps"].fillna(rows["speed_mps_noted"])
    return rows[[*STUDY_COLUMNS, "n_strides", *COVARIATES, metric]]


def cohort_table(
    rows: pd.DataFrame, *, metric: str, params: CohortTableParams | None = None
) -> CohortTable:
    """Choose what of a library's rows a model can be fitted to.

    Parameters
    ----------
    rows : DataFrame
        ``STUDY_COLUMNS``, ``n_strides``, ``COVARIATES`` and the metric, one row a session and leg.
    metric : str
    params : CohortTableParams, optional

    Raises
    ------
    ImuValgusError
        Where no change can be asked for: no phases, a runner in two groups, too few runners.
    """
    params = params or CohortTableParams()
    known, words = _known(rows, metric, params)
    _refuse_two_groups(known)
    covariates, more = _usable(known, params.covariates)
    whole = known.dropna(subset=list(covariates)) if covariates else known
    phases = _phases(whole, params.first_phase)
    groups = tuple(sorted(whole["group"].unique()))
    whole = whole.sort_values(["athlete", "date", "session", "side"], ignore_index=True)
    _refuse_too_few(whole, groups, phases)
    if float(np.ptp(whole[metric])) == 0.0:
        raise ImuValgusError(
            f"{metric} is {whole[metric].iloc[0]:g} in all sessions",
            hint="choose another: --metric NAME",
        )
    return CohortTable(whole, metric, groups, phases, covariates, (*words, *more))


def _known(
    rows: pd.DataFrame, metric: str, params: CohortTableParams
) -> tuple[pd.DataFrame, list[str]]:
    """Leave out rows without a number, a phase or, where others have one, a group."""
    reasons = {
        f"fewer than {params.min_strides} good strides": rows["n_strides"] < params.min_strides,
        f"no {metric}": rows[metric].isna(),
        "no phase noted": rows["phase"] == "",
    }
    if (rows["group"] != "").any():
        reasons["no group noted"] = rows["group"] == ""
    keep = pd.Series(data=True, index=rows.index)
    words: list[str] = []
    for reason, out in reasons.items():
        newly = keep & out
        if newly.any():
            words.append(f"left out, {reason}: {_which(rows[newly])}")
        keep &= ~out
    known = rows[keep]
    if known.empty:
        raise ImuValgusError(
            f"no session can be compared: {'; '.join(words) or 'the library holds none'}",
            hint="note what each session belongs to: imu-valgus note SESSION --phase pre",
        )
    return known.assign(group=known["group"].replace("", ONE_GROUP)), words


def _which(rows: pd.DataFrame) -> str:
    """Name sessions with their legs, the first few by name."""
    legs = rows.groupby("session", sort=True)["side"].agg(lambda sides: " and ".join(sorted(sides)))
    named = [f"{session} ({sides})" for session, sides in legs.items()]
    return ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")


def _usable(rows: pd.DataFrame, covariates: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the covariates that are known and differ, and say what became of the others."""
    usable: list[str] = []
    words: list[str] = []
    for name in covariates:
        missing = rows[name].isna()
        if missing.all():
            words.append(f"{name} is not known, so it is not held equal")
        elif float(np.nanstd(rows[name].to_numpy(dtype=np.float64))) < 1e-9:
            words.append(f"{name} is the same in all sessions, so it is no part of the model")
        else:
            usable.append(name)
            if missing.any():
                words.append(f"left out, {name} not known: {_which(rows[missing])}")
    return tuple(usable), words


def _phases(rows: pd.DataFrame, first: str) -> tuple[str, ...]:
    """Return the phases by their median date, the one to compare with first."""
    found = [str(one) for one in rows.groupby("phase")["date"].median().sort_values().index]
    if first and first not in found:
        raise ImuValgusError(
            f"no session is of the phase {first!r}", hint=f"there are: {', '.join(found)}"
        )
    if len(found) < 2:
        raise ImuValgusError(
            f"all sessions are of one phase, {found[0]!r}: there is nothing to compare",
            hint="note the others': imu-valgus note SESSION --phase post",
        )
    return (first, *(one for one in found if one != first)) if first else tuple(found)


def _refuse_two_groups(rows: pd.DataFrame) -> None:
    member = rows[["athlete", "group"]].drop_duplicates()
    twice = member.loc[member["athlete"].duplicated(), "athlete"]
    if len(twice):
        athlete = str(twice.iloc[0])
        own = sorted(member.loc[member["athlete"] == athlete, "group"])
        raise ImuValgusError(
            f"{athlete} is noted in {len(own)} groups: {', '.join(own)}",
            hint="a runner belongs to one group for the whole study",
        )


def _refuse_too_few(rows: pd.DataFrame, groups: Sequence[str], phases: Sequence[str]) -> None:
    seen = (
        rows.drop_duplicates(["athlete", "phase"]).groupby(["group", "phase"])["athlete"].agg(set)
    )
    for group in groups:
        for phase in phases[1:]:
            both = len(seen.get((group, phases[0]), set()) & seen.get((group, phase), set()))
            if both < _FEWEST_RUNNERS:
                raise ImuValgusError(
                    f"{group}: {both} runners were measured both {phases[0]} and {phase}",
                    hint=f"{_FEWEST_RUNNERS} are the least that an interval can be made of",
                )

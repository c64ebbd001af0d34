"""Does the squat tell anything about the run: both in one session, with one calibration."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from imu_valgus.core import FloatArray, Side
from imu_valgus.library.groups.planning import variance_of_mean
from imu_valgus.metrics import Agreement, agreement

Task = Literal["squat", "single_leg_squat", "landing"]
"""What is held beside the run."""

PAIR_COLUMNS: Final = (
    "athlete",
    "session",
    "side",
    "task",
    "task_deg",
    "run_deg",
    "difference_deg",
    "low_deg",
    "high_deg",
    "n_repetitions",
    "n_strides",
)
"""One row a session, leg and task; the difference is task minus run, with its own interval."""
_FEWEST_STRIDES: Final = 10
_NORMAL_95: Final = 1.96
_FEWEST_FOR_R: Final = 4
_WIDE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval; NaN where there are too few values for one."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAgainstRun:
    """One task of one leg beside the run, across runners, each with the mean of their sessions.

    Parameters
    ----------
    task, side
    n_runners, n_sessions : int
    run_mean_deg, task_mean_deg : float
    agreement : Agreement
        Task (ours) against run (reference): bias, correlation, 95 % limits of agreement [1]_.
    bias, lower, upper, r : Interval
        Of the agreement's bias, of both its limits [1]_ and of its correlation (Fisher's z).
    within_r : float
        Correlation from session to session within runners [2]_; NaN without runners that have
        several sessions.
    within : Interval
    words : tuple of str
        What may and may not be read from it.

    References
    ----------
    .. [1] Bland & Altman (1999), Stat Methods Med Res 8(2), 135-160,
       doi:10.1177/096228029900800204.
    .. [2] Bland & Altman (1995), BMJ 310(6977), 446, doi:10.1136/bmj.310.6977.446; interval of
       Bakdash & Marusich (2017), Front Psychol 8, 456, doi:10.3389/fpsyg.2017.00456.
    """

    task: Task
    side: Side
    n_runners: int
    n_sessions: int
    run_mean_deg: float
    task_mean_deg: float
    agreement: Agreement
    bias: Interval
    lower: Interval
    upper: Interval
    r: Interval
    within_r: float
    within: Interval
    words: tuple[str, ...]


def pair_session(
    strides: pd.DataFrame,
    repetitions: pd.DataFrame,
    *,
    athlete: str,
    session: str,
    metric: str,
) -> pd.DataFrame:
    """Set one session's tasks beside its run.

    Parameters
    ----------
    strides, repetitions : DataFrame
        Its stride log and its log of repetitions; good ones count.
    athlete, session : str
    metric : str
        A column of both, degrees.

    Returns
    -------
    DataFrame
        ``PAIR_COLUMNS``; a leg with fewer than ten strides or without repetitions has no row. The
        interval is Welch's, with the strides' own memory in it; it is NaN for one repetition. The
        calibration's error, which run and task share, is not in it.
    """
    rows: list[tuple[object, ...]] = []
    good, done = (
        log[(log["quality"] == "good") & log[metric].notna()] for log in (strides, repetitions)
    )
    for task in get_args(Task):
        for side, own in done[done["kind"] == task].groupby("side", sort=True):
            run = good[good["side"] == side].sort_values("initial_contact_s")
            if len(run) < _FEWEST_STRIDES:
                continue
            tasks, runs = (log[metric].to_numpy(dtype=np.float64) for log in (own, run))
            means = (float(tasks.mean()), float(runs.mean()))
            difference, half = means[0] - means[1], _half_width(tasks, runs)
            ends = (difference - half, difference + half)
            counts = (len(tasks), len(runs))
            rows.append((athlete, session, side, task, *means, difference, *ends, *counts))
    return pd.DataFrame(rows, columns=list(PAIR_COLUMNS))


def _half_width(tasks: FloatArray, runs: FloatArray) -> float:
    """Return half the 95 % interval of the difference of the means (Welch)."""
    if len(tasks) < 2:
        return float("nan")
    centred = runs - runs.mean()
    memory = float(centred[1:] @ centred[:-1]) / float(centred @ centred) if centred.any() else 0.0
    counted = variance_of_mean(len(runs), min(max(memory, 0.0), 0.95))  # 1 / number that counts
    parts = np.array([tasks.var(ddof=1) / len(tasks), runs.var(ddof=1) * counted])
    if parts.sum() == 0.0:
        return 0.0
    freedom = np.array([len(tasks) - 1, max(1.0 / counted - 1.0, 1.0)])
    df = parts.sum() ** 2 / np.sum(parts**2 / freedom)
    return float(stats.t.ppf(0.975, df) * np.sqrt(parts.sum()))


def tasks_against_run(pairs: pd.DataFrame) -> tuple[TaskAgainstRun, ...]:
    """Hold each task against the run across runners, one leg at a time.

    A runner counts once, with the mean over their sessions: legs are not pooled, for two legs of
    one runner are not two runners.

    Parameters
    ----------
    pairs : DataFrame
        Rows of :func:`pair_session`, of any number of sessions.
    """
    return tuple(
        _task_against_run(own, task, side)
        for task in get_args(Task)
        for side in get_args(Side)
        if len(own := pairs[(pairs["task"] == task) & (pairs["side"] == side)])
    )


def _task_against_run(own: pd.DataFrame, task: Task, side: Side) -> TaskAgainstRun:
    means = own.groupby("athlete")[["task_deg", "run_deg"]].mean()
    tasks, runs = (means[name].to_numpy(dtype=np.float64) for name in ("task_deg", "run_deg"))
    found = agreement(tasks, runs)
    sd = (found.upper_deg - found.lower_deg) / (2 * _NORMAL_95)
    bias, lower, upper = bland_altman_intervals(found.bias_deg, sd, found.n)
    r = correlation_interval(found.r, found.n)
    within_r, within = within_correlation(own)
    return TaskAgainstRun(
        task=task,
        side=side,
        n_runners=found.n,
        n_sessions=len(own),
        run_mean_deg=float(runs.mean()),
        task_mean_deg=float(tasks.mean()),
        agreement=found,
        bias=bias,
        lower=lower,
        upper=upper,
        r=r,
        within_r=within_r,
        within=within,
        words=tuple(_words(task, found, r)),
    )


def bland_altman_intervals(bias: float, sd: float, n: int) -> tuple[Interval, Interval, Interval]:
    """Return the 95 % intervals of bias, lower and upper limit of agreement, section 2 of [1]_.

    References
    ----------
    .. [1] Bland & Altman (1999), Stat Methods Med Res 8(2), 135-160,
       doi:10.1177/096228029900800204.
    """
    if n < 2:
        nothing = Interval(float("nan"), float("nan"))
        return nothing, nothing, nothing
    t = float(stats.t.ppf(0.975, n - 1))
    of_bias = t * sd / sqrt(n)
    of_limit = t * sd * sqrt(1 / n + _NORMAL_95**2 / (2 * (n - 1)))
    limits = (bias - _NORMAL_95 * sd, bias + _NORMAL_95 * sd)
    return (
        Interval(bias - of_bias, bias + of_bias),
        Interval(limits[0] - of_limit, limits[0] + of_limit),
        Interval(limits[1] - of_limit, limits[1] + of_limit),
    )


def correlation_interval(r: float, n: float) -> Interval:
    """Return the 95 % interval of Pearson's r of n pairs (Fisher's z); NaN below four."""
    if n < _FEWEST_FOR_R or not abs(r) < 1.0:
        return Interval(float("nan"), float("nan"))
    z, half = np.arctanh(r), _NORMAL_95 / sqrt(n - 3)
    return Interval(float(np.tanh(z - half)), float(np.tanh(z + half)))


def within_correlation(pairs: pd.DataFrame) -> tuple[float, Interval]:
    """Return the correlation of task and run within runners, from session to session.

    Each runner's own level is taken off both; runners with one session say nothing.
    """
    several = pairs.groupby("athlete")["session"].transform("size") > 1
    own = pairs[several]
    centred = own[["task_deg", "run_deg"]] - own.groupby("athlete")[
        ["task_deg", "run_deg"]
    ].transform("mean")
    x, y = (centred[name].to_numpy(dtype=np.float64) for name in ("task_deg", "run_deg"))
    df = len(own) - own["athlete"].nunique() - 1
    size = float(x @ x) * float(y @ y)
    if df < 1 or size <= 0.0:
        return float("nan"), Interval(float("nan"), float("nan"))
    r = float(x @ y) / sqrt(size)
    return r, correlation_interval(r, df + 2)


def _words(task: Task, found: Agreement, r: Interval) -> Sequence[str]:
    name = task.replace("_", " ")
    words = [
        f"the excursion of a {name} counts from its start, that of a stride from contact; and what "
        "is left of the axes' error grows with how deep the knee bends, so a difference is not "
        "the runner's alone"
    ]
    if np.isnan(r.low):
        words.append(f"{found.n} runners are too few for an interval of the correlation")
    elif r.high - r.low > _WIDE:
        words.append(
            f"with {found.n} runners the correlation is known only to lie between {r.low:.2f} and "
            f"{r.high:.2f}"
        )
    if r.low > 0 and (found.upper_deg - found.lower_deg) > 2 * abs(found.bias_deg):
        words.append(
            "runners who go further inwards in the one do so in the other; what one runner does "
            f"in the run, their {name} still tells only to within the limits of agreement"
        )
    if r.low <= 0.0 <= r.high:
        words.append(f"that the {name} tells nothing of the run is not excluded")
    return words

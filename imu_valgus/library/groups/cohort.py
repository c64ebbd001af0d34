"""Has a group of runners changed: a mixed model over their sessions, and what it may claim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import pandas as pd

from imu_valgus.core import FloatArray, ImuValgusError
from imu_valgus.library.change.verdicts import DEFAULT, Verdict, VerdictParams, judge
from imu_valgus.library.groups.cohort_table import ONE_GROUP, CohortTable
from imu_valgus.library.groups.mixed import Estimate, MixedDesign, MixedFit, fit_mixed

Question = Literal["change", "difference between groups"]

RANDOM_WORDS: Final[Mapping[str, str]] = {
    "runner": "between runners",
    "leg": "between the legs of a runner",
    "response": "in how runners change",
    "session": "between sessions of a runner",
    "residual": "of a leg in a session, and noise",
}
"""The random effects, and what their standard deviation is that of."""
_BETWEEN: Final = "difference between groups"
_SIDE: Final = "right minus left"


@dataclass(frozen=True, slots=True)
class CohortEffect:
    """One change, or the difference of two groups' changes.

    Parameters
    ----------
    question : {"change", "difference between groups"}
    group : str
        Whose change.
    than : str or None
        Of a difference: whose change is taken from it.
    phase, against : str
        The change is ``phase`` minus ``against``.
    estimate : Estimate
        Degrees, at equal speed and cadence where those are part of the model, averaged over the
        legs. Its interval holds together with those of the same question in 95 % of studies.
    level : float
        Of that interval: 0.95, and more where a question has several answers (Bonferroni).
    equivalence_low_deg, equivalence_high_deg : float
        The interval of the two one-sided tests: within ± margin it shows equivalence.
    d, d_low, d_high : float
        The estimate over the runners' standard deviation at first, less its bias [1]_; the interval
        takes that standard deviation as known.
    verdict : {"changed", "equivalent", "no detectable change"}
        Of a group the interval alone decides: it holds the error of measurement.
    within_margin, can_show_equivalence : bool
        As in :class:`imu_valgus.library.change.verdicts.Judged`.

    References
    ----------
    .. [1] Morris (2008), Organ Res Methods 11(2), 364-386, doi:10.1177/1094428106291059.
    """

    question: Question
    group: str
    than: str | None
    phase: str
    against: str
    estimate: Estimate
    level: float
    equivalence_low_deg: float
    equivalence_high_deg: float
    d: float
    d_low: float
    d_high: float
    verdict: Verdict
    within_margin: bool
    can_show_equivalence: bool


@dataclass(frozen=True, slots=True, eq=False)
class CohortResult:
    """A cohort's answer.

    Parameters
    ----------
    table : CohortTable
    params : VerdictParams
    formula : str
        The model in one line.
    effects : tuple of CohortEffect
        The study's own question first: the difference between groups where there are several, else
        the change.
    coefficients : DataFrame
        The model's table: ``term, estimate, se, df, low, high, p``.
    sds : mapping of str to float
        Standard deviations of the random effects, degrees, by the names of RANDOM_WORDS; only those
        that the design can tell apart.
    baseline_sd : float
        Of the runners' means at first, within groups, degrees.
    rows : DataFrame
        Those of the table, with ``fitted`` and ``residual``.
    converged : bool
    notes : tuple of str
        What to know of the fit, a sentence each.
    """

    table: CohortTable
    params: VerdictParams
    formula: str
    effects: tuple[CohortEffect, ...]
    coefficients: pd.DataFrame
    sds: Mapping[str, float]
    baseline_sd: float
    rows: pd.DataFrame
    converged: bool
    notes: tuple[str, ...]

    @property
    def primary(self) -> CohortEffect:
        """The answer to the study's own question."""
        return self.effects[0]

    @property
    def n_runners(self) -> int:
        """How many runners, whatever their number of sessions and strides."""
        return int(self.rows["athlete"].nunique())


def fit_cohort(table: CohortTable, *, params: VerdictParams = DEFAULT) -> CohortResult:
    """Fit value ~ time * group + side + speed + cadence with runners and sessions as random.

    Rows are means of a session and leg. Random are the runner's level and, where the design can
    tell them apart, those of the runner's legs, of how runners differ in their change, and of each
    session. So neither strides nor legs nor sessions count as people: intervals have the degrees of
    freedom that Kenward and Roger's method leaves (in balanced studies those of a t test on one
    change a runner).

    Parameters
    ----------
    table : CohortTable
    params : VerdictParams, optional
        The margin of equivalence, and the confidence of one answer.
    """
    design = cohort_design(table)
    fit = fit_mixed(design)
    scale = _baseline(table)
    asked = _asked(table, fit.names)
    kinds = [one.question for one in asked]
    effects = tuple(
        _effect(fit, one, times=kinds.count(one.question), scale=scale, params=params)
        for one in asked
    )
    return CohortResult(
        table=table,
        params=params,
        formula=_formula(table, design),
        effects=effects,
        coefficients=_coefficients(fit),
        sds={name: float(np.sqrt(variance)) for name, variance in fit.variances.items()},
        baseline_sd=scale[0],
        rows=table.rows.assign(fitted=fit.fitted, residual=fit.residuals),
        converged=fit.converged,
        notes=_notes(fit),
    )


def cohort_design(table: CohortTable) -> MixedDesign:
    """Return the columns of the model; covariates are counted from their mean, sides ± ½.

    Raises
    ------
    ImuValgusError
        Where a covariate goes along with the phases, so that neither can be told.
    """
    rows = table.rows
    columns: dict[str, FloatArray] = {"intercept": np.ones(len(rows))}
    in_group = {f"group {group}": _is(rows["group"], group) for group in table.groups[1:]}
    in_phase = {f"phase {phase}": _is(rows["phase"], phase) for phase in table.phases[1:]}
    columns |= in_group | in_phase
    columns |= {
        f"{phase} : {group}": of_phase * of_group
        for phase, of_phase in in_phase.items()
        for group, of_group in in_group.items()
    }
    if _both_legs(rows):
        columns[_SIDE] = _is(rows["side"], "right") - 0.5
    for name in table.covariates:
        values = rows[name].to_numpy(dtype=np.float64)
        columns[name] = values - values.mean()
    fixed = np.column_stack(list(columns.values()))
    if np.linalg.matrix_rank(fixed) < fixed.shape[1]:
        raise ImuValgusError(
            f"{' and '.join(table.covariates)} go along with phase, group or leg: what changed the "
            "angle cannot be told",
            hint="leave them out: --covariates none; then the change is not one at equal speed",
        )
    return MixedDesign(
        outcome=rows[table.metric].to_numpy(dtype=np.float64),
        fixed=fixed,
        names=tuple(columns),
        people=pd.factorize(rows["athlete"])[0].astype(np.int64),
        random=_random(rows),
    )


def _is(column: pd.Series, value: str) -> FloatArray:
    return np.where(column == value, 1.0, 0.0)


def _both_legs(rows: pd.DataFrame) -> bool:
    return len(set(rows["side"])) > 1


def _random(rows: pd.DataFrame) -> dict[str, FloatArray]:
    """Return the random effects that this design can tell from each other and from the residual."""
    effects = {"runner": np.ones((len(rows), 1))}
    sessions = rows.drop_duplicates("session").set_index("session")
    if _both_legs(rows) and sessions["athlete"].duplicated().any():
        effects["leg"] = _one_hot(rows["side"])
    if sessions.duplicated(["athlete", "phase"]).any():
        effects["response"] = _one_hot(rows["phase"])
    if rows["session"].duplicated().any():
        number = sessions.groupby("athlete").cumcount()
        effects["session"] = _one_hot(rows["session"].map(number))
    return effects


def _one_hot(labels: pd.Series) -> FloatArray:
    codes, found = pd.factorize(labels)
    return np.eye(len(found))[codes]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A question and the coefficients' weights that answer it."""

    question: Question
    group: str
    than: str | None
    phase: str
    against: str
    weights: FloatArray


def _asked(table: CohortTable, names: Sequence[str]) -> list[_Asked]:
    """Return what is asked, differences between groups first."""
    first, against = table.groups[0], table.phases[0]
    differences: list[_Asked] = []
    changes: list[_Asked] = []
    for phase in table.phases[1:]:
        own = {group: _change(names, group, phase) for group in table.groups}
        changes += [_Asked("change", group, None, phase, against, own[group]) for group in own]
        differences += [
            _Asked(_BETWEEN, group, first, phase, against, own[group] - own[first])
            for group in table.groups[1:]
        ]
    return differences + changes


def _change(names: Sequence[str], group: str, phase: str) -> FloatArray:
    terms = (f"phase {phase}", f"phase {phase} : group {group}")
    return np.array([float(name in terms) for name in names])


def _effect(
    fit: MixedFit, asked: _Asked, *, times: int, scale: tuple[float, int], params: VerdictParams
) -> CohortEffect:
    """Answer one of ``times`` questions of the same kind."""
    alpha = (1.0 - params.confidence) / times
    estimate = fit.contrast(asked.weights, level=1.0 - alpha)
    two_one_sided = fit.contrast(asked.weights, level=1.0 - 2.0 * alpha)
    judged = judge(
        estimate.value,
        estimate.se,
        mdc95_deg=0.0,
        df=estimate.df,
        params=replace(params, confidence=1.0 - alpha),
    )
    sd, df = scale
    unit = (1.0 - 3.0 / (4.0 * df - 1.0)) / sd if sd > 0 else float("nan")
    return CohortEffect(
        question=asked.question,
        group=asked.group,
        than=asked.than,
        phase=asked.phase,
        against=asked.against,
        estimate=estimate,
        level=1.0 - alpha,
        equivalence_low_deg=two_one_sided.low,
        equivalence_high_deg=two_one_sided.high,
        d=estimate.value * unit,
        d_low=estimate.low * unit,
        d_high=estimate.high * unit,
        verdict=judged.verdict,
        within_margin=judged.within_margin,
        can_show_equivalence=judged.can_show_equivalence,
    )


def _baseline(table: CohortTable) -> tuple[float, int]:
    """Return the standard deviation of the runners' first means within groups, and its df."""
    first = table.rows[table.rows["phase"] == table.phases[0]]
    means = first.groupby(["group", "athlete"])[table.metric].mean()
    within = means - means.groupby("group").transform("mean")
    df = len(means) - means.index.get_level_values("group").nunique()
    return float(np.sqrt((within**2).sum() / df)), df


def _coefficients(fit: MixedFit) -> pd.DataFrame:
    estimates = [fit.contrast(unit) for unit in np.eye(len(fit.names))]
    rows = [(one.value, one.se, one.df, one.low, one.high, one.p) for one in estimates]
    table = pd.DataFrame(rows, columns=["estimate", "se", "df", "low", "high", "p"])
    table.insert(0, "term", list(fit.names))
    return table


def _formula(table: CohortTable, design: MixedDesign) -> str:
    time = "phase" if table.groups == (ONE_GROUP,) else "phase * group"
    side = ["side"] if _SIDE in design.names else []
    fixed = " + ".join([time, *side, *table.covariates])
    return f"{table.metric} ~ {fixed} + " + " + ".join(f"(1 | {name})" for name in design.random)


def _notes(fit: MixedFit) -> tuple[str, ...]:
    notes = [
        f"the deviation {RANDOM_WORDS[name]} could not be told from none"
        for name, variance in fit.variances.items()
        if variance == 0.0
    ]
    if not fit.converged:
        notes.append(
            "the search for the variances did not settle: read the numbers as provisional, and "
            "hold them against the figures"
        )
    return tuple(notes)

"""Linear mixed models of few people: REML by statsmodels, and intervals that hold for few."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec

from imu_valgus.core import FloatArray, IntArray

_NONE: Final = 1e-4
"""A variance below this share of the residual's is taken as 0."""
_ROUNDS: Final = 8
"""Of the search for the start; balanced data need one."""


@dataclass(frozen=True, slots=True, eq=False)
class MixedDesign:
    """What a linear mixed model is fitted to; rows of one person stand together.

    Parameters
    ----------
    outcome : (n,)
    fixed : (n, p)
        One column an effect that all people share, in the order of ``names``.
    names : sequence of str, p
    people : (n,)
        A number for each person, ascending.
    random : mapping of str to (n, q)
        A variance each: the columns' effects differ from person to person with that variance,
        independently. ``ones((n, 1))`` is each person's own level.
    """

    outcome: FloatArray
    fixed: FloatArray
    names: Sequence[str]
    people: np.ndarray[tuple[int], np.dtype[np.int64]]
    random: Mapping[str, FloatArray]

    def __post_init__(self) -> None:
        """Refuse what the sums by person would get wrong."""
        if (np.diff(self.people) < 0).any():
            raise ValueError("the rows of one person must stand together, people ascending")
        if np.linalg.matrix_rank(self.fixed) < self.fixed.shape[1]:
            raise ValueError("the columns of fixed are not independent of each other")

    def rows(self) -> list[slice]:
        """Return each person's rows."""
        starts = [0, *(np.flatnonzero(np.diff(self.people)) + 1), len(self.people)]
        return [slice(int(start), int(stop)) for start, stop in pairwise(starts)]

    def blocks(self) -> list[IntArray]:
        """Return the rows of the people with m rows each, (g, m), for every m that occurs."""
        by_size: dict[int, list[int]] = {}
        for rows in self.rows():
            by_size.setdefault(rows.stop - rows.start, []).append(rows.start)
        return [
            np.array(starts)[:, None] + np.arange(size) for size, starts in sorted(by_size.items())
        ]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of a model with its standard error, degrees of freedom and interval."""

    value: float
    se: float
    df: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class MixedFit:
    """A fitted mixed model.

    Parameters
    ----------
    names : tuple of str
        Of the fixed effects.
    coefficients : (p,)
    covariance : (p, p)
        Of the coefficients, Kenward and Roger's.
    variances : mapping of str to float
        By random effect, then ``"residual"``.
    residuals : (n,)
        Conditional: outcome minus fixed and predicted random effects.
    fitted : (n,)
    log_likelihood : float
        REML.
    converged : bool
    """

    names: tuple[str, ...]
    coefficients: FloatArray
    covariance: FloatArray
    variances: Mapping[str, float]
    residuals: FloatArray
    fitted: FloatArray
    log_likelihood: float
    converged: bool
    _plain: FloatArray
    _slopes: FloatArray
    _uncertainty: FloatArray

    def contrast(self, weights: FloatArray, *, level: float = 0.95) -> Estimate:
        """Return the weighted sum of the coefficients with its interval.

        Student's t with Kenward and Roger's degrees of freedom: for one contrast they are
        2 (l'Φl)² / var(l'Φl), and the scale of the statistic is 1 [1]_.

        References
        ----------
        .. [1] Kenward & Roger (1997), Biometrics 53(3), 983-997, doi:10.2307/2533558.
        """
        value = float(weights @ self.coefficients)
        se = float(np.sqrt(weights @ self.covariance @ weights))
        plain = float(weights @ self._plain @ weights)
        slope = np.einsum("k,ikl,l->i", weights, self._slopes, weights)
        df = 2.0 * plain**2 / float(slope @ self._uncertainty @ slope)
        half = float(stats.t.ppf(0.5 + level / 2, df)) * se
        p = 2.0 * float(stats.t.sf(abs(value) / se, df))
        return Estimate(value, se, df, value - half, value + half, p)


def fit_mixed(design: MixedDesign) -> MixedFit:
    """Fit a linear mixed model by REML, with small-sample covariances of the fixed effects.

    A variance that the likelihood wants at 0 or below is put at 0; the degrees of freedom still
    count it as unknown.

    Raises
    ------
    ValueError
        If no random effect is given.
    """
    if not design.random:
        raise ValueError("a mixed model needs a random effect")
    start = _start(design)
    present = [name for name, ratio in start.items() if ratio > _NONE] or [
        max(start, key=start.__getitem__)
    ]
    found = _reml(design, present, start)
    for _ in range(2 * len(start)):
        moved = _moved(design, present, found)
        if moved == present:
            break
        present = moved
        found = _reml(design, present, start)
    return _inference(design, found)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where statsmodels' search ended: every variance, the residual's last."""

    variances: Mapping[str, float]
    log_likelihood: float
    converged: bool


def _reml(design: MixedDesign, present: Sequence[str], start: Mapping[str, float]) -> _Found:
    """Let statsmodels maximise the restricted likelihood over the variances ``present``."""
    rows = design.rows()
    specification = VCSpec(
        list(present),
        [[[f"{k}" for k in range(design.random[name].shape[1])] for _ in rows] for name in present],
        [[design.random[name][part] for part in rows] for name in present],
    )
    model = MixedLM(design.outcome, design.fixed, design.people, exog_vc=specification)
    roots = np.sqrt([max(start[name], _NONE) for name in present])  # what MixedLM searches over
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say of convergence is read from the result
        found = model.fit(start_params=roots, reml=True, method=["bfgs", "powell"])
    variances = dict.fromkeys(design.random, 0.0)
    variances |= dict(zip(present, found.vcomp.tolist(), strict=True))
    variances["residual"] = float(found.scale)
    return _Found(variances, float(found.llf), bool(found.converged))


def _moved(design: MixedDesign, present: Sequence[str], found: _Found) -> list[str]:
    """Return which variances belong into the model: the weakest out, or one back in.

    At the maximum, the likelihood falls from 0 on in each variance that is left out.
    """
    theta = np.array(list(found.variances.values()))
    weakest = min(present, key=found.variances.__getitem__)
    if len(present) > 1 and found.variances[weakest] < _NONE * theta[-1]:
        return [name for name in present if name != weakest]
    pieces = _Pieces.at(design, theta)
    information = pieces.information()
    slope = 0.5 * pieces.quadratic - information @ theta
    rising = {
        name: float(gain)
        for name, gain, error in zip(
            design.random, slope[:-1], np.sqrt(np.diag(information))[:-1], strict=True
        )
        if name not in present and gain > _NONE * error
    }
    if not rising:
        return list(present)
    best = max(rising, key=rising.__getitem__)
    return [name for name in design.random if name in (*present, best)]


def _start(design: MixedDesign) -> dict[str, float]:
    """Return the variances over the residual's to search from: MINQUE, iterated [1]_.

    Started from ones instead, BFGS gives up where a variance is near 0.

    References
    ----------
    .. [1] Rao (1971), J Multivariate Anal 1(3), 257-275, doi:10.1016/0047-259X(71)90001-7.
    """
    theta = np.ones(len(design.random) + 1)
    for _ in range(_ROUNDS):
        pieces = _Pieces.at(design, theta)
        before, left = theta, 2.0 * pieces.information()
        theta = np.linalg.lstsq(left, pieces.quadratic)[0]
        if (theta < 0.0).any():
            free = theta > 0.0
            free[-1] = True
            theta = np.where(free, 0.0, theta)
            theta[free] = np.linalg.lstsq(left[np.ix_(free, free)], pieces.quadratic[free])[0]
        theta = np.maximum(theta, [0.0] * len(design.random) + [1e-3 * before[-1]])
        if np.allclose(theta, before, rtol=1e-3, atol=_NONE * theta[-1]):
            break
    return dict(zip(design.random, (theta[:-1] / theta[-1]).tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Sums over people that REML's moments need, at given variances (the residual's last).

    ``plain`` is Φ = (X'V⁻¹X)⁻¹, ``first`` the X'V⁻¹VᵢV⁻¹X, ``second`` the X'V⁻¹VᵢV⁻¹VⱼV⁻¹X,
    ``traces`` the tr(V⁻¹VᵢV⁻¹Vⱼ), ``quadratic`` the y'PVᵢPy.
    """

    plain: FloatArray
    coefficients: FloatArray
    first: FloatArray
    second: FloatArray
    traces: FloatArray
    quadratic: FloatArray

    @classmethod
    def at(cls, design: MixedDesign, theta: FloatArray) -> "_Pieces":
        p, k = design.fixed.shape[1], len(theta)
        precision, moment = np.zeros((p, p)), np.zeros(p)
        first, second, traces = np.zeros((k, p, p)), np.zeros((k, k, p, p)), np.zeros((k, k))
        inverses: list[FloatArray] = []
        for at in design.blocks():
            x, kernels = design.fixed[at], _kernels(design, at)
            inverse = np.linalg.inv(np.einsum("i,giab->gab", theta, kernels))
            weighed = inverse @ x
            turned = kernels @ weighed[:, None]
            left = inverse[:, None] @ kernels
            precision += np.einsum("gap,gaq->pq", x, weighed)
            moment += np.einsum("gap,ga->p", weighed, design.outcome[at])
            first += np.einsum("gap,giaq->ipq", weighed, turned)
            second += np.einsum("giap,gjaq->ijpq", turned, inverse[:, None] @ turned)
            traces += np.einsum("giab,gjba->ij", left, left)
            inverses.append(inverse)
        plain = np.asarray(np.linalg.inv(precision), dtype=np.float64)
        coefficients = plain @ moment
        marginal = design.outcome - design.fixed @ coefficients
        quadratic = np.zeros(k)
        for at, inverse in zip(design.blocks(), inverses, strict=True):
            own = np.einsum("gab,gb->ga", inverse, marginal[at])
            quadratic += np.einsum("ga,giab,gb->i", own, _kernels(design, at), own)
        return cls(plain, coefficients, first, second, traces, quadratic)

    def information(self) -> FloatArray:
        """Return the expected information of the variances, ½ tr(PVᵢPVⱼ), (k, k)."""
        turned = self.plain @ self.first
        return 0.5 * (
            self.traces
            - 2.0 * np.einsum("pq,ijqp->ij", self.plain, self.second)
            + np.einsum("ipq,jqp->ij", turned, turned)
        )


def _kernels(design: MixedDesign, at: IntArray) -> FloatArray:
    """Return the dV/dθ of these people's rows, (g, k, m, m); the residual's, the identity, last."""
    own = [z[at] for z in design.random.values()]
    identity = np.broadcast_to(np.eye(at.shape[1]), (len(at), at.shape[1], at.shape[1]))
    return np.stack([*(z @ z.swapaxes(1, 2) for z in own), identity], axis=1)


def _inference(design: MixedDesign, found: _Found) -> MixedFit:
    """Return the fit with Kenward and Roger's covariance of the fixed effects."""
    theta = np.array(list(found.variances.values()))
    pieces = _Pieces.at(design, theta)
    plain, first = pieces.plain, pieces.first
    uncertainty = np.asarray(np.linalg.pinv(pieces.information()), dtype=np.float64)
    bias = np.einsum(
        "ij,ijpq->pq",
        uncertainty,
        pieces.second - np.einsum("ipa,ab,jbq->ijpq", first, plain, first),
    )
    fitted = design.fixed @ pieces.coefficients
    marginal = design.outcome - fitted
    residuals = np.empty_like(marginal)
    for at in design.blocks():
        total = np.einsum("i,giab->gab", theta, _kernels(design, at))
        residuals[at] = theta[-1] * np.linalg.solve(total, marginal[at][..., None])[..., 0]
    return MixedFit(
        names=tuple(design.names),
        coefficients=pieces.coefficients,
        covariance=plain + 2.0 * plain @ bias @ plain,
        variances=dict(found.variances),
        residuals=residuals,
        fitted=design.outcome - residuals,
        log_likelihood=found.log_likelihood,
        converged=found.converged,
        _plain=plain,
        _slopes=plain @ first @ plain,
        _uncertainty=uncertainty,
    )

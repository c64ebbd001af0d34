"""How far a session's mean would scatter by its own strides alone: a bootstrap of their blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu_valgus.core import FloatArray, IntArray
from imu_valgus.library.reliability.session_means import REPETITION_METRICS, RUN_METRICS
from imu_valgus.pipeline import Derived

_FEWEST_BLOCKS: Final = 4
"""A lap has at least so many, or its blocks would all be alike."""


@dataclass(frozen=True, slots=True)
class BootstrapParams:
    """How the strides are drawn.

    Parameters
    ----------
    block_strides : int
        Strides in a row that are drawn as one, for neighbours go together: 25 are some 18 s, long
        against what an autocorrelation of 0.8 carries on (half of it is gone after 3 strides).
    draws : int
        400 give the standard deviation to 4 %.
    seed : int
    """

    block_strides: int = 25
    draws: int = 400
    seed: int = 0


DEFAULT = BootstrapParams()

WithinSds = Mapping[tuple[str, ...], float]
"""Standard deviation of a session's mean, degrees, by leg, activity and metric."""


def within_session_sds(derived: Derived, *, params: BootstrapParams = DEFAULT) -> WithinSds:
    """Tell how far each mean of ``session_means`` scatters by its strides or repetitions.

    Laps are drawn with replacement, and in each lap drawn blocks of strides [1]_ [2]_; where there
    is one lap, blocks only. Repetitions are drawn one by one. NaN where there are fewer than two.

    References
    ----------
    .. [1] Künsch (1989), Ann Stat 17(3), 1217-1241, doi:10.1214/aos/1176347265.
    .. [2] Field & Welsh (2007), J R Stat Soc B 69(3), 369-390,
       doi:10.1111/j.1467-9868.2007.00593.x.
    """
    rng = np.random.default_rng(params.seed)
    runs = derived.strides.assign(kind="run")
    repetitions = derived.repetitions.assign(lap=1)
    found: dict[tuple[str, ...], float] = {}
    for log, metrics, order, block in (
        (runs, RUN_METRICS, "initial_contact_s", params.block_strides),
        (repetitions, REPETITION_METRICS, "start_s", 1),
    ):
        good = log[log["quality"] == "good"].sort_values(order)
        for (side, kind), own in good.groupby(["side", "kind"], sort=True):
            values = own[list(metrics)].to_numpy(dtype=np.float64)
            laps = own["lap"].to_numpy(dtype=np.int64)
            sds = bootstrap_sds(values, laps, block=block, draws=params.draws, rng=rng)
            for name, sd in zip(metrics, sds, strict=True):
                found[str(side), str(kind), name] = float(sd)
    return found


def bootstrap_sds(
    values: FloatArray, laps: IntArray, *, block: int, draws: int, rng: np.random.Generator
) -> FloatArray:
    """Return the standard deviation (m,) of the means of drawn rows of ``values`` (n, m).

    ``laps`` (n,): which lap each row belongs to, never falling; rows in their order. NaN values
    have no say.
    """
    _, firsts = np.unique(laps, return_index=True)
    parts = np.split(values, np.sort(firsts)[1:])
    sums = np.zeros((draws, 2, values.shape[1]))
    for part, drawn in zip(parts, _drawn_laps(len(parts), draws, rng), strict=True):
        np.add.at(sums, drawn, _drawn_sums(part, len(drawn), block, rng))
    total, count = sums[:, 0], sums[:, 1]
    enough = np.isfinite(values).sum(axis=0) > 1
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(count > 0.0, total / count, np.nan)
    sds = np.full(values.shape[1], np.nan)
    sds[enough] = np.nanstd(means[:, enough], axis=0, ddof=1)
    return sds


def _drawn_laps(n_laps: int, draws: int, rng: np.random.Generator) -> Sequence[IntArray]:
    """Return for each lap the draws that hold it, once for each time they do."""
    picked = rng.integers(n_laps, size=(draws, n_laps))
    if n_laps == 1:
        return [np.arange(draws)]
    draw_of = np.argsort(picked, axis=None, kind="stable") // n_laps
    counts = np.bincount(picked.ravel(), minlength=n_laps)
    return np.split(draw_of, np.cumsum(counts)[:-1])


def _drawn_sums(part: FloatArray, times: int, block: int, rng: np.random.Generator) -> FloatArray:
    """Draw one lap's rows anew, ``times`` over: sums and counts (times, 2, m).

    Blocks may run over the lap's end into its start, so that each row is drawn as often.
    """
    n = len(part)
    size = max(1, min(block, n // _FEWEST_BLOCKS))
    n_blocks = -(-n // size)
    known = np.isfinite(part)
    both = np.stack([np.where(known, part, 0.0), known], axis=1)
    so_far = np.cumsum(np.concatenate([np.zeros((1, *both.shape[1:])), both, both[:size]]), axis=0)
    starts = rng.integers(n, size=(times, n_blocks))
    sums = (so_far[starts + size] - so_far[starts]).sum(axis=1)
    return sums * (n / (n_blocks * size))

"""What the angles must show: the targets, and how far ours is from each."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from accuracy.case import FloatArray, Group
from accuracy.measures import PRIMARY
from accuracy.rows import OURS
from accuracy.served import Served, median, worst


@dataclass(frozen=True, slots=True)
class Target:
    """One line of the targets: ``reached`` must be at most, or at least, ``limit``."""

    name: str
    group: Group
    limit: float
    unit: str
    reached: Callable[[Served], float]
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether a value meets the limit; what is not a number does not."""
        return value >= self.limit if self.at_least else value <= self.limit


def _ours(
    group: Group, measure: str, reduce: Callable[[FloatArray], float]
) -> Callable[[Served], float]:
    return lambda served: reduce(served.values(group, OURS, measure))


def _absolute_median(values: FloatArray) -> float:
    return median(np.abs(values))


def _least(values: FloatArray) -> float:
    return float(np.min(values)) if values.size else math.nan


def _median_behind(group: Group) -> Callable[[Served], float]:
    """Return how far our median is above the best peer's."""

    def reached(served: Served) -> float:
        ours, *peers = (
            median(served.values(group, name, PRIMARY[group]))
            for name in (OURS, *served.peers(group))
        )
        return ours - min(peers, default=math.nan)

    return reached


def _worst_behind(group: Group) -> Callable[[Served], float]:
    return lambda served: max(served.behind(group).values(), default=math.nan)


def _of_runs() -> list[Target]:
    group: Group = "simulated"
    return [
        Target(name, group, limit, unit, _ours(group, measure, reduce))
        for name, limit, unit, measure, reduce in (
            ("valgus RMSE over the run, median", 1.0, "°", "valgus_rmse_deg", median),
            ("valgus RMSE over the run, worst", 1.8, "°", "valgus_rmse_deg", worst),
            ("stance peak, bias, worst", 2.0, "°", "peak_bias_deg", worst),
            ("stance peak, SD between strides, worst", 0.2, "°", "peak_error_sd_deg", worst),
            ("excursion, bias, median", 0.5, "°", "excursion_bias_deg", _absolute_median),
            ("excursion, bias, worst", 1.2, "°", "excursion_bias_deg", worst),
            ("change of the peak over the run, worst", 0.3, "°", "peak_change_error_deg", worst),
            ("sync residual, worst", 2.0, "ms", "sync_residual_ms", worst),
        )
    ]


def _of_measured() -> list[Target]:
    group: Group = "measured"
    return [
        Target("shape RMSE, worst", group, 1.0, "°", _ours(group, "shape_rmse_deg", worst)),
        Target("shape r, worst", group, 0.95, "", _ours(group, "shape_r", _least), at_least=True),
        Target(
            "stance excursion error, worst",
            group,
            1.5,
            "°",
            _ours(group, "excursion_bias_deg", worst),
        ),
    ]


def _of_walks() -> list[Target]:
    group: Group = "walks"
    return [
        Target("abduction, shape RMSE", group, 1.3, "°", _ours(group, "shape_rmse_deg", worst)),
        Target("abduction, r", group, 0.85, "", _ours(group, "shape_r", _least), at_least=True),
        Target("flexion RMSE", group, 3.0, "°", _ours(group, "flexion_rmse_deg", worst)),
    ]


def _covered(group: Group, measure: str, name: str) -> Target:
    """Return the target of an interval's honesty, all legs of a group pooled."""
    return Target(name, group, 0.90, "", _ours(group, measure, _mean), at_least=True)


def _mean(values: FloatArray) -> float:
    return float(np.mean(values)) if values.size else math.nan


def _against_peers(group: Group) -> list[Target]:
    return [
        Target("median above the best peer's", group, 0.0, "°", _median_behind(group)),
        Target("above the best peer on any leg, most", group, 0.3, "°", _worst_behind(group)),
    ]


TARGETS: Final[tuple[Target, ...]] = (
    *_of_runs(),
    *_against_peers("simulated"),
    *_of_measured(),
    _covered("measured", "covered", "stance samples within the 95 % interval, pooled"),
    _covered("measured", "excursion_covered", "excursions within the 95 % interval, pooled"),
    *_against_peers("measured"),
    *_of_walks(),
    _covered("walks", "covered", "samples within the 95 % interval, pooled"),
    *_against_peers("walks"),
)
"""As agreed; they may only get tighter."""

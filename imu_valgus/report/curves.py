"""Strides on one scale: mean curves over stance and stride, and the course of a run."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from imu_valgus.core import FloatArray
from imu_valgus.metrics import Span, stride_curves

Angle = Literal["valgus", "flexion"]

BREAK_S: Final = 10.0
"""Strides further apart than this are not joined by a line: the runner paused."""

MAX_POINTS: Final = 200
"""Points of a course over the run: more than a figure on a phone or on paper can show apart."""

MIN_STRIDES: Final = 5
"""Fewest strides behind one point of a course, so that one odd stride does not make a bend; a
stretch between two pauses that has fewer is one point."""


@dataclass(frozen=True, slots=True, eq=False)
class MeanCurve:
    """A mean curve with its spread.

    Parameters
    ----------
    percent : (p,)
        Of stance or of the stride, 0 to 100.
    mean_deg, sd_deg : (p,)
        Mean and standard deviation; the latter NaN where there is one curve only.
    n : int
        Curves behind the mean: strides of a runner, or runners of a reference.
    """

    percent: FloatArray
    mean_deg: FloatArray
    sd_deg: FloatArray
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class LegCurves:
    """One leg's good strides of one angle, one row a stride, degrees, zero at standing.

    ``stance`` (k, 101) runs from initial contact to toe-off, ``stride`` (m, 101) to the next
    contact. Strides with a gap in them are left out.
    """

    stance: FloatArray
    stride: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """How a number goes over the run: one point for some successive strides.

    ``time_s``, ``median``, ``low`` (10th percentile) and ``high`` (90th), (n,) each; NaN where the
    runner paused.
    """

    time_s: FloatArray
    median: FloatArray
    low: FloatArray
    high: FloatArray


def mean_curve(curves: FloatArray) -> MeanCurve:
    """Average ``curves`` (k, p), k ≥ 1, point by point; the spread has k - 1 degrees of freedom."""
    n, points = curves.shape
    sd = np.std(curves, axis=0, ddof=1) if n > 1 else np.full(points, np.nan)
    return MeanCurve(np.linspace(0.0, 100.0, points), np.mean(curves, axis=0), sd, n)


def from_contact(curves: FloatArray) -> FloatArray:
    """Shift each curve of (k, p) to 0 at its first point, the initial contact."""
    return curves - curves[:, :1]


def leg_curves(angles: pd.DataFrame, strides: pd.DataFrame, *, angle: Angle) -> LegCurves:
    """Cut one angle of one leg into its good strides and normalise each in time.

    Parameters
    ----------
    angles, strides : DataFrame
        Rows of one leg, as in ``derived/angles.parquet`` and ``derived/strides.parquet``.
    angle : {"valgus", "flexion"}
    """
    good = strides[strides["quality"] == "good"]
    return LegCurves(
        stance=_whole(angles, good, angle, "stance"),
        stride=_whole(angles, good, angle, "stride"),
    )


def course(time_s: FloatArray, values: FloatArray) -> Course:
    """Thin a number per stride (n,) to at most about ``MAX_POINTS`` medians over the run."""
    known = np.isfinite(time_s) & np.isfinite(values)
    times = time_s[known]
    stretch = np.cumsum(np.diff(times, prepend=times[:1]) > BREAK_S)
    size = max(MIN_STRIDES, -(-times.size // MAX_POINTS))
    strides = pd.DataFrame({"stretch": stretch, "time": times, "value": values[known]})
    in_stretch = strides.groupby("stretch")["time"]
    last_point = (in_stretch.transform("size") // size - 1).clip(lower=0)
    strides["point"] = np.minimum(in_stretch.cumcount() // size, last_point)
    points = strides.groupby(["stretch", "point"], sort=True)
    middle, low, high = (points["value"].quantile(q) for q in (0.5, 0.1, 0.9))
    rows = np.column_stack([points["time"].median(), middle, low, high])
    starts = np.flatnonzero(np.diff(middle.index.get_level_values("stretch"))) + 1
    broken = np.insert(rows, starts, np.nan, axis=0)
    return Course(broken[:, 0], broken[:, 1], broken[:, 2], broken[:, 3])


def _whole(angles: pd.DataFrame, strides: pd.DataFrame, angle: Angle, span: Span) -> FloatArray:
    """Return the curves (k, 101) of the strides that have one."""
    curves = stride_curves(angles, strides, column=f"{angle}_deg", span=span)
    return curves[np.isfinite(curves).all(axis=1)]

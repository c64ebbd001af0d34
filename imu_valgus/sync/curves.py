"""One quantity seen by two systems: where in time the one's curve lies on the other's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import correlate, correlation_lags

from imu_valgus.core import BoolArray, FloatArray, ImuValgusError
from imu_valgus.sync.clocks import parabola_top
from imu_valgus.sync.filters import inside

Curve = tuple[FloatArray, FloatArray]
"""Times (n,), increasing, and values (n,); NaN where nothing was measured."""


@dataclass(frozen=True, slots=True)
class CurveParams:
    """How curves are laid over each other.

    ``rate_hz``: of the grid on which they are compared; the offset is refined below its step.
    ``least_common``: an offset counts where at least this share of what the best offset covers is
    covered. ``least_s``: fewer seconds in common tell nothing. ``apart_s``: a second place counts
    as another one from this distance on.
    """

    rate_hz: float = 100.0
    least_common: float = 0.8
    least_s: float = 0.5
    apart_s: float = 0.3


@dataclass(frozen=True, slots=True)
class CurveFit:
    """The offset to add to the curves' time.

    ``rest`` is the standard deviation of the difference there, ``other_rest`` that at the next best
    place (NaN where there is none): where the two are close, the place is in doubt.
    """

    offset_s: float
    rest: float
    other_rest: float


def align_curves(
    curves: Sequence[Curve],
    onto: Curve,
    *,
    within_s: tuple[float, float],
    params: CurveParams | None = None,
) -> CurveFit:
    """Find the one offset that lays ``curves`` best onto a longer curve of the same quantity.

    Cross-correlation with both sides' gaps left out, in its least-squares form: the variance of the
    difference is smallest. So a constant between the two does not matter, but size does, and a
    standing runner's small sway is not taken for a stride.

    Parameters
    ----------
    curves : sequence of Curve
        On one clock.
    onto : Curve
    within_s : (float, float)
        The least and the greatest offset looked at.
    params : CurveParams, optional

    Raises
    ------
    ImuValgusError
        Where no offset within the limits gives them time in common.
    """
    params = params or CurveParams()
    step_s = 1.0 / params.rate_hz
    fixed_s, fixed, fixed_known = _on_grid([onto], step_s)
    moved_s, moved, moved_known = _on_grid(curves, step_s)
    count, rest = _variance_of_difference(fixed, fixed_known, moved, moved_known)
    lags = correlation_lags(len(fixed), len(moved), mode="full")
    offsets_s = lags * step_s + fixed_s - moved_s
    near = (offsets_s >= within_s[0] - step_s) & (offsets_s <= within_s[1] + step_s)
    enough = near & (count * step_s >= params.least_s)
    if not enough.any():
        raise ImuValgusError(
            "the reference and the session have no time in common",
            hint="look at the session's start and the reference's clock, or give --offset",
        )
    rest[~(enough & (count >= params.least_common * count[enough].max()))] = np.inf
    best = int(np.argmin(rest))
    fine = (
        parabola_top(-rest, best) if np.isfinite(rest[max(best - 1, 0) : best + 2]).all() else 0.0
    )
    elsewhere = rest[np.abs(offsets_s - offsets_s[best]) > params.apart_s]
    other = float(elsewhere.min()) if elsewhere.size else np.inf
    return CurveFit(
        offset_s=float(offsets_s[best] + fine * step_s),
        rest=float(np.sqrt(rest[best])),
        other_rest=float(np.sqrt(other)) if np.isfinite(other) else np.nan,
    )


def _on_grid(curves: Sequence[Curve], step_s: float) -> tuple[float, FloatArray, BoolArray]:
    """Return the grid's start, the values on it less their mean, and where there are any."""
    start_s = min(float(time_s[0]) for time_s, _ in curves)
    stop_s = max(float(time_s[-1]) for time_s, _ in curves)
    steps = np.arange(int((stop_s - start_s) / step_s) + 1, dtype=np.float64)
    grid_s: FloatArray = start_s + step_s * steps
    values, known = np.zeros(len(grid_s)), np.zeros(len(grid_s), dtype=np.bool_)
    for time_s, measured in curves:
        there = np.isfinite(measured)
        if there.sum() < 2:
            continue
        covered = inside(time_s[there], grid_s)
        values[covered] = np.interp(grid_s[covered], time_s[there], measured[there])
        known |= covered
    values[known] -= values[known].mean()
    return start_s, values, known


def _variance_of_difference(
    fixed: FloatArray, fixed_known: BoolArray, moved: FloatArray, moved_known: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return how many samples are common at each lag, and the variance of the difference there."""

    def at_lags(first: FloatArray, second: FloatArray) -> FloatArray:
        return np.asarray(correlate(first, second, mode="full", method="fft"), dtype=np.float64)

    ones, other_ones = fixed_known.astype(np.float64), moved_known.astype(np.float64)
    count = np.round(at_lags(ones, other_ones))
    some = np.maximum(count, 1.0)
    mean = (at_lags(fixed, other_ones) - at_lags(ones, moved)) / some
    square = (
        at_lags(fixed**2, other_ones) + at_lags(ones, moved**2) - 2 * at_lags(fixed, moved)
    ) / some
    return count, np.maximum(square - mean**2, 0.0)

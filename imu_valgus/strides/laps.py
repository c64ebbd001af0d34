"""Laps, and where the runner turns: from lap events and from the heading rate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

from imu_valgus.core import (
    Event,
    FloatArray,
    ImuSignal,
    IntArray,
    SegmentOrientation,
    Surface,
    turned_axis,
    typical_step,
)

_SWAY_S = 2.0
"""The heading swings to and fro with each step: averaged away over so long."""


@dataclass(frozen=True, slots=True, eq=False)
class Turning:
    """How fast a segment turns about the vertical.

    Parameters
    ----------
    time_s : (n,)
    rate_radps : (n,)
        About earth's z (up): positive turns left. It may swing within the stride; only its means
        over whole strides are used.
    """

    time_s: FloatArray
    rate_radps: FloatArray

    def turned_rad(self, at_s: FloatArray) -> FloatArray:
        """Return the heading (m,) at the times ``at_s`` against the first sample's."""
        mean_rate = 0.5 * (self.rate_radps[1:] + self.rate_radps[:-1])
        heading = np.concatenate([[0.0], np.cumsum(mean_rate * np.diff(self.time_s))])
        return np.interp(at_s, self.time_s, heading)


def turning_of(signal: ImuSignal, orientation: SegmentOrientation) -> Turning:
    """Resolve a sensor's angular velocity about the vertical, given its attitude at its samples.

    The gyroscope should be free of its bias: what is left of it counts as turning.
    """
    vertical = turned_axis(orientation.to_earth.inv(), "z")
    return Turning(signal.time_s, np.einsum("in,ni->n", vertical, signal.gyr_radps))


@dataclass(frozen=True, slots=True)
class Lap:
    """One lap [start_s, stop_s), numbered from 1; ``whole`` where both its ends were seen."""

    number: int
    start_s: float
    stop_s: float
    whole: bool

    @property
    def duration_s(self) -> float:
        """How long the lap took."""
        return self.stop_s - self.start_s


@dataclass(frozen=True, slots=True)
class SurfaceParams:
    """What tells a bend from a straight.

    Parameters
    ----------
    straight_max_dps, bend_min_dps : float
        Mean heading rate over strides. The bend of a track (radius 36.5 m to its 8th lane's 45 m)
        turns 3.2 to 9.4 °/s at 2.5 to 6 m/s; a gyroscope whose bias was taken off at rest is good
        to some tenths. Between the two limits the surface is ``unknown``.
    smooth_strides : int
        Median over as many strides.
    """

    straight_max_dps: float = 2.0
    bend_min_dps: float = 3.0
    smooth_strides: int = 5


DEFAULT = SurfaceParams()


def find_laps(
    start_s: float, stop_s: float, *, events: Iterable[Event] = (), turns_s: Iterable[float] = ()
) -> tuple[Lap, ...]:
    """Part the running from ``start_s`` to ``stop_s`` into laps.

    Parameters
    ----------
    start_s, stop_s : float
        First and last contact of the session's running, either leg.
    events : iterable of Event
        Rows of ``trial_type`` lap mark the end of one lap and the start of the next.
    turns_s : iterable of float
        Of :func:`full_turns`: without lap events a lap ends with each 360° of heading since the
        start.

    Returns
    -------
    tuple of Lap
        At least one. The last is whole only if a mark lies at its end, which is never so here: what
        follows the last mark is a lap begun.
    """
    marks = sorted(
        event.onset_s
        for event in events
        if event.trial_type == "lap" and start_s < event.onset_s < stop_s
    )
    edges = [start_s, *(marks or sorted(turns_s)), stop_s]
    return tuple(
        Lap(number, edges[number - 1], edges[number], number < len(edges) - 1)
        for number in range(1, len(edges))
    )


def full_turns(start_s: float, stop_s: float, turning: Turning) -> list[float]:
    """Return when, between start and stop, the heading first is a further 360° from the start's."""
    inside = (turning.time_s >= start_s) & (turning.time_s <= stop_s)
    time_s = turning.time_s[inside]
    if not len(time_s):
        return []
    width = max(1, round(_SWAY_S / typical_step(turning.time_s)))
    turned = uniform_filter1d(turning.turned_rad(time_s), width, mode="nearest")
    furthest = np.maximum.accumulate(np.abs(turned - turned[0]))
    wanted = np.arange(1, int(furthest[-1] // (2 * np.pi)) + 1) * 2 * np.pi
    return time_s[np.searchsorted(furthest, wanted)].tolist()


def lap_numbers(contact_s: FloatArray, laps: Sequence[Lap]) -> IntArray:
    """Return the lap (k,) that each contact lies in; the first and the last reach beyond."""
    starts = np.array([lap.start_s for lap in laps[1:]])
    return np.searchsorted(starts, contact_s, side="right").astype(np.int64) + 1


def stride_turn_rates(
    start_s: FloatArray, stop_s: FloatArray, turning: Turning | None
) -> FloatArray:
    """Return the mean heading rate over each stride in rad/s (k,); NaN where it is not known."""
    if turning is None:
        return np.full(len(start_s), np.nan)
    turned = turning.turned_rad(stop_s) - turning.turned_rad(start_s)
    known = (start_s >= turning.time_s[0]) & (stop_s <= turning.time_s[-1])
    return np.where(known, turned / (stop_s - start_s), np.nan)


def surfaces(rates_radps: FloatArray, *, params: SurfaceParams = DEFAULT) -> list[Surface]:
    """Name the surface of each stride from its mean heading rate (k,).

    ``straight`` and ``bend`` say whether the runner turned: a treadmill is ``straight``. Without
    heading, or between the limits, ``unknown``.
    """
    if not len(rates_radps):
        return []
    known = np.where(np.isfinite(rates_radps), rates_radps, 0.0)
    smooth = median_filter(known, size=params.smooth_strides, mode="nearest")
    size_dps = np.rad2deg(np.abs(smooth))
    names: list[Surface] = []
    for rate, size in zip(rates_radps, size_dps, strict=True):
        if not np.isfinite(rate) or params.straight_max_dps < size < params.bend_min_dps:
            names.append("unknown")
        else:
            names.append("straight" if size <= params.straight_max_dps else "bend")
    return names

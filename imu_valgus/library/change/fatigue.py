"""How a number per stride goes along a run, and how much of it the instrument could fake."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import hypot
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from imu_valgus.core import FloatArray, Surface
from imu_valgus.pipeline import DRIFT_SD_DEG

_SECONDS_PER_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class FatigueParams:
    """How a slope and its interval are found.

    Parameters
    ----------
    cosines : int
        Slow waves in which the strides' own scatter is read. Few: the interval allows for
        neighbours that go together for long, and is wider by Student's factor. With 8, 95 %
        intervals hold the truth in 93 % or more for 500 strides whose scatter has an
        autocorrelation of 0.8 (``tests/library/test_fatigue.py``; Newey and West's interval with
        its usual lag: 83 %).
    min_strides : int
        Fewer have no slope: with 40, strides that go together hide it.
    confidence : float
        Of the intervals.
    drift_sd_deg : mapping
        By column; the default's source is said there.
    """

    cosines: int = 8
    min_strides: int = 30
    confidence: float = 0.95
    drift_sd_deg: Mapping[str, float] = field(default_factory=lambda: DRIFT_SD_DEG)


DEFAULT = FatigueParams()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChange:
    """By how much a number per stride changed over the run, degrees, positive: it grew.

    Parameters
    ----------
    over_run_deg, low_over_run_deg, high_over_run_deg : float
        The line through the strides, from its first to its last, and the interval of that: what the
        scatter of the strides leaves open.
    drift_budget_deg : float
        What the instrument alone could make over the run, at the same confidence.
    n : int
        Strides behind it.
    """

    over_run_deg: float
    low_over_run_deg: float
    high_over_run_deg: float
    drift_budget_deg: float
    n: int

    @property
    def told_from_deg(self) -> float:
        """From how much on a change is more than scatter and instrument together make."""
        chance_deg = 0.5 * (self.high_over_run_deg - self.low_over_run_deg)
        return hypot(chance_deg, self.drift_budget_deg)

    @property
    def beyond_drift(self) -> bool:
        """Whether the change is more than that."""
        return abs(self.over_run_deg) > self.told_from_deg


@dataclass(frozen=True, slots=True, kw_only=True)
class FatigueSlope(RunChange):
    """The same line by the hour, with its interval."""

    per_hour_deg: float
    low_per_hour_deg: float
    high_per_hour_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LapSlope(RunChange):
    """The line over the laps' numbers, by the lap; ``over_run_deg``: from first to last lap."""

    per_lap_deg: float
    low_per_lap_deg: float
    high_per_lap_deg: float
    n_laps: int


@dataclass(frozen=True, slots=True)
class _Line:
    slope: float
    half_width: float


def fatigue_slope(
    strides: pd.DataFrame,
    *,
    column: str,
    surface: Surface | None = None,
    params: FatigueParams = DEFAULT,
) -> FatigueSlope | None:
    """Fit a line over the run through a number per stride of one leg.

    The line is the least-squares one over the session's time: pauses count as the time they are,
    rejected and suspect strides are left out. Its interval knows that strides in a row go together:
    the scatter's long-run variance is read in its slowest waves, cosines made orthogonal to the
    line, whose number gives Student's t its degrees of freedom [1]_ [2]_. It is exact where strides
    are independent. No interval of one run knows of scatter that is slower than the run.

    Parameters
    ----------
    strides : DataFrame
        One leg's rows of the stride log.
    column : str
        One of ``params.drift_sd_deg``.
    surface : {"straight", "bend", "unknown"}, optional
        Only these strides: a runner who leans into the bend may go otherwise there.

    Returns
    -------
    FatigueSlope or None
        None where fewer than ``params.min_strides`` good strides have the number.

    References
    ----------
    .. [1] Phillips (2005), Econometric Theory 21(1), 116-142, doi:10.1017/S0266466605050085.
    .. [2] Lazarus, Lewis, Stock & Watson (2018), J Bus Econ Stat 36(4), 541-559,
       doi:10.1080/07350015.2018.1506926.
    """
    good = _good(strides, column, surface)
    if len(good) < params.min_strides:
        return None
    contact_s = good["initial_contact_s"].to_numpy(dtype=np.float64)
    line = _line(contact_s, good[column].to_numpy(dtype=np.float64), params)
    return FatigueSlope(
        per_hour_deg=line.slope * _SECONDS_PER_HOUR,
        low_per_hour_deg=(line.slope - line.half_width) * _SECONDS_PER_HOUR,
        high_per_hour_deg=(line.slope + line.half_width) * _SECONDS_PER_HOUR,
        **_over_run(line, float(np.ptp(contact_s))),
        drift_budget_deg=_budget_deg(column, params),
        n=len(good),
    )


def lap_slope(
    strides: pd.DataFrame,
    *,
    column: str,
    surface: Surface | None = None,
    params: FatigueParams = DEFAULT,
) -> LapSlope | None:
    """Fit the line over the laps' numbers instead of the time: by how much each lap adds.

    As ``fatigue_slope``. What comes back within every lap, as bends and wind do, is no part of it.
    None also where there is one lap only.
    """
    good = _good(strides, column, surface)
    lap = good["lap"].to_numpy(dtype=np.float64)
    n_laps = len(np.unique(lap))
    if len(good) < params.min_strides or n_laps < 2:
        return None
    line = _line(lap, good[column].to_numpy(dtype=np.float64), params)
    return LapSlope(
        per_lap_deg=line.slope,
        low_per_lap_deg=line.slope - line.half_width,
        high_per_lap_deg=line.slope + line.half_width,
        **_over_run(line, float(np.ptp(lap))),
        drift_budget_deg=_budget_deg(column, params),
        n_laps=n_laps,
        n=len(good),
    )


def _good(strides: pd.DataFrame, column: str, surface: Surface | None) -> pd.DataFrame:
    """Return the good strides that have the number, in their order."""
    wanted = (strides["quality"] == "good") & np.isfinite(strides[column])
    if surface is not None:
        wanted &= strides["surface"] == surface
    return strides[wanted].sort_values("initial_contact_s")


def _line(at: FloatArray, values: FloatArray, params: FatigueParams) -> _Line:
    """Fit values (n,), in their order, over ``at`` (n,)."""
    n = len(at)
    off_middle = at - at.mean()
    size = float(off_middle @ off_middle)
    slope = float(off_middle @ values) / size
    left = values - values.mean() - slope * off_middle
    phase = np.pi * (np.arange(n) + 0.5) / n
    waves = np.cos(np.outer(np.arange(1, params.cosines + 1), phase)) * np.sqrt(2.0 / n)
    # The waves are orthonormal; taken off the line too they are not quite: Sherman and Morrison's
    # inverse of their products.
    seen, common = waves @ left, waves @ off_middle
    total = float(seen @ seen + (common @ seen) ** 2 / (size - common @ common))
    variance = total / params.cosines
    quantile = float(stats.t.ppf(0.5 + 0.5 * params.confidence, params.cosines))
    return _Line(slope, quantile * float(np.sqrt(variance / size)))


def _over_run(line: _Line, length: float) -> dict[str, float]:
    return {
        "over_run_deg": line.slope * length,
        "low_over_run_deg": (line.slope - line.half_width) * length,
        "high_over_run_deg": (line.slope + line.half_width) * length,
    }


def _budget_deg(column: str, params: FatigueParams) -> float:
    if column not in params.drift_sd_deg:
        raise ValueError(f"no drift is known of {column}, only of {', '.join(params.drift_sd_deg)}")
    return float(stats.norm.ppf(0.5 + 0.5 * params.confidence)) * params.drift_sd_deg[column]

"""The report's two tables: the legs side by side, and lap by lap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import RepetitionKind, Side
from imu_valgus.metrics import loading
from imu_valgus.pipeline import LapTimes
from imu_valgus.report.wording import clock, mean_sd


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what it is, its unit with sign and zero, and a cell a leg."""

    name: str
    unit: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Quantity:
    column: str
    name: str
    unit: str
    digits: int = 1
    scale: float = 1.0


_VALGUS: Final = "°, + inwards, {zero}"
_QUANTITIES: Final = (
    _Quantity("valgus_excursion_deg", "Valgus excursion", "°, inwards from contact to peak"),
    _Quantity("valgus_peak_deg", "Peak valgus in stance", _VALGUS),
    _Quantity("valgus_peak_pct", "Peak valgus comes at", "% of stance", 0),
    _Quantity("valgus_ic_deg", "Valgus at initial contact", _VALGUS),
    _Quantity("valgus_mean_deg", "Mean valgus in stance", _VALGUS),
    _Quantity("valgus_at_peak_flexion_deg", "Valgus at peak flexion", _VALGUS),
    _Quantity("valgus_rom_deg", "Valgus range in stance", "°, lowest to highest"),
    _Quantity("flexion_ic_deg", "Flexion at initial contact", "°, + bent, 0 = standing"),
    _Quantity("flexion_peak_stance_deg", "Peak flexion in stance", "°, + bent, 0 = standing"),
    _Quantity("flexion_peak_swing_deg", "Peak flexion in swing", "°, + bent, 0 = standing"),
    _Quantity(
        "internal_rotation_excursion_deg", "Internal rotation", "°, + shin turns in, from contact"
    ),
    _Quantity("thigh_tilt_peak_deg", "Peak thigh tilt", "°, + knee outwards of the hip"),
    _Quantity("shank_tilt_peak_deg", "Peak shank tilt", "°, + ankle outwards of the knee"),
    _Quantity("cadence_spm", "Cadence", "steps a minute", 0),
    _Quantity("speed_mps", "Speed", "m/s"),
)
"""What the table shows, most asked for first."""

_LOADING: Final = (
    _Quantity("contact_time_s", "Contact time", "ms", 0, 1000.0),
    _Quantity("duty_factor", "Duty factor", "contact over stride time", 2),
    _Quantity(
        "vertical_force_bw",
        "Vertical ground reaction, peak",
        "body weights, estimated from contact and flight; not a bone load",
        2,
    ),
    _Quantity("tibial_shock_g", "Shock at the shank", "g, resultant; not a bone load"),
    _Quantity("tibial_shock_axial_g", "Shock along the shank", "g; not a bone load"),
    _Quantity("thigh_shock_g", "Shock at the thigh", "g, resultant; not a bone load"),
    _Quantity("shock_attenuation_pct", "Shock lost from shank to thigh", "%", 0),
)
"""What sensors can say of loading."""


def legs_table(good_strides: Mapping[Side, pd.DataFrame], *, zero: str) -> tuple[Row, ...]:
    """Return one row a quantity that any leg has: mean ± SD between its good strides.

    ``zero`` says where valgus is zero.
    """
    return _rows(_QUANTITIES, list(good_strides.values()), zero=zero)


def loading_table(good_strides: Mapping[Side, pd.DataFrame]) -> tuple[Row, ...]:
    """Return one row a kinetic proxy that any leg has: mean ± SD between its good strides."""
    return _rows(_LOADING, [strides.join(loading(strides)) for strides in good_strides.values()])


def _rows(
    quantities: Sequence[_Quantity], legs: Sequence[pd.DataFrame], *, zero: str = ""
) -> tuple[Row, ...]:
    rows: list[Row] = []
    for quantity in quantities:
        moments = [_moments(strides[quantity.column], quantity.scale) for strides in legs]
        if all(np.isnan(mean) for mean, _ in moments):
            continue
        cells = tuple(mean_sd(mean, sd, quantity.digits) for mean, sd in moments)
        rows.append(Row(quantity.name, quantity.unit.format(zero=zero), cells))
    return tuple(rows)


def has_shock(good_strides: Mapping[Side, pd.DataFrame]) -> bool:
    """Tell whether any stride of any leg has a shock."""
    columns = ["tibial_shock_g", "tibial_shock_axial_g", "thigh_shock_g"]
    return any(bool(s[columns].notna().to_numpy().any()) for s in good_strides.values())


def laps_table(
    good_strides: Mapping[Side, pd.DataFrame], laps: Sequence[LapTimes]
) -> tuple[Row, ...]:
    """Return one row a lap; a leg's cells are its strides, excursion and peak."""
    rows: list[Row] = []
    for lap in laps:
        cells: list[str] = []
        for strides in good_strides.values():
            mine = strides[strides["lap"] == lap.lap]
            excursion = _moments(mine["valgus_excursion_deg"], 1.0)
            peak = _moments(mine["valgus_peak_deg"], 1.0)
            cells += [str(len(mine)), mean_sd(*excursion, 1), mean_sd(*peak, 1)]
        span = f"{clock(lap.start_s)} to {clock(lap.stop_s)}"
        rows.append(Row(str(lap.lap), span, tuple(cells)))
    return tuple(rows)


_REPETITIONS: Final[Mapping[RepetitionKind, str]] = {
    "squat": "Squat, both legs",
    "single_leg_squat": "Squat on one leg",
    "landing": "Landing",
    "lunge": "Lunge",
    "unknown": "Knee bend of unknown kind",
}


def repetitions_table(repetitions: pd.DataFrame, sides: Sequence[Side]) -> tuple[Row, ...]:
    """Return one row a kind of repetition; a leg's cells are its count and three angles."""
    rows: list[Row] = []
    for kind, name in _REPETITIONS.items():
        found = repetitions[(repetitions["kind"] == kind) & repetitions["side"].isin(list(sides))]
        if found.empty:
            continue
        cells: list[str] = []
        for side in sides:
            mine = found[found["side"] == side]
            good = mine[mine["quality"] == "good"]
            cells.append(f"{len(good)} of {len(mine)}")
            columns = ("flexion_peak_deg", "valgus_excursion_deg", "valgus_peak_deg")
            cells += [mean_sd(*_moments(good[column], 1.0), 1) for column in columns]
        rows.append(Row(name, "", tuple(cells)))
    return tuple(rows)


def _moments(values: pd.Series, scale: float) -> tuple[float, float]:
    known = values.dropna().to_numpy(dtype=np.float64) * scale
    mean = float(np.mean(known)) if known.size else nan
    return mean, float(np.std(known, ddof=1)) if known.size > 1 else nan

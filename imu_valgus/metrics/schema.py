"""The pandera schemas of both logs: columns, order, types, ranges."""

from typing import get_args

import pandas as pd
import pandera.pandas as pa

from imu_valgus.core import (
    REP_COLUMNS,
    SIDES,
    STRIDE_COLUMNS,
    Quality,
    RepetitionKind,
    Surface,
)

_RANGES: dict[str, tuple[float, float]] = {
    "stride_time_s": (0.2, 3.0),
    "duration_s": (0.0, 60.0),
    "contact_time_s": (0.0, 2.0),
    "cadence_spm": (40.0, 600.0),
    "valgus_peak_pct": (0.0, 100.0),
    "valgus_excursion_deg": (0.0, 360.0),
    "valgus_rom_deg": (0.0, 360.0),
    "internal_rotation_excursion_deg": (0.0, 360.0),
    "valgus_peak_sd_deg": (0.0, 360.0),
    "valgus_excursion_sd_deg": (0.0, 360.0),
    "valgus_excursion_stride_sd_deg": (0.0, 360.0),
    "speed_mps": (0.0, 15.0),
    "tibial_shock_g": (0.0, 500.0),
    "thigh_shock_g": (0.0, 500.0),
    "tibial_shock_axial_g": (-500.0, 500.0),
}
_NEVER_EMPTY = (
    "initial_contact_s",
    "next_contact_s",
    "stride_time_s",
    "cadence_spm",
    "start_s",
    "deepest_s",
    "end_s",
    "duration_s",
)
_WORDS: dict[str, tuple[str, ...]] = {
    "side": SIDES,
    "surface": get_args(Surface),
    "kind": get_args(RepetitionKind),
    "quality": get_args(Quality),
}


def _column(name: str) -> pa.Column:
    if name in _WORDS:
        return pa.Column(str, pa.Check.isin(_WORDS[name]))
    if name in ("session", "reason"):
        return pa.Column(str)
    if name in ("stride", "lap", "repetition"):
        return pa.Column("int64", pa.Check.ge(1))
    checks: list[pa.Check] = []
    if name in _RANGES:
        checks.append(pa.Check.in_range(*_RANGES[name]))
    elif name.endswith("_deg"):
        checks.append(pa.Check.in_range(-360.0, 360.0))
    return pa.Column("float64", checks, nullable=name not in _NEVER_EMPTY)


def _contacts_follow(log: pd.DataFrame) -> pd.Series:
    return log["next_contact_s"] > log["initial_contact_s"]


def _toe_off_lies_between(log: pd.DataFrame) -> pd.Series:
    toe_off_s = log["toe_off_s"]
    return toe_off_s.isna() | toe_off_s.between(log["initial_contact_s"], log["next_contact_s"])


def _deepest_lies_between(log: pd.DataFrame) -> pd.Series:
    return log["deepest_s"].between(log["start_s"], log["end_s"])


def _says_why(log: pd.DataFrame) -> pd.Series:
    return (log["quality"] == "good") | (log["reason"] != "")


STRIDE_LOG_SCHEMA = pa.DataFrameSchema(
    {name: _column(name) for name in STRIDE_COLUMNS},
    strict=True,
    ordered=True,
    unique=["session", "side", "stride"],
    checks=[
        pa.Check(_contacts_follow, name="contacts follow each other"),
        pa.Check(_toe_off_lies_between, name="toe-off lies between the contacts"),
        pa.Check(_says_why, name="what is not good says why"),
    ],
)
"""``strict``: no other column; ``ordered``: in this order."""

REPETITION_LOG_SCHEMA = pa.DataFrameSchema(
    {name: _column(name) for name in REP_COLUMNS},
    strict=True,
    ordered=True,
    unique=["session", "side", "repetition"],
    checks=[
        pa.Check(_deepest_lies_between, name="the deepest point lies between start and end"),
        pa.Check(_says_why, name="what is not good says why"),
    ],
)

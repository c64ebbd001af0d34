"""Left against right, and how far valgus is only flexion seen askew."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import FloatArray, Side

COMPARED_COLUMNS: Final[tuple[str, ...]] = (
    "valgus_excursion_deg",
    "valgus_peak_deg",
    "valgus_ic_deg",
    "valgus_mean_deg",
    "valgus_rom_deg",
    "flexion_peak_stance_deg",
    "internal_rotation_excursion_deg",
    "thigh_tilt_peak_deg",
    "shank_tilt_peak_deg",
    "contact_time_s",
    "stride_time_s",
    "tibial_shock_g",
)


@dataclass(frozen=True, slots=True)
class Crosstalk:
    """How valgus goes with flexion: correlation, and degrees of valgus for one of flexion.

    A flexion axis that points askew turns flexion into valgus; so does a knee that truly goes in as
    it bends. NaN where it cannot be told.
    """

    r: float
    slope: float


def crosstalk(flexion_deg: FloatArray, valgus_deg: FloatArray) -> Crosstalk:
    """Correlate valgus with flexion over the samples (n,) of running and give the slope."""
    known = np.isfinite(flexion_deg) & np.isfinite(valgus_deg)
    if known.sum() < 3:
        return Crosstalk(np.nan, np.nan)
    flexion = flexion_deg[known] - flexion_deg[known].mean()
    valgus = valgus_deg[known] - valgus_deg[known].mean()
    flexion_sq, valgus_sq = float(flexion @ flexion), float(valgus @ valgus)
    if flexion_sq == 0.0 or valgus_sq == 0.0:
        return Crosstalk(np.nan, np.nan)
    shared = float(flexion @ valgus)
    return Crosstalk(r=shared / float(np.sqrt(flexion_sq * valgus_sq)), slope=shared / flexion_sq)


def crosstalk_in_strides(log: pd.DataFrame, angles: pd.DataFrame, *, side: Side) -> Crosstalk:
    """Do so over the samples of one leg's good strides.

    Parameters
    ----------
    log : DataFrame
        The stride log, or a stride table with its ``quality``.
    angles : DataFrame
        Columns ``ANGLE_COLUMNS``.
    side : {"left", "right"}
    """
    own = angles[angles["side"] == side]
    time_s = own["time_s"].to_numpy(dtype=np.float64)
    good = log[log["quality"] == "good"]
    if "side" in good.columns:
        good = good[good["side"] == side]
    change = np.zeros(len(time_s) + 1)
    for name, step in (("initial_contact_s", 1.0), ("next_contact_s", -1.0)):
        at = np.searchsorted(time_s, good[name].to_numpy(dtype=np.float64))
        np.add.at(change, at, step)
    inside = np.cumsum(change[:-1]) > 0.5
    return crosstalk(
        own["flexion_deg"].to_numpy(dtype=np.float64)[inside],
        own["valgus_deg"].to_numpy(dtype=np.float64)[inside],
    )


def side_to_side(log: pd.DataFrame) -> pd.DataFrame:
    """Compare the legs: the means over good strides, left minus right.

    Parameters
    ----------
    log : DataFrame
        The stride log of one session, both legs.

    Returns
    -------
    DataFrame
        One row for each of COMPARED_COLUMNS, indexed by its name: ``left_mean, right_mean,
        left_minus_right, left_sd, right_sd`` (between strides), ``left_n, right_n``. NaN where a
        leg has no good stride. The means are compared, not single strides: no clock between the
        legs is needed.
    """
    good = log[log["quality"] == "good"]
    table = pd.DataFrame(index=pd.Index(COMPARED_COLUMNS, name="column"))
    for side in ("left", "right"):
        own = good.loc[good["side"] == side, list(COMPARED_COLUMNS)]
        table[f"{side}_mean"] = own.mean()
        table[f"{side}_sd"] = own.std()
        table[f"{side}_n"] = own.count()
    table["left_minus_right"] = table["left_mean"] - table["right_mean"]
    return table[
        ["left_mean", "right_mean", "left_minus_right", "left_sd", "right_sd", "left_n", "right_n"]
    ]

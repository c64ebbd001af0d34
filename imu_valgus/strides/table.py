"""The stride table: contacts become strides, and each stride is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy.ndimage import median_filter

from imu_valgus.core import (
    BoolArray,
    FloatArray,
    ImuSignal,
    Quality,
)
from imu_valgus.strides.contacts import ContactParams, Contacts
from imu_valgus.strides.judging import GAP, holds_clipping, holds_gap
from imu_valgus.strides.laps import (
    Lap,
    SurfaceParams,
    Turning,
    lap_numbers,
    stride_turn_rates,
    surfaces,
)

STRIDE_TABLE_COLUMNS: Final[tuple[str, ...]] = (
    "stride",
    "lap",
    "surface",
    "initial_contact_s",
    "toe_off_s",
    "next_contact_s",
    "stride_time_s",
    "contact_time_s",
    "quality",
    "reason",
)


@dataclass(frozen=True, slots=True)
class QualityParams:
    """What makes a stride suspect.

    Parameters
    ----------
    duration_tolerance : float
        Share by which stride or contact time may differ from the median of its neighbours. Stride
        times vary by 1 to 2 % (Nakayama et al. 2010, doi:10.1016/j.gaitpost.2009.12.003); a
        stumble shortens or stretches a stride far beyond.
    contact_tolerance : float
        The same for contact time, whose reading is less sharp.
    neighbours : int
        As many strides around.
    sharp_turn_dps : float
        Mean heading rate over the stride: twice what the tightest track bend asks of a sprinter.
    """

    duration_tolerance: float = 0.12
    contact_tolerance: float = 0.3
    neighbours: int = 15
    sharp_turn_dps: float = 20.0


DEFAULT = QualityParams()


def stride_times(contacts: Contacts, *, params: ContactParams | None = None) -> pd.DataFrame:
    """Pair each contact with the next one of the same foot and run.

    Parameters
    ----------
    contacts : Contacts
    params : ContactParams, optional
        ``stride_max_s``: a contact with no other within it begins no stride.

    Returns
    -------
    DataFrame
        One row a stride: initial_contact_s, toe_off_s (NaN where unknown), next_contact_s,
        stride_time_s, contact_time_s.
    """
    longest_s = (params or ContactParams()).stride_max_s
    start_s, stop_s = contacts.initial_contact_s[:-1], contacts.initial_contact_s[1:]
    follows = (np.diff(contacts.run_idx) == 0) & (stop_s - start_s <= longest_s)
    toe_off_s = contacts.toe_off_s[:-1]
    toe_off_s = np.where((toe_off_s > start_s) & (toe_off_s < stop_s), toe_off_s, np.nan)
    times = {
        "initial_contact_s": start_s,
        "toe_off_s": toe_off_s,
        "next_contact_s": stop_s,
        "stride_time_s": stop_s - start_s,
        "contact_time_s": toe_off_s - start_s,
    }
    return pd.DataFrame({name: column[follows] for name, column in times.items()})


def stride_table(
    contacts: Contacts,
    signals: Sequence[ImuSignal],
    *,
    laps: Sequence[Lap],
    turning: Turning | None = None,
    params: QualityParams = DEFAULT,
    surface_params: SurfaceParams | None = None,
) -> pd.DataFrame:
    """Build the table of one leg's strides.

    Parameters
    ----------
    contacts : Contacts
        Of the leg.
    signals : sequence of ImuSignal
        The leg's shank and thigh, on session time: their gaps and clipping judge the strides.
    laps : sequence of Lap
    turning : Turning, optional
    params : QualityParams
    surface_params : SurfaceParams, optional

    Returns
    -------
    DataFrame
        Columns STRIDE_TABLE_COLUMNS, judged by what the sensors say; ``hear_the_user`` overrules.
        ``rejected``: a gap in the data. ``suspect``: clipping, an irregular stride or contact
        time, no toe-off, a sharp turn. ``reason`` names all that was found, in these words, and
        is empty for a good stride.
    """
    table = stride_times(contacts)
    start_s = table["initial_contact_s"].to_numpy(dtype=np.float64)
    stop_s = table["next_contact_s"].to_numpy(dtype=np.float64)
    rates = stride_turn_rates(start_s, stop_s, turning)
    found = {
        GAP: _any(np.stack([holds_gap(s, start_s, stop_s) for s in signals])),
        "clipping": _any(np.stack([holds_clipping(s, start_s, stop_s) for s in signals])),
        **_irregular(table, params),
        "sharp turn": np.abs(np.nan_to_num(rates)) > np.deg2rad(params.sharp_turn_dps),
    }
    quality: list[Quality] = [
        "rejected" if gap else "suspect" if other else "good"
        for gap, other in zip(found[GAP], _any(np.stack(list(found.values()))), strict=True)
    ]
    reason = [
        "; ".join(word for word, flag in zip(found, row, strict=True) if flag)
        for row in np.stack(list(found.values()), axis=1)
    ]
    table.insert(0, "stride", np.arange(1, len(table) + 1))
    table.insert(1, "lap", lap_numbers(start_s, laps))
    table.insert(2, "surface", surfaces(rates, params=surface_params or SurfaceParams()))
    table = table.assign(quality=quality, reason=reason)
    return table.astype(dict.fromkeys(("surface", "quality", "reason"), "str"))


def _any(flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> BoolArray:
    return np.asarray(flags.any(axis=0), dtype=np.bool_)


def _irregular(table: pd.DataFrame, params: QualityParams) -> dict[str, BoolArray]:
    """Tell which strides last or stand unlike their neighbours."""
    contact_s = table["contact_time_s"].to_numpy(dtype=np.float64)
    unknown = np.isnan(contact_s)
    usual = np.where(unknown, np.nanmedian(contact_s) if (~unknown).any() else 0.0, contact_s)
    stride_s = table["stride_time_s"].to_numpy(dtype=np.float64)
    return {
        "irregular stride time": _unlike(stride_s, params.duration_tolerance, params),
        "irregular contact time": _unlike(usual, params.contact_tolerance, params),
        "no toe-off": unknown,
    }


def _unlike(values: FloatArray, tolerance: float, params: QualityParams) -> BoolArray:
    if not len(values):
        return np.zeros(0, dtype=np.bool_)
    usual = median_filter(values, size=params.neighbours, mode="nearest")
    return np.abs(values - usual) > tolerance * usual

"""Put one leg's stride log together."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import STRIDE_COLUMNS, FloatArray, ImuSignal, Side
from imu_valgus.metrics.errors import StrideErrors
from imu_valgus.metrics.kinematics import angle_metrics
from imu_valgus.metrics.schema import STRIDE_LOG_SCHEMA
from imu_valgus.metrics.shock import peak_axial_g, peak_resultant_g
from imu_valgus.strides import GAP, Lap

COMPUTED: Final = "computed"
"""Reason of empty shock columns: the accelerations were computed from poses, without impacts."""
_TEXT = ("session", "side", "surface", "quality", "reason")


def stride_log(
    strides: pd.DataFrame,
    angles: pd.DataFrame | None,
    *,
    session: str,
    side: Side,
    shank: ImuSignal | None = None,
    thigh: ImuSignal | None = None,
    has_impacts: bool = True,
    laps: Sequence[Lap] = (),
    lap_length_m: float | None = None,
    errors: StrideErrors | None = None,
) -> pd.DataFrame:
    """Build the stride log of one leg.

    Parameters
    ----------
    strides : DataFrame
        Of :func:`imu_valgus.strides.stride_table`.
    angles : DataFrame or None
        Columns ``ANGLE_COLUMNS``; rows of the other side are left out. None for a leg with one
        sensor: its angles stay empty.
    session : str
    side : {"left", "right"}
    shank, thigh : ImuSignal, optional
        Segment frame (y up), on session time: for the shocks.
    has_impacts : bool
        False for virtual sensors on smoothed poses: the shocks stay empty, and ``reason`` says
        ``computed``.
    laps : sequence of Lap
    lap_length_m : float, optional
        Gives the mean speed of whole laps.
    errors : StrideErrors, optional
        Without them the columns of standard deviations stay empty.

    Returns
    -------
    DataFrame
        Columns ``STRIDE_COLUMNS``, checked against ``STRIDE_LOG_SCHEMA``. A stride with a gap keeps
        its times and loses its angles: nobody knows what the knee did in the gap.
    """
    columns: dict[str, object] = {name: strides[name] for name in strides.columns}
    start_s, toe_off_s, stop_s = (
        strides[name].to_numpy(dtype=np.float64)
        for name in ("initial_contact_s", "toe_off_s", "next_contact_s")
    )
    if angles is not None:
        own = angles[angles["side"] == side]
        whole = ~strides["reason"].str.contains(GAP).to_numpy(dtype=np.bool_)
        for name, values in angle_metrics(own, start_s, toe_off_s, stop_s).items():
            columns[name] = np.where(whole, values, np.nan)
    if errors is not None:
        columns["valgus_peak_sd_deg"] = errors.peak_deg
        columns["valgus_excursion_sd_deg"] = errors.excursion_deg
        columns["valgus_excursion_stride_sd_deg"] = errors.excursion_own_deg
    if has_impacts:
        columns |= _shocks(shank, thigh, start_s)
    else:
        columns["reason"] = with_computed(strides["reason"])
    columns |= {
        "session": [session] * len(strides),
        "side": [side] * len(strides),
        "cadence_spm": 120.0 / (stop_s - start_s),
        "speed_mps": lap_speeds(strides["lap"], laps, lap_length_m),
    }
    return _checked(columns, strides.index)


def with_computed(reasons: pd.Series) -> list[str]:
    """Add to each reason that the shocks are empty because nothing was measured."""
    return [_joined(reason, COMPUTED) for reason in reasons]


def lap_speeds(laps_of: pd.Series, laps: Sequence[Lap], lap_length_m: float | None) -> FloatArray:
    """Return each stride's lap's mean speed in m/s (k,), NaN in laps begun and without a length.

    ``laps_of``: the number of each stride's lap (k,).
    """
    numbers = laps_of.to_numpy()
    speeds = np.full(len(numbers), np.nan)
    if lap_length_m is not None:
        for lap in laps:
            if lap.whole:
                speeds[numbers == lap.number] = lap_length_m / lap.duration_s
    return speeds


def _shocks(
    shank: ImuSignal | None, thigh: ImuSignal | None, contact_s: FloatArray
) -> dict[str, FloatArray]:
    shocks: dict[str, FloatArray] = {}
    if shank is not None:
        shocks["tibial_shock_g"] = peak_resultant_g(shank, contact_s)
        shocks["tibial_shock_axial_g"] = peak_axial_g(shank, contact_s)
    if thigh is not None:
        shocks["thigh_shock_g"] = peak_resultant_g(thigh, contact_s)
    return shocks


def _joined(*words: str) -> str:
    return "; ".join(word for word in words if word)


def _checked(columns: dict[str, object], index: pd.Index) -> pd.DataFrame:
    """Order the columns, give each its type and check them all."""
    log = pd.DataFrame(columns, index=index).reindex(columns=list(STRIDE_COLUMNS))
    kinds = dict.fromkeys(_TEXT, "str") | {"stride": "int64", "lap": "int64"}
    kinds |= {name: "float64" for name in STRIDE_COLUMNS if name not in kinds}
    return STRIDE_LOG_SCHEMA.validate(log.astype(kinds))

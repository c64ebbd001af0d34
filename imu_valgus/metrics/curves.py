"""One curve a stride: any angle over stance or the whole stride, on an axis of percent."""

from typing import Final, Literal

import numpy as np
import pandas as pd

from imu_valgus.core import FloatArray
from imu_valgus.strides import normalise, spans_gap

Span = Literal["stance", "stride"]

CURVE_POINTS: Final = 101
"""Points of a normalised curve: 0, 1 … 100 %."""

_ENDS: Final[dict[Span, str]] = {"stance": "toe_off_s", "stride": "next_contact_s"}
_LEAST: Final = 2


def stride_curves(
    angles: pd.DataFrame, strides: pd.DataFrame, *, column: str, span: Span
) -> FloatArray:
    """Cut one angle of one leg into its strides and normalise each in time.

    Parameters
    ----------
    angles, strides : DataFrame
        Rows of one leg, as in ``derived/angles.parquet`` and ``derived/strides.parquet``.
    column : str
        Of ``angles``: ``valgus_deg``, ``thigh_tilt_deg`` …
    span : {"stance", "stride"}
        From initial contact to toe-off, or to the next contact.

    Returns
    -------
    FloatArray
        (n, 101), degrees as in ``angles``, in the order of the rows of ``strides``; a row is NaN
        where the stride has no such end, reaches beyond the angles or holds a gap in them.
    """
    start_s = strides["initial_contact_s"].to_numpy(dtype=np.float64)
    stop_s = strides[_ENDS[span]].to_numpy(dtype=np.float64)
    values = angles[column].to_numpy(dtype=np.float64)
    known = np.isfinite(values)
    time_s, values = angles["time_s"].to_numpy(dtype=np.float64)[known], values[known]
    if len(time_s) < _LEAST:
        return np.full((len(strides), CURVE_POINTS), np.nan)
    curves = normalise(time_s, values, start_s, stop_s, CURVE_POINTS)
    curves[spans_gap(time_s, start_s, stop_s)] = np.nan
    return curves

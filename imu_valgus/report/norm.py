"""The reference: 46 runners at 2.5 m/s, optical motion capture, in stance only.

The curves ship with the package (CC BY 4.0, see ``data/README.md``). Their zero is that of the
optical model, so band and runner are only comparable when both are shifted to 0 at initial contact;
their swing is crosstalk of the optical axes and is not shown.
"""

from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.metrics import CURVE_POINTS
from imu_valgus.report.curves import Angle, MeanCurve

RUNNERS: Final = 46
SPEED_MPS: Final = 2.5

EXCURSION_DEG: Final = 4.3
"""Valgus excursion in stance of the 46 runners, mean of each runner's own, from the same data."""

EXCURSION_SD_DEG: Final = 3.3
"""Its standard deviation between the runners."""

_COLUMNS: Final[dict[Angle, str]] = {"valgus": "abd", "flexion": "flex"}


@cache
def stance_end_pct() -> float:
    """Return where stance ends in the reference, in percent of the stride.

    The file has no toe-off, but toe-off in running lies within 5 ms of the greatest knee extension
    late in stance [1]_: that of the mean flexion curve, at 38 % of the stride.

    References
    ----------
    .. [1] Fellin, Rose, Royer & Davis (2010), J Sci Med Sport 13(6), 646-650,
       doi:10.1016/j.jsams.2010.03.006.
    """
    curves = _curves()
    first_half = curves[(curves["pct"] > 20.0) & (curves["pct"] < 50.0)]
    return float(first_half["pct"].iloc[int(first_half["flex_mean"].argmin())])


@cache
def stance_band(angle: Angle) -> MeanCurve:
    """Return the reference over 0 to 100 % of stance, degrees, mean shifted to 0 at contact.

    ``sd_deg`` is the spread of the absolute angles between the runners, so it is not 0 at contact.
    """
    curves = _curves()
    percent = np.linspace(0.0, 100.0, CURVE_POINTS)
    of_stride = percent / 100.0 * stance_end_pct()
    stride_pct = curves["pct"].to_numpy(dtype=np.float64)
    mean, sd = (
        np.interp(of_stride, stride_pct, curves[f"{_COLUMNS[angle]}_{what}"].to_numpy(np.float64))
        for what in ("mean", "sd")
    )
    return MeanCurve(percent, mean - mean[0], sd, RUNNERS)


@cache
def _curves() -> pd.DataFrame:
    source = files("imu_valgus.report").joinpath("data", "knee_norm_46runners_2p5ms.csv")
    with source.open("r", encoding="utf-8") as text:
        return pd.read_csv(text)

"""How far two methods agree on one quantity, and whether the stated error holds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from imu_valgus.core import FloatArray
from imu_valgus.strides import normalise

_NORMAL_95 = 1.96
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """Ours against a reference, degrees; NaN where there are too few values.

    Parameters
    ----------
    n : int
        Pairs.
    rmse_deg : float
        Root mean square of ours minus reference.
    rmse_centred_deg : float
        The same with the mean difference removed: the error of the shape.
    r : float
        Pearson's correlation.
    slope : float
        Degrees of ours for one of the reference, by least squares.
    bias_deg : float
        Mean of ours minus reference.
    lower_deg, upper_deg : float
        95 % limits of agreement.
    """

    n: int
    rmse_deg: float
    rmse_centred_deg: float
    r: float
    slope: float
    bias_deg: float
    lower_deg: float
    upper_deg: float


def agreement(ours: FloatArray, reference: FloatArray) -> Agreement:
    """Compare pairs of values; those with a NaN are left out.

    Bias and limits of agreement are Bland and Altman's [1]_: mean ± 1.96 standard deviations of the
    difference. Samples of one curve follow each other closely, so the limits say where differences
    lie, but ``n`` is not the number of independent ones.

    Parameters
    ----------
    ours, reference : (n,)
        Degrees.

    References
    ----------
    .. [1] Bland & Altman (1986), Lancet 327(8476), 307-310, doi:10.1016/S0140-6736(86)90837-8.
    """
    known = np.isfinite(ours) & np.isfinite(reference)
    n = int(known.sum())
    if n < _LEAST:
        nan = float("nan")
        return Agreement(n, nan, nan, nan, nan, nan, nan, nan)
    own, other = ours[known], reference[known]
    difference = own - other
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    own_sq, other_sq = float(own.var()), float(other.var())
    shared = float(np.mean((own - own.mean()) * (other - other.mean())))
    return Agreement(
        n=n,
        rmse_deg=float(np.sqrt(np.mean(difference**2))),
        rmse_centred_deg=float(difference.std()),
        r=shared / float(np.sqrt(own_sq * other_sq)) if own_sq * other_sq > 0 else float("nan"),
        slope=shared / other_sq if other_sq > 0 else float("nan"),
        bias_deg=bias,
        lower_deg=bias - _NORMAL_95 * sd,
        upper_deg=bias + _NORMAL_95 * sd,
    )


def share_inside(ours: FloatArray, reference: FloatArray, sd: FloatArray) -> float:
    """Return the share of the reference that lies within ours ± 1.96 ``sd``; (n,) each."""
    known = np.isfinite(ours) & np.isfinite(reference) & np.isfinite(sd)
    if not known.any():
        return float("nan")
    return float(np.mean(np.abs(ours - reference)[known] <= _NORMAL_95 * sd[known]))


def stance_numbers(
    time_s: FloatArray, values: FloatArray, *, start_s: FloatArray, toe_off_s: FloatArray
) -> pd.DataFrame:
    """Read peak and excursion of each stance [contact, toe-off) from any curve.

    Parameters
    ----------
    time_s, values : (n,)
        The curve, NaN where nothing was measured.
    start_s, toe_off_s : (k,)

    Returns
    -------
    DataFrame
        (k) rows: ``peak_deg`` is the maximum in stance, ``excursion_deg`` that minus the value at
        contact. NaN where the curve does not cover the stance.
    """
    curves = normalise(time_s, values, start_s, toe_off_s)[:, :-1]
    peak = curves.max(axis=1)
    return pd.DataFrame({"peak_deg": peak, "excursion_deg": peak - curves[:, 0]})

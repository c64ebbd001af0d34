"""What thigh and shank sensors can say of loading, stride by stride: proxies, none a bone load.

Muscles load a bone more than the ground does: shock and ground reaction do not tell the tibia's
load (Matijevich et al. 2019, doi:10.1371/journal.pone.0210000).
"""

import numpy as np
import pandas as pd

from imu_valgus.core import LOADING_COLUMNS


def loading(strides: pd.DataFrame) -> pd.DataFrame:
    """Return the kinetic proxies of each stride.

    Parameters
    ----------
    strides : DataFrame
        Rows of the stride log; shocks are peaks of one stride, g.

    Returns
    -------
    DataFrame
        On the same index, the columns ``LOADING_COLUMNS``:

        - ``duty_factor``: contact over stride time. Below 0.5 there is flight.
        - ``flight_time_s``: half a stride less the contact; both legs are taken to step alike.
        - ``vertical_force_bw``: the peak of the vertical ground reaction in body weights, from a
          half sine over stance that carries the body through contact and flight,
          pi/2 (flight / contact + 1) [1]_. Stiffness by this model lay 0.7 to 6.9 % below force
          platforms' [1]_; contact times off by 10 ms add 4 %. NaN where there is no flight.
        - ``shock_attenuation_pct``: how much less the thigh's peak resultant is than the shank's;
          below 0 the thigh's is higher. In the time domain, gravity included [2]_.

    References
    ----------
    .. [1] Morin et al. (2005), J Appl Biomech 21(2), 167-180, doi:10.1123/jab.21.2.167.
    .. [2] Sheerin et al. (2019), Gait & Posture 67, 12-24, doi:10.1016/j.gaitpost.2018.09.017.
    """
    contact_s = strides["contact_time_s"].to_numpy(dtype=np.float64)
    stride_s = strides["stride_time_s"].to_numpy(dtype=np.float64)
    shank_g = strides["tibial_shock_g"].to_numpy(dtype=np.float64)
    thigh_g = strides["thigh_shock_g"].to_numpy(dtype=np.float64)
    flight_s = stride_s / 2.0 - contact_s
    with np.errstate(divide="ignore", invalid="ignore"):
        force_bw = np.pi / 2.0 * (flight_s / contact_s + 1.0)
        attenuation_pct = 100.0 * (1.0 - thigh_g / shank_g)
    values = {
        "duty_factor": contact_s / stride_s,
        "flight_time_s": flight_s,
        "vertical_force_bw": np.where((flight_s > 0) & (contact_s > 0), force_bw, np.nan),
        "shock_attenuation_pct": np.where(shank_g > 0, attenuation_pct, np.nan),
    }
    return pd.DataFrame(values, index=strides.index)[list(LOADING_COLUMNS)]

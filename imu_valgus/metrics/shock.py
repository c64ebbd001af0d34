"""Peak accelerations after each contact."""

from dataclasses import dataclass

import numpy as np

from imu_valgus.core import GRAVITY_MPS2, FloatArray, ImuSignal


@dataclass(frozen=True, slots=True)
class ShockParams:
    """Where the shock is looked for, about initial contact.

    Parameters
    ----------
    before_s, after_s : float
        The tibial peak follows the contact by 20 to 50 ms (Sheerin et al. 2019,
        doi:10.1016/j.gaitpost.2018.09.017); contacts are read to some 10 ms.
    """

    before_s: float = 0.01
    after_s: float = 0.1


DEFAULT = ShockParams()


def peak_resultant_g(
    signal: ImuSignal, contact_s: FloatArray, *, params: ShockParams = DEFAULT
) -> FloatArray:
    """Return the highest |a| near each contact in g (k,).

    The raw resultant, gravity included, nothing taken off and nothing filtered, as Sheerin et al.
    (2019, doi:10.1016/j.gaitpost.2018.09.017) review it. NaN where the sensor has no sample there.
    """
    return _peaks(np.linalg.norm(signal.acc_mps2, axis=1), signal.time_s, contact_s, params)


def peak_axial_g(
    signal: ImuSignal, contact_s: FloatArray, *, params: ShockParams = DEFAULT
) -> FloatArray:
    """Return the highest acceleration along the segment's long axis (y, up) in g (k,)."""
    return _peaks(signal.acc_mps2[:, 1], signal.time_s, contact_s, params)


def _peaks(
    values_mps2: FloatArray, time_s: FloatArray, contact_s: FloatArray, params: ShockParams
) -> FloatArray:
    """Take the maximum of each window; the windows' ends part the samples for ``reduceat``."""
    first = np.searchsorted(time_s, contact_s - params.before_s)
    last = np.searchsorted(time_s, contact_s + params.after_s)
    padded = np.append(values_mps2, -np.inf)
    edges = np.stack([first, np.maximum(last, first)], axis=1).ravel()
    if not len(edges):
        return np.zeros(0)
    peaks = np.maximum.reduceat(padded, edges)[::2] / GRAVITY_MPS2
    return np.where(last > first, peaks, np.nan)

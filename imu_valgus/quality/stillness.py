"""When a sensor lies still, and what it reads then."""

from dataclasses import dataclass

import numpy as np

from imu_valgus.core import FloatArray, ImuSignal
from imu_valgus.quality.windows import cut


@dataclass(frozen=True, slots=True)
class StillnessParams:
    """What counts as still.

    All is relative to the sensor's own readings, so that a wrong unit does not hide it.

    Parameters
    ----------
    window_s : float
        Length of the windows looked at.
    rate_share : float
        The angular velocity spreads less than this share of what it does in the liveliest windows
        (their 95th percentile). Standing in nms-dyn: 1.2 °/s of 250 °/s.
    acc_share : float
        The acceleration spreads less than this share of its mean, on any axis: 0.03 g.
    """

    window_s: float = 1.0
    rate_share: float = 0.04
    acc_share: float = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Stillness:
    """What a sensor reads at rest.

    ``duration_s``: of all still windows together. ``acc_norm_mps2``: median |a|.
    ``gyr_radps`` (3,): median angular velocity, the gyroscope's bias.
    """

    duration_s: float
    acc_norm_mps2: float
    gyr_radps: FloatArray


def find_stillness(signal: ImuSignal, *, params: StillnessParams) -> Stillness | None:
    """Find what a sensor reads in its still windows; None where it has none."""
    windows = cut(signal, width_s=params.window_s)
    if not len(windows):
        return None
    rate_spread = windows.gyr_radps.std(axis=1).max(axis=1)
    acc_spread = windows.acc_mps2.std(axis=1).max(axis=1)
    acc_norm = np.linalg.norm(windows.acc_mps2.mean(axis=1), axis=1)
    still = (rate_spread <= params.rate_share * np.quantile(rate_spread, 0.95)) & (
        acc_spread <= params.acc_share * acc_norm
    )
    if not still.any():
        return None
    return Stillness(
        duration_s=float(still.sum() * params.window_s),
        acc_norm_mps2=float(np.median(acc_norm[still])),
        gyr_radps=np.median(windows.gyr_radps[still].mean(axis=1), axis=0),
    )

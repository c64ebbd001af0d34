"""One sensor's attitude from its gyroscope and accelerometer, by the filter of one's choice."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from ahrs.filters import AQUA, EKF, Madgwick, Mahony
from scipy.spatial.transform import Rotation
from vqf import VQF

from imu_valgus.core import FloatArray, ImuSignal, SegmentOrientation
from imu_valgus.orientation.bridging import bridged
from imu_valgus.sync import interpolate

AttitudeMethod = Literal["vqf", "madgwick", "mahony", "ekf", "aqua"]
AttitudeFilter = Callable[[FloatArray, FloatArray, float], FloatArray]
"""``(gyr_radps (n, 3), acc_mps2 (n, 3), rate_hz)`` → sensor to earth, (n, 4), scalar first."""


def estimate_attitude(
    signal: ImuSignal, *, gyr_bias_radps: FloatArray | None = None, method: AttitudeMethod = "vqf"
) -> SegmentOrientation:
    """Fuse angular rate and gravity into the sensor's attitude.

    Parameters
    ----------
    signal : ImuSignal, n samples
        In the sensor's frame. Holes of up to 0.1 s are bridged; behind a longer one the filter
        starts anew, with a heading of its own.
    gyr_bias_radps : (3,), optional
        The gyroscope's reading at rest, taken off first.
    method : {"vqf", "madgwick", "mahony", "ekf", "aqua"}
        VQF [1]_ estimates what is left of the bias while the sensor moves; the others come from
        the ``ahrs`` package with its defaults.

    Returns
    -------
    SegmentOrientation
        Sensor to earth: z up, the heading arbitrary and slowly drifting.

    References
    ----------
    .. [1] Laidig & Seel (2023), Information Fusion 91, 187-204, doi:10.1016/j.inffus.2022.10.014.
    """
    run = ATTITUDE_METHODS[method]
    whole = bridged(signal)
    gyr = whole.gyr_radps if gyr_bias_radps is None else whole.gyr_radps - gyr_bias_radps
    rate_hz = whole.sampling_rate_hz
    quaternions = np.empty((len(whole), 4))
    for span in whole.spans():
        pieces = np.ascontiguousarray(gyr[span]), np.ascontiguousarray(whole.acc_mps2[span])
        quaternions[span] = run(*pieces, rate_hz)
    if whole is not signal:
        quaternions = quaternions[np.searchsorted(whole.time_s, signal.time_s)]
    to_earth = Rotation.from_quat(quaternions, scalar_first=True)
    return SegmentOrientation(signal.time_s, to_earth, signal.frame)


def rate_of_steps(gyr_radps: FloatArray, before: FloatArray | None = None) -> FloatArray:
    """Return the rate (n, 3) over the step that ends in each sample: the mean of both its ends.

    VQF holds a rate over the whole step before its sample. Handed the sample's own, which is that
    of an instant, it runs half a step ahead: 2° of relative orientation in running at 100 Hz.
    ``before`` (1, 3): the sample ahead of the first; without it the first stays as it is.
    """
    earlier = np.concatenate([gyr_radps[:1] if before is None else before, gyr_radps[:-1]])
    return np.ascontiguousarray(0.5 * (gyr_radps + earlier))


def attitude_at(attitude: SegmentOrientation, time_s: FloatArray) -> Rotation:
    """Read an attitude between its samples: straight between quaternions, which is 0.001° off."""
    quaternions = attitude.to_earth.as_quat()
    flips = np.einsum("ij,ij->i", quaternions[1:], quaternions[:-1]) < 0
    if flips.any():
        quaternions[1:] *= np.cumprod(np.where(flips, -1.0, 1.0))[:, None]
    return Rotation.from_quat(interpolate(quaternions, attitude.time_s, time_s))


def _vqf(gyr_radps: FloatArray, acc_mps2: FloatArray, rate_hz: float) -> FloatArray:
    rates = rate_of_steps(gyr_radps)
    return np.asarray(VQF(1.0 / rate_hz).updateBatch(rates, acc_mps2)["quat6D"])


def _madgwick(gyr_radps: FloatArray, acc_mps2: FloatArray, rate_hz: float) -> FloatArray:
    return np.asarray(Madgwick(gyr=gyr_radps, acc=acc_mps2, frequency=rate_hz).Q)


def _mahony(gyr_radps: FloatArray, acc_mps2: FloatArray, rate_hz: float) -> FloatArray:
    return np.asarray(Mahony(gyr=gyr_radps, acc=acc_mps2, frequency=rate_hz).Q)


def _ekf(gyr_radps: FloatArray, acc_mps2: FloatArray, rate_hz: float) -> FloatArray:
    # With "ENU" ahrs 0.4 turns gravity over; its "NED" reads a sensor at rest as +g up, as here.
    return np.asarray(EKF(gyr=gyr_radps, acc=acc_mps2, frequency=rate_hz, frame="NED").Q)


def _aqua(gyr_radps: FloatArray, acc_mps2: FloatArray, rate_hz: float) -> FloatArray:
    # AQUA's quaternion turns earth into the sensor: the conjugate is ours.
    return np.asarray(AQUA(gyr=gyr_radps, acc=acc_mps2, frequency=rate_hz).Q) * [1, -1, -1, -1]


ATTITUDE_METHODS: Final[Mapping[AttitudeMethod, AttitudeFilter]] = MappingProxyType(
    {
        "vqf": _vqf,
        "madgwick": _madgwick,
        "mahony": _mahony,
        "ekf": _ekf,
        "aqua": _aqua,
    }
)

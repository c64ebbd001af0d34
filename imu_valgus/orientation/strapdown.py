"""The gyroscope alone, integrated over whole recordings at once."""

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, ImuSignal, SegmentOrientation
from imu_valgus.orientation.attitude import rate_of_steps

_BLOCK = 128


def integrate_rate(signal: ImuSignal) -> SegmentOrientation:
    """Return the attitude (n) that the angular rate alone gives, from nought in each stretch."""
    period_s = 1.0 / signal.sampling_rate_hz
    quaternions = np.empty((len(signal), 4))
    for span in signal.spans():
        steps = Rotation.from_rotvec(rate_of_steps(signal.gyr_radps[span]) * period_s)
        quaternions[span] = _running_product(steps.as_quat())
    return SegmentOrientation(signal.time_s, Rotation.from_quat(quaternions))


def _running_product(steps: FloatArray) -> FloatArray:
    """Multiply quaternions (n, 4), scalar last, up to each: in blocks side by side, then on."""
    n = len(steps)
    blocks = -(-n // _BLOCK)
    padded = np.tile([0.0, 0.0, 0.0, 1.0], (blocks * _BLOCK, 1))
    padded[:n] = steps
    # One row for each place in the block, so that what is multiplied at a time lies together.
    rows = np.ascontiguousarray(padded.reshape(blocks, _BLOCK, 4).transpose(2, 1, 0))
    for k in range(1, _BLOCK):
        rows[:, k] = _product(rows[:, k - 1], rows[:, k])
    if blocks > 1:
        before = _running_product(rows[:, -1, :-1].T)
        rows[:, :, 1:] = _product(before.T[:, None], rows[:, :, 1:])
    return rows.transpose(2, 1, 0).reshape(-1, 4)[:n]


def _product(first: FloatArray, second: FloatArray) -> FloatArray:
    """Multiply quaternions (4, …), scalar last."""
    ax, ay, az, aw = first
    bx, by, bz, bw = second
    return np.stack(
        [
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
            aw * bw - ax * bx - ay * by - az * bz,
        ]
    )

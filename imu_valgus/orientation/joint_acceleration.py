"""What a sensor says of the acceleration of the knee's centre.

A sensor at r from the joint's centre, on a rigid segment, feels a_joint = f − K r in its own frame,
K = [dω/dt×] + [ω×]² (Seel, Raisch & Schauer 2014, doi:10.3390/s140406891). Both sensors of a leg
must say the same, up to the heading between their earth frames: that is what ties them.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, ImuSignal, SegmentOrientation
from imu_valgus.sync import derivative, low_pass, read_smooth, thinned

_RATE_CUTOFF_HZ = 20.0
"""Above it the angular rate of a worn sensor is the strap's, not the bone's."""

_RATES_PER_CUTOFF = 8.0
"""So many samples a period of the low-pass are enough to read between them."""


@dataclass(frozen=True, slots=True, eq=False)
class JointTerms:
    """The joint's acceleration in the sensor's earth frame as ``force − lever @ r``.

    ``force_mps2`` (n, 3) with gravity still in it, ``lever_per_s2`` (n, 3, 3), at ``time_s`` (n,).
    """

    time_s: FloatArray
    force_mps2: FloatArray
    lever_per_s2: FloatArray

    def at(self, time_s: FloatArray) -> "JointTerms":
        """Read the terms at other times (m,), between samples."""
        flat = self.lever_per_s2.reshape(-1, 9)
        return JointTerms(
            time_s,
            read_smooth(self.force_mps2, self.time_s, time_s),
            read_smooth(flat, self.time_s, time_s).reshape(-1, 3, 3),
        )

    def turned(self, turn: Rotation) -> "JointTerms":
        """Return the terms in another frame, turned into it by turns (n)."""
        matrix = turn.as_matrix()
        force = (matrix @ self.force_mps2[:, :, None])[:, :, 0]
        return JointTerms(self.time_s, force, matrix @ self.lever_per_s2)

    def joint_mps2(self, arm_m: FloatArray) -> FloatArray:
        """Return the joint's acceleration (n, 3) for a lever arm (3,) from joint to sensor."""
        # One matrix of many rows is multiplied ten times as fast as many small ones.
        return self.force_mps2 - (self.lever_per_s2.reshape(-1, 3) @ arm_m).reshape(-1, 3)


def joint_terms(signal: ImuSignal, attitude: SegmentOrientation, *, cutoff_hz: float) -> JointTerms:
    """Turn one sensor's samples into what they say of the joint, low-passed.

    Parameters
    ----------
    signal : ImuSignal, n samples
        In the sensor's frame, the gyroscope free of bias.
    attitude : SegmentOrientation, n
        Sensor to its own earth frame.
    cutoff_hz : float
        Of the zero-phase low-pass, applied in the earth frame.

    Returns
    -------
    JointTerms
        At ``_RATES_PER_CUTOFF`` times ``cutoff_hz`` or a little faster, each stretch by itself:
        thinned in the sensor's frame first, for what is lost there lies well above the cut-off.
    """
    rate_hz = _RATES_PER_CUTOFF * cutoff_hz
    acc, kept = thinned(signal.acc_mps2, signal.time_s, rate_hz=rate_hz)
    gyr, _ = thinned(signal.gyr_radps, signal.time_s, rate_hz=rate_hz)
    time_s, n = signal.time_s[kept], len(kept)
    rate = low_pass(gyr, time_s, cutoff_hz=_RATE_CUTOFF_HZ)
    spin = _cross_matrix(rate)
    turn = attitude.to_earth[kept].as_matrix()
    force = np.einsum("nij,nj->ni", turn, acc)
    lever = turn @ (spin @ spin + _cross_matrix(derivative(rate, time_s)))
    both = np.concatenate([force, lever.reshape(n, 9)], axis=1)
    smooth = low_pass(both, time_s, cutoff_hz=cutoff_hz)
    return JointTerms(time_s, smooth[:, :3].copy(), smooth[:, 3:].reshape(n, 3, 3))


def _cross_matrix(vectors: FloatArray) -> FloatArray:
    """Return [v×] for each of (n, 3) vectors: (n, 3, 3)."""
    x, y, z = vectors.T
    none = np.zeros_like(x)
    return np.stack([none, -z, y, z, none, -x, -y, x, none], axis=1).reshape(-1, 3, 3)

"""Where the sensors sit, seen from the knee's centre."""

from dataclasses import dataclass

import numpy as np

from imu_valgus.core import FloatArray
from imu_valgus.orientation.joint_acceleration import JointTerms


@dataclass(frozen=True, slots=True)
class ArmParams:
    """What anatomy expects, for the body height of 1.75 m, scaled with height.

    ``thigh_m`` and ``shank_m``: the sensor's distance from the knee along the segment, ± ``along``;
    ``across``: how far off the axis it may sit. ``independent_samples``: how many samples' worth
    the recording counts for against that expectation. What makes arms wrong on real legs is not
    noise but flesh that moves the same way stride after stride, so thousands of samples are worth
    a handful; left free, the arms collapse.
    """

    height_m: float = 1.75
    thigh_m: float = 0.18
    shank_m: float = 0.26
    along_sd_m: float = 0.05
    across_sd_m: float = 0.08
    independent_samples: float = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class LeverArms:
    """From the knee's centre to the sensor, (3,) m, each in its own sensor's frame."""

    thigh_m: FloatArray
    shank_m: FloatArray


def expected_arms(thigh_up: FloatArray, shank_up: FloatArray, *, params: ArmParams) -> LeverArms:
    """Return the arms that anatomy expects: straight up the thigh, straight down the shank."""
    scale = params.height_m / 1.75
    return LeverArms(scale * params.thigh_m * thigh_up, -scale * params.shank_m * shank_up)


def fit_arms(
    thigh: JointTerms,
    shank: JointTerms,
    *,
    turn: FloatArray,
    weight: FloatArray,
    expected: LeverArms,
    params: ArmParams,
) -> LeverArms:
    """Find the arms with which both sensors agree on the joint, leaning on what anatomy expects.

    Parameters
    ----------
    thigh, shank : JointTerms, n
        On the same samples.
    turn : (n, 3, 3)
        Shank's earth to thigh's.
    weight : (n,)
        1/variance of the mismatch, 1/(m/s²)².
    expected : LeverArms
    params : ArmParams
    """
    design = np.concatenate([thigh.lever_per_s2, -turn @ shank.lever_per_s2], axis=2)
    seen = thigh.force_mps2 - (turn @ shank.force_mps2[:, :, None])[:, :, 0]
    share = weight * (params.independent_samples / max(len(weight), 1))
    weighted = (design * share[:, None, None]).reshape(-1, 6)
    normal = weighted.T @ design.reshape(-1, 6)
    right = weighted.T @ seen.reshape(-1)
    prior = np.zeros((6, 6))
    for block, arm in ((slice(0, 3), expected.thigh_m), (slice(3, 6), expected.shank_m)):
        along = np.outer(arm, arm) / (arm @ arm)
        prior[block, block] = along / params.along_sd_m**2
        prior[block, block] += (np.eye(3) - along) / params.across_sd_m**2
    mean = np.concatenate([expected.thigh_m, expected.shank_m])
    arms: FloatArray = np.linalg.solve(normal + prior, right + prior @ mean).astype(np.float64)
    return LeverArms(arms[:3], arms[3:])

"""The heading between the two earth frames of a leg's sensors, from the joint's acceleration."""

from dataclasses import dataclass

import numpy as np

from imu_valgus.core import FloatArray, IntArray, typical_step
from imu_valgus.orientation.chain import Course, chain_variance, knots_of, smooth_chain


@dataclass(frozen=True, slots=True)
class HeadingParams:
    """``knot_s``: distance of the knots. ``walk_rad_per_sqrt_s``: how fast two gyroscopes part.

    ``floor_mps2``: the least mismatch that two sensors on flesh are granted, so that a quiet
    passage, where both feel little more than their tilt errors, does not speak loudest.
    ``independent_per_s``: samples that tell anything new, below the low-pass.
    """

    knot_s: float = 1.0
    walk_rad_per_sqrt_s: float = float(np.radians(0.4))
    floor_mps2: float = 0.5
    independent_per_s: float = 3.0


def smooth_heading(
    time_s: FloatArray, thigh_mps2: FloatArray, shank_mps2: FloatArray, *, params: HeadingParams
) -> Course:
    """Find the slowly drifting heading that makes the joint's acceleration agree.

    Parameters
    ----------
    time_s : (n,)
    thigh_mps2, shank_mps2 : (n, 3)
        The joint's acceleration by either sensor, each in its own earth frame.
    params : HeadingParams

    Returns
    -------
    Course
        The angle in rad by which the shank's earth is turned about the vertical into the thigh's:
        knots every ``knot_s``, a random walk between them, none over a gap.
    """
    knot, centre_s, stretch = knots_of(time_s, params.knot_s)
    agreement, weight = knot_evidence(knot, thigh_mps2, shank_mps2, time_s=time_s, params=params)
    cut = np.diff(stretch) > 0
    walk = params.walk_rad_per_sqrt_s**2 * np.diff(centre_s)
    stiffness = np.where(cut, 0.0, 1.0 / walk)
    angle = _first_guess(agreement, stretch)
    for _ in range(20):
        off = np.angle(agreement * np.exp(-1j * angle))
        # The cosine may turn round far from the optimum; curvature stays positive.
        precision = weight * np.maximum(np.cos(off), 0.2)
        drift = stiffness * np.diff(angle)
        pull = weight * np.sin(off)
        pull[:-1] += drift
        pull[1:] -= drift
        step = smooth_chain(pull, precision, stiffness)
        angle = angle + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-6:
            break
    variance = chain_variance(weight, stiffness)
    # Where nothing was seen the heading is anywhere on the circle: pi over root 3.
    return Course(centre_s, angle, np.sqrt(np.minimum(variance, np.pi**2 / 3)), cut)


def knot_evidence(
    knot: IntArray,
    thigh_mps2: FloatArray,
    shank_mps2: FloatArray,
    *,
    time_s: FloatArray,
    params: HeadingParams,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.complex128]], FloatArray]:
    """Return what each knot says: the horizontal agreement (complex) and its precision 1/rad².

    ``knot`` (n,): the knot of each sample, from 0 on; accelerations (n, 3) at ``time_s`` (n,).
    """
    ours = thigh_mps2[:, 0] + 1j * thigh_mps2[:, 1]
    theirs = shank_mps2[:, 0] + 1j * shank_mps2[:, 1]
    product = ours * np.conj(theirs)
    energy = np.bincount(knot, np.abs(ours) ** 2 + np.abs(theirs) ** 2)
    agreement = np.bincount(knot, product.real) + 1j * np.bincount(knot, product.imag)
    count = np.maximum(np.bincount(knot), 1)
    mismatch = np.maximum(energy - 2 * np.abs(agreement), 0.0) / (2 * count)
    rate_hz = 1.0 / typical_step(time_s)
    worth = min(params.independent_per_s / rate_hz, 1.0)
    weight = worth * np.abs(agreement) / (mismatch + params.floor_mps2**2)
    return agreement, weight


def _first_guess(
    agreement: np.ndarray[tuple[int], np.dtype[np.complex128]], stretch: FloatArray
) -> FloatArray:
    """Start each stretch at the heading that all its knots together prefer."""
    number = stretch.astype(np.int64)
    total = np.bincount(number, agreement.real) + 1j * np.bincount(number, agreement.imag)
    return np.angle(total)[number]

"""Thigh against shank: heading, lever arms and lateness, found together from the joint itself."""

from dataclasses import dataclass, field

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import (
    FloatArray,
    ImuSignal,
    SegmentOrientation,
    about_vertical,
    compose,
    typical_step,
)
from imu_valgus.orientation.chain import Course, knots_of
from imu_valgus.orientation.heading import HeadingParams, smooth_heading
from imu_valgus.orientation.joint_acceleration import JointTerms, joint_terms
from imu_valgus.orientation.lateness import LatenessParams, coarse_lateness, fine_lateness
from imu_valgus.orientation.lever_arms import ArmParams, LeverArms, expected_arms, fit_arms
from imu_valgus.sync import inside, interpolate


@dataclass(frozen=True, slots=True)
class RelativeParams:
    """``cutoff_hz``: below it thigh and shank agree on the joint's acceleration.

    On real legs the mismatch grows faster than the signal above some 3 Hz: flesh. ``rounds`` of
    heading, arms and lateness in turn; they settle within three.
    """

    cutoff_hz: float = 3.0
    rounds: int = 3
    heading: HeadingParams = field(default_factory=HeadingParams)
    arms: ArmParams = field(default_factory=ArmParams)
    lateness: LatenessParams = field(default_factory=LatenessParams)


@dataclass(frozen=True, slots=True, eq=False)
class RelativeOrientation:
    """Both sensors' attitudes on the same samples (n,) and in one earth frame, with the evidence.

    ``lateness``: by how much the shank's time stamps are late, s. ``mismatch_mps2``: what is left
    between the two sensors' accelerations of the joint, root mean square.
    """

    time_s: FloatArray
    thigh_to_earth: Rotation
    shank_to_earth: Rotation
    heading_sd_rad: FloatArray
    heading: Course
    lateness: Course
    arms: LeverArms
    mismatch_mps2: float

    @property
    def shank_to_thigh(self) -> Rotation:
        """The shank sensor's attitude in the thigh sensor, (n,)."""
        return compose(self.thigh_to_earth.inv(), self.shank_to_earth)


def relate_segments(
    thigh: ImuSignal,
    shank: ImuSignal,
    attitudes: tuple[SegmentOrientation, SegmentOrientation],
    *,
    thigh_up: FloatArray,
    shank_up: FloatArray,
    params: RelativeParams | None = None,
) -> RelativeOrientation:
    """Tie the attitudes of a leg's two sensors together by the knee they share.

    Parameters
    ----------
    thigh, shank : ImuSignal
        In their sensors' frames, clocks tied to some 0.1 s, gyroscopes free of bias.
    attitudes : (thigh's, shank's)
        Sensor to earth, each with its own heading, on its sensor's samples.
    thigh_up, shank_up : (3,)
        Unit vectors along the segments, upwards, in their sensors' frames: where the lever arms
        are expected.
    params : RelativeParams, optional

    Returns
    -------
    RelativeOrientation
        On those of the thigh's samples that the shank covers.

    Notes
    -----
    The joint's acceleration must be the same by either sensor [1]_. Its horizontal part gives the
    heading, knot by knot, tied by a random walk; lever arms and the shank's lateness are least
    squares of the same mismatch, in turn.

    References
    ----------
    .. [1] Kok, Hol & Schön (2014), IFAC 47(3), 79-84, doi:10.3182/20140824-6-ZA-1003.02252.
    """
    params = params or RelativeParams()
    ours = joint_terms(thigh, attitudes[0], cutoff_hz=params.cutoff_hz)
    theirs = joint_terms(shank, attitudes[1], cutoff_hz=params.cutoff_hz)
    grid = compared(ours.time_s, shank.time_s, cutoff_hz=params.cutoff_hz)
    near = JointTerms(ours.time_s[grid], ours.force_mps2[grid], ours.lever_per_s2[grid])
    expected = expected_arms(thigh_up, shank_up, params=params.arms)
    found = _agree(near, theirs, expected, params=params)
    late = thigh.time_s + found.lateness.at(thigh.time_s)
    shared = inside(shank.time_s, late)
    time_s = thigh.time_s[shared]
    return RelativeOrientation(
        time_s=time_s,
        thigh_to_earth=attitudes[0].to_earth[shared],
        shank_to_earth=compose(
            about_vertical(found.heading.at(time_s)), attitude_at(attitudes[1], late[shared])
        ),
        heading_sd_rad=found.heading.sd_at(time_s),
        heading=found.heading,
        lateness=found.lateness,
        arms=found.arms,
        mismatch_mps2=float(np.sqrt(np.mean(np.sum(found.rest_mps2**2, axis=1)))),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Agreement:
    """What one round found; ``rest_mps2`` (n, 3) is the mismatch before the arms moved."""

    arms: LeverArms
    lateness: Course
    heading: Course
    rest_mps2: FloatArray


def _agree(
    thigh: JointTerms, shank: JointTerms, expected: LeverArms, *, params: RelativeParams
) -> _Agreement:
    """Find lateness, heading and lever arms in turn, each given the others."""
    late_s = coarse_lateness(
        thigh.time_s,
        thigh.joint_mps2(expected.thigh_m),
        shank.time_s,
        shank.joint_mps2(expected.shank_m),
        params=params.lateness,
    )
    found = _refine(thigh, shank, expected, late_s=late_s, expected=expected, params=params)
    for _ in range(params.rounds - 1):
        late_s = found.lateness.at(thigh.time_s)
        found = _refine(thigh, shank, found.arms, late_s=late_s, expected=expected, params=params)
    return found


def _refine(
    thigh: JointTerms,
    shank: JointTerms,
    arms: LeverArms,
    *,
    late_s: FloatArray,
    expected: LeverArms,
    params: RelativeParams,
) -> _Agreement:
    time_s = thigh.time_s
    fixed, moving = thigh.joint_mps2(arms.thigh_m), shank.joint_mps2(arms.shank_m)
    lateness = fine_lateness(
        time_s, fixed, shank.time_s, moving, around_s=late_s, params=params.lateness
    )
    far = shank.at(time_s + lateness.at(time_s))
    theirs = far.joint_mps2(arms.shank_m)
    heading = smooth_heading(time_s, fixed, theirs, params=params.heading)
    turn = about_vertical(heading.at(time_s)).as_matrix()
    rest = fixed - (turn @ theirs[:, :, None])[:, :, 0]
    weight = _trust(time_s, rest, floor_mps2=params.lateness.floor_mps2)
    arms = fit_arms(thigh, far, turn=turn, weight=weight, expected=expected, params=params.arms)
    return _Agreement(arms, lateness, heading, rest)


def _trust(time_s: FloatArray, rest_mps2: FloatArray, *, floor_mps2: float) -> FloatArray:
    """Return 1/variance of the mismatch around each sample: rough passages count less."""
    knot, centre_s, _ = knots_of(time_s, 5.0)
    counts = np.maximum(np.bincount(knot, minlength=len(centre_s)), 1)
    variance = np.bincount(knot, np.mean(rest_mps2**2, axis=1)) / counts
    return 1.0 / (variance[knot] + floor_mps2**2)


def compared(thigh_s: FloatArray, shank_s: FloatArray, *, cutoff_hz: float) -> np.ndarray:
    """Return which samples of the thigh's to compare: covered by the shank, and as many as tell.

    Some four to five times the cut-off of the low-pass; at twice, peaks spread by 0.36° between
    strides where they spread by 0.31° (simulated, worst).
    """
    every = max(round(0.2 / (cutoff_hz * typical_step(thigh_s))), 1)
    index = np.arange(0, len(thigh_s), every)
    return index[inside(shank_s, thigh_s[index])]


def attitude_at(attitude: SegmentOrientation, time_s: FloatArray) -> Rotation:
    """Read an attitude between its samples: straight between quaternions, which is 0.001° off."""
    quaternions = attitude.to_earth.as_quat()
    flips = np.einsum("ij,ij->i", quaternions[1:], quaternions[:-1]) < 0
    if flips.any():
        quaternions[1:] *= np.cumprod(np.where(flips, -1.0, 1.0))[:, None]
    return Rotation.from_quat(interpolate(quaternions, attitude.time_s, time_s))

"""Thigh against shank: heading, lever arms and lateness, found together from the joint itself."""

from dataclasses import dataclass, field, replace

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
from imu_valgus.orientation.attitude import attitude_at
from imu_valgus.orientation.bridging import bridged, bridging_doubt
from imu_valgus.orientation.chain import Course, knots_of
from imu_valgus.orientation.clipped import clipping_doubt, unclipped_around
from imu_valgus.orientation.heading import HeadingParams, smooth_heading
from imu_valgus.orientation.joint_acceleration import JointTerms, joint_terms
from imu_valgus.orientation.lateness import LatenessParams, coarse_lateness, fine_lateness
from imu_valgus.orientation.lever_arms import ArmParams, LeverArms, expected_arms, fit_arms
from imu_valgus.orientation.smoother import SensorEvidence, SmootherParams, smooth_pair
from imu_valgus.orientation.strapdown import integrate_rate
from imu_valgus.sync import inside


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
    smoother: SmootherParams = field(default_factory=SmootherParams)


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
        Sensor to earth, each with its own heading, on its sensor's samples: where the search
        starts.
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
    squares of the same mismatch, in turn. From there a smoother finds both attitudes anew from
    gyroscopes, gravity and the joint together.

    References
    ----------
    .. [1] Kok, Hol & Schön (2014), IFAC 47(3), 79-84, doi:10.3182/20140824-6-ZA-1003.02252.
    """
    params = params or RelativeParams()
    whole = bridged(thigh), bridged(shank)
    tie = tie_by_heading(whole, attitudes, thigh_up=thigh_up, shank_up=shank_up, params=params)
    prompt_s = shank.time_s - tie.lateness.at(shank.time_s)
    integrated = (
        integrate_rate(whole[0]),
        integrate_rate(whole[1].retimed(whole[1].time_s - tie.lateness.at(whole[1].time_s))),
    )
    starts = (
        attitude_at(attitudes[0], tie.near.time_s),
        attitude_at(replace(attitudes[1], time_s=prompt_s), tie.near.time_s),
    )
    evidence = [
        _evidence(*of_sensor, reach_s=0.5 / params.cutoff_hz)
        for of_sensor in zip(
            (thigh, shank.retimed(prompt_s)), (tie.near, tie.far), starts, integrated, strict=True
        )
    ]
    found = smooth_pair(
        (evidence[0], evidence[1]),
        (starts[0], compose(about_vertical(tie.heading.at(tie.near.time_s)), starts[1])),
        arms=(tie.arms, expected_arms(thigh_up, shank_up, params=params.arms)),
        arm_params=params.arms,
        params=params.smoother,
    )
    time_s = thigh.time_s[inside(integrated[1].time_s, thigh.time_s)]
    return RelativeOrientation(
        time_s=time_s,
        thigh_to_earth=found.attitude(0, integrated[0], time_s),
        shank_to_earth=found.attitude(1, integrated[1], time_s),
        heading_sd_rad=found.heading_sd_at(time_s),
        lateness=tie.lateness,
        arms=found.arms,
        mismatch_mps2=found.mismatch_mps2,
    )


def _evidence(
    signal: ImuSignal,
    terms: JointTerms,
    start: Rotation,
    integrated: SegmentOrientation,
    *,
    reach_s: float,
) -> SensorEvidence:
    """Turn the terms from the earth of ``start`` into the integrated attitude's."""
    frame = attitude_at(integrated, terms.time_s)
    return SensorEvidence(
        terms=terms.turned(compose(frame, start.inv())),
        frame=frame,
        trusted=unclipped_around(signal, terms.time_s, reach_s=reach_s),
        doubt_rad2=clipping_doubt(signal, terms.time_s) + bridging_doubt(signal, terms.time_s),
    )


@dataclass(frozen=True, slots=True, eq=False)
class HeadingTie:
    """The two attitudes tied by one angle a second: ``heading`` turns the shank's earth.

    ``near`` and ``far``: what either sensor says of the joint, each in its own earth, on the same
    samples and the thigh's time. ``lateness``: of the shank's time stamps. ``arms``: the levers.
    """

    near: JointTerms
    far: JointTerms
    lateness: Course
    heading: Course
    arms: LeverArms


def tie_by_heading(
    signals: tuple[ImuSignal, ImuSignal],
    attitudes: tuple[SegmentOrientation, SegmentOrientation],
    *,
    thigh_up: FloatArray,
    shank_up: FloatArray,
    params: RelativeParams,
) -> HeadingTie:
    """Find lateness, heading and lever arms from the joint, the attitudes' verticals believed.

    Arguments as for :func:`relate_segments`.
    """
    ours, theirs = (
        joint_terms(signal, _on_samples(attitude, signal), cutoff_hz=params.cutoff_hz)
        for signal, attitude in zip(signals, attitudes, strict=True)
    )
    grid = compared(ours.time_s, signals[1].time_s, cutoff_hz=params.cutoff_hz)
    near = JointTerms(ours.time_s[grid], ours.force_mps2[grid], ours.lever_per_s2[grid])
    expected = expected_arms(thigh_up, shank_up, params=params.arms)
    return _agree(near, theirs, expected, params=params)


def _on_samples(attitude: SegmentOrientation, signal: ImuSignal) -> SegmentOrientation:
    """Return the attitude on the samples of a signal whose holes were bridged."""
    if len(attitude.time_s) == len(signal):
        return attitude
    return SegmentOrientation(signal.time_s, attitude_at(attitude, signal.time_s))


def _agree(
    thigh: JointTerms, shank: JointTerms, expected: LeverArms, *, params: RelativeParams
) -> HeadingTie:
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
) -> HeadingTie:
    time_s = thigh.time_s
    fixed, moving = thigh.joint_mps2(arms.thigh_m), shank.joint_mps2(arms.shank_m)
    lateness = fine_lateness(
        time_s, fixed, shank.time_s, moving, around_s=late_s, params=params.lateness
    )
    far = replace(shank.at(time_s + lateness.at(time_s)), time_s=time_s)
    theirs = far.joint_mps2(arms.shank_m)
    heading = smooth_heading(time_s, fixed, theirs, params=params.heading)
    turn = about_vertical(heading.at(time_s)).as_matrix()
    rest = fixed - (turn @ theirs[:, :, None])[:, :, 0]
    weight = _trust(time_s, rest, floor_mps2=params.lateness.floor_mps2)
    arms = fit_arms(thigh, far, turn=turn, weight=weight, expected=expected, params=params.arms)
    return HeadingTie(thigh, far, lateness, heading, arms)


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

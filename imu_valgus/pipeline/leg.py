"""One leg with both sensors: from aligned clocks to knee angles and their errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.calibration import (
    FlexionAxis,
    KneeMotion,
    LegAlignment,
    StaticPose,
    StrapFit,
    StrapPrior,
    align_leg,
    flexion_axis,
    fuse_strap,
    standing_again,
    standing_for_zero,
    static_pose,
    turn_alignment,
)
from imu_valgus.core import (
    BoolArray,
    Bout,
    CalibrationError,
    FloatArray,
    ImuSignal,
    KneeAngles,
    Segment,
    Side,
    compose,
    typical_step,
)
from imu_valgus.joint_angles import (
    AngleErrorParams,
    ValgusError,
    frontal_tilt,
    knee_angles,
    sagittal_tilt,
    valgus_error,
)
from imu_valgus.orientation import RelativeOrientation, estimate_attitude, relate_segments
from imu_valgus.pipeline.params import AnalysisParams
from imu_valgus.strides import Turning, turning_of
from imu_valgus.sync import interpolate

GAIT_WEIGHTS: Final[Mapping[str, float]] = {"walk": 4.0, "run": 1.0}
"""Walking's axis is the truest on real legs; running's is next."""

_LEAST_GAIT_S = 10.0
_ENOUGH_GAIT_S = 240.0
_PIECE_S = 10.0
_HEADING_KNOWN_RAD = np.radians(10.0)


@dataclass(frozen=True, slots=True, eq=False)
class LegMotion:
    """One leg's angles at ``time_s`` (n,), and all the evidence behind them.

    ``thigh`` and ``shank`` are in their segments' axes, on session time and with the shank's
    lateness taken off. Tilts are frontal, leans sagittal. ``rotation_zero`` says what internal
    rotation is zero at. Valgus is ``standing_valgus_deg`` at the zero, ``standing_after_deg`` in
    the last standing after the run, NaN where there is none. ``straps``: how the sensors sit
    against what was said of them.
    """

    side: Side
    thigh: ImuSignal
    shank: ImuSignal
    time_s: FloatArray
    angles: KneeAngles
    error: ValgusError
    thigh_tilt_deg: FloatArray
    shank_tilt_deg: FloatArray
    thigh_lean_deg: FloatArray
    shank_lean_deg: FloatArray
    turning: Turning
    relative: RelativeOrientation
    alignment: LegAlignment
    axis: FlexionAxis
    poses: tuple[StaticPose, StaticPose]
    rotation_zero: str
    standing_valgus_deg: float
    standing_after_deg: float
    straps: Mapping[Segment, StrapFit]
    stood_again: Bout | None

    @property
    def segments_to_earth(self) -> tuple[Rotation, Rotation]:
        """The attitudes of thigh and shank at ``time_s``, (n,) each: ISB axes → z up.

        One heading for both; it is free and drifts.
        """
        return _segments_to_earth(self.relative, self.alignment)


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """What the alignment stands on; handed through to :class:`LegMotion`."""

    axis: FlexionAxis
    poses: tuple[StaticPose, StaticPose]
    rotation_zero: str
    turning: Turning
    straps: Mapping[Segment, StrapFit]
    stood_again: Bout | None


def leg_motion(
    thigh: ImuSignal,
    shank: ImuSignal,
    bouts: Sequence[Bout],
    *,
    side: Side,
    params: AnalysisParams,
) -> LegMotion:
    """Turn one leg's two sensors into knee angles.

    Parameters
    ----------
    thigh, shank : ImuSignal
        In the sensors' frames, clocks tied to some 0.1 s.
    bouts : sequence of Bout
        What the runner did: standing gives the zero, walking and running the flexion axis.
    side : {"left", "right"}
    params : AnalysisParams

    Raises
    ------
    CalibrationError
        Where there is no standing, or neither walking nor running.
    """
    standing = standing_for_zero(bouts)
    poses = static_pose(thigh, standing), static_pose(shank, standing)
    thigh, shank = (
        replace(signal, gyr_radps=signal.gyr_radps - pose.gyr_bias_radps)
        for signal, pose in zip((thigh, shank), poses, strict=True)
    )
    attitudes = tuple(estimate_attitude(s, method=params.attitude) for s in (thigh, shank))
    relative = relate_segments(
        thigh,
        shank,
        (attitudes[0], attitudes[1]),
        thigh_up=poses[0].up,
        shank_up=poses[1].up,
        params=params.relative,
    )
    shank = shank.retimed(shank.time_s - relative.lateness.at(shank.time_s))
    gaits = _gaits(relative.time_s, bouts)
    motion = _knee_motion(thigh, shank, relative, poses, np.any(list(gaits.values()), axis=0))
    chosen = {kind: where[np.any(list(gaits.values()), axis=0)] for kind, where in gaits.items()}
    axis = flexion_axis(motion, chosen, weights=GAIT_WEIGHTS)
    neutral, rotation_zero = _neutral(relative, standing, gaits)
    alignment = align_leg(
        thigh_up=poses[0].up, shank_up=poses[1].up, flexion_axis=axis.axis, neutral=neutral
    )
    straps = _fit_straps(alignment, side=side, params=params)
    if straps:
        alignment = _strapped(alignment, straps, neutral)
    return _resolve(
        thigh,
        shank,
        relative,
        alignment,
        standing=standing,
        evidence=_Evidence(
            axis,
            poses,
            rotation_zero,
            turning_of(thigh, attitudes[0]),
            straps,
            standing_again(bouts),
        ),
        side=side,
        params=params,
    )


def _resolve(
    thigh: ImuSignal,
    shank: ImuSignal,
    relative: RelativeOrientation,
    alignment: LegAlignment,
    *,
    standing: Bout,
    evidence: _Evidence,
    side: Side,
    params: AnalysisParams,
) -> LegMotion:
    """Read the angles off the aligned segments, zero at standing."""
    thigh_to_earth, shank_to_earth = _segments_to_earth(relative, alignment)
    angles = knee_angles(thigh_to_earth, shank_to_earth, side=side)
    still = during(relative.time_s, [standing])
    standing_valgus_deg = (
        params.left_standing_valgus_deg if side == "left" else params.right_standing_valgus_deg
    )
    angles = KneeAngles(
        flexion_deg=angles.flexion_deg - _mean(angles.flexion_deg, still),
        valgus_deg=angles.valgus_deg - _mean(angles.valgus_deg, still) + standing_valgus_deg,
        internal_rotation_deg=angles.internal_rotation_deg,
    )
    after_deg = _valgus_in(evidence.stood_again, relative.time_s, angles)
    return LegMotion(
        side=side,
        thigh=in_segment(thigh, alignment.thigh),
        shank=in_segment(shank, alignment.shank),
        time_s=relative.time_s,
        angles=angles,
        error=valgus_error(
            angles,
            time_s=relative.time_s,
            thigh=thigh_to_earth,
            shank=shank_to_earth,
            heading_sd_rad=relative.heading_sd_rad,
            lateness_sd_s=relative.lateness.sd_at(relative.time_s),
            valgus_rate_degps=np.gradient(angles.valgus_deg, relative.time_s),
            flesh_rad=params.relative.smoother.flesh_rad,
            params=_with_both_standings(params.error, after_deg - standing_valgus_deg),
        ),
        thigh_tilt_deg=frontal_tilt(thigh_to_earth, side=side),
        shank_tilt_deg=frontal_tilt(shank_to_earth, side=side),
        thigh_lean_deg=sagittal_tilt(thigh_to_earth),
        shank_lean_deg=sagittal_tilt(shank_to_earth),
        turning=evidence.turning,
        relative=relative,
        alignment=alignment,
        axis=evidence.axis,
        poses=evidence.poses,
        rotation_zero=evidence.rotation_zero,
        standing_valgus_deg=standing_valgus_deg,
        standing_after_deg=after_deg,
        straps=evidence.straps,
        stood_again=evidence.stood_again,
    )


def _segments_to_earth(
    relative: RelativeOrientation, alignment: LegAlignment
) -> tuple[Rotation, Rotation]:
    return (
        compose(relative.thigh_to_earth, alignment.thigh.inv()),
        compose(relative.shank_to_earth, alignment.shank.inv()),
    )


def _valgus_in(standing: Bout | None, time_s: FloatArray, angles: KneeAngles) -> float:
    """Return the mean valgus of a standing; NaN where there is none or no sample of it."""
    found = during(time_s, [standing] if standing else [])
    return float(angles.valgus_deg[found].mean()) if found.any() else np.nan


def _with_both_standings(error: AngleErrorParams, change_deg: float) -> AngleErrorParams:
    """Let two zeros that differ widen the zero's error: each is off by their difference over √2."""
    seen_deg = abs(change_deg) / np.sqrt(2.0)
    return replace(error, standing_deg=float(np.fmax(error.standing_deg, seen_deg)))


def turned_about_thigh(leg: LegMotion, turn_rad: float, *, params: AnalysisParams) -> LegMotion:
    """Return the same leg with its flexion axis turned about the thigh's long axis."""
    alignment, old, pose = turn_alignment(leg.alignment, turn_rad), leg.alignment, leg.poses[0]
    turn_deg = float(np.degrees(turn_rad))
    axis = replace(
        leg.axis,
        axis=alignment.thigh.inv().apply([0.0, 0.0, 1.0]),
        azimuths_deg={name: deg - turn_deg for name, deg in leg.axis.azimuths_deg.items()},
    )
    return _resolve(
        in_segment(leg.thigh, old.thigh.inv()),
        in_segment(leg.shank, old.shank.inv()),
        leg.relative,
        alignment,
        standing=Bout(pose.start_s, pose.stop_s, "stand"),
        evidence=_Evidence(
            axis, leg.poses, leg.rotation_zero, leg.turning, leg.straps, leg.stood_again
        ),
        side=leg.side,
        params=params,
    )


def in_segment(signal: ImuSignal, alignment: Rotation) -> ImuSignal:
    """Return a signal in its segment's axes."""
    return replace(
        signal,
        acc_mps2=alignment.apply(signal.acc_mps2),
        gyr_radps=alignment.apply(signal.gyr_radps),
        frame="segment",
    )


def during(time_s: FloatArray, bouts: Sequence[Bout]) -> BoolArray:
    """Tell which samples (n,) lie within any of the bouts."""
    within = np.zeros(len(time_s), dtype=np.bool_)
    for bout in bouts:
        first, last = np.searchsorted(time_s, [bout.start_s, bout.stop_s])
        within[first:last] = True
    return within


def _fit_straps(
    alignment: LegAlignment, *, side: Side, params: AnalysisParams
) -> dict[Segment, StrapFit]:
    """Hold each sensor against what was said of its strap, if anything was."""
    said: dict[Segment, tuple[Rotation, StrapPrior | None]] = {
        "thigh": (alignment.thigh, params.thigh_strap),
        "shank": (alignment.shank, params.shank_strap),
    }
    return {
        segment: fuse_strap(frame, strap, side=side)
        for segment, (frame, strap) in said.items()
        if strap is not None
    }


def _strapped(
    alignment: LegAlignment, straps: Mapping[Segment, StrapFit], neutral: Rotation
) -> LegAlignment:
    """Align anew with what the straps add: both long axes and the thigh's turn about its own."""
    thigh, shank = straps.get("thigh"), straps.get("shank")
    into_thigh, into_shank = alignment.thigh.inv(), alignment.shank.inv()
    return align_leg(
        thigh_up=thigh.up if thigh else into_thigh.apply([0.0, 1.0, 0.0]),
        shank_up=shank.up if shank else into_shank.apply([0.0, 1.0, 0.0]),
        flexion_axis=thigh.right if thigh else into_thigh.apply([0.0, 0.0, 1.0]),
        neutral=neutral,
    )


def _knee_motion(
    thigh: ImuSignal,
    shank: ImuSignal,
    relative: RelativeOrientation,
    poses: tuple[StaticPose, StaticPose],
    chosen: BoolArray,
) -> KneeMotion:
    """Return how the knee moved at the chosen samples."""
    time_s = relative.time_s[chosen]
    return KneeMotion(
        time_s=time_s,
        shank_to_thigh=compose(
            relative.thigh_to_earth[chosen].inv(), relative.shank_to_earth[chosen]
        ),
        thigh_gyr_radps=interpolate(thigh.gyr_radps, thigh.time_s, time_s),
        shank_gyr_radps=interpolate(shank.gyr_radps, shank.time_s, time_s),
        thigh_up=poses[0].up,
        shank_up=poses[1].up,
    )


def _gaits(time_s: FloatArray, bouts: Sequence[Bout]) -> dict[str, BoolArray]:
    """Return samples of each gait of which the recording holds enough to find an axis."""
    step_s = typical_step(time_s)
    gaits: dict[str, BoolArray] = {}
    for kind in GAIT_WEIGHTS:
        found = during(time_s, [bout for bout in bouts if bout.kind == kind])
        if found.sum() * step_s > _LEAST_GAIT_S:
            gaits[kind] = _spread_out(found, time_s)
    if not gaits:
        raise CalibrationError(
            f"neither walking nor running of {_LEAST_GAIT_S:.0f} s found: "
            "the knee's flexion axis cannot be told",
            hint="walk straight on for 30 s before the run, with all sensors recording",
        )
    return gaits


def _spread_out(found: BoolArray, time_s: FloatArray) -> BoolArray:
    """Keep of a long gait some minutes in pieces spread over it: more says nothing new."""
    piece = np.floor(time_s / _PIECE_S).astype(np.int64)
    held = np.unique(piece[found])
    every = max(round(len(held) * _PIECE_S / _ENOUGH_GAIT_S), 1)
    return found & np.isin(piece, held[::every])


def _neutral(
    relative: RelativeOrientation, standing: Bout, gaits: Mapping[str, BoolArray]
) -> tuple[Rotation, str]:
    """Choose the pose at which internal rotation is zero: standing, where its heading is known."""
    still = (relative.time_s >= standing.start_s) & (relative.time_s < standing.stop_s)
    if still.any() and float(np.median(relative.heading_sd_rad[still])) < _HEADING_KNOWN_RAD:
        chosen, name = still, "standing"
    else:
        gait = next(iter(gaits))
        chosen, name = gaits[gait], f"the mean of the {gait}"
    pose = compose(relative.thigh_to_earth[chosen].inv(), relative.shank_to_earth[chosen])
    return pose.mean(), name


def _mean(values: FloatArray, chosen: BoolArray) -> float:
    return float(values[chosen].mean()) if chosen.any() else 0.0

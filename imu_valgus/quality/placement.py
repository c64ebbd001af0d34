"""Whether each sensor sits where the session says, the right way up, and stayed there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from imu_valgus.core import (
    SIDES,
    Bout,
    FloatArray,
    ImuSignal,
    Placement,
    Side,
    placement_of,
    side_of,
)
from imu_valgus.quality.findings import Finding
from imu_valgus.quality.worn import Worn, across, during, unit
from imu_valgus.sync import low_pass


@dataclass(frozen=True, slots=True)
class PlacementParams:
    """What tells a thigh from a shank, up from down, a fast strap from a loose one.

    Parameters
    ----------
    gait_ratio : float
        In strides the shank turns faster than the thigh (RMS below 6 Hz): 1.4 times walking and
        running on the real leg of nms-dyn, 1.3 to 1.5 walking in x-IMU3's recording. Below one over
        this the two look exchanged; between, nothing is said.
    squat_ratio : float
        In squats the thigh turns faster: 2.8 times on nms-dyn.
    opposite : float
        Cosine between the up directions of two sensors worn the other way round, as a magnitude.
    slip_deg : float
        Standing poses of one runner differ by 3 to 5°; more is a strap that moved.
    turned_deg : float
        The axis that the sensor turns about may move this much about the leg over a run.
    turned_run_s : float
        Shorter runs are not looked at for it.
    """

    gait_ratio: float = 1.1
    squat_ratio: float = 1.25
    opposite: float = 0.7
    slip_deg: float = 10.0
    turned_deg: float = 10.0
    turned_run_s: float = 60.0


def check_segments(
    worn: Mapping[Placement, Worn], *, params: PlacementParams = PlacementParams()
) -> tuple[Finding, ...]:
    """Tell thigh from shank by how fast they turn, in strides and in squats: one finding a leg."""
    return tuple(
        _segments(
            side, worn[placement_of(side, "thigh")], worn[placement_of(side, "shank")], params
        )
        for side in SIDES
        if {placement_of(side, "thigh"), placement_of(side, "shank")} <= worn.keys()
    )


def _segments(side: Side, thigh: Worn, shank: Worn, params: PlacementParams) -> Finding:
    in_strides = shank.gait_rate_radps / thigh.gait_rate_radps
    in_squats = thigh.squat_rate_radps / shank.squat_rate_radps
    votes = [_vote(in_strides, params.gait_ratio), _vote(in_squats, params.squat_ratio)]
    words = [
        f"in strides the shank turns {in_strides:.2f} times as fast as the thigh",
        f"in squats the thigh {in_squats:.2f} times as fast as the shank",
    ]
    told = " and ".join(
        word
        for word, ratio in zip(words, (in_strides, in_squats), strict=True)
        if not np.isnan(ratio)
    )
    placement = placement_of(side, "shank")
    number = None if np.isnan(in_strides) else in_strides
    if sum(votes) < 0:
        return Finding(
            severity="error",
            topic="segments",
            placement=placement,
            number=number,
            text=f"{side} thigh and shank look exchanged: {told}",
            hint=f"import again with {side}_thigh and {side}_shank the other way round",
        )
    sure = sum(votes) > 0
    return Finding(
        severity="ok" if sure else "note",
        topic="segments",
        placement=placement,
        number=number,
        text=told if sure else f"thigh and shank cannot be told apart: {told or 'no strides'}",
        hint="" if sure else "walk for half a minute and do five squats before the run",
    )


def _vote(ratio: float, limit: float) -> int:
    """Return 1 where a ratio is as it should be, −1 where it is the other way round, else 0."""
    return int(ratio > limit) - int(ratio < 1 / limit)


def check_upside_down(
    worn: Mapping[Placement, Worn], *, params: PlacementParams = PlacementParams()
) -> tuple[Finding, ...]:
    """Compare the up directions of the legs' sensors: one finding a sensor that stands alone.

    A sensor is upside down against the others, not against a maker's drawing: where two sensors
    disagree there is no telling which, and where all agree none is.
    """
    legs: dict[Placement, FloatArray] = {p: w.up for p, w in worn.items() if side_of(p)}
    findings: list[Finding] = []
    for placement, up in legs.items():
        others = [float(up @ other) for p, other in legs.items() if p != placement]
        against = sum(cosine < -params.opposite for cosine in others)
        along = sum(cosine > params.opposite for cosine in others)
        if against > along and (len(legs) > 2 or placement.endswith("_shank")):
            findings.append(_upside_down(placement, min(others), alone=len(legs) > 2))
    if findings or len(legs) < 2:
        return tuple(findings)
    text = "no sensor of the legs is upside down against the others"
    return (Finding(severity="ok", topic="upside_down", text=text),)


def _upside_down(placement: Placement, cosine: float, *, alone: bool) -> Finding:
    which = "upside down against the others" if alone else "and the thigh are worn opposite ways up"
    return Finding(
        severity="warning",
        topic="upside_down",
        placement=placement,
        number=float(np.rad2deg(np.arccos(np.clip(cosine, -1, 1)))),
        unit="deg",
        text=f"{placement} is {which}" if alone else f"{placement} {which}",
        hint="no harm where it was worn so throughout: up is taken from standing; "
        "look whether it sits on the leg that the session says",
    )


def check_slip(
    signal: ImuSignal,
    *,
    placement: Placement,
    bouts: Sequence[Bout],
    params: PlacementParams = PlacementParams(),
) -> tuple[Finding, ...]:
    """Compare a sensor's pose on the leg early and late: one finding, none without two of either.

    Tilt from standing before and after the strides; turning about the leg, which gravity does not
    show, from the axis that the sensor turns about in the first and in the last quarter of the run.

    Parameters
    ----------
    signal : ImuSignal
        On the bouts' time, sensor frame.
    placement : Placement
    bouts : sequence of Bout
        In order of time.
    params : PlacementParams
    """
    tilt_deg, turn_deg = _tilted_deg(signal, bouts), _turned_deg(signal, bouts, params)
    told = [
        f"{'leans' if index == 0 else 'turned about the leg'} by {deg:.0f}°"
        for index, deg in enumerate((tilt_deg, turn_deg))
        if not np.isnan(deg)
    ]
    if not told:
        return ()
    loose = tilt_deg > params.slip_deg or turn_deg > params.turned_deg
    return (
        Finding(
            severity="warning" if loose else "ok",
            topic="slip",
            placement=placement,
            number=float(np.fmax(tilt_deg, turn_deg)),
            unit="deg",
            text=f"from first to last it {' and '.join(told)}",
            hint="tighten the strap; absolute angles late in the run are off" if loose else "",
        ),
    )


def _tilted_deg(signal: ImuSignal, bouts: Sequence[Bout]) -> float:
    """Angle between gravity in the first and in the last standing; NaN where there are no two."""
    moves = [bout for bout in bouts if bout.kind in {"walk", "run"}]
    stands = [bout for bout in bouts if bout.kind == "stand"]
    if not moves or not stands or not stands[0].start_s < moves[0].start_s <= stands[-1].start_s:
        return float("nan")
    first, last = (
        signal.acc_mps2[during(signal, [stand], ("stand",))] for stand in (stands[0], stands[-1])
    )
    if not len(first) or not len(last):
        return float("nan")
    return _angle_deg(first.mean(axis=0), last.mean(axis=0))


def _turned_deg(signal: ImuSignal, bouts: Sequence[Bout], params: PlacementParams) -> float:
    """Angle about the leg between the turning axes early and late in the run; NaN where short."""
    run = np.flatnonzero(during(signal, bouts, ("run",)))
    if len(run) < params.turned_run_s * signal.sampling_rate_hz:
        return float("nan")
    rate = low_pass(signal.gyr_radps, signal.time_s, cutoff_hz=6.0)
    up = unit(signal.acc_mps2[run].mean(axis=0))
    quarter = len(run) // 4
    early, late = (across(_main_axis(rate[part]), up) for part in (run[:quarter], run[-quarter:]))
    between = _angle_deg(early, late)
    return min(between, 180.0 - between)


def _main_axis(rate_radps: FloatArray) -> FloatArray:
    """Return the axis (3,) about which a sensor turns most; its sign means nothing."""
    _, axes = np.linalg.eigh(rate_radps.T @ rate_radps)
    return axes[:, -1]


def _angle_deg(one: FloatArray, other: FloatArray) -> float:
    return float(np.rad2deg(np.arccos(np.clip(unit(one) @ unit(other), -1.0, 1.0))))

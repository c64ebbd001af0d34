"""Whether two sensors meet at a knee: both must say the same of its centre's acceleration.

No other test needs so little: neither squats nor a common clock, and one leg is enough. A thigh's
sensor taken for the shank's looks for the knee on the wrong side of itself; two sensors of
different legs have no joint in common, however alike the legs move.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from imu_valgus.core import (
    SIDES,
    Bout,
    FloatArray,
    ImuSignal,
    Placement,
    SegmentOrientation,
    Side,
    placement_of,
)
from imu_valgus.orientation import (
    RelativeOrientation,
    RelativeParams,
    estimate_attitude,
    joint_terms,
    relate_segments,
)
from imu_valgus.quality.findings import Finding
from imu_valgus.quality.worn import Worn, during
from imu_valgus.sync import ClockParams, align_clocks, inside, interpolate

_LEAST_COVERED = 0.8
"""Share of the thigh's samples that the shank must cover, or the two say nothing of each other."""


@dataclass(frozen=True, slots=True)
class KneeParams:
    """How two sensors are asked about the knee between them.

    Parameters
    ----------
    gait_s, least_gait_s : float
        From the start of the longest run, or walk where there is no run; no less than the latter.
    before_s : float
        Looked at too: how the gait began tells strides apart, which are all alike, when the clocks
        of a pair are tied anew.
    cutoff_hz : float
        Of the joint's acceleration. Above what the heading is estimated from (3 Hz): legs move
        alike below it, and part above.
    search_s : float
        Own clocks were tied to well within this, were it to the wrong sensor.
    apart : float
        Share of the two sensors' power on which they disagree, 1 for movements that have nothing
        in common. Thigh and shank of real legs disagree on 0.04 to 0.06 (nms-dyn) and 0.11 (3.6 s
        of x-IMU3), of simulated runners on 0.01; with the two exchanged on 0.5 to 1.0.
    """

    gait_s: float = 30.0
    least_gait_s: float = 3.0
    before_s: float = 30.0
    cutoff_hz: float = 6.0
    search_s: float = 1.5
    apart: float = 0.3


def check_knees(
    signals: Mapping[Placement, ImuSignal],
    worn: Mapping[Placement, Worn],
    *,
    bouts: Sequence[Bout],
    params: KneeParams = KneeParams(),
) -> tuple[Finding, ...]:
    """Ask thigh and shank of each leg about their knee: one finding a leg with both and a gait.

    Parameters
    ----------
    signals : mapping of ImuSignal
        On the bouts' time, sensor frame.
    worn : mapping of Worn
    bouts : sequence of Bout
    params : KneeParams
    """
    pieces = gait_pieces(signals, bouts, params)
    found: list[Finding] = []
    for side in SIDES:
        thigh, shank = placement_of(side, "thigh"), placement_of(side, "shank")
        if {thigh, shank} <= pieces.keys():
            mismatch = knee_mismatch(pieces, worn, (thigh, shank), params=params)
            found.append(_finding(side, mismatch, params))
    return tuple(found)


def _finding(side: Side, mismatch: float, params: KneeParams) -> Finding:
    if np.isnan(mismatch):
        return Finding(
            severity="note",
            topic="knee",
            placement=placement_of(side, "shank"),
            text=f"{side} thigh and shank have too little time in common to be held together",
            hint="look at rate and gaps of both",
        )
    apart = mismatch > params.apart
    return Finding(
        severity="error" if apart else "ok",
        topic="knee",
        placement=placement_of(side, "shank"),
        number=100.0 * mismatch,
        unit="%",
        text=(
            f"{side} thigh and shank do not meet at a knee: they disagree on {mismatch:.0%} of its "
            "acceleration's power"
            if apart
            else f"{side} thigh and shank agree on {1 - mismatch:.0%} of the knee's acceleration"
        ),
        hint=f"import again with {side}_thigh and {side}_shank the other way round; if their names "
        "are right, look at units and axes, and whether both were on that leg"
        if apart
        else "",
    )


def advantage_of_own_knee(
    signals: Mapping[Placement, ImuSignal],
    worn: Mapping[Placement, Worn],
    *,
    bouts: Sequence[Bout],
    params: KneeParams = KneeParams(),
) -> float | None:
    """Return how many times less thighs disagree with their own shanks than with the other's.

    Needs both sensors of both legs; None where there is no gait to ask. Below 1 the shanks (or the
    thighs) are exchanged.
    """
    pieces = gait_pieces(signals, bouts, params)
    own, other = 0.0, 0.0
    for one, two in product(SIDES, SIDES):
        thigh, shank = placement_of(one, "thigh"), placement_of(two, "shank")
        if not {thigh, shank} <= pieces.keys():
            return None
        mismatch = knee_mismatch(pieces, worn, (thigh, shank), params=params)
        own, other = (own + mismatch, other) if one == two else (own, other + mismatch)
    return other / own if np.isfinite(other / own) else None


def gait_pieces(
    signals: Mapping[Placement, ImuSignal], bouts: Sequence[Bout], params: KneeParams
) -> dict[Placement, ImuSignal]:
    """Return each sensor's samples of one gait's start, free of what its gyroscope reads at rest.

    ``before_s`` and up to ``gait_s`` of the longest run, or walk where there is no run; sensors
    that miss half of it, or all where no gait lasts ``least_gait_s``, are left out.
    """
    gait = _longest_gait(bouts, params)
    if gait is None:
        return {}
    pieces: dict[Placement, ImuSignal] = {}
    for placement, signal in signals.items():
        span = signal.between(gait.start_s, gait.stop_s)
        if (span.stop - span.start) >= 0.5 * gait.duration_s * signal.sampling_rate_hz:
            still = during(signal, bouts, ("stand",))
            bias = signal.gyr_radps[still].mean(axis=0) if still.any() else np.zeros(3)
            piece = signal[signal.between(gait.start_s - params.before_s, gait.stop_s)]
            pieces[placement] = replace(piece, gyr_radps=piece.gyr_radps - bias)
    return pieces


def _longest_gait(bouts: Sequence[Bout], params: KneeParams) -> Bout | None:
    for kind in ("run", "walk"):
        of_kind = [bout for bout in bouts if bout.kind == kind]
        longest = max(of_kind, key=lambda bout: bout.duration_s, default=None)
        if longest is not None and longest.duration_s >= params.least_gait_s:
            return replace(longest, stop_s=min(longest.stop_s, longest.start_s + params.gait_s))
    return None


def knee_mismatch(
    pieces: Mapping[Placement, ImuSignal],
    worn: Mapping[Placement, Worn],
    pair: tuple[Placement, Placement],
    *,
    params: KneeParams = KneeParams(),
) -> float:
    """Return the share of power on which a pair disagrees about the knee, 0 to 1 and some more.

    NaN where the two have too little time in common.

    Parameters
    ----------
    pieces : mapping of ImuSignal
        Moving, clocks tied to within ``search_s``, gyroscopes free of bias.
    worn : mapping of Worn
    pair : (Placement, Placement)
        Who is taken for the thigh and for the shank.
    params : KneeParams
    """
    thigh, shank = (pieces[placement] for placement in pair)
    shank = align_clocks(thigh, shank, params=ClockParams(search_s=params.search_s)).apply(shank)
    if np.mean(inside(shank.time_s, thigh.time_s)) < _LEAST_COVERED:
        return float("nan")
    relative = relate_segments(
        thigh,
        shank,
        (estimate_attitude(thigh), estimate_attitude(shank)),
        thigh_up=worn[pair[0]].up,
        shank_up=worn[pair[1]].up,
        params=RelativeParams(cutoff_hz=params.cutoff_hz),
    )
    return _disagreement(thigh, shank, relative, cutoff_hz=params.cutoff_hz)


def _disagreement(
    thigh: ImuSignal, shank: ImuSignal, relative: RelativeOrientation, *, cutoff_hz: float
) -> float:
    time_s = relative.time_s
    late_s = relative.lateness.at(shank.time_s)
    told: list[FloatArray] = []
    for signal, own_s, to_earth, arm_m in (
        (thigh, thigh.time_s, relative.thigh_to_earth, relative.arms.thigh_m),
        (shank, shank.time_s - late_s, relative.shank_to_earth, relative.arms.shank_m),
    ):
        there = ImuSignal(
            time_s,
            interpolate(signal.acc_mps2, own_s, time_s),
            interpolate(signal.gyr_radps, own_s, time_s),
        )
        attitude = SegmentOrientation(time_s, to_earth, "sensor")
        joint_mps2 = joint_terms(there, attitude, cutoff_hz=cutoff_hz).joint_mps2(arm_m)
        told.append(joint_mps2 - joint_mps2.mean(axis=0))
    by_thigh, by_shank = told
    power = float(np.sum(by_thigh**2) + np.sum(by_shank**2))
    return float(np.sum((by_thigh - by_shank) ** 2)) / max(power, 1e-12)

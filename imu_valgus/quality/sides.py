"""Left and right: whether each thigh moves with the shank that the session gives it.

Two things are looked at. The jerk of a leg's thigh and shank rises and falls together, that of
thigh and shank of different legs half a stride apart; this tells when the shanks alone (or the
thighs alone) are exchanged. When both sensors of both legs are exchanged, no signal contradicts: it
can only be suspected where the sensors' faces (their z axes) then all point at the other leg.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
from scipy.signal import correlate, correlation_lags

from imu_valgus.core import (
    SIDES,
    ActivityKind,
    Bout,
    FloatArray,
    ImuSignal,
    Placement,
    Segment,
    mirror_of,
    placement_of,
    side_of,
)
from imu_valgus.quality.findings import Finding
from imu_valgus.quality.worn import Worn, unit
from imu_valgus.sync import derivative, interpolate, low_pass

_SEGMENTS: Final[tuple[Segment, ...]] = ("thigh", "shank")
_LEGS: Final[frozenset[Placement]] = frozenset(
    placement_of(side, segment) for side in SIDES for segment in _SEGMENTS
)
_RATE_HZ: Final = 50.0
_MARGIN_S: Final = 2.0
_SQUAT_HZ: Final = 1.0
_JERK_HZ: Final = 20.0


@dataclass(frozen=True, slots=True)
class SidesParams:
    """How pairs of thigh and shank are compared.

    Parameters
    ----------
    near_s : float
        Within a leg the jerk's maxima lie this near each other; half a stride is 0.35 s and more.
    clearly : float
        A pairing is believed when its correlation exceeds the other's by this. Real and simulated
        legs: 0.45 to 0.8 within a leg, 0 to 0.4 across.
    squat_lag_s : float
        How far own clocks may be off before squats tie them.
    gait_s : float
        Of the longest walk and the longest run, looked at.
    forward_g : float
        A forward direction shorter than this is not known.
    inwards : float
        Cosine between a sensor's z axis and inwards that counts as facing inwards.
    """

    near_s: float = 0.15
    clearly: float = 0.1
    squat_lag_s: float = 1.5
    gait_s: float = 60.0
    forward_g: float = 0.15
    inwards: float = 0.6


def check_sides(
    signals: Mapping[Placement, ImuSignal],
    worn: Mapping[Placement, Worn],
    *,
    bouts: Sequence[Bout],
    shared: Collection[Placement] = (),
    params: SidesParams = SidesParams(),
) -> tuple[Finding, ...]:
    """Look whether left and right are exchanged, in part or in all; nothing with fewer sensors.

    Parameters
    ----------
    signals : mapping of ImuSignal
        On the bouts' time, own clocks to within half a stride; shared ones as they are: a tie
        between the wrong two sensors would hide what is looked for.
    worn : mapping of Worn
    bouts : sequence of Bout
    shared : collection of Placement
        Sensors whose clocks count from the same moment; the others are tied by squats.
    params : SidesParams
    """
    if not signals.keys() >= _LEGS:
        return ()
    advantage = _advantage_of_own_leg(signals, worn, bouts, shared, params)
    if advantage is not None and advantage < -params.clearly:
        return (_crossed(advantage),)
    if _all_face_inwards(worn, params):
        return (_exchanged(),)
    if advantage is None or advantage < params.clearly:
        return (
            Finding(
                severity="note",
                topic="sides",
                number=advantage,
                text="whether each shank belongs to the thigh of its side cannot be told",
                hint="do five squats before the run, or start all sensors on one clock",
            ),
        )
    return (
        Finding(
            severity="ok",
            topic="sides",
            number=advantage,
            text="each thigh moves with the shank of its side",
        ),
    )


def _crossed(advantage: float) -> Finding:
    return Finding(
        severity="error",
        topic="sides",
        number=advantage,
        text="left and right shank look exchanged: each thigh moves with the other side's shank",
        hint="import again with left_shank and right_shank the other way round (or the thighs)",
    )


def _exchanged() -> Finding:
    return Finding(
        severity="warning",
        topic="sides",
        text="all sensors face the other leg, as if left and right were exchanged",
        hint="nothing else can show this: look at your notes which sensor was on which leg",
    )


def _advantage_of_own_leg(
    signals: Mapping[Placement, ImuSignal],
    worn: Mapping[Placement, Worn],
    bouts: Sequence[Bout],
    shared: Collection[Placement],
    params: SidesParams,
) -> float | None:
    """Return how much better thighs go with their own shanks than with the other's, if known."""
    squat = _longest(bouts, "squat")
    gaits = [bout for bout in (_longest(bouts, "walk"), _longest(bouts, "run")) if bout]
    one_clock = set(shared) >= _LEGS
    if not gaits or not (squat or one_clock):
        return None
    tilts = {p: _tilt(signals[p], worn[p].up, squat) for p in _LEGS} if squat else {}
    advantages: list[float] = []
    for whole in gaits:
        gait = replace(whole, stop_s=min(whole.stop_s, whole.start_s + params.gait_s))
        jerks = {p: _jerk(signals[p], gait) for p in _LEGS}
        for one, other in product(SIDES, SIDES):
            thigh, shank = placement_of(one, "thigh"), placement_of(other, "shank")
            lag_s = 0.0
            if not one_clock:
                lag_s, _ = _best_lag(
                    tilts[thigh], tilts[shank], about_s=0.0, within_s=params.squat_lag_s
                )
            _, best = _best_lag(jerks[thigh], jerks[shank], about_s=lag_s, within_s=params.near_s)
            advantages.append(best if one == other else -best)
    return sum(advantages) / (2 * len(gaits))


def _longest(bouts: Sequence[Bout], kind: ActivityKind) -> Bout | None:
    return max(
        (bout for bout in bouts if bout.kind == kind), key=lambda b: b.duration_s, default=None
    )


def _tilt(signal: ImuSignal, up: FloatArray, bout: Bout) -> FloatArray:
    """Cosine of a sensor's slow tilt from standing, at even times through a bout: (n,)."""
    time_s, acc_mps2 = _around(signal, bout)
    slow = low_pass(acc_mps2, time_s, cutoff_hz=_SQUAT_HZ)
    cosine = slow @ up / np.maximum(np.linalg.norm(slow, axis=1), 1e-9)
    return interpolate(cosine[:, np.newaxis], time_s, _even_times(bout))[:, 0]


def _jerk(signal: ImuSignal, bout: Bout) -> FloatArray:
    """How briskly acceleration changes through a bout; the root tames single impacts: (n,)."""
    time_s, acc_mps2 = _around(signal, bout)
    smooth = low_pass(acc_mps2, time_s, cutoff_hz=_JERK_HZ)
    jerk = np.linalg.norm(derivative(smooth, time_s), axis=1, keepdims=True)
    return interpolate(np.sqrt(jerk), time_s, _even_times(bout))[:, 0]


def _even_times(bout: Bout) -> FloatArray:
    return np.arange(bout.start_s, bout.stop_s, 1 / _RATE_HZ)


def _around(signal: ImuSignal, bout: Bout) -> tuple[FloatArray, FloatArray]:
    """Return time and acceleration of a bout with a margin; two samples of rest where none are."""
    piece = signal.between(bout.start_s - _MARGIN_S, bout.stop_s + _MARGIN_S)
    if piece.stop - piece.start < 2:
        return np.array([bout.start_s, bout.stop_s]), np.zeros((2, 3))
    return signal.time_s[piece], signal.acc_mps2[piece]


def _best_lag(
    one: FloatArray, other: FloatArray, *, about_s: float, within_s: float
) -> tuple[float, float]:
    """Return by how much ``other`` is late, searched about a lag, and the correlation there."""
    one, other = one - one.mean(), other - other.mean()
    scale = max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-12)
    strength = correlate(other, one, mode="full", method="fft") / scale
    lags_s = correlation_lags(len(other), len(one), mode="full") / _RATE_HZ
    near = np.flatnonzero(np.abs(lags_s - about_s) <= within_s)
    best = near[np.argmax(strength[near])]
    return float(lags_s[best]), float(strength[best])


def _all_face_inwards(worn: Mapping[Placement, Worn], params: SidesParams) -> bool:
    """Tell whether the z axes of the sensors of both legs all point at the other leg."""
    inwards: list[bool] = []
    sides: set[str] = set()
    for placement, one in worn.items():
        side = side_of(placement)
        if side is None or np.linalg.norm(one.forward) < params.forward_g:
            continue
        outwards = mirror_of(side) * np.cross(unit(one.forward), one.up)
        inwards.append(bool(outwards[2] < -params.inwards))
        sides.add(side)
    return len(sides) == len(SIDES) and all(inwards)

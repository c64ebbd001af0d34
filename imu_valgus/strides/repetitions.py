"""Squats, single-leg squats, landings and lunges: found, told apart, and judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import (
    GRAVITY_MPS2,
    Bout,
    Event,
    FloatArray,
    ImuSignal,
    Quality,
    RepetitionKind,
    Side,
)
from imu_valgus.strides.judging import GAP, holds_clipping, holds_gap
from imu_valgus.strides.knee_bends import Bend, BendParams, find_bends
from imu_valgus.sync import inside, low_pass

REPETITION_TABLE_COLUMNS: Final[tuple[str, ...]] = (
    "repetition",
    "kind",
    "start_s",
    "deepest_s",
    "end_s",
    "duration_s",
    "quality",
    "reason",
)
ONE_LEG: Final = "one leg worn"
"""Reason of a ``squat`` that may as well be a single-leg squat or the front of a lunge."""
OTHER_LEG: Final = "other leg not known"
"""The same where the other leg has a gap there, or its clock is not tied to this one's."""
NO_SUCH_POSE: Final = "pose of no squat, landing or lunge"
_FLIGHT_HZ: Final = 20.0
_IMPACT_S: Final = 0.15


@dataclass(frozen=True, slots=True)
class RepetitionParams:
    """What tells the kinds apart.

    Lengths are in segments (thigh and shank are equally long within 1 %, Winter 2009,
    doi:10.1002/9780470549148).

    Parameters
    ----------
    bend : BendParams
    together : float
        In a squat on both legs the other knee bends by this share of the deeper one, or more.
    alike_deg : float
        And both thighs lean alike to within this; a lunge's differ by more than 50°, as its front
        thigh comes near horizontal and its rear one stays upright.
    hip_ahead_max : float
        Nobody stands on a leg whose hip is further in front of the ankle: that leg swings.
    lunge_hip_behind : float
        The front leg of a lunge has its hip this far behind the ankle, or further: one foot alone
        does not carry that.
    rear_flexion_deg, rear_thigh_deg : float
        The rear leg of a lunge bends its knee beyond the one or extends its thigh behind the other.
    still_foot_g : float
        RMS of the shank's |a| about 1 g (below 6 Hz) over a repetition on a planted foot; squats of
        nms-dyn have 0.02. Lifting a foot by 0.5 m in a second has 0.17.
    flight_g : float
        In flight thigh and shank read less than this (|a| below 20 Hz); free fall is 0.
    flight_s : float
        At least as long; a drop from 5 cm.
    impact_g : float
        And at its end the shank reads this much or more.
    landing_s : float
        From contact to the deepest point at most; landings take 0.2 to 0.4 s.
    """

    bend: BendParams = field(default_factory=BendParams)
    together: float = 0.5
    alike_deg: float = 35.0
    hip_ahead_max: float = 0.2
    lunge_hip_behind: float = 0.5
    rear_flexion_deg: float = 30.0
    rear_thigh_deg: float = -10.0
    still_foot_g: float = 0.1
    flight_g: float = 0.5
    flight_s: float = 0.1
    impact_g: float = 2.0
    landing_s: float = 1.0


DEFAULT = RepetitionParams()


@dataclass(frozen=True, slots=True, eq=False)
class LegCourse:
    """What one leg did over the session.

    Parameters
    ----------
    time_s : (n,)
    flexion_deg, thigh_lean_deg, shank_lean_deg : (n,)
        Knee flexion, zero at standing; each segment's sagittal tilt against gravity, positive where
        its lower end lies in front of its upper end.
    thigh, shank : ImuSignal
        Segment frame, session time.
    """

    time_s: FloatArray
    flexion_deg: FloatArray
    thigh_lean_deg: FloatArray
    shank_lean_deg: FloatArray
    thigh: ImuSignal
    shank: ImuSignal

    def at(self, name: str, *at_s: float) -> FloatArray:
        """Read one of the curves at these times; NaN in gaps and beyond the data."""
        at = np.array(at_s)
        values = np.interp(at, self.time_s, getattr(self, name))
        return np.where(inside(self.time_s, at), values, np.nan)

    def hip_behind(self, at_s: float) -> float:
        """Tell how far the hip lies behind the ankle, in lengths of a segment."""
        leans = np.radians([self.at(f"{part}_lean_deg", at_s)[0] for part in ("thigh", "shank")])
        return float(np.sin(leans).sum())


@dataclass(frozen=True, slots=True)
class _Repetition:
    start_s: float
    deepest_s: float
    end_s: float
    kind: RepetitionKind
    reason: str = ""


def find_repetitions(
    legs: Mapping[Side, LegCourse],
    *,
    bouts: Sequence[Bout],
    events: Iterable[Event] = (),
    tied: bool = True,
    params: RepetitionParams = DEFAULT,
) -> dict[Side, pd.DataFrame]:
    """Find each leg's repetitions and tell their kinds apart.

    A ``landing`` follows a flight. In a ``squat`` both knees bend together and both thighs lean
    alike. In a ``lunge`` the legs' thighs part; it is logged for the front leg. In a
    ``single_leg_squat`` one knee bends over a planted foot while the other leg does something else;
    it is logged for the leg that stands. With one leg worn these three look alike: a bend over a
    planted foot is then called ``squat`` and its reason says ``one leg worn``. What is none of them
    is ``unknown``.

    Parameters
    ----------
    legs : mapping of LegCourse
        Legs whose knee is measured.
    bouts : sequence of Bout
        What the runner did, events heard.
    events : iterable of Event
        Where some are of ``trial_type`` squat with a duration, repetitions lie within them alone.
    tied : bool
        The legs' clocks are tied, so that one leg can be seen beside the other.
    params : RepetitionParams

    Returns
    -------
    dict of DataFrame
        Of every leg given, columns REPETITION_TABLE_COLUMNS, in order of time. A landing starts at
        contact, the others where the knee begins to bend. Judged by what the sensors say, which
        ``hear_the_user`` overrules: ``rejected``: a gap; ``suspect``: clipping, or of unknown kind.
        ``reason`` is empty where there is nothing to say.
    """
    noted = tuple(
        Bout(event.onset_s, event.onset_s + event.duration_s, "squat")
        for event in events
        if event.trial_type == "squat" and event.duration_s > 0
    )
    found: dict[Side, list[_Repetition]] = {}
    for side, leg in legs.items():
        other = next((legs[s] for s in legs if s != side), None) if tied else None
        lacking = ONE_LEG if len(legs) == 1 else OTHER_LEG
        bends = find_bends(
            leg.time_s, leg.flexion_deg, bouts=tuple(bouts), within=noted, params=params.bend
        )
        found[side] = [_told_apart(bend, leg, other, lacking, params) for bend in bends]
    own = {side: _without_companions(side, found) for side in legs}
    return {side: _table(own[side], leg) for side, leg in legs.items()}


def _told_apart(
    bend: Bend, leg: LegCourse, other: LegCourse | None, lacking: str, params: RepetitionParams
) -> _Repetition:
    """Name the kind of one bend."""
    contact_s = _contact_s(bend, leg, params)
    if contact_s is not None:
        return _Repetition(contact_s, bend.deepest_s, bend.end_s, "landing")
    kind: RepetitionKind = "unknown"
    reason = NO_SUCH_POSE
    seen = other is not None and np.isfinite(_rise_deg(bend, other))
    if other is None or not seen:
        if _is_planted(bend, leg, params):
            kind, reason = "squat", lacking
    elif _is_lunge(bend.deepest_s, leg, other, params):
        kind, reason = "lunge", ""
    elif _bend_alike(bend, leg, other, params):
        kind, reason = "squat", ""
    elif _is_planted(bend, leg, params):
        kind, reason = "single_leg_squat", ""
    return _Repetition(bend.start_s, bend.deepest_s, bend.end_s, kind, reason)


def _rise_deg(bend: Bend, leg: LegCourse) -> float:
    """Return how far a leg's knee bends while a bend, perhaps the other knee's, lasts."""
    start, deepest, end = leg.at("flexion_deg", bend.start_s, bend.deepest_s, bend.end_s)
    return float(deepest - 0.5 * (start + end))


def _bend_alike(bend: Bend, leg: LegCourse, other: LegCourse, params: RepetitionParams) -> bool:
    """Tell whether both knees bend together and both thighs lean alike."""
    smaller, larger = sorted([_rise_deg(bend, leg), _rise_deg(bend, other)])
    parted_deg = leg.at("thigh_lean_deg", bend.deepest_s) - other.at(
        "thigh_lean_deg", bend.deepest_s
    )
    return smaller >= params.together * larger and abs(float(parted_deg[0])) < params.alike_deg


def _is_lunge(at_s: float, front: LegCourse, rear: LegCourse, params: RepetitionParams) -> bool:
    """Tell whether one leg is far in front of the hip and the other thigh is not."""
    front_deg, rear_deg = (float(leg.at("thigh_lean_deg", at_s)[0]) for leg in (front, rear))
    behind = (
        float(rear.at("flexion_deg", at_s)[0]) >= params.rear_flexion_deg
        or rear_deg <= params.rear_thigh_deg
    )
    parted = front_deg - rear_deg >= params.alike_deg
    return behind and parted and front.hip_behind(at_s) >= params.lunge_hip_behind


def _is_planted(bend: Bend, leg: LegCourse, params: RepetitionParams) -> bool:
    """Tell whether the leg stands on its foot: hip not ahead of it, shank free of jolts."""
    if not leg.hip_behind(bend.deepest_s) >= -params.hip_ahead_max:
        return False
    time_s, norm_g = _norm_g(leg.shank, bend.start_s, bend.end_s)
    if len(time_s) < 2:
        return False
    slow = low_pass(norm_g, time_s, cutoff_hz=params.bend.cutoff_hz)
    return float(np.sqrt(np.mean((slow - 1.0) ** 2))) < params.still_foot_g


def _contact_s(bend: Bend, leg: LegCourse, params: RepetitionParams) -> float | None:
    """Find the contact that ends a flight just before the deepest point."""
    earliest_s = bend.deepest_s - params.landing_s
    time_s, shank_g = _norm_g(leg.shank, earliest_s - 1.0, bend.deepest_s)
    thigh_s, thigh_g = _norm_g(leg.thigh, earliest_s - 1.0, bend.deepest_s)
    if min(len(time_s), len(thigh_s)) < 2:
        return None
    light = low_pass(shank_g, time_s, cutoff_hz=_FLIGHT_HZ) < params.flight_g
    thigh_low_g = low_pass(thigh_g, thigh_s, cutoff_hz=_FLIGHT_HZ)
    light &= np.interp(time_s, thigh_s, thigh_low_g) < params.flight_g
    change = np.diff(np.r_[False, light, False].astype(np.int8))
    starts, stops = np.flatnonzero(change > 0), np.flatnonzero(change < 0)
    for start, stop in zip(starts[::-1], stops[::-1], strict=True):
        last = min(int(stop), len(time_s) - 1)
        long = time_s[last] - time_s[start] >= params.flight_s
        after = shank_g[last : np.searchsorted(time_s, time_s[last] + _IMPACT_S)]
        if long and time_s[last] >= earliest_s and after.max(initial=0.0) >= params.impact_g:
            return float(time_s[last])
    return None


def _norm_g(signal: ImuSignal, start_s: float, stop_s: float) -> tuple[FloatArray, FloatArray]:
    """Return times and |a| in g of a stretch, (m,) each."""
    samples = signal.between(start_s, stop_s)
    return (
        signal.time_s[samples],
        np.linalg.norm(signal.acc_mps2[samples], axis=1) / GRAVITY_MPS2,
    )


def _without_companions(
    side: Side, found: Mapping[Side, Sequence[_Repetition]]
) -> list[_Repetition]:
    """Leave out what the free leg does in a single-leg squat, and the rear one in a lunge."""
    leading = [
        one
        for other in found
        if other != side
        for one in found[other]
        if one.kind in ("single_leg_squat", "lunge")
    ]
    return [
        one
        for one in found[side]
        if one.kind != "unknown"
        or not any(lead.start_s < one.deepest_s < lead.end_s for lead in leading)
    ]


def _table(found: Sequence[_Repetition], leg: LegCourse) -> pd.DataFrame:
    """Put one leg's repetitions in a table and judge each."""
    start_s, deepest_s, end_s = (
        np.array([getattr(one, name) for one in found], dtype=np.float64)
        for name in ("start_s", "deepest_s", "end_s")
    )
    gap, clipping = (
        judge(leg.thigh, start_s, end_s) | judge(leg.shank, start_s, end_s)
        for judge in (holds_gap, holds_clipping)
    )
    unknown = np.array([one.kind == "unknown" for one in found], dtype=np.bool_)
    quality: list[Quality] = [
        "rejected" if lost else "suspect" if doubt else "good"
        for lost, doubt in zip(gap, clipping | unknown, strict=True)
    ]
    reason = [
        "; ".join(filter(None, (GAP if lost else "", "clipping" if clips else "", one.reason)))
        for lost, clips, one in zip(gap, clipping, found, strict=True)
    ]
    table = pd.DataFrame(
        {
            "repetition": np.arange(1, len(found) + 1),
            "kind": [one.kind for one in found],
            "start_s": start_s,
            "deepest_s": deepest_s,
            "end_s": end_s,
            "duration_s": end_s - start_s,
            "quality": quality,
            "reason": reason,
        }
    )
    return table.astype(dict.fromkeys(("kind", "quality", "reason"), "str"))

"""All sensors of a session on one clock, as far as the recording allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from imu_valgus.activities import find_bouts
from imu_valgus.core import SIDES, ImuSignal, Placement, Segment, Side, placement_of
from imu_valgus.recording import Recording, SessionInfo
from imu_valgus.sync import ClockFit, ClockParams, LegSync, align_clocks, align_legs

_SHARED_SEARCH_S = 0.5
"""Sensors that share an epoch are off by their lateness only."""

_SAME: Final = ClockFit(0.0, 0.0, 0.0, 1.0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class SessionSignals:
    """The session's signals on session time.

    ``within``: each leg's shank against its thigh (legs with both). ``across``: the second leg
    against the first; None with one leg.
    """

    signals: Mapping[Placement, ImuSignal]
    within: Mapping[Side, ClockFit]
    across: LegSync | None


def legs_worn(signals: Mapping[Placement, ImuSignal]) -> dict[Side, tuple[Segment, ...]]:
    """Return which segments of each leg wear a sensor, thigh first; legs with none left out."""
    segments: tuple[Segment, ...] = ("thigh", "shank")
    worn: dict[Side, tuple[Segment, ...]] = {}
    for side in SIDES:
        found: tuple[Segment, ...] = tuple(s for s in segments if placement_of(side, s) in signals)
        if found:
            worn[side] = found
    return worn


def on_session_time(recording: Recording) -> SessionSignals:
    """Tie the clocks within each leg, then leg to leg.

    A sensor whose clock is ``shared`` with the reference keeps its time up to some lateness; one
    with its ``own`` is moved onto the reference's. Sensors elsewhere than thigh and shank stay as
    they are.
    """
    signals: dict[Placement, ImuSignal] = dict(recording.signals)
    shared: dict[Placement, bool] = {
        sensor.placement: sensor.clock == "shared" for sensor in recording.info.sensors
    }
    shared[recording.info.reference] = True
    within: dict[Side, ClockFit] = {}
    worn = legs_worn(signals)
    for side, segments in worn.items():
        if len(segments) < 2:
            continue
        first, second = _reference_first(side, recording.info.reference)
        search_s = _SHARED_SEARCH_S if shared[first] and shared[second] else ClockParams().search_s
        fit = align_clocks(signals[first], signals[second], params=ClockParams(search_s=search_s))
        signals[second] = fit.apply(signals[second])
        within[side] = fit
    if len(worn) < 2:
        return SessionSignals(signals, within, None)
    across = _tie_legs(signals, worn, shared=shared, recording=recording)
    return SessionSignals(signals, within, across)


def _tie_legs(
    signals: dict[Placement, ImuSignal],
    worn: Mapping[Side, tuple[Segment, ...]],
    *,
    shared: Mapping[Placement, bool],
    recording: Recording,
) -> LegSync:
    """Move the leg without the reference sensor onto the other's clock; ``signals`` is changed."""
    reference = recording.info.reference
    near: Side = "right" if reference.startswith("right") else "left"
    far: Side = "left" if near == "right" else "right"
    both: list[Segment] = [segment for segment in worn[near] if segment in worn[far]]
    if any(shared[placement_of(far, segment)] for segment in worn[far]):
        return LegSync(_SAME, "shared epoch", _epoch_residual_s(recording.info))
    if not both:
        return LegSync(_SAME, "unknown", None)
    here, there = placement_of(near, both[0]), placement_of(far, both[0])
    bouts = find_bouts({p: s for p, s in signals.items() if p.startswith(near)})
    tied = align_legs(signals[here], signals[there], bouts)
    for segment in worn[far]:
        placement = placement_of(far, segment)
        signals[placement] = tied.fit.apply(signals[placement])
    return tied


def _epoch_residual_s(info: SessionInfo) -> float:
    """Return how far sensors of one epoch may be apart: where it was estimated, that says."""
    residuals_ms = [sensor.host_clock.residual_ms for sensor in info.sensors if sensor.host_clock]
    return 1e-3 * max((one for one in residuals_ms if one is not None), default=0.0)


def _reference_first(side: Side, reference: Placement) -> tuple[Placement, Placement]:
    """Return a leg's two placements, the one that keeps its clock first."""
    thigh, shank = placement_of(side, "thigh"), placement_of(side, "shank")
    return (shank, thigh) if reference == shank else (thigh, shank)

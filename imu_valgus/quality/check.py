"""All that ``check`` looks at, in one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from imu_valgus.core import Bout, ImuSignal, Placement
from imu_valgus.quality.axes import AxesParams, check_axes
from imu_valgus.quality.clocks import ClockLimits, Tie, check_clocks, on_session_time
from imu_valgus.quality.findings import Finding
from imu_valgus.quality.placement import (
    PlacementParams,
    check_segments,
    check_slip,
    check_upside_down,
)
from imu_valgus.quality.protocol import ProtocolParams, check_protocol
from imu_valgus.quality.sides import SidesParams, check_sides
from imu_valgus.quality.signals import SignalParams, check_signal
from imu_valgus.quality.stillness import StillnessParams, find_stillness
from imu_valgus.quality.worn import Worn, look_at


@dataclass(frozen=True, slots=True)
class QualityParams:
    """Where each look at a session draws its lines; see the single classes."""

    stillness: StillnessParams = field(default_factory=StillnessParams)
    signal: SignalParams = field(default_factory=SignalParams)
    axes: AxesParams = field(default_factory=AxesParams)
    clocks: ClockLimits = field(default_factory=ClockLimits)
    placement: PlacementParams = field(default_factory=PlacementParams)
    sides: SidesParams = field(default_factory=SidesParams)
    protocol: ProtocolParams = field(default_factory=ProtocolParams)


def check_signals(
    signals: Mapping[Placement, ImuSignal],
    *,
    ties: tuple[Tie, ...],
    bouts: Sequence[Bout],
    params: QualityParams = QualityParams(),
) -> tuple[Finding, ...]:
    """Look at every sensor, the clocks, where the sensors sit, and the session's course.

    Parameters
    ----------
    signals : mapping of ImuSignal
        Each on its own clock, sensor frame.
    ties : tuple of Tie
        How the clocks stand to the reference's, from :func:`tie_clocks`.
    bouts : sequence of Bout
        What the runner did, on the reference's clock, in order of time.
    params : QualityParams

    Returns
    -------
    tuple of Finding
        First sensor by sensor, then the legs, then the session.
    """
    findings: list[Finding] = []
    for placement, signal in signals.items():
        at_rest = find_stillness(signal, params=params.stillness)
        findings += check_signal(signal, placement=placement, at_rest=at_rest, params=params.signal)
        findings += check_axes(signal, placement=placement, at_rest=at_rest, params=params.axes)
    placed = on_session_time(signals, ties)
    worn: dict[Placement, Worn] = {
        p: look_at(signal, placement=p, bouts=bouts) for p, signal in placed.items()
    }
    findings += check_clocks(ties, params=params.clocks)
    findings += check_segments(worn, params=params.placement)
    findings += check_sides(
        placed,
        worn,
        bouts=bouts,
        shared={placement for tie in ties if tie.shared for placement in (tie.placement, tie.to)},
        params=params.sides,
    )
    findings += check_upside_down(worn, params=params.placement)
    for placement, signal in placed.items():
        findings += check_slip(signal, placement=placement, bouts=bouts, params=params.placement)
    findings += check_protocol(bouts, params=params.protocol)
    return tuple(findings)

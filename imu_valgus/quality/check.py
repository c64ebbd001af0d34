"""All that ``check`` looks at, in one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from imu_valgus.core import Bout, ImuSignal, Placement, Side
from imu_valgus.quality.axes import AxesParams, check_axes
from imu_valgus.quality.clocks import ClockLimits, check_clocks
from imu_valgus.quality.collected import CollectedParams, check_collected
from imu_valgus.quality.findings import Finding
from imu_valgus.quality.knee import KneeParams, check_knees
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
from imu_valgus.recording import Recording, SensorInfo
from imu_valgus.sync import ClockFit, LegSync


@dataclass(frozen=True, slots=True)
class QualityParams:
    """Where each look at a session draws its lines; see the single classes."""

    stillness: StillnessParams = field(default_factory=StillnessParams)
    signal: SignalParams = field(default_factory=SignalParams)
    collected: CollectedParams = field(default_factory=CollectedParams)
    axes: AxesParams = field(default_factory=AxesParams)
    clocks: ClockLimits = field(default_factory=ClockLimits)
    knee: KneeParams = field(default_factory=KneeParams)
    placement: PlacementParams = field(default_factory=PlacementParams)
    sides: SidesParams = field(default_factory=SidesParams)
    protocol: ProtocolParams = field(default_factory=ProtocolParams)


def check(
    recording: Recording,
    *,
    signals: Mapping[Placement, ImuSignal],
    bouts: Sequence[Bout],
    within: Mapping[Side, ClockFit],
    across: LegSync | None,
    params: QualityParams | None = None,
) -> tuple[Finding, ...]:
    """Look at every sensor, the clocks, where the sensors sit, and the session's course.

    Parameters
    ----------
    recording : Recording
        As read: every signal on its sensor's own clock.
    signals : mapping of ImuSignal
        The same on session time, sensor frame.
    bouts : sequence of Bout
        What the runner did, on session time, in order.
    within, across : mapping of ClockFit; LegSync, optional
        How the clocks were tied, see :func:`imu_valgus.quality.clocks.check_clocks`.
    params : QualityParams, optional

    Returns
    -------
    tuple of Finding
        First sensor by sensor, then the clocks and the legs, then the session.
    """
    params = params or QualityParams()
    shared: set[Placement] = {recording.info.reference}
    shared |= {sensor.placement for sensor in recording.info.sensors if sensor.clock == "shared"}
    worn: dict[Placement, Worn] = {
        p: look_at(signal, placement=p, bouts=bouts) for p, signal in signals.items()
    }
    findings: list[Finding] = []
    for sensor in recording.info.sensors:
        findings += _check_sensor(recording.signals[sensor.placement], sensor, params)
    findings += check_clocks(
        within, across, reference=recording.info.reference, shared=shared, params=params.clocks
    )
    findings += check_knees(signals, worn, bouts=bouts, params=params.knee)
    findings += check_segments(worn, params=params.placement)
    findings += check_sides(signals, worn, bouts=bouts, knee=params.knee, params=params.sides)
    findings += check_upside_down(worn, params=params.placement)
    for placement, signal in signals.items():
        findings += check_slip(signal, placement=placement, bouts=bouts, params=params.placement)
    findings += check_protocol(bouts, params=params.protocol)
    return tuple(findings)


def _check_sensor(
    signal: ImuSignal, sensor: SensorInfo, params: QualityParams
) -> tuple[Finding, ...]:
    """Look at one sensor by itself, on its own clock."""
    placement = sensor.placement
    at_rest = find_stillness(signal, params=params.stillness)
    return (
        *check_signal(signal, placement=placement, at_rest=at_rest, params=params.signal),
        *check_axes(signal, placement=placement, at_rest=at_rest, params=params.axes),
        *_impacts(sensor),
        *check_collected(sensor, params=params.collected),
    )


def _impacts(sensor: SensorInfo) -> tuple[Finding, ...]:
    if sensor.impacts:
        return ()
    return (
        Finding(
            severity="note",
            topic="impacts",
            placement=sensor.placement,
            text="computed from smoothed poses: the accelerations carry no impacts",
            hint="the shock columns stay empty",
        ),
    )

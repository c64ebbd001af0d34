"""A session in memory, and how sensors' own clocks become its session time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from imu_valgus.core import Event, ImuSignal, Placement
from imu_valgus.recording.info import SensorInfo, SessionInfo

EPOCH_RANGE_S: Final = (1e9, 4e9)
"""Clocks that read between these (years 2001 and 2096) count seconds since 1970."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A session in memory.

    Parameters
    ----------
    info : SessionInfo
    signals : mapping of Placement to ImuSignal
        One a sensor of ``info``, in the sensor's frame. ``time_s`` is session time where the
        sensor's clock is ``shared`` with the reference; else it counts from the sensor's own first
        sample, at the sensor's own pace.
    events : tuple of Event
    name : str
        The session folder's name; empty where it has none yet.
    """

    info: SessionInfo
    signals: Mapping[Placement, ImuSignal]
    events: tuple[Event, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        described = {sensor.placement for sensor in self.info.sensors}
        if described != set(self.signals):
            raise ValueError(f"signals of {sorted(self.signals)}, sensors at {sorted(described)}")


def assemble_recording(
    sensors: Sequence[SensorInfo],
    signals: Mapping[Placement, ImuSignal],
    *,
    athlete: str = "a00",
    notes: str = "",
    events: tuple[Event, ...] = (),
    start: datetime | None = None,
    zeros: Mapping[Placement, float] = MappingProxyType({}),
) -> Recording:
    """Put signals that are still on their sensors' clocks onto the session's time.

    Parameters
    ----------
    sensors : sequence of SensorInfo
        The first is the reference; ``zero_device_time_s`` is filled in here.
    signals : mapping of Placement to ImuSignal
        ``time_s`` as the sensors' clocks read.
    athlete, notes, events, start
        As in ``SessionInfo`` and ``Recording``.
    zeros : mapping of Placement to float
        What clocks showed at 0 of the session, of sensors of which that is known; else a shared
        clock showed what the reference's did, and an own one that of its first sample.

    Returns
    -------
    Recording
        Session time 0 is the first sample of the reference. A start that is not given is filled in
        where the reference's clock counts seconds since 1970.
    """
    reference = sensors[0].placement
    start_s = float(signals[reference].time_s[0])
    placed = tuple(
        replace(
            sensor,
            zero_device_time_s=zeros.get(
                sensor.placement,
                start_s if sensor.clock == "shared" else float(signals[sensor.placement].time_s[0]),
            ),
        )
        for sensor in sensors
    )
    if start is None and EPOCH_RANGE_S[0] <= start_s < EPOCH_RANGE_S[1]:
        start = datetime.fromtimestamp(start_s, UTC)
    info = SessionInfo(
        athlete=athlete,
        start=start,
        reference=reference,
        sensors=placed,
        notes=notes,
    )
    on_session_time: dict[Placement, ImuSignal] = {
        sensor.placement: signals[sensor.placement].retimed(
            sensor.session_time(signals[sensor.placement].time_s)
        )
        for sensor in placed
    }
    return Recording(info=info, signals=on_session_time, events=events)

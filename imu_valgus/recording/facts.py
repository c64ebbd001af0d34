"""What the files of an import tell of their session, put together."""

from collections.abc import Mapping, Sequence

from imu_valgus.core import ImuSignal, Placement
from imu_valgus.recording.choosing import PlacedSensor
from imu_valgus.recording.info import Clock, SensorInfo
from imu_valgus.recording.readers import SensorFacts, wrong

_NONE = SensorFacts()


def facts_by_placement(chosen: Sequence[PlacedSensor]) -> dict[Placement, SensorFacts]:
    """Return what the first file of each placement tells, in the order that they were named.

    Raises
    ------
    RecordingError
        Where files are parts of different recordings.
    """
    told: dict[Placement, SensorFacts] = {}
    first = chosen[0]
    for one in chosen:
        facts = one.sensor.facts or _NONE
        known = (first.sensor.facts or _NONE).part_of
        if facts.part_of and known and facts.part_of != known:
            raise wrong(
                one.path,
                f"is of {facts.part_of}, but {first.path.name} of {known}",
                hint="import each recording as a session of its own",
            )
        told.setdefault(one.placement, facts)
    return told


def reference_of(told: Mapping[Placement, SensorFacts]) -> Placement:
    """Return whose clock counts: the first whose file has events, which are told in its time."""
    placements: list[Placement] = list(told)
    with_events: list[Placement] = [one for one in placements if told[one].events is not None]
    return (with_events or placements)[0]


def told_clock(facts: SensorFacts, reference: SensorFacts) -> Clock | None:
    """Say whether a sensor shares the reference's clock, as the session had it that both are of."""
    if facts.sensor is None or facts.sensor.clock == "own":
        return facts.sensor and "own"
    both = reference.sensor is not None and reference.sensor.clock == "shared"
    return "shared" if both and facts.part_of == reference.part_of else None


def told_zeros(
    sensors: Sequence[SensorInfo],
    signals: Mapping[Placement, ImuSignal],
    told: Mapping[Placement, SensorFacts],
) -> dict[Placement, float]:
    """Return what sensors' clocks showed at 0 of the session, where the session told it.

    ``signals`` are on the sensors' clocks, the first of ``sensors`` is the reference.
    """
    reference = told[sensors[0].placement]
    if reference.sensor is None:
        return {}
    first_s = signals[sensors[0].placement].time_s[:1]
    began_s = reference.sensor.session_time(first_s)
    return {
        placement: float(facts.sensor.device_time(began_s)[0])
        for placement, facts in told.items()
        if facts.sensor is not None and told_clock(facts, reference) == "shared"
    }

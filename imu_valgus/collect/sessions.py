"""A recording from beginning to end: find the sensors, record, fetch what is missing, decode.

The one place that starts the event loop.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from imu_valgus.collect.capture import captures
from imu_valgus.collect.collector import Collector, CollectorParams
from imu_valgus.collect.cue import LiveCue
from imu_valgus.collect.decode import SensorStory, Story, decode_session, read_story
from imu_valgus.collect.guiding import STANDARD_STEPS, Conductor, Screen, Step
from imu_valgus.collect.sensors import SensorAtHand
from imu_valgus.core import DecodeError, ImuValgusError, Placement, RecordingError
from imu_valgus.devices import SensorModel, recognise
from imu_valgus.devices.ble import Adapter
from imu_valgus.devices.decoders.reference import SERVICE, Info, decode_advertised
from imu_valgus.devices.radio import Advert
from imu_valgus.recording import Recording

OpenAdapter = Callable[[], Awaitable[Adapter]]

_LOOK_S: Final = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPlan:
    """What is to be recorded.

    Parameters
    ----------
    session : Path
    athlete : str
    steps : tuple of Step
        The recording ends with the last one.
    live : bool
        Tell each stride's valgus meanwhile.
    collector : CollectorParams
    """

    session: Path
    athlete: str = "a00"
    steps: tuple[Step, ...] = STANDARD_STEPS
    live: bool = False
    collector: CollectorParams = field(default_factory=CollectorParams)


def record_session(
    open_adapter: OpenAdapter,
    sensors: Sequence[SensorAtHand] | Mapping[Placement, str],
    plan: RecordingPlan,
    screen: Screen,
) -> Recording:
    """Record a new session, fetch what is missing, decode it and return it.

    Parameters
    ----------
    open_adapter : callable
        Gives this computer's Bluetooth.
    sensors : sequence of SensorAtHand, or mapping of Placement to str
        The sensors, or what they are called: their name, address, or the end of their number.
    plan : RecordingPlan
    screen : Screen

    Raises
    ------
    RecordingError
        Where the session is there already, or the disk is full.
    ImuValgusError
        Where a sensor or Bluetooth is not to be used; what was recorded can be decoded.
    """
    _refuse_captured(plan.session)

    async def run() -> None:
        async with _opened(open_adapter) as adapter:
            cue = LiveCue(plan.session) if plan.live else None
            collector = await _collector(adapter, sensors, plan, cue)
            await conduct(collector, Conductor(plan.steps, screen, cue), cue)

    asyncio.run(run())
    return decode_session(plan.session)


def resume_session(
    open_adapter: OpenAdapter, plan: RecordingPlan, screen: Screen, *, until_s: float | None = None
) -> Recording:
    """Go on with a recording whose collector died: reconnect, go on, fetch, decode.

    Parameters
    ----------
    open_adapter, plan, screen
        As for :func:`record_session`; the sensors and the athlete are those of the session.
    until_s : float, optional
        The recording ends as long after its beginning; the plan's steps are then not gone through.

    Raises
    ------
    RecordingError
        Where the session holds no recording.
    ImuValgusError
    """
    story = read_story(plan.session)

    async def run() -> None:
        async with _opened(open_adapter) as adapter:
            collector = Collector(
                adapter,
                sensors_of(story),
                plan.session,
                session_id=story.session_id,
                athlete=story.athlete,
                ledgers={
                    placement: one.ledger
                    for placement, one in story.sensors.items()
                    if isinstance(one, SensorStory)
                },
                params=plan.collector,
            )
            steps = plan.steps
            if until_s is not None:
                elapsed_s = collector.tape.now_ns() * 1e-9 - story.start_s
                steps = (Step("recording", max(until_s - elapsed_s, 0.0)),)
            await conduct(collector, Conductor(steps, screen))

    asyncio.run(run())
    return decode_session(plan.session)


@dataclass(frozen=True, slots=True)
class Nearby:
    """A Bluetooth device in reach; what it tells before anybody connects, where it is a sensor.

    ``records``: whether ``record`` drives it.
    """

    advert: Advert
    model: SensorModel | None
    battery_percent: int | None
    memory_s: float | None
    records: bool


def scan_sensors(open_adapter: OpenAdapter, *, seconds: float) -> list[Nearby]:
    """Listen for as long and return what is in reach, the strongest first.

    Raises
    ------
    BluetoothError
    """

    async def run() -> list[Nearby]:
        async with _opened(open_adapter) as adapter:
            return [_nearby(one) for one in await adapter.scan(seconds)]

    return asyncio.run(run())


def _nearby(advert: Advert) -> Nearby:
    model = recognise(advert.name, advert.service_uuids)
    said = None
    with contextlib.suppress(DecodeError):
        said = decode_advertised(dict(advert.service_data).get(SERVICE, b""))
    return Nearby(
        advert,
        model,
        battery_percent=said.battery_percent if said else None,
        memory_s=float(said.flash_free_s) if said else None,
        records=model is not None and not model.why_not_live,
    )


@dataclass(frozen=True, slots=True)
class Armed:
    """Sensors that record on their own, and for how long their memory lasts."""

    sensors: Sequence[SensorAtHand]
    minutes: float


def arm_sensors(
    open_adapter: OpenAdapter,
    sensors: Sequence[SensorAtHand] | Mapping[Placement, str],
    plan: RecordingPlan,
    *,
    minutes: float,
) -> Armed:
    """Let sensors record on their own memory; :func:`resume_session` fetches it.

    Parameters
    ----------
    open_adapter, sensors, plan
        As for :func:`record_session`; the plan's steps are not gone through.
    minutes : float
        What is planned.

    Raises
    ------
    ImuValgusError
        Where the memory of a sensor lasts for less; nothing is started then.
    """
    _refuse_captured(plan.session)

    async def run() -> Armed:
        async with _opened(open_adapter) as adapter:
            collector = await _collector(adapter, sensors, plan)
            try:
                _refuse_to_arm(collector)
                lasts = _least_memory(await collector.prepare(), minutes)
                await collector.arm()
            finally:
                await collector.close()
            return Armed([keeper.sensor for keeper in collector.keepers], lasts)

    return asyncio.run(run())


def _refuse_to_arm(collector: Collector) -> None:
    """Raise where a sensor takes part that does not log under our command."""
    for one in collector.streamers:
        raise ImuValgusError(
            f"{one.sensor.placement}: {one.model.name} is not armed from here",
            hint="let it log with its own app and bring the files in: imu-valgus import",
        )


def _least_memory(infos: Mapping[Placement, Info], minutes: float) -> float:
    """Return for how many minutes all sensors' memory lasts; raise where that is too short."""
    lasts, placement = min((minutes_of_memory(info), one) for one, info in infos.items())
    if lasts < minutes:
        raise ImuValgusError(
            f"{placement} has memory for {lasts:.1f} minutes, {minutes:g} are planned",
            hint="fetch and free what it holds with imu-valgus download, or plan less",
        )
    return lasts


def minutes_of_memory(info: Info) -> float:
    """Return for how long a sensor's free memory lasts at its rate."""
    return info.flash_free_samples / (info.format.rate_decihz / 10) / 60


def sensors_of(story: Story) -> list[SensorAtHand]:
    """Return the sensors that took part in a recording."""
    return [
        SensorAtHand(
            placement,
            one.facts["address"],
            one.facts["name"],
            one.facts["uid"],
            one.facts["model"],
        )
        for placement, one in story.sensors.items()
    ]


async def find(adapter: Adapter, wanted: Mapping[Placement, str]) -> list[SensorAtHand]:
    """Look for sensors by their name, address or the end of their number.

    Raises
    ------
    ImuValgusError
        Naming the sensor that is not in reach, or is none that can be recorded.
    """

    def match(heard: Sequence[Advert]) -> dict[Placement, Advert]:
        return {
            placement: one
            for placement, called in wanted.items()
            for one in heard
            if called.lower() in (one.name.lower(), one.address.lower())
            or one.name.lower().endswith(f"-{called.lower()[-4:]}")
        }

    heard = await adapter.scan(_LOOK_S, enough=lambda so_far: len(match(so_far)) == len(wanted))
    found = match(heard)
    for placement, called in wanted.items():
        if placement not in found:
            raise ImuValgusError(
                f"{placement}: {called} is not in reach",
                hint="switch it on and bring it near; imu-valgus scan lists what is in reach",
            )
    return [_at_hand(placement, one) for placement, one in found.items()]


def _at_hand(placement: Placement, heard: Advert) -> SensorAtHand:
    """Return a sensor that can be recorded.

    Raises
    ------
    ImuValgusError
        Where it cannot.
    """
    model = recognise(heard.name, heard.service_uuids)
    if model is None or model.why_not_live:
        why = f"{model.name}: {model.why_not_live}" if model else "no sensor that is known"
        raise ImuValgusError(
            f"{placement}: {heard.name or heard.address} is {why}",
            hint="record with its own app and bring the files in: imu-valgus import",
        )
    return SensorAtHand(placement, heard.address, heard.name, model=model.key)


@asynccontextmanager
async def _opened(open_adapter: OpenAdapter) -> AsyncGenerator[Adapter]:
    adapter = await open_adapter()
    try:
        yield adapter
    finally:
        await adapter.close()


async def _collector(
    adapter: Adapter,
    sensors: Sequence[SensorAtHand] | Mapping[Placement, str],
    plan: RecordingPlan,
    cue: LiveCue | None = None,
) -> Collector:
    found = await find(adapter, sensors) if isinstance(sensors, Mapping) else sensors
    if cue is None:
        return Collector(adapter, found, plan.session, athlete=plan.athlete, params=plan.collector)
    return Collector(
        adapter,
        found,
        plan.session,
        athlete=plan.athlete,
        on_packet=cue.on_packet,
        on_clock=cue.on_clock,
        params=plan.collector,
    )


def _refuse_captured(session: Path) -> None:
    if captures(session):
        raise RecordingError(
            f"{session} holds a recording already",
            hint="name another session, or go on with this one: record --resume",
        )


async def conduct(collector: Collector, conductor: Conductor, cue: LiveCue | None = None) -> None:
    """Prepare, record and close; Ctrl-C ends the recording, it does not lose it."""
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C is a KeyboardInterrupt
        loop.add_signal_handler(signal.SIGINT, conductor.stop.set)
    try:
        await collector.prepare()
        beside = [asyncio.create_task(conductor.lead(collector))]
        if cue is not None:
            beside.append(asyncio.create_task(cue.follow()))
        try:
            await collector.record(conductor.stop)
        finally:
            for task in beside:
                task.cancel()
            ended = await asyncio.gather(*beside, return_exceptions=True)
        for one in ended:
            if isinstance(one, Exception):
                raise one
    finally:
        await collector.close()

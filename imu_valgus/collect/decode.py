"""A capture → signals, events, and the account of every sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np

from imu_valgus.collect.capture import Record, read_captures
from imu_valgus.collect.clocks import HostClock
from imu_valgus.collect.ledger import DeviceSession, Ledger
from imu_valgus.collect.sensors import Identified
from imu_valgus.collect.stream import StreamLedger, StreamStory
from imu_valgus.collect.timing import Stamps
from imu_valgus.core import (
    BoolArray,
    Event,
    FloatArray,
    ImuSignal,
    IntArray,
    Placement,
    RecordingError,
)
from imu_valgus.devices import SENSORS, ClockReading, Packet
from imu_valgus.devices.decoders import reference
from imu_valgus.devices.decoders.reference import DEFAULT_FORMAT, TIME, ReferenceDecoder
from imu_valgus.recording import (
    ClockAccount,
    LostSamples,
    Recording,
    SampleAccount,
    SensorInfo,
    SessionInfo,
    write_collected_session,
)

_NS = 1e-9


@dataclass(slots=True)
class SensorStory:
    """All that a capture says of one sensor.

    ``packets``: by the sensor's session. ``stamps``: by its boot. ``facts``: the journal's.
    """

    ledger: Ledger = field(init=False)
    packets: dict[int, list[Packet]] = field(default_factory=dict)
    stamps: dict[int, Stamps] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger = Ledger(ReferenceDecoder(), on_packet=self._keep)

    def take(self, record: Record) -> None:
        """Take the next record of this sensor."""
        if record.written:
            self.ledger.on_write(record.characteristic, record.payload)
            return
        boot_id = self.ledger.info.boot_id if self.ledger.info else 0
        for message in self.ledger.on_notification(record.characteristic, record.payload):
            stamps = self.stamps.setdefault(boot_id, Stamps())
            if isinstance(message, ClockReading) and record.characteristic == TIME:
                stamps.pings.append((message.ping * _NS, message.received_s))
            elif isinstance(message, Packet) and message.source == "live":
                stamps.arrivals.append((self._last_sample_s(message), record.host_ns * _NS))

    def decoded(self) -> tuple[ImuSignal, IntArray, HostClock] | None:
        """Return the samples, their indices and the clock; None where there are not two."""
        return _signal(self, {boot_id: stamps.fit() for boot_id, stamps in self.stamps.items()})

    def account(self) -> SampleAccount:
        """Return where all samples are."""
        return account_of(self)

    def identified(self) -> Identified:
        """Return who the sensor is."""
        info = self.ledger.info
        if info is None:
            return Identified("IVG1", self.facts.get("uid", ""))
        return Identified(
            "IVG1",
            info.uid.hex(),
            ".".join(map(str, info.firmware)),
            float(info.format.acc_range_g),
            125.0 * info.format.gyr_range_125dps,
        )

    def period_s(self) -> float:
        """Return the nominal time from sample to sample."""
        info = self.ledger.info
        return 10 / (info.format.rate_decihz if info else DEFAULT_FORMAT.rate_decihz)

    def _last_sample_s(self, packet: Packet) -> float:
        first_s = np.nan if packet.time_s is None else float(packet.time_s[0])
        return first_s + (len(packet) - 1) * self.period_s()

    def _keep(self, packet: Packet) -> None:
        self.packets.setdefault(packet.session_id or 0, []).append(packet)


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """All that a session's captures say.

    ``session_id``: its number on the sensors. ``start_s``: when it began, host's time. ``events``:
    as the journal holds them, with the host's time in s.
    """

    athlete: str
    session_id: int
    start_s: float
    sensors: Mapping[Placement, SensorStory | StreamStory]
    events: tuple[tuple[float, Mapping[str, Any]], ...]


def read_story(session: Path) -> Story:
    """Read all captures of a session in their order.

    Raises
    ------
    RecordingError
        Where there is no capture.
    """
    sensors: dict[Placement, SensorStory | StreamStory] = {}
    events: list[tuple[float, Mapping[str, Any]]] = []
    first: tuple[float, Mapping[str, Any]] | None = None
    for record in read_captures(session):
        journal = record.journal
        if journal is None:
            sensors[cast("Placement", record.placement)].take(record)
            continue
        if journal["kind"] == "recording":
            first = first or (record.host_ns * _NS, journal)
        elif journal["kind"] == "event":
            events.append((record.host_ns * _NS, journal))
        _take_journal(journal, sensors)
    if first is None:
        raise RecordingError(
            f"{session}: the capture breaks off before its first word",
            hint="nothing was recorded: remove that folder and record again",
        )
    start_s, said = first
    return Story(said["athlete"], said["session_id"], start_s, sensors, tuple(events))


def _take_journal(
    journal: Mapping[str, Any], sensors: dict[Placement, SensorStory | StreamStory]
) -> None:
    """Learn which sensors take part, which of their sessions belong to it, when links begin."""
    if journal["kind"] == "recording":
        for one in journal["sensors"]:
            story = sensors.get(one["placement"]) or _new_story(one["model"])
            sensors[one["placement"]] = story
            story.facts = one
            if isinstance(story, SensorStory):
                story.ledger.wanted.add(journal["session_id"])
        return
    story = sensors.get(journal.get("placement", ""))
    if journal["kind"] == "session" and isinstance(story, SensorStory):
        story.ledger.wanted.add(journal["session_id"])
    elif journal["kind"] == "link" and isinstance(story, StreamStory):
        story.ledger.on_link()


def _new_story(model: str) -> SensorStory | StreamStory:
    """Return the empty story of a kind of sensor, named by its key."""
    if model == reference.MODEL.key:
        return SensorStory()
    return StreamStory(StreamLedger(SENSORS[model]))


def decode_session(session: Path) -> Recording:
    """Decode what a session captured, write it into the session and return it.

    ``raw/`` stays as it is; signals, events and ``session.json`` are written anew.

    Raises
    ------
    RecordingError
        Where there is no capture, or not two samples of any sensor in it.
    """
    decoded = assemble(read_story(session), name=session.resolve().name)
    write_collected_session(session, decoded.recording, sample_index=decoded.sample_index)
    return decoded.recording


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A captured session in memory, and the index of each sample on its sensor."""

    recording: Recording
    sample_index: Mapping[Placement, IntArray]


def assemble(story: Story, *, name: str) -> Decoded:
    """Make a recording of what a story holds, on the time of its first sensor.

    Raises
    ------
    RecordingError
        Where there are not two samples of any sensor.
    """
    signals: dict[Placement, ImuSignal] = {}
    indices: dict[Placement, IntArray] = {}
    clocks: dict[Placement, HostClock] = {}
    for placement, one in story.sensors.items():
        decoded = one.decoded()
        if decoded is not None:
            signals[placement], indices[placement], clocks[placement] = decoded
    if not signals:
        raise RecordingError(
            f"{name}: the capture holds no samples",
            hint="record again, or fetch what the sensors hold: imu-valgus record --resume",
        )
    return Decoded(_assemble(story, signals, clocks, name=name), indices)


def account_of(story: SensorStory) -> SampleAccount:
    """Return where all samples of a sensor are."""
    sessions = list(story.ledger.sessions.values())
    starts = np.cumsum([0, *(one.stop for one in sessions)]).tolist()
    return SampleAccount(
        expected=starts[-1] if all(_is_closed(one) for one in sessions) else None,
        live=sum(len(one.live) for one in sessions),
        backfilled=sum(len(one.received) - len(one.live) for one in sessions),
        lost=tuple(
            LostSamples(start + gap.first, start + gap.stop, gap.cause)
            for start, one in zip(starts, sessions, strict=False)
            for gap in one.lost()
        ),
        damaged_packets=story.ledger.damaged,
        repeated_packets=story.ledger.repeated,
        restarts=sum(one.ended_by_restart for one in sessions),
    )


def _is_closed(session: DeviceSession) -> bool:
    return session.final is not None or session.ended_by_restart


def _assemble(
    story: Story,
    signals: Mapping[Placement, ImuSignal],
    clocks: Mapping[Placement, HostClock],
    *,
    name: str,
) -> Recording:
    """Put all sensors onto the reference's clock; the first in the list is the reference."""
    reference = next(iter(signals))
    base, start_s = clocks[reference], float(signals[reference].time_s[0])
    host_start_s = float(base.host_time(np.array([start_s]))[0])
    sensors: list[SensorInfo] = []
    timed: dict[Placement, ImuSignal] = {}
    for placement, signal in signals.items():
        clock, one = clocks[placement], story.sensors[placement]
        zero_s = float(clock.device_time(np.array([host_start_s]))[0])
        drift = (1 + clock.drift_ppm * 1e-6) / (1 + base.drift_ppm * 1e-6) - 1
        timed[placement] = signal.retimed((signal.time_s - zero_s) * (1 + drift))
        who = one.identified()
        sensors.append(
            SensorInfo(
                placement=placement,
                sampling_rate_hz=signal.sampling_rate_hz,
                clock="shared",
                zero_device_time_s=zero_s,
                clock_drift_ppm=drift * 1e6,
                model=who.model,
                serial=who.serial,
                firmware=who.firmware,
                acc_range_g=who.acc_range_g,
                gyr_range_dps=who.gyr_range_dps,
                samples=one.account(),
                host_clock=ClockAccount(
                    method=clock.method,
                    drift_ppm=clock.drift_ppm,
                    residual_ms=1e3 * clock.residual_s if np.isfinite(clock.residual_s) else None,
                    stamps=clock.n_stamps,
                ),
            )
        )
    info = SessionInfo(
        athlete=story.athlete,
        start=datetime.fromtimestamp(host_start_s, UTC),
        reference=reference,
        sensors=tuple(sensors),
        notes="recorded over Bluetooth LE by imu-valgus",
    )
    events = tuple(_event(host_s, said, base, start_s) for host_s, said in story.events)
    return Recording(info=info, signals=timed, events=events, name=name)


def _event(host_s: float, said: Mapping[str, Any], base: HostClock, start_s: float) -> Event:
    onset_s = float(base.device_time(np.array([host_s]))[0]) - start_s
    return Event(onset_s, 0.0, said["trial_type"], said["side"], said["value"])


def _signal(
    story: SensorStory, boots: Mapping[int, HostClock | None]
) -> tuple[ImuSignal, IntArray, HostClock] | None:
    """Return a sensor's samples on the clock of its first boot; None where there are not two.

    After a restart the sensor's clock begins anew: by the host's it goes on where the first was.
    """
    parts: list[tuple[IntArray, FloatArray, FloatArray, BoolArray]] = []
    base: HostClock | None = None
    start = 0
    for session in story.ledger.sessions.values():
        packets = story.packets.get(session.session_id)
        clock = boots.get(session.boot_id)
        if packets and clock is not None:
            index, device_s, values, clipped = join_packets(packets, period_s=story.period_s())
            if base is None:
                base = clock
            elif clock is not base:
                device_s = base.device_time(clock.host_time(device_s))
            parts.append((start + index, device_s, values, clipped))
        start += session.stop
    if base is None:
        return None
    index, device_s, values, clipped = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    if len(index) < 2:
        return None
    return ImuSignal(device_s, values[:, :3], values[:, 3:], clipped), index, base


def join_packets(
    packets: list[Packet], *, period_s: float
) -> tuple[IntArray, FloatArray, FloatArray, BoolArray]:
    """Return indices (n,), times (n,), values (n, 6) and clipped (n,) of one session's packets.

    Repeats are dropped, what is missing stays out. The sensor stamps the first sample of each
    packet: the times between are drawn straight from stamp to stamp, by the indices. One packet
    alone is drawn by ``period_s``.
    """
    firsts = np.array([packet.first_index or 0 for packet in packets])
    lengths = np.array([len(packet) for packet in packets])
    index = np.repeat(firsts, lengths) + np.concatenate([np.arange(n) for n in lengths])
    values = np.concatenate([np.hstack([_three(p.acc_mps2), _three(p.gyr_radps)]) for p in packets])
    clipped = np.concatenate([packet.clipped for packet in packets])
    _, kept = np.unique(index, return_index=True)
    stamps_s = np.array([np.nan if p.time_s is None else p.time_s[0] for p in packets])
    return index[kept], _times(index[kept], firsts, stamps_s, period_s), values[kept], clipped[kept]


def _times(index: IntArray, firsts: IntArray, stamps_s: FloatArray, period_s: float) -> FloatArray:
    """Draw the times of samples from the stamps of some; beyond the last by the mean period."""
    at, first = np.unique(firsts, return_index=True)
    stamps_s = stamps_s[first]
    if len(at) > 1:
        period_s = float(stamps_s[-1] - stamps_s[0]) / int(at[-1] - at[0])
    times_s = np.interp(index, at, stamps_s)
    beyond = index > at[-1]
    times_s[beyond] = stamps_s[-1] + (index[beyond] - at[-1]) * period_s
    return times_s


def _three(values: FloatArray | None) -> FloatArray:
    if values is None:
        raise ValueError("a packet of six axes lacks three")
    return values

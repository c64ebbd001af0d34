"""What is known of a sensor that only streams, from the bytes that came, in their order.

The live collector and ``recover`` keep the same account, one while the bytes arrive and one from
the capture. No radio, no clock, no asyncio.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from imu_valgus.collect.capture import Record
from imu_valgus.collect.clocks import HostClock, HostClockParams
from imu_valgus.collect.sensors import Identified
from imu_valgus.collect.timing import Stamps
from imu_valgus.collect.tracks import TimedSamples, Track, join_halves
from imu_valgus.core import ImuSignal, IntArray
from imu_valgus.devices import (
    Battery,
    ClockReading,
    Damaged,
    Identity,
    Message,
    Notification,
    Packet,
    SensorModel,
)
from imu_valgus.recording import LossCause, LostSamples, SampleAccount

_NS: Final = 1e-9
_UNSTAMPED: Final = HostClockParams(drift_sd_ppm=20_000.0)
"""Without stamps the arrival of samples tells the rate, which may be 2 % off the nominal one."""

_COMPUTERS_OWN: Final = HostClockParams()
Kind = Literal["all", "acc", "gyr"]


@dataclass(slots=True)
class _Run:
    """From one reset of the sensor's clock to the next; without stamps, one connection."""

    tracks: dict[Kind, Track] = field(default_factory=dict)
    stamps: Stamps = field(default_factory=Stamps)


@dataclass(frozen=True, slots=True, eq=False)
class StreamedSignal:
    """All runs of a sensor on one clock: the samples, their indices, the account of them."""

    signal: ImuSignal
    index: IntArray
    clock: HostClock
    lost: tuple[LostSamples, ...]


class StreamLedger:
    """Accounts for one sensor that only streams.

    Parameters
    ----------
    model : SensorModel
    on_packet : callable, optional
        Told of every packet that is right and new.
    """

    def __init__(
        self, model: SensorModel, *, on_packet: Callable[[Packet], None] = lambda _: None
    ) -> None:
        self.model, self._on_packet = model, on_packet
        self.damaged = self.repeated = self.restarts = self.clipped = self.received = 0
        self.battery: Battery | None = None
        self.identity: Identity | None = None
        self._decoder = model.decoder(model.settings)
        self._runs: list[_Run] = [_Run()]

    @property
    def missing(self) -> int:
        """How many samples the steps in time tell to be missing."""
        return sum(max(one.missing for one in run.tracks.values()) for run in self._started)

    def on_link(self) -> None:
        """Hear that a new connection begins: what the last one left open is never completed."""
        if not self.model.buffers_stream:
            self._decoder = self.model.decoder(self.model.settings)
        if self.model.loss_proof == "none" and self._runs[-1].tracks:
            self._runs.append(_Run())

    def on_notification(
        self, characteristic: str, payload: bytes, host_s: float
    ) -> tuple[Message, ...]:
        """Take note of what came at the host's time, and return what it says."""
        messages = self._decoder.update(Notification(characteristic, payload))
        for message in messages:
            match message:
                case Packet():
                    self._take(message, host_s)
                case ClockReading():
                    self._runs[-1].stamps.pings.append((message.ping * _NS, message.received_s))
                case Battery():
                    self.battery = message
                case Identity():
                    self.identity = message
                case Damaged():
                    self.damaged += 1
                case _:
                    pass
        return messages

    def _take(self, packet: Packet, host_s: float) -> None:
        track = self._track(packet)
        verdict = track.take(packet)
        if verdict == "repeated":
            self.repeated += 1
            return
        if verdict == "restarted":
            self.restarts += 1
            self._runs.append(_Run())
            track = self._track(packet)
            track.take(packet)
        self._runs[-1].stamps.arrivals.append((track.last_sample_s(), host_s))
        if packet.gyr_radps is not None:
            self.received += len(packet)
        self.clipped += int(packet.clipped.sum())
        self._on_packet(packet)

    def _track(self, packet: Packet) -> Track:
        kind: Kind = "all"
        if packet.acc_mps2 is None or packet.gyr_radps is None:
            kind = "gyr" if packet.acc_mps2 is None else "acc"
        period_s = 1.0 / self.model.settings.sampling_rate_hz
        return self._runs[-1].tracks.setdefault(kind, Track(period_s, self.model.time_wraps_s))

    @property
    def _started(self) -> list[_Run]:
        return [run for run in self._runs if run.tracks]

    def decoded(self) -> StreamedSignal | None:
        """Return all samples on the clock of the first run; None where there are not two.

        After a restart, and without stamps after a lost link, they go on by the host's clock.
        """
        parts: list[TimedSamples] = []
        causes: list[LossCause] = []
        base: HostClock | None = None
        for run in self._started:
            samples, clock = _samples(run), self._clock(run)
            if samples is None or clock is None:
                continue
            if self.model.loss_proof == "none":
                samples = _moved(samples, clock.host_time(samples.time_s))
                clock = _computers(clock)
            if base is None:
                base = clock
            elif self.model.loss_proof != "none":
                samples = _moved(samples, base.device_time(clock.host_time(samples.time_s)))
            parts.append(samples)
            causes.append("link" if self.model.loss_proof == "none" else "restart")
        if base is None or sum(map(len, parts)) < 2:
            return None
        return _joined(parts, causes, base, period_s=1.0 / self.model.settings.sampling_rate_hz)

    def account(self, decoded: StreamedSignal | None) -> SampleAccount:
        """Return where all samples are, as far as this kind of sensor can tell."""
        shown = self.model.loss_proof != "none"
        taken = None if decoded is None or not shown else int(decoded.index[-1]) + 1
        return SampleAccount(
            expected=taken,
            live=0 if decoded is None else len(decoded.index),
            backfilled=0,
            lost=() if decoded is None else decoded.lost,
            damaged_packets=self.damaged,
            repeated_packets=self.repeated,
            restarts=self.restarts,
            loss_shown=shown,
            proof=self.model.loss_sentence,
        )

    def _clock(self, run: _Run) -> HostClock | None:
        return run.stamps.fit(_UNSTAMPED if self.model.loss_proof == "none" else _COMPUTERS_OWN)


@dataclass(slots=True)
class StreamStory:
    """All that a capture says of one sensor that only streams; ``facts`` are the journal's."""

    ledger: StreamLedger
    facts: Mapping[str, str] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        """Take the next record of this sensor."""
        if not record.written:
            self.ledger.on_notification(record.characteristic, record.payload, record.host_ns * _NS)

    def decoded(self) -> tuple[ImuSignal, IntArray, HostClock] | None:
        """Return the samples, their indices and the clock; None where there are not two."""
        found = self.ledger.decoded()
        return None if found is None else (found.signal, found.index, found.clock)

    def account(self) -> SampleAccount:
        """Return where all samples are."""
        return self.ledger.account(self.ledger.decoded())

    def identified(self) -> Identified:
        """Return who the sensor is."""
        model, told = self.ledger.model, self.ledger.identity
        return Identified(
            model.name,
            told.serial if told else self.facts.get("address", ""),
            told.firmware if told else "",
            model.settings.acc_range_g,
            model.settings.gyr_range_dps,
        )


def _samples(run: _Run) -> TimedSamples | None:
    """Return a run's samples of all six axes."""
    if "all" in run.tracks:
        return run.tracks["all"].samples()
    if len(run.tracks) < 2:
        return None
    acc, gyr = (run.tracks[kind].samples() for kind in ("acc", "gyr"))
    return join_halves(acc, gyr) if len(acc) > 1 else None


def _moved(samples: TimedSamples, time_s: np.ndarray) -> TimedSamples:
    return TimedSamples(
        samples.index, time_s, samples.values, samples.clipped, samples.after_own_gap
    )


def _computers(clock: HostClock) -> HostClock:
    """Return the computer's own clock, as well known as the arrivals tell it."""
    return HostClock(
        origin_device_s=0.0,
        origin_host_s=0.0,
        drift_ppm=0.0,
        residual_s=clock.residual_s,
        n_stamps=clock.n_stamps,
        method=clock.method,
    )


def _joined(
    parts: list[TimedSamples], causes: list[LossCause], base: HostClock, *, period_s: float
) -> StreamedSignal:
    """Join the runs: the time between two of them tells how many samples are missing."""
    indices = [parts[0].index - parts[0].index[0]]
    times_s = [parts[0].time_s]
    lost: list[LostSamples] = []
    for cause, part in zip(causes[1:], parts[1:], strict=True):
        pause_s = float(part.time_s[0] - times_s[-1][-1])
        step = max(round(pause_s / period_s), 1)
        # Two estimates of the clock may overlap by a little; time never goes back.
        late_s = max(0.5 * period_s - pause_s, 0.0)
        stop = int(indices[-1][-1]) + step
        if step > 1:
            lost.append(LostSamples(int(indices[-1][-1]) + 1, stop, cause))
        indices.append(stop + part.index - part.index[0])
        times_s.append(part.time_s + late_s)
    for index, part in zip(indices, parts, strict=True):
        lost += _holes(index, part)
    return StreamedSignal(
        ImuSignal(
            np.concatenate(times_s),
            np.concatenate([one.values[:, :3] for one in parts]),
            np.concatenate([one.values[:, 3:] for one in parts]),
            np.concatenate([one.clipped for one in parts]),
        ),
        np.concatenate(indices),
        base,
        tuple(sorted(lost, key=lambda one: one.first)),
    )


def _holes(index: IntArray, part: TimedSamples) -> list[LostSamples]:
    """Return what is missing within a run: by the sensor's own word, or on its way."""
    (before,) = np.nonzero(np.diff(index) > 1)
    return [
        LostSamples(
            int(index[k]) + 1,
            int(index[k + 1]),
            "device" if part.after_own_gap[k + 1] else "link",
        )
        for k in before
    ]

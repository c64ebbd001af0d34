"""What a virtual sensor measures and keeps: its clock, its session, the ring in RAM, the flash."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu_valgus.core import FloatArray, Placement
from imu_valgus.devices.decoders.reference import (
    LOG_TO_FLASH,
    WRAP,
    Alarm,
    Format,
    StartRequest,
    StoredSession,
    encode,
)
from imu_valgus.devices.packet import Packet, Source
from imu_valgus.devices.virtual.flash import RECORD_SAMPLES, Flash, StoredHeader

TICK_HZ: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualParams:
    """One sensor: who it is, what it holds and how its clock goes.

    Parameters
    ----------
    uid : str
        16 hexadecimal digits.
    placement : Placement
    clock_offset_s : float
        What its clock shows when it is switched on.
    ring_samples : int
        In RAM. 8192 are 98 kB of the nRF52840's 256.
    flash_samples : int
        2 MB of records (PROTOCOL.md); 0 is a board without flash.
    battery_percent : int
    """

    uid: str
    placement: Placement
    clock_offset_s: float = 0.0
    ring_samples: int = 8192
    flash_samples: int = 169_984
    battery_percent: int = 85


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What a sensor measures from the moment on at which the motion begins.

    ``values`` (n, 6): specific force in m/s², angular velocity in rad/s, at ``rate_hz`` by the
    sensor's own clock, which goes too fast by ``drift_ppm``. Before the first sample it reads the
    first, after the last one the last.
    """

    values: FloatArray
    rate_hz: float
    drift_ppm: float = 0.0

    def at(self, first: int, stop: int) -> FloatArray:
        """Return the samples [first, stop), (k, 6)."""
        return self.values[np.clip(np.arange(first, stop), 0, len(self.values) - 1)]


class DeviceClock:
    """A sensor's own clock: counts from its reset, a little too fast or slow."""

    def __init__(self, *, offset_s: float, drift_ppm: float) -> None:
        self.drift_ppm = drift_ppm
        self._pace = 1 + drift_ppm * 1e-6
        self._born_s, self._shown_s = 0.0, offset_s

    def tick(self, now_s: float) -> int:
        """Return what it shows at true time ``now_s``."""
        return round(((now_s - self._born_s) * self._pace + self._shown_s) * TICK_HZ)

    def true_time(self, tick: FloatArray) -> FloatArray:
        """Return the true times at which it shows these ticks (n,)."""
        return self._born_s + (tick / TICK_HZ - self._shown_s) / self._pace

    def switch_on(self, now_s: float) -> None:
        """Let it begin with its offset."""
        self._born_s = now_s

    def reset(self, now_s: float) -> None:
        """Let it begin at 0."""
        self._born_s, self._shown_s = now_s, 0.0


def next_sample(
    clock: DeviceClock, motion_s: float, now_s: float, rate_hz: float
) -> tuple[int, int]:
    """Return which sample of the replay is due next, and the tick at which it is taken."""
    grid = clock.tick(motion_s)
    period = TICK_HZ / rate_hz
    offset = int(np.floor((clock.tick(now_s) - grid) / period)) + 1
    return offset, grid + round(offset * period)


@dataclass(slots=True)
class Session:
    """The session that runs, or ran last since the reset.

    Sample k is sample ``offset`` + k of the replay. ``next``: how many were taken; ``stored``: how
    many of them went to flash.
    """

    session_id: int
    offset: int
    first_tick: int
    samples_a_packet: int
    flags: int
    running: bool = True
    next: int = 0
    stored: int = 0


class Sampler:
    """Takes samples while time passes, and keeps them as the reference sensor does."""

    def __init__(self, params: VirtualParams, replay: Replay, flash: Flash) -> None:
        self.flash = flash
        self.clock = DeviceClock(offset_s=params.clock_offset_s, drift_ppm=replay.drift_ppm)
        self.rate_hz = replay.rate_hz
        self.format = Format(rate_decihz=round(10 * replay.rate_hz))
        self.session: Session | None = None
        self._ring_samples, self._replay = params.ring_samples, replay
        self._motion_s: float | None = None
        self.on_first_start: Callable[[float], None] = self.begin_motion

    def begin_motion(self, now_s: float) -> None:
        """Let what is replayed begin now, unless it has begun."""
        if self._motion_s is None:
            self._motion_s = now_s

    def forget(self) -> None:
        """Lose what RAM holds."""
        self.session = None

    def sessions(self) -> set[int]:
        """Return all sessions of which something may be held."""
        own = {self.session.session_id} if self.session else set[int]()
        return own | set(self.flash.headers)

    def begin(self, request: StartRequest, *, boot_id: int, now_s: float) -> Session:
        """Start a session; its first sample is the next that is due."""
        if self._motion_s is None:
            self.on_first_start(now_s)
        offset, first_tick = next_sample(self.clock, self._motion_s or 0.0, now_s, self.rate_hz)
        session = self.session = Session(
            session_id=request.session_id,
            offset=offset,
            first_tick=first_tick,
            samples_a_packet=request.samples_a_packet,
            flags=request.flags,
        )
        if request.flags & LOG_TO_FLASH:
            self.flash.begin(
                StoredHeader(
                    session_id=session.session_id,
                    boot_id=boot_id,
                    first_tick=session.first_tick,
                    wraps=bool(request.flags & WRAP),
                )
            )
        return session

    def advance(self, now_s: float) -> None:
        """Take the samples up to now, and keep them."""
        session = self.session
        if session is None or not session.running:
            return
        elapsed = self.clock.tick(now_s) - session.first_tick
        if elapsed >= 0:
            session.next = max(session.next, 1 + int(elapsed * self.rate_hz / TICK_HZ))
        while session.flags & LOG_TO_FLASH and session.next - session.stored >= RECORD_SAMPLES:
            if not self._store(session, session.stored + RECORD_SAMPLES):
                break

    def end(self, session: Session) -> None:
        """End the session; what RAM still holds goes to flash."""
        session.running = False
        if session.flags & LOG_TO_FLASH:
            self._store(session, session.next)
            self.flash.close(session.session_id)

    def held(self, session_id: int) -> tuple[int, int]:
        """Return the range [first, stop) that can still be had of a session."""
        ring = (0, 0)
        session = self.session
        if session is not None and session.session_id == session_id:
            ring = (max(0, session.next - self._ring_samples), session.next)
        if session_id not in self.flash.headers:
            return ring
        stored = self.flash.held(session_id)
        if not ring[1]:
            return stored
        # A flash that was full before the ring begins: what lies between is gone.
        return (min(ring[0], stored[0]), ring[1]) if stored[1] >= ring[0] else ring

    def packet(
        self, session_id: int, first: int, n: int, *, live: bool, resumed: bool = False
    ) -> bytes:
        """Return samples [first, first + n) of a session, which must be held, as a packet."""
        session = self.session
        if session is not None and session.session_id == session_id:
            values = self._replay.at(session.offset + first, session.offset + first + n)
            first_tick = session.first_tick
            in_ring = first >= session.next - self._ring_samples
        else:
            values = self.flash.read(session_id, first, first + n)
            first_tick = self.flash.headers[session_id].first_tick
            in_ring = False
        source: Source = "live" if live else "ram" if in_ring else "flash"
        time_s = np.full(n, np.nan)
        time_s[0] = (first_tick + round(first * TICK_HZ / self.rate_hz)) / TICK_HZ
        packet = Packet(values[:, :3], values[:, 3:], time_s, first, session_id, source)
        return encode(packet, self.format, Alarm(resumed=resumed))

    def listed(self, after: int) -> StoredSession:
        """Return the first session in flash behind another, as LIST does."""
        later = sorted(one for one in self.flash.headers if one > after)
        if not later:
            return StoredSession(0, 0, 0, 0, 0)
        header = self.flash.headers[later[0]]
        first, stop = self.flash.held(later[0])
        return StoredSession(header.session_id, header.boot_id, first, stop, int(header.closed))

    def _store(self, session: Session, stop: int) -> bool:
        values = self._replay.at(session.offset + session.stored, session.offset + stop)
        written = self.flash.append(session.session_id, values)
        session.stored += written
        return written == len(values)

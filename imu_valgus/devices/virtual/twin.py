"""What is common to the twins: sensors of other makers in software, without a radio."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from imu_valgus.core import FloatArray, Placement
from imu_valgus.devices.packet import Notification, Packet, Source
from imu_valgus.devices.radio import Property
from imu_valgus.devices.virtual.sampling import TICK_HZ, DeviceClock, Replay, next_sample


@dataclass(frozen=True, slots=True)
class Offered:
    """A characteristic in a twin's GATT table; UUIDs in full and lower case."""

    service: str
    uuid: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinParams:
    """One sensor: who it is and how its clock goes.

    Parameters
    ----------
    uid : str
        16 hexadecimal digits.
    placement : Placement
        Where it is worn; the sensor itself does not know.
    clock_offset_s : float
        What its clock shows when it is switched on.
    battery_percent : int
    """

    uid: str
    placement: Placement
    clock_offset_s: float = 0.0
    battery_percent: int = 85


class Twin(Protocol):
    """A sensor that speaks its maker's protocol: bytes in, bytes out, time as an argument."""

    @property
    def params(self) -> TwinParams:
        """Who it is."""
        ...

    @property
    def measuring(self) -> "Measuring":
        """Its clock and what it measures."""
        ...

    @property
    def name(self) -> str:
        """As it advertises itself."""
        ...

    @property
    def advertised(self) -> Sequence[str]:
        """The services that it advertises."""
        ...

    @property
    def offered(self) -> Sequence[Offered]:
        """Its GATT table."""
        ...

    def on_link(self) -> None:
        """Hear that a link has begun or ended."""
        ...

    def read(self, characteristic: str) -> bytes:
        """Return a value."""
        ...

    def on_write(self, write: Notification, now_s: float) -> None:
        """Take what was written to a characteristic."""
        ...

    def outgoing(self, now_s: float, *, payload_bytes: int, room: int) -> list[Notification]:
        """Return what goes out in one connection event.

        ``room`` notifications of ``payload_bytes`` at the most.
        """
        ...


class Measuring:
    """What a twin measures while it is told to, and when by its own clock.

    Samples are counted from the start of the measurement.
    """

    def __init__(self, params: TwinParams, replay: Replay) -> None:
        self.clock = DeviceClock(offset_s=params.clock_offset_s, drift_ppm=replay.drift_ppm)
        self.rate_hz = replay.rate_hz
        self.running = False
        self._replay = replay
        self._motion_s: float | None = None
        self._offset = self._first_tick = 0
        self.on_first_start: Callable[[float], None] = self.begin_motion

    def begin_motion(self, now_s: float) -> None:
        """Let what is replayed begin now, unless it has begun."""
        if self._motion_s is None:
            self._motion_s = now_s

    def start(self, now_s: float) -> None:
        """Begin to measure; the first sample is the next that is due."""
        if self._motion_s is None:
            self.on_first_start(now_s)
        self._offset, self._first_tick = next_sample(
            self.clock, self._motion_s or 0.0, now_s, self.rate_hz
        )
        self.running = True

    def taken(self, now_s: float) -> int:
        """Return how many samples were taken since the start."""
        elapsed = self.clock.tick(now_s) - self._first_tick
        return max(1 + int(elapsed * self.rate_hz / TICK_HZ), 0) if elapsed >= 0 else 0

    def packet(self, first: int, n: int, *, source: Source = "live") -> Packet:
        """Return samples [first, first + n), each with its time."""
        values = self._replay.at(self._offset + first, self._offset + first + n)
        index = None if source == "live" else first
        return Packet(
            values[:, :3], values[:, 3:], self.times_s(first, n), first_index=index, source=source
        )

    def times_s(self, first: int, n: int) -> FloatArray:
        """Return what the sensor's clock showed at samples [first, first + n), (n,)."""
        ticks = self._first_tick + np.rint(np.arange(first, first + n) * (TICK_HZ / self.rate_hz))
        return np.asarray(ticks / TICK_HZ)

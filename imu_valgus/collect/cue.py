"""Feeds the live cue while it records: waits for the warm-up, calibrates, tells the strides."""

import asyncio
import logging
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from imu_valgus.collect.decode import assemble, read_story
from imu_valgus.collect.live import LiveLeg, LiveStride, calibrate_live
from imu_valgus.collect.session_clock import SessionClock
from imu_valgus.core import ImuValgusError, Placement, Side
from imu_valgus.devices import ClockReading, Packet

_LOGGER = logging.getLogger(__name__)

_FIRST_TRY_S: Final = 25.0
_NEXT_TRY_S: Final = 10.0
"""Ten seconds of standing and some of walking must be there; a try costs a second or two."""
_SHOWN: Final = 12
_REMEMBERED: Final = 256
"""What a screen that shows four times a second and more can miss."""


@dataclass(frozen=True, slots=True)
class _Calibrated:
    """What the warm-up gave."""

    legs: dict[Side, LiveLeg]
    clock: SessionClock


class LiveCue:
    """The live valgus of a recording that is under way.

    Parameters
    ----------
    session : Path
        Whose captures are the warm-up.
    """

    def __init__(self, session: Path) -> None:
        self._session = session
        self._waiting: deque[tuple[Placement, Packet]] = deque()
        self._arrived = asyncio.Event()
        self._known: _Calibrated | None = None
        self._told: deque[LiveStride] = deque(maxlen=_REMEMBERED)
        self.recent: deque[LiveStride] = deque(maxlen=_SHOWN)
        """The last strides, the newest last; one that is over stands where its stance stood."""
        self.count = 0
        """How many times something was told: a stance, or the stride that it began."""
        self.news = asyncio.Event()
        """Set whenever something was told; whoever shows it clears it."""

    @property
    def calibrated(self) -> bool:
        """Whether the warm-up has served."""
        return self._known is not None

    @property
    def clock(self) -> SessionClock | None:
        """When a moment of the session was by the host's clock; None before the calibration."""
        return self._known and self._known.clock

    def on_packet(self, placement: Placement, packet: Packet) -> None:
        """Take a packet as it arrives; what is fetched later comes too late for a cue."""
        if packet.source == "live":
            self._waiting.append((placement, packet))
            self._arrived.set()

    def on_clock(self, placement: Placement, reading: ClockReading) -> None:
        """Take a sensor's answer to a ping."""
        if self._known is not None and placement == self._known.clock.reference:
            self._known.clock.hear(reading)

    def since(self, count: int) -> list[LiveStride]:
        """Return what was told after as many."""
        new = min(self.count - count, len(self._told))
        return list(self._told)[-new:] if new else []

    async def follow(self) -> None:
        """Calibrate by the warm-up, then tell strides as their packets arrive, until cancelled."""
        await self._calibrate()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            for leg in self._hand_over():
                for stride in leg.strides():
                    self._keep(stride)
                await asyncio.sleep(0)  # packets come first

    def _hand_over(self) -> Collection[LiveLeg]:
        """Give the legs what has arrived, and return them."""
        legs = self._known.legs.values() if self._known else ()
        while self._waiting:
            placement, packet = self._waiting.popleft()
            for leg in legs:
                leg.take(placement, packet)
        return legs

    def _keep(self, stride: LiveStride) -> None:
        same = (stride.side, stride.contact_s)
        for k, known in enumerate(self.recent):
            if (known.side, known.contact_s) == same:
                self.recent[k] = stride
                break
        else:
            self.recent.append(stride)
        self._told.append(stride)
        self.count += 1
        self.news.set()

    async def _calibrate(self) -> None:
        """Try again and again to calibrate by what is captured so far; returns when it has."""
        wait_s = _FIRST_TRY_S
        loop = asyncio.get_running_loop()
        while self._known is None:
            await asyncio.sleep(wait_s)
            wait_s = _NEXT_TRY_S
            try:
                self._known = await loop.run_in_executor(None, _from_capture, self._session)
            except ImuValgusError as error:
                _LOGGER.info("no live angles yet: %s", error)


def _from_capture(session: Path) -> _Calibrated:
    recording = assemble(read_story(session), name=session.name).recording
    return _Calibrated(calibrate_live(recording), SessionClock(recording.info))

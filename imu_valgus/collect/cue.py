"""Feeds the live cue while it records: waits for the warm-up, calibrates, tells the strides."""

import asyncio
import logging
from collections import deque
from pathlib import Path
from typing import Final

from imu_valgus.collect.decode import assemble, read_story
from imu_valgus.collect.live import LiveLeg, LiveStride, calibrate_live
from imu_valgus.core import ImuValgusError, Placement, Side
from imu_valgus.devices import Packet

_LOGGER = logging.getLogger(__name__)

_FIRST_TRY_S: Final = 25.0
_NEXT_TRY_S: Final = 10.0
"""Ten seconds of standing and some of walking must be there; a try costs a second or two."""
_SHOWN: Final = 12


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
        self._legs: dict[Side, LiveLeg] | None = None
        self.recent: deque[LiveStride] = deque(maxlen=_SHOWN)
        """The last strides, the newest last."""
        self.count = 0
        """How many strides were told."""

    @property
    def calibrated(self) -> bool:
        """Whether the warm-up has served."""
        return self._legs is not None

    def on_packet(self, placement: Placement, packet: Packet) -> None:
        """Take a packet as it arrives; what is fetched later comes too late for a cue."""
        if packet.source == "live":
            self._waiting.append((placement, packet))

    def tell(self) -> None:
        """Work off what has arrived since the last call."""
        if self._legs is None:
            return
        while self._waiting:
            placement, packet = self._waiting.popleft()
            for leg in self._legs.values():
                leg.update(placement, packet)
        for leg in self._legs.values():
            for stride in leg.strides():
                self.recent.append(stride)
                self.count += 1

    async def calibrate(self) -> None:
        """Try again and again to calibrate by what is captured so far; returns when it has."""
        wait_s = _FIRST_TRY_S
        loop = asyncio.get_running_loop()
        while self._legs is None:
            await asyncio.sleep(wait_s)
            wait_s = _NEXT_TRY_S
            try:
                self._legs = await loop.run_in_executor(None, _from_capture, self._session)
            except ImuValgusError as error:
                _LOGGER.info("no live angles yet: %s", error)


def _from_capture(session: Path) -> dict[Side, LiveLeg]:
    return calibrate_live(assemble(read_story(session), name=session.name).recording)

"""What is missing is asked for again, the oldest first, one chunk at a time."""

import asyncio
from dataclasses import dataclass

from imu_valgus.collect.conversation import Conversation
from imu_valgus.collect.ledger import DeviceSession, Ledger
from imu_valgus.collect.ranges import Range
from imu_valgus.devices.decoders.reference import BackfillRequest, Command, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchParams:
    """How missing samples are fetched.

    Parameters
    ----------
    chunk_samples : int
        Asked for in one backfill: a cut costs that much at most. 10 s at 200 Hz.
    silence_s : float
        A backfill that brings nothing for as long is asked for anew.
    """

    chunk_samples: int = 2000
    silence_s: float = 2.0


class Fetcher:
    """Fetches what a ledger misses over one link."""

    def __init__(self, talk: Conversation, ledger: Ledger, params: FetchParams) -> None:
        self._talk, self._ledger, self._params = talk, ledger, params
        self._loop = asyncio.get_running_loop()
        self._asked: Range | None = None
        self._heard_s = 0.0

    def on_samples(self) -> None:
        """Hear that samples arrived that were asked for."""
        self._heard_s = self._loop.time()

    def on_end(self) -> None:
        """Hear that the sensor has sent all that it will."""
        self._asked = None

    async def ask_for_missing(self) -> None:
        """Ask for the oldest gap that may still be filled, unless one is under way.

        Raises
        ------
        ConnectionLostError
        """
        if self._asked is not None:
            if self._loop.time() - self._heard_s < self._params.silence_s:
                return
            self._asked = None
            await self._talk.ask(Command.ABORT)
        for session in self._ledger.sessions.values():
            gaps = session.to_ask_for()
            if gaps:
                await self._ask_for(session, gaps[0])
                return

    async def _ask_for(self, session: DeviceSession, gap: Range) -> None:
        chunk = Range(gap.first, min(gap.stop, gap.first + self._params.chunk_samples))
        self._asked, self._heard_s = chunk, self._loop.time()
        answer = await self._talk.ask(Command.BACKFILL, BackfillRequest(session.session_id, *chunk))
        if answer.status in (Status.OK, Status.RANGE_GONE):
            return
        self._asked = None
        if answer.status is Status.WRONG_SESSION:
            session.gone.add(*gap)
        else:
            await self._talk.ask(Command.ABORT)

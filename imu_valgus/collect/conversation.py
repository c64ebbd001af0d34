"""Requests and answers with one reference sensor over one link."""

import asyncio
import random
from functools import partial
from typing import Final

from imu_valgus.collect.tape import Tape
from imu_valgus.core import Placement
from imu_valgus.devices.ble import ConnectionLostError, Link
from imu_valgus.devices.decoders.reference import (
    BACKFILL,
    CONTROL,
    INFO,
    STREAM,
    TIME,
    Answer,
    Command,
    NoRequest,
    Request,
    encode_request,
    ping,
)

_ANSWER_S: Final = 5.0
_TRIES: Final = 2
NO_REQUEST: Final = NoRequest()


class Conversation:
    """One link to a reference sensor; all that passes goes onto the tape.

    Answers come back by the tape, through ``on_answer``.
    """

    def __init__(self, link: Link, placement: Placement, tape: Tape) -> None:
        self.link = link
        self._placement: Placement = placement
        self._tape = tape
        self._answer: asyncio.Future[Answer] | None = None
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Subscribe to all that the sensor may say, then read who it is.

        Raises
        ------
        ConnectionLostError
        """
        for characteristic in (CONTROL, STREAM, BACKFILL, TIME):
            await self.link.subscribe(
                characteristic, partial(self._tape.received, self._placement, characteristic)
            )
        await self.read_info()

    async def read_info(self) -> None:
        """Read INFO onto the tape."""
        self._tape.received(self._placement, INFO, await self.link.read(INFO))

    async def ask(self, command: Command, request: Request = NO_REQUEST) -> Answer:
        """Send a request and wait for its answer; once more if none comes.

        Raises
        ------
        ConnectionLostError
            Where the link is gone, or no answer came at all.
        """
        payload = encode_request(command, request)
        async with self._turn:
            for _ in range(_TRIES):
                answer = asyncio.get_running_loop().create_future()
                self._answer = answer
                self._tape.written(self._placement, CONTROL, payload)
                await self.link.write(CONTROL, payload)
                try:
                    return await self._until_lost(answer)
                except TimeoutError:
                    continue
        raise ConnectionLostError(
            f"{self.link.name} does not answer {command.name}", hint="switch it off and on again"
        )

    def on_answer(self, answer: Answer) -> None:
        """Hand over an answer that came."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    async def ping(self, *, within_s: float) -> None:
        """Ping the sensor's clock at some moment within this time.

        A moment drawn by lot: what goes out in step with the link's own events would always wait
        as long, and nobody could tell.
        """
        await asyncio.sleep(random.uniform(0.0, within_s))  # noqa: S311 (no secret)
        payload = ping(self._tape.now_ns())
        self._tape.written(self._placement, TIME, payload)
        await self.link.write(TIME, payload, response=False)

    async def _until_lost(self, answer: asyncio.Future[Answer]) -> Answer:
        lost = asyncio.ensure_future(self.link.lost.wait())
        try:
            async with asyncio.timeout(_ANSWER_S):
                await asyncio.wait({answer, lost}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            lost.cancel()
        if not answer.done():
            raise ConnectionLostError(f"the link to {self.link.name} ended", hint="bring it near")
        return answer.result()

"""What happens, in the order in which it happens: one queue, one capture, one clock."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from imu_valgus.collect.capture import CaptureWriter, Record
from imu_valgus.core import Placement

FLUSH_S: Final = 0.5
"""Twice as often as promised, so that a busy moment does not break the promise."""

OnRecord = Callable[[Record], None]


class Tape:
    """Takes the bytes of all sensors, stamps them with the host's time and writes them down.

    Whoever hands over bytes only queues them; ``run`` writes, and then tells the listener of the
    placement.

    Parameters
    ----------
    session : Path
        The session's folder; a new capture is begun in it.
    """

    def __init__(self, session: Path) -> None:
        self._writer = CaptureWriter(session)
        self._loop = asyncio.get_running_loop()
        self._zero_ns = time.time_ns() - round(self._loop.time() * 1e9)
        self._queue: asyncio.Queue[Record] = asyncio.Queue()
        self._listeners: dict[str, OnRecord] = {}

    @property
    def path(self) -> Path:
        """The capture."""
        return self._writer.path

    @property
    def waiting(self) -> int:
        """How many records wait to be written."""
        return self._queue.qsize()

    def now_ns(self) -> int:
        """Return the host's time: nanoseconds since 1970 as when this tape began, never stepped."""
        return self._zero_ns + round(self._loop.time() * 1e9)

    def listen(self, placement: Placement, on_record: OnRecord) -> None:
        """Have every record of a sensor handed over once it is written."""
        self._listeners[placement] = on_record

    def received(self, placement: Placement, characteristic: str, payload: bytes) -> None:
        """Queue what came from a sensor."""
        self._queue.put_nowait(Record(self.now_ns(), placement, characteristic, payload))

    def written(self, placement: Placement, characteristic: str, payload: bytes) -> None:
        """Queue what goes to a sensor."""
        self._queue.put_nowait(
            Record(self.now_ns(), placement, characteristic, payload, written=True)
        )

    def note(self, kind: str, **facts: Any) -> None:
        """Queue an entry of the journal."""
        payload = json.dumps({"kind": kind, **facts}).encode()
        self._queue.put_nowait(Record(self.now_ns(), "", "", payload))

    def flush(self) -> None:
        """Write what is queued now, down to the disk.

        Raises
        ------
        RecordingError
        """
        self._drain()
        self._writer.flush()
        self._writer.sync()

    async def run(self) -> None:
        """Write what is queued, and flush twice a second, until cancelled.

        Raises
        ------
        RecordingError
            Where the disk is full or gone.
        """
        flushed_s = self._loop.time()
        while True:
            try:
                async with asyncio.timeout(FLUSH_S):
                    self._take(await self._queue.get())
                self._drain()
            except TimeoutError:
                pass
            if self._loop.time() - flushed_s >= FLUSH_S:
                self._writer.flush()
                await self._loop.run_in_executor(None, self._writer.sync)
                flushed_s = self._loop.time()

    def close(self) -> None:
        """Write what is still queued, and end the capture.

        Raises
        ------
        RecordingError
        """
        try:
            self._drain()
        finally:
            self._writer.close()

    def _drain(self) -> None:
        while not self._queue.empty():
            self._take(self._queue.get_nowait())

    def _take(self, record: Record) -> None:
        self._writer.write(record)
        listener = self._listeners.get(record.placement)
        if listener is not None:
            listener(record)

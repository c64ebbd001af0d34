"""One message to all open pages, by Server-Sent Events; a page that cannot keep up harms no one.

Whoever publishes never waits: he hands the text to the server's own loop and goes on. A page whose
queue is full has missed something; it gets the whole state anew instead of what it missed.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Final

_WAITING: Final = 64
"""Messages that a page may be behind: some 5 s of two legs."""
_ALIVE_S: Final = 5.0
"""With nothing to tell, a comment is sent this often: a connection that is gone is noticed."""
_NOTHING: Final = ":\n\n"
"""A comment."""
_RETRY_MS: Final = 1000
"""A page whose connection broke tries again after this."""

Describe = Callable[[], Mapping[str, Any]]


class Hub:
    """Sends events to all pages that listen.

    Parameters
    ----------
    describe : callable
        Gives the whole state, for a page that has just come, or was away.
    """

    def __init__(self, describe: Describe) -> None:
        self._describe = describe
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pages: set[asyncio.Queue[str]] = set()
        self._ended = False

    @property
    def listening(self) -> int:
        """How many pages listen."""
        return len(self._pages)

    def publish(self, event: str, content: Mapping[str, Any]) -> None:
        """Send an event to every page; from any thread, and without waiting."""
        if self._loop is not None and self._pages:
            self._loop.call_soon_threadsafe(self._fan_out, _text(event, content))

    def end(self) -> None:
        """Let all pages hear what was published, and end their streams; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._close)

    async def stream(self) -> AsyncGenerator[str]:
        """Yield the state, then every event, until the end."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str] = asyncio.Queue(_WAITING)
        self._pages.add(queue)
        try:
            yield f"retry: {_RETRY_MS}\n{_text('state', self._describe())}"
            while not (self._ended and queue.empty()):
                yield await self._next(queue)
        finally:
            self._pages.discard(queue)

    async def _next(self, queue: asyncio.Queue[str]) -> str:
        """Wait for the next text; all of the state where some were missed."""
        if queue.full():
            while not queue.empty():
                queue.get_nowait()
            return _text("state", self._describe())
        try:
            async with asyncio.timeout(_ALIVE_S):
                return await queue.get()
        except TimeoutError:
            return _NOTHING

    def _close(self) -> None:
        """End the streams: in the server's loop, so after all that was published before."""
        self._ended = True
        self._fan_out(_NOTHING)

    def _fan_out(self, text: str) -> None:
        for queue in self._pages:
            if not queue.full():
                queue.put_nowait(text)


def _text(event: str, content: Mapping[str, Any]) -> str:
    return f"event: {event}\ndata: {json.dumps(content, separators=(',', ':'))}\n\n"

"""The end of the server, told to answers that would go on for ever."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Ending:
    """At the server's end, tell each open answer that its browser has left.

    A stream of events ends only when its reader goes away; without this, Ctrl-C would wait for
    every page that is open.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._ends = asyncio.Event()

    def begin(self) -> None:
        """End all streams, and whatever is asked from now on."""
        self._ends.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_open = False

        async def receive_or_end() -> Message:
            asking = asyncio.ensure_future(receive())
            ending = asyncio.ensure_future(self._ends.wait())
            try:
                await asyncio.wait((asking, ending), return_when=asyncio.FIRST_COMPLETED)
                return asking.result() if asking.done() else {"type": "http.disconnect"}
            finally:
                asking.cancel()
                ending.cancel()

        async def send_noting(message: Message) -> None:
            nonlocal is_open
            is_open = message["type"] == "http.response.start" or message.get("more_body", False)
            await send(message)

        await self._app(scope, receive_or_end, send_noting)
        if is_open and self._ends.is_set():
            await send({"type": "http.response.body", "body": b""})

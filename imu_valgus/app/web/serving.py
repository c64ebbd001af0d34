"""A port of this machine, and the server on it until Ctrl-C."""

import contextlib
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import uvicorn
from starlette.types import ASGIApp

from imu_valgus.app.web.ending import Ending
from imu_valgus.app.web.guard import Guard, Key, new_key
from imu_valgus.core import ImuValgusError

HOME: Final = "127.0.0.1"
_ENDING_S: Final = 2
"""How long an open stream may keep the server from ending."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and the key to it."""

    listening: socket.socket
    key: Key

    def url(self, path: str = "/", **query: str) -> str:
        """Return the address that opens a page, token included."""
        host, port = self.listening.getsockname()[:2]
        return f"http://{host}:{port}{path}?{urlencode({**query, 'token': self.key.token})}"


def open_port(port: int, *, host: str = HOME) -> Address:
    """Take a port; 0 takes a free one.

    Raises
    ------
    ImuValgusError
        Where the port is taken, or not ours to take.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # who is quicker than the server waits instead of being refused
    except OSError as error:
        listening.close()
        raise ImuValgusError(
            f"port {port} of {host} cannot be used: {error.strerror}",
            hint="name another one with --port, or let one be chosen with --port 0",
        ) from None
    taken = listening.getsockname()[1]
    names = {host, "localhost"} if host == HOME else {host}
    return Address(listening, new_key({f"{name}:{taken}" for name in names}, taken))


def serve(app: ASGIApp, address: Address) -> None:
    """Serve until Ctrl-C."""
    ending = Ending(Guard(app, address.key))
    config = uvicorn.Config(
        ending,
        access_log=False,  # it would print the token
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_ENDING_S,
    )
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has ended and passes Ctrl-C on
        _Server(config, ending).run(sockets=[address.listening])


class _Server(uvicorn.Server):
    """A server that ends its streams before it waits for them."""

    def __init__(self, config: uvicorn.Config, ending: Ending) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending.begin()
        await super().shutdown(sockets)

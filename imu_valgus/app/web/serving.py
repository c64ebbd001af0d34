"""A port of this machine, and the server on it until Ctrl-C."""

import contextlib
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import uvicorn
from starlette.types import ASGIApp

from imu_valgus.app.web.ending import Ending
from imu_valgus.app.web.guard import Guard, Key, new_key
from imu_valgus.app.web.pairing import Pairing
from imu_valgus.core import ImuValgusError

HOME: Final = "127.0.0.1"
_ENDING_S: Final = 2
"""How long an open stream may keep the server from ending."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and the key to it.

    ``in_network``: besides this machine's own address one that its network reaches, or None.
    """

    listening: socket.socket
    key: Key
    in_network: socket.socket | None = None

    @property
    def sockets(self) -> list[socket.socket]:
        """All that is listened on."""
        return [one for one in (self.listening, self.in_network) if one is not None]

    @property
    def network_host(self) -> str:
        """How other devices call us, ``address:port``; empty where they do not."""
        if self.in_network is None:
            return ""
        host, port = self.in_network.getsockname()[:2]
        return f"{host}:{port}"

    def url(self, path: str = "/", **query: str) -> str:
        """Return the address that opens a page, token included."""
        host, port = self.listening.getsockname()[:2]
        return f"http://{host}:{port}{path}?{urlencode({**query, 'token': self.key.token})}"


def open_port(port: int, *, lan: bool = False) -> Address:
    """Take a port of this machine alone; 0 takes a free one.

    Parameters
    ----------
    port : int
    lan : bool
        Take the same port at this machine's address in its network, too.

    Raises
    ------
    ImuValgusError
        Where the port is taken or not ours to take, or there is no network.
    """
    listening = _listen(HOME, port)
    taken = listening.getsockname()[1]
    key = new_key({f"{name}:{taken}" for name in (HOME, "localhost")}, taken)
    return Address(listening, key, _listen(_own_address(), taken) if lan else None)


def _own_address() -> str:
    """Return this machine's address in its network.

    By asking which one would be used to reach some other network (RFC 5737's, that no machine has):
    nothing is sent.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("203.0.113.1", 9))
            return str(asking.getsockname()[0])
        except OSError:
            raise ImuValgusError(
                "this machine is in no network", hint="join the phone's network, or omit --lan"
            ) from None


def _listen(host: str, port: int) -> socket.socket:
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
    return listening


def serve(app: ASGIApp, address: Address) -> None:
    """Serve until Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has ended and passes Ctrl-C on
        _server(Guard(app, address.key)).run(sockets=address.sockets)


@contextmanager
def serving_beside(
    app: ASGIApp, address: Address, *, pairing: Pairing | None = None
) -> Generator[None]:
    """Serve meanwhile, in a thread with a loop of its own.

    Whatever the server does, the caller's loop shares the interpreter with it, but waits for no
    page.
    """
    server = _server(Guard(app, address.key, pairing))
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": address.sockets}, name="pages", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(2 * _ENDING_S)


class _Server(uvicorn.Server):
    """A server that ends its streams before it waits for them."""

    def __init__(self, config: uvicorn.Config, ending: Ending) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending.begin()
        await super().shutdown(sockets)


def _server(guarded: Guard) -> _Server:
    ending = Ending(guarded)
    config = uvicorn.Config(
        ending,
        access_log=False,  # it would print the token
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_ENDING_S,
    )
    return _Server(config, ending)

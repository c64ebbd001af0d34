"""The air that virtual radios share, and the sockets by which another process joins it."""

import asyncio
from typing import Any, Final, cast

from bumble import hci, ll
from bumble.controller import Controller
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink, StreamPacketSource

_OUT_OF_REACH: Final = int(hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
_BROKEN: Final = hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
"""What bumble's controller offers and does not do between controllers of one link (bumble#841)."""

_LE_PACKET_BYTES: Final = 251
"""One link-layer packet with data length extension, as sensors and adapters of today have."""


class Pipe:
    """Both directions between a bumble host and its controller in the same process."""

    def __init__(self, controller: Controller) -> None:
        self.source = controller
        self.sink = AsyncPipeSink(cast("Any", controller))


class Air:
    """All controllers that can hear each other."""

    def __init__(self) -> None:
        self._link = LocalLink()
        self._count = 0

    def controller(self) -> Controller:
        """Put one more radio on the air.

        Its public address stays unset: bumble's link sends data under the random one.
        """
        self._count += 1
        controller = Controller(f"radio {self._count}", link=self._link)
        controller.le_features = Controller.le_features & ~_BROKEN
        controller.le_acl_data_packet_length = _LE_PACKET_BYTES
        return controller

    def pipe(self) -> Pipe:
        """Put one more radio on the air, for a host in this process."""
        return Pipe(self.controller())

    async def serve(self, port: int = 0) -> tuple[asyncio.Server, int]:
        """Let other processes join by HCI over TCP on this machine; return the port.

        Every connection gets a radio of its own. When it ends, so do the radio's links, as they do
        when a computer is switched off.
        """
        server = await asyncio.get_running_loop().create_server(
            lambda: _HciSocket(self), host="127.0.0.1", port=port
        )
        return server, int(server.sockets[0].getsockname()[1])

    def remove(self, controller: Controller) -> None:
        """Take a radio off the air; the other ends of its links notice."""
        cut_links(controller)
        self._link.remove_controller(controller)


def cut_links(controller: Controller) -> None:
    """End all links of a radio for both ends, as when they get out of each other's reach."""
    for connection in list(controller.le_connections.values()):
        connection.send_ll_control_pdu(ll.TerminateInd(_OUT_OF_REACH))
        controller.on_le_disconnected(connection, _OUT_OF_REACH)


class _HciSocket(asyncio.Protocol):
    """A host in another process: its bytes are HCI packets for a controller here."""

    def __init__(self, air: Air) -> None:
        self._air = air
        self._source = StreamPacketSource()
        self._controller: Controller | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._controller = self._air.controller()
        self._controller.host = self
        self._source.set_packet_sink(self._controller)

    def on_packet(self, packet: bytes) -> None:
        if self._transport is not None:
            self._transport.write(packet)

    def data_received(self, data: bytes) -> None:
        self._source.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        if self._controller is not None:
            self._air.remove(self._controller)

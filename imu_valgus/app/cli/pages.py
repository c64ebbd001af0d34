"""What the commands that serve pages share: the optional extra, the address, the live page."""

import time
import webbrowser
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Final

import typer

from imu_valgus.app.cli.demo import has_display
from imu_valgus.collect import Band
from imu_valgus.core import require

if TYPE_CHECKING:
    from imu_valgus.app.web import LiveBoard, Pairing

Port = Annotated[
    int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")
]
NoOpen = Annotated[bool, typer.Option("--no-open", help="Open no browser.")]

_LAST_WORDS_S: Final = 0.5
"""So long pages have to hear that the recording is over."""


def import_web() -> ModuleType:
    """Import what stands on the optional extra.

    Raises
    ------
    ImuValgusError
        Where it is not installed.
    """
    return require("imu_valgus.app.web", extra="web", what="serving the pages")


def show_address(url: str, *, no_open: bool) -> None:
    """Print the address that opens the pages, and open it."""
    typer.echo(url)  # flushed at once, for whoever reads it through a pipe
    if not no_open and has_display():
        webbrowser.open(url)


@dataclass(frozen=True, slots=True)
class LivePage:
    """The page of a recording that is under way."""

    board: "LiveBoard"
    pairing: "Pairing | None"

    def notice(self) -> str:
        """Say what a phone is to open and to type; empty where none is let in."""
        if self.pairing is None:
            return ""
        (host,) = self.pairing.hosts
        return (
            f"phone: http://{host}/  code {self.pairing.code()}  "
            "(plain http: others in this network can read along)"
        )


@contextmanager
def live_page(band: Band, *, lan: bool, port: int, no_open: bool) -> Generator[LivePage]:
    """Serve the live page meanwhile.

    Raises
    ------
    ImuValgusError
        Where the extra or the port is missing, or there is no network for ``lan``.
    """
    web = import_web()
    address = web.open_port(port, lan=lan)
    pairing = web.Pairing([address.network_host], now_s=time.monotonic) if lan else None
    page = LivePage(web.LiveBoard(band), pairing)
    with web.serving_beside(web.build_live(page.board, pairing), address, pairing=pairing):
        show_address(address.url(), no_open=no_open)
        yield page
        page.board.end()
        time.sleep(_LAST_WORDS_S)

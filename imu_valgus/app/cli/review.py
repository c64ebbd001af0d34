"""``imu-valgus review``: the coach's pages in the browser."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from imu_valgus.core import ImuValgusError


def review(
    library: Annotated[Path, typer.Argument(help="A folder of sessions.")] = Path("recordings"),
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")
    ] = 8765,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
) -> None:
    """Serve the pages over a folder of sessions to this machine alone, until Ctrl-C."""
    try:
        from imu_valgus.app.web import build_review, open_port, serve  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError as error:
        raise ImuValgusError(
            f"the pages need {error.name}", hint="pip install 'imu-valgus[web]'"
        ) from None
    app = build_review(library)
    address = open_port(port)
    typer.echo(address.url())
    if not no_open:
        webbrowser.open(address.url())
    serve(app, address)

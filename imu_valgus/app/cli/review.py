"""``imu-valgus review``: the coach's pages in the browser."""

import webbrowser
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from imu_valgus.app.cli.demo import has_display
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
    address = open_port(port)
    with closing(address.listening):
        with reading_bar() as on_read:
            app = build_review(library, on_read=on_read)
        typer.echo(address.url())  # flushed at once, for whoever reads it through a pipe
        if not no_open and has_display():
            webbrowser.open(address.url())
        serve(app, address)


@contextmanager
def reading_bar() -> Generator[Callable[[int, int], None]]:
    """Show on stderr how many sessions were read that the catalogue did not know yet."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("reading the sessions"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", visible=False)

        def on_read(n: int, of: int) -> None:
            bar.update(task, visible=True, completed=n, total=of)

        yield on_read

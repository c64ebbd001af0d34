"""``imu-valgus review``: the coach's pages in the browser."""

from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from imu_valgus.app.cli.pages import NoOpen, Port, import_web, show_address


def review(
    library: Annotated[Path, typer.Argument(help="A folder of sessions.")] = Path("recordings"),
    *,
    port: Port = 8765,
    no_open: NoOpen = False,
) -> None:
    """Serve the pages over a folder of sessions to this machine alone, until Ctrl-C."""
    web = import_web()
    address = web.open_port(port)
    with closing(address.listening):
        with reading_bar() as on_read:
            app = web.build_review(library, on_read=on_read)
        show_address(address.url(), no_open=no_open)
        web.serve(app, address)


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

"""``imu-valgus demo``: the main job on the shipped run."""

import os
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from imu_valgus.app.cli.analyze import print_summary, progress_bar
from imu_valgus.pipeline import analyze_session
from imu_valgus.recording import DEMO_LIBRARY, demo_session
from imu_valgus.report import write_report


def demo(
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="SESSION",
            help="Put a copy of the run there first; an installed imu-valgus puts it into "
            f"{DEMO_LIBRARY}/ where you are.",
            show_default=False,
        ),
    ] = None,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Print the report's path, open nothing.")
    ] = False,
) -> None:
    """Analyse the shipped run (real running poses, computed sensors) and open its report."""
    session = demo_session(to)
    with progress_bar() as on_progress:
        summary = analyze_session(session, progress=on_progress)
    print_summary(session, summary)
    page = write_report(session).resolve()
    typer.echo(f"report: {page}")
    typer.echo(f"all sessions in the browser: imu-valgus review {_shown(session.parent)}")
    if not no_open and has_display():
        webbrowser.open(page.as_uri())


def _shown(folder: Path) -> Path:
    """Return the folder as one would type it from here."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def has_display() -> bool:
    """Tell whether a browser could show anything here."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

"""``imu-valgus batch``: all sessions of a library, side by side."""

import os
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from imu_valgus.library import BatchParams, Outcome, analyze_sessions, find_sessions


def batch(
    library: Annotated[Path, typer.Argument(help="A folder of sessions.")],
    *,
    workers: Annotated[
        int, typer.Option(min=1, max=256, help="Processes on this machine.")
    ] = os.cpu_count() or 2,
    memory: Annotated[
        float, typer.Option(metavar="GB", min=0.5, help="What each of them may take.")
    ] = BatchParams().memory_gb,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="tcp://HOST:PORT",
            help="A Dask scheduler whose workers see the same folders; else this machine works.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Analyse all sessions of a library that have no results of their present signals yet.

    Results land with the sessions; after a break the same command goes on.
    """
    params = BatchParams(scheduler=scheduler, workers=workers, memory_gb=memory)
    sessions = find_sessions(library)
    screen = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
    with bar:
        task = bar.add_task("sessions", total=len(sessions))

        def on_outcome(outcome: Outcome) -> None:
            bar.advance(task)
            if outcome.state == "failed":
                screen.print(f"{outcome.session}: {outcome.why}")
                if outcome.hint:
                    screen.print(f"hint: {outcome.hint}")

        outcomes = analyze_sessions(
            sessions,
            params=params,
            on_outcome=on_outcome,
            on_dashboard=lambda address: screen.print(f"dashboard: {address}"),
        )
    counts = Counter(outcome.state for outcome in outcomes)
    typer.echo(
        f"{library}: {counts['analysed']} analysed, {counts['unchanged']} unchanged, "
        f"{counts['failed']} failed"
    )
    raise typer.Exit(1 if counts["failed"] else 0)

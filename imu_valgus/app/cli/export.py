"""``imu-valgus export``: a session → the files of another program."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from imu_valgus.export import EXPORTS, ExportOptions, export_session


def _known(kind: str) -> str:
    if kind not in EXPORTS:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(EXPORTS)}")
    return kind


def export(
    session: Annotated[Path, typer.Argument(help="An analysed session folder.")],
    *,
    to: Annotated[
        str,
        typer.Option(
            metavar="|".join(EXPORTS),
            callback=_known,
            help=". ".join(f"{one.name}: {one.summary}" for one in EXPORTS.values()) + ".",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="The folder to write to; what else it holds stays.",
            show_default=False,
        ),
    ],
    watch: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.fit",
            help="fit: the watch's own file, all of which is kept.",
            show_default=False,
        ),
    ] = None,
    watch_offset: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="fit: added to the watch's times, where one of the clocks was off.",
            show_default=False,
        ),
    ] = None,
    solve: Annotated[
        bool,
        typer.Option(
            "--solve",
            help="opensim: build a small model of the legs, and run OpenSim's IMU placer and "
            "inverse kinematics on it.",
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files of the same names.")
    ] = False,
) -> None:
    """Write a session as files of another program, and print their paths."""
    options = ExportOptions(watch=watch, watch_offset_s=watch_offset, solve=solve)
    with Console(stderr=True).status(f"exporting to {to}"):
        files = export_session(session, to, out, options=options, force=force)
    for file in files:
        typer.echo(file)

"""``imu-valgus report``: the coach's page of one session."""

from pathlib import Path
from typing import Annotated

import typer

from imu_valgus.report import write_report


def report(
    session: Annotated[Path, typer.Argument(help="An analysed session folder.")],
) -> None:
    """Write the session's report, one HTML file that opens offline, and print its path."""
    typer.echo(write_report(session))

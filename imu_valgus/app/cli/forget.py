"""``imu-valgus forget``: all that a library holds of one person goes."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from imu_valgus.core import RecordingError
from imu_valgus.library.sessions.forgetting import Belongings, find_belongings
from imu_valgus.library.sessions.forgetting import forget as remove


def forget(
    athlete: Annotated[str, typer.Argument(metavar="ATHLETE", help="A code, such as a03.")],
    library: Annotated[Path, typer.Argument(help="The folder that holds the sessions.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be removed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove everything of one athlete: sessions with all their files, notes, catalogue.

    Sessions that do not tell whose they are stay and are named. Copies elsewhere, backups and
    exports are yours to remove. Nothing brings back what was removed.
    """
    console = Console(soft_wrap=True, highlight=False, markup=False)
    found = find_belongings(library, athlete)
    for path, why in found.unknown:
        console.print(f"left alone: {path}: whose is it? {why}")
    for path in found.links:
        console.print(f"left alone: {path}: a link, not followed")
    if found.is_nothing:
        raise RecordingError(
            f"{library} holds nothing of {athlete}",
            hint="the codes stand in each session.json under athlete",
        )
    if dry_run or not yes:
        _print(console, found, "to remove")
    if dry_run:
        return
    if not yes:
        typer.confirm(f"remove all this of {athlete} for good?", abort=True, err=True)
    remove(library, found)
    _print(console, found, "removed")


def _print(console: Console, found: Belongings, verb: str) -> None:
    for path in (*found.sessions, *found.tables):
        console.print(f"{verb}: {path}")
    console.print(
        f"{verb}: sessions {len(found.sessions)}, tables of notes {len(found.tables)}, "
        f"{found.n_bytes / 1e6:.1f} MB"
    )

"""``imu-valgus mdc``: how far a number must change to be a change."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from imu_valgus.library import (
    Icc,
    Reliability,
    ReliabilityStudy,
    RepeatParams,
    Repeats,
    study_reliability,
    write_own_errors,
)


def mdc(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="LIBRARY | SESSION…",
            help="A folder of sessions, or analysed sessions that are repeats, of one or more "
            "runners.",
            show_default=False,
        ),
    ],
    *,
    within: Annotated[
        int, typer.Option(metavar="DAYS", min=0, help="Of a library: from first to last repeat.")
    ] = RepeatParams().within_days,
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="LIBRARY",
            help="Keep the errors as this library's own, in its errors.json.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace errors kept before.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Tell from repeated sessions how far each number repeats: ICC, SEM, minimal detectable change.

    A repeat is the same runner measured again, sensors and calibration anew, with nothing changed
    in between. Of a library each runner's largest set of sessions within --within days is taken
    whose notes of phase, group, shoes and surface are the same; sessions that are named are all
    taken.
    """
    with Console(stderr=True).status("reading the sessions"):
        study = study_reliability(paths, params=RepeatParams(within_days=within))
    if as_json:
        typer.echo(json.dumps(_plain(study), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        print_answer(study)
    if write is not None:
        kept = write_own_errors(write, [one.error for one in study.metrics], force=force)
        Console(stderr=True, highlight=False, markup=False).print(
            f"kept as the own errors of {write}: {len(kept)} of {len(study.metrics)}",
            soft_wrap=True,
        )


def print_answer(study: ReliabilityStudy) -> None:
    """Print what was taken, one table an activity, and what to mind."""
    console = Console(highlight=False, markup=False)
    _print_taken(console, study.repeats)
    for activity in dict.fromkeys(one.error.activity for one in study.metrics):
        name = activity.replace("_", " ")
        console.print(f"\n{name}: degrees; in brackets 95 % intervals (--json has them all)")
        console.print(_table([one for one in study.metrics if one.error.activity == activity]))
    if all(one.icc_single is None for one in study.metrics):
        console.print(
            "One runner only: the error of measurement within this runner. An ICC compares runners;"
            " two or more are needed.",
            soft_wrap=True,
        )
    for note in study.notes:
        console.print(f"note: {note}", soft_wrap=True)


def _print_taken(console: Console, repeats: Repeats) -> None:
    for athlete, sessions in repeats.taken.items():
        names = ", ".join(session.name for session in sessions)
        console.print(f"{athlete}: {len(sessions)} repeats: {names}", soft_wrap=True)
    for session, why in repeats.left_out.items():
        console.print(f"left out: {session.name}: {why}", soft_wrap=True)


def _table(metrics: Sequence[Reliability]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("")
    for title in ("leg", "ICC(2,1)", "ICC(2,k)", "SEM", "MDC95"):
        table.add_column(title, justify="right", no_wrap=True)
    for one in metrics:
        error = one.error
        table.add_row(
            error.metric.removesuffix("_deg").replace("_", " "),
            error.side or "either",
            "-" if one.icc_single is None else _icc(one.icc_single),
            "-" if one.icc_mean is None else f"{one.icc_mean.value:.2f}",
            f"{error.sd_between_sessions_deg:.2f}",
            _interval(error.mdc95_deg, error.mdc95_low_deg, error.mdc95_high_deg),
        )
    return table


def _icc(found: Icc) -> str:
    return _interval(found.value, found.low, found.high)


def _interval(value: float, low: float, high: float) -> str:
    return f"{value:.2f} ({low:.2f}, {high:.2f})"


def _plain(study: ReliabilityStudy) -> dict[str, object]:
    repeats = study.repeats
    return {
        "taken": {
            athlete: [session.name for session in sessions]
            for athlete, sessions in repeats.taken.items()
        },
        "left_out": {session.name: why for session, why in repeats.left_out.items()},
        "metrics": [asdict(one) for one in study.metrics],
        "notes": list(study.notes),
    }

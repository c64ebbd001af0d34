"""``imu-valgus squats``: does the squat tell anything about the run."""

from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from imu_valgus.app.cli.plain_json import plain_json
from imu_valgus.library.groups.agreement import Interval, TaskAgainstRun, tasks_against_run
from imu_valgus.library.groups.study_sessions import library_pairs


def squats(
    place: Annotated[
        Path, typer.Argument(metavar="LIBRARY|SESSION", help="Analysed, with squats or landings.")
    ],
    *,
    metric: Annotated[
        str, typer.Option(help="A column of strides and repetitions, in degrees.")
    ] = "valgus_excursion_deg",
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Hold squats and landings beside the run of the same session, with the same calibration.

    Across runners: difference, correlation and limits of agreement, each with its interval. A
    runner counts once, however many sessions, and each leg stands for itself. Below, each session's
    own difference.
    """
    pairs = library_pairs(place, metric=metric)
    found = tasks_against_run(pairs)
    if as_json:
        answer = {
            "metric": metric,
            "across_runners": [asdict(one) for one in found],
            "sessions": pairs.to_dict("records"),
        }
        typer.echo(plain_json(answer))
    else:
        print_answer(metric, found, pairs)


def print_answer(metric: str, found: tuple[TaskAgainstRun, ...], pairs: pd.DataFrame) -> None:
    """Print the table across runners, that of the sessions, and what may be read from them."""
    console = Console(highlight=False, markup=False)
    console.print(f"{metric}, task minus run, degrees; 95 % intervals in brackets", soft_wrap=True)
    console.print(_across(found))
    console.print(_sessions(pairs))
    for note in dict.fromkeys(word for one in found for word in one.words):
        console.print(f"note: {note}", soft_wrap=True)


def _across(found: tuple[TaskAgainstRun, ...]) -> Table:
    table = _table(
        "task",
        "leg",
        "runners",
        "run",
        "task",
        "difference",
        "limits of agreement",
        "r across",
        "r within",
    )
    for one in found:
        limits = one.agreement
        table.add_row(
            one.task.replace("_", " "),
            one.side,
            str(one.n_runners),
            f"{one.run_mean_deg:.1f}",
            f"{one.task_mean_deg:.1f}",
            _with(limits.bias_deg, one.bias, 1),
            f"{_with(limits.lower_deg, one.lower, 1)} to {_with(limits.upper_deg, one.upper, 1)}",
            _with(limits.r, one.r, 2),
            _with(one.within_r, one.within, 2),
        )
    return table


def _sessions(pairs: pd.DataFrame) -> Table:
    table = _table("session", "runner", "task", "leg", "repetitions", "strides", "difference")
    for row in pairs.to_dict("records"):
        ends = Interval(float(row["low_deg"]), float(row["high_deg"]))
        table.add_row(
            str(row["session"]),
            str(row["athlete"]),
            str(row["task"]).replace("_", " "),
            str(row["side"]),
            str(row["n_repetitions"]),
            str(row["n_strides"]),
            _with(float(row["difference_deg"]), ends, 1),
        )
    return table


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    return table


def _with(value: float, interval: Interval, decimals: int) -> str:
    if not isfinite(value):
        return "-"
    ends = f"{interval.low:.{decimals}f}, {interval.high:.{decimals}f}"
    return f"{value:.{decimals}f}" + (f" ({ends})" if isfinite(interval.low) else "")

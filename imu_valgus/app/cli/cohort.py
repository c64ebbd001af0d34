"""``imu-valgus cohort``: has a group of runners changed."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from imu_valgus.app.cli.plain_json import plain_json
from imu_valgus.core import ImuValgusError
from imu_valgus.library.change.verdicts import VerdictParams
from imu_valgus.library.groups.cohort import CohortResult, fit_cohort
from imu_valgus.library.groups.cohort_checks import CohortChecks, check_cohort
from imu_valgus.library.groups.cohort_table import COVARIATES, CohortTableParams, cohort_table
from imu_valgus.library.groups.study_sessions import library_rows
from imu_valgus.report.cohort import (
    COUNT_COLUMNS,
    EFFECT_COLUMNS,
    PAGE_NAME,
    TERM_COLUMNS,
    count_rows,
    effect_rows,
    effect_sentence,
    sd_rows,
    term_rows,
    write_cohort,
)


def cohort(
    library: Annotated[Path, typer.Argument(help="A folder of analysed sessions.")],
    *,
    metric: Annotated[
        str, typer.Option(help="A column of the stride log, in degrees.")
    ] = "valgus_excursion_deg",
    margin: Annotated[
        float, typer.Option(metavar="DEG", min=0.0, help="A change within ± this is of no account.")
    ] = VerdictParams().margin_deg,
    first: Annotated[
        str,
        typer.Option(
            metavar="PHASE", help="Compare with this phase; else the earliest.", show_default=False
        ),
    ] = "",
    covariates: Annotated[
        str, typer.Option(metavar="NAMES", help="What to hold equal, parted by commas; or none.")
    ] = ",".join(COVARIATES),
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write the page with its figures, and the tables as CSV.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what --to wrote before.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Tell whether a group of runners has changed, or one group more than another.

    Note first what each session belongs to: note SESSION --phase pre --group training. A mixed
    model compares the phases, with runners and sessions as random effects; neither strides nor legs
    count as people. What a planned study could find: imu-valgus plan.
    """
    if to is not None and (to / PAGE_NAME).exists() and not force:
        raise ImuValgusError(f"{to / PAGE_NAME} is there already", hint="--force replaces it")
    params = CohortTableParams(first_phase=first, covariates=_covariates(covariates))
    with Console(stderr=True).status("reading the sessions, fitting the model"):
        rows = library_rows(library, metric=metric)
        table = cohort_table(rows, metric=metric, params=params)
        result = fit_cohort(table, params=VerdictParams(margin_deg=margin))
        checks = check_cohort(result)
        written = () if to is None else write_cohort(to, result, checks)
    if as_json:
        typer.echo(plain_json(_plain(result, checks)))
    else:
        print_answer(result, checks)
    for path in written:
        Console(stderr=True, highlight=False).print(f"written: {path}", soft_wrap=True)


def _covariates(names: str) -> tuple[str, ...]:
    chosen = tuple(name.strip() for name in names.split(",")) if names != "none" else ()
    for name in chosen:
        if name not in COVARIATES:
            raise ImuValgusError(
                f"{name!r} cannot be held equal", hint=f"there are: {', '.join(COVARIATES)}, none"
            )
    return chosen


def print_answer(result: CohortResult, checks: CohortChecks) -> None:
    """Print the answers, who was measured, the model, and what it takes for granted."""
    console = Console(highlight=False, markup=False)
    for effect in result.effects:
        console.print(effect_sentence(effect), soft_wrap=True)
    console.print(_table(EFFECT_COLUMNS, effect_rows(result)))
    console.print(_table(COUNT_COLUMNS, count_rows(result)))
    console.print(result.formula, soft_wrap=True)
    console.print(_table(TERM_COLUMNS, term_rows(result)))
    console.print(_table(("what varies", "SD"), sd_rows(result)))
    for note in (*result.table.left_out, *result.notes, *checks.words):
        console.print(f"note: {note}", soft_wrap=True)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _plain(result: CohortResult, checks: CohortChecks) -> dict[str, object]:
    said = asdict(checks)
    said["influence"] = checks.influence.to_dict("records")
    return {
        "metric": result.table.metric,
        "formula": result.formula,
        "n_runners": result.n_runners,
        "phases": list(result.table.phases),
        "groups": list(result.table.groups),
        "effects": [asdict(one) for one in result.effects],
        "model": result.coefficients.to_dict("records"),
        "sds_deg": dict(result.sds),
        "baseline_sd_deg": result.baseline_sd,
        "converged": result.converged,
        "margin_deg": result.params.margin_deg,
        "checks": said,
        "notes": [*result.table.left_out, *result.notes],
    }

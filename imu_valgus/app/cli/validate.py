"""``imu-valgus validate``: our angles against an optical system's."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich import box
from rich.console import Console
from rich.table import Table

from imu_valgus.core import Side
from imu_valgus.pipeline import (
    PlacingParams,
    ReferenceParams,
    ValidationParams,
    ValidationResult,
    validate_session,
)
from imu_valgus.pipeline.placing import TrialClock
from imu_valgus.pipeline.reference import LabAxis, Zero
from imu_valgus.report.validation import (
    AGREEMENT_COLUMNS,
    TRIAL_COLUMNS,
    agreement_rows,
    interval_words,
    trial_rows,
    write_validation,
)


def validate(
    session: Annotated[Path, typer.Argument(help="An analysed session folder.")],
    *,
    reference: Annotated[
        list[Path],
        typer.Option(
            metavar="FILE",
            help="Angles (.csv) or markers (.trc, .c3d) of a trial; may be given several times.",
            show_default=False,
        ),
    ],
    static: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Markers: the static trial.", show_default=False),
    ] = None,
    markers: Annotated[
        Path | None,
        typer.Option(
            metavar="JSON",
            help="Markers: which one sits where. Keys: side; thigh and shank (lists); epicondyles "
            "and malleoli (lateral, medial); hip, or pelvis (left_asis, right_asis, left_psis, "
            "right_psis).",
            show_default=False,
        ),
    ] = None,
    up: Annotated[LabAxis, typer.Option(help="Markers: the axis that points up.")] = "y",
    forward: Annotated[
        LabAxis, typer.Option(help="Markers: the axis that the runner faces in the static trial.")
    ] = "x",
    zero: Annotated[
        Zero,
        typer.Option(
            help="Markers: angles are zero in the static trial, or where the axes coincide."
        ),
    ] = "standing",
    side: Annotated[
        Side | None,
        typer.Option(help="The leg, where the reference does not say it.", show_default=False),
    ] = None,
    clock: Annotated[
        TrialClock | None,
        typer.Option(
            help="shared: one offset for all trials, near 0; own: one a trial. Shared where the "
            "reference has unix_s, if not said.",
            show_default=False,
        ),
    ] = None,
    offset: Annotated[
        float | None,
        typer.Option(
            metavar="S",
            help="Add this to the reference's time; found by the flexion if not said.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Hold our knee angles against an optical system's: how far they agree, plane by plane.

    A CSV has the columns time_s or unix_s, flexion_deg, abduction_deg or valgus_deg, and if there
    are, internal_rotation_deg, side, trial. Writes validation.json and validation.html to derived/.
    """
    if up[-1] == forward[-1]:
        raise typer.BadParameter("up and forward are one axis", param_hint="--forward")
    params = ValidationParams(
        reference=ReferenceParams(
            static=static, markers=markers, up=up, forward=forward, zero=zero
        ),
        placing=PlacingParams(side=side, clock=clock, offset_s=offset),
    )
    with Console(stderr=True).status("comparing"):
        found = validate_session(session, reference, params=params)
        page = write_validation(session, found)
    if as_json:
        typer.echo(TypeAdapter(ValidationResult).dump_json(found.result, indent=1).decode())
    else:
        print_answer(found.result, page)


def print_answer(result: ValidationResult, page: Path) -> None:
    """Print each leg's tables, what is in doubt, and where the page lies."""
    console = Console(highlight=False, markup=False)
    for side, found in result.sides.items():
        console.print(f"{side} knee, ours minus reference; zero: {result.zero}", soft_wrap=True)
        console.print(_table(AGREEMENT_COLUMNS, agreement_rows(found)))
        console.print(_table(TRIAL_COLUMNS, trial_rows(found)))
        console.print(interval_words(found), soft_wrap=True)
    for note in result.notes:
        console.print(f"note: {note}", soft_wrap=True)
    console.print(f"page: {page}", soft_wrap=True)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=number > 0)
    for row in rows:
        table.add_row(*row)
    return table

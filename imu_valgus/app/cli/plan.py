"""``imu-valgus plan``: what a study could find, before it is run."""

from dataclasses import asdict, replace
from math import sqrt
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from imu_valgus.app.cli.plain_json import plain_json
from imu_valgus.core import SIDES, ImuValgusError
from imu_valgus.library.change.verdicts import VerdictParams
from imu_valgus.library.groups.planning import StudyDesign, StudyErrors, StudyPlan, plan_study
from imu_valgus.library.reliability.reliability import find_error
from imu_valgus.library.reliability.shipped_error import library_errors

_DESIGN: Final = StudyDesign()
_ERRORS: Final = StudyErrors(sd_between_sessions_deg=1.0)


def plan(
    change: Annotated[
        float, typer.Option(metavar="DEG", min=0.01, help="The change to find; two groups: more.")
    ],
    *,
    runners: Annotated[int, typer.Option(min=2, help="In all groups together.")] = _DESIGN.runners,
    groups: Annotated[int, typer.Option(min=1, max=2)] = _DESIGN.groups,
    sessions: Annotated[
        int, typer.Option(min=1, help="Of each runner before, and as many after.")
    ] = _DESIGN.sessions,
    strides: Annotated[int, typer.Option(min=1, help="Of each leg and session.")] = _DESIGN.strides,
    legs: Annotated[int, typer.Option(min=1, max=2)] = _DESIGN.legs,
    metric: Annotated[
        str, typer.Option(help="Whose error of measurement to take.")
    ] = "valgus_excursion_deg",
    library: Annotated[
        Path | None,
        typer.Option(help="Take this library's own errors (mdc --write).", show_default=False),
    ] = None,
    error: Annotated[
        float | None,
        typer.Option(
            metavar="DEG", min=0.01, help="Take this SEM of one session.", show_default=False
        ),
    ] = None,
    days: Annotated[
        float, typer.Option(metavar="DEG", min=0.0, help="SD of gait from day to day.")
    ] = _ERRORS.sd_between_days_deg,
    response: Annotated[
        float, typer.Option(metavar="DEG", min=0.0, help="SD of the runners' true changes.")
    ] = _ERRORS.sd_response_deg,
    margin: Annotated[
        float,
        typer.Option(metavar="DEG", min=0.01, help="A change within ± this is of no account."),
    ] = VerdictParams().margin_deg,
    power: Annotated[float, typer.Option(min=0.06, max=0.99, help="Aimed at.")] = 0.8,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Tell how many runners, sessions and strides find a change of an angle with this error.

    Runners are measured before and after, with the sensors put on anew. One group: has it changed?
    Two groups: has one changed more than the other?
    """
    sem, origin = (error, "as given") if error is not None else _sem(library, metric)
    design = StudyDesign(
        runners=runners,
        groups=_one_or_two(groups),
        sessions=sessions,
        strides=strides,
        legs=_one_or_two(legs),
    )
    errors = StudyErrors(
        sd_between_sessions_deg=sem, sd_between_days_deg=days, sd_response_deg=response
    )
    plans = [
        plan_study(
            change,
            replace(design, sessions=number),
            errors=errors,
            margin_deg=margin,
            aimed_power=power,
        )
        for number in sorted({sessions, 1, 2, 3})
    ]
    if as_json:
        found = [asdict(one) for one in plans]
        typer.echo(plain_json({"error_origin": origin, "plans": found}))
    else:
        print_answer(next(one for one in plans if one.design == design), plans, origin)


def _one_or_two(number: int) -> Literal[1, 2]:
    return 1 if number == 1 else 2


def _sem(library: Path | None, metric: str) -> tuple[float, str]:
    """Return the error of one session's mean, both legs' taken together, and whose it is."""
    known = library_errors(library)
    found = [find_error(known, metric=metric, side=side, activity="run") for side in SIDES]
    own = [one for one in found if one is not None]
    if not own:
        raise ImuValgusError(
            f"no error of measurement is known for {metric}",
            hint="give one: --error DEG; or take one: imu-valgus mdc LIBRARY --write LIBRARY",
        )
    mean_sq = sum(one.sd_between_sessions_deg**2 for one in own) / len(own)
    return sqrt(mean_sq), own[0].origin


def print_answer(chosen: StudyPlan, plans: list[StudyPlan], origin: str) -> None:
    """Print what the chosen design finds, what more or fewer sessions do, and what is assumed."""
    console = Console(highlight=False, markup=False)
    design, errors = chosen.design, chosen.errors
    what = "change" if design.groups == 1 else "difference between two groups' changes"
    needed = chosen.runners_needed or "more than 10,000"
    sessions = "session" if design.sessions == 1 else "sessions"
    legs = "one leg" if design.legs == 1 else "each leg"
    console.print(
        f"{design.runners} runners, {design.sessions} {sessions} before and as many after, "
        f"{design.strides} strides of {legs}: a {what} of {chosen.change_deg:g}° is found with a "
        f"chance of {chosen.power:.0%}; {chosen.aimed_power:.0%} take {needed} runners.",
        soft_wrap=True,
    )
    console.print(
        f"If nothing has changed, it is shown to be equivalent within ± {chosen.margin_deg:g}° "
        f"with a chance of {chosen.power_equivalence:.0%}: where that is small, 'no detectable "
        "change' is no finding.",
        soft_wrap=True,
    )
    console.print(_table(plans))
    console.print(
        f"error of one session's mean: {errors.sd_between_sessions_deg:.2f}° a leg ({origin}); a "
        f"runner's measured change errs and differs by {chosen.sd_change_deg:.2f}°",
        soft_wrap=True,
    )
    for note in _notes(chosen, origin):
        console.print(f"note: {note}", soft_wrap=True)


def _table(plans: list[StudyPlan]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    aimed = f"{plans[0].aimed_power:.0%}"
    for title in (
        "sessions before and after",
        "found",
        f"found with {aimed}",
        f"runners for {aimed}",
        "equivalence shown",
    ):
        table.add_column(title, justify="right")
    for one in plans:
        table.add_row(
            f"{one.design.sessions} + {one.design.sessions}",
            f"{one.power:.0%}",
            f"{one.detectable_deg:.1f}°",
            str(one.runners_needed or "> 10,000"),
            f"{one.power_equivalence:.0%}",
        )
    return table


def _notes(chosen: StudyPlan, origin: str) -> list[str]:
    errors = chosen.errors
    notes = [
        "more strides help little, for a session's strides share its donning and calibration; more "
        "sessions and more runners do",
    ]
    if errors.sd_response_deg == 0.0:
        notes.append(
            f"all runners are taken to change alike; if their changes differ by "
            f"{chosen.change_deg / 2:g}° (1 sigma), it is found with {chosen.power_if_varied:.0%} "
            "(--response)"
        )
    if errors.sd_between_days_deg == 0.0 and origin.startswith("shipped"):
        notes.append(
            "the shipped error is that of putting the sensors on; how gait differs from day to day "
            "is not in it (--days, or your own sessions: mdc --write)"
        )
    if chosen.design.legs > 1:
        notes.append("the two legs' donnings are taken to err independently")
    return notes

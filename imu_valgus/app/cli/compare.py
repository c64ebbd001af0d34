"""``imu-valgus compare``: has this runner changed, and do the legs differ."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from imu_valgus.library.change.compared_folders import by_phase, compare_folders, compare_legs_in
from imu_valgus.library.change.comparing import (
    Change,
    CompareParams,
    Comparison,
    CurveChange,
    LegDifference,
)
from imu_valgus.library.change.verdicts import VerdictParams
from imu_valgus.report import change_wording as words
from imu_valgus.report.wording import number, signed


def compare(
    sessions: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SESSION…",
            help="Analysed sessions of one runner: the first against the last. One: left against "
            "right.",
            show_default=False,
        ),
    ] = None,
    *,
    before: Annotated[
        list[Path] | None,
        typer.Option(metavar="SESSION", help="Once for each session.", show_default=False),
    ] = None,
    after: Annotated[
        list[Path] | None,
        typer.Option(metavar="SESSION", help="Once for each session.", show_default=False),
    ] = None,
    phases: Annotated[
        str,
        typer.Option(
            metavar="FIRST,LAST",
            help="Take the sessions by the phase that was noted of each.",
            show_default=False,
        ),
    ] = "",
    margin: Annotated[
        float,
        typer.Option(metavar="DEG", min=0.01, help="Changes within ± this are of no account."),
    ] = VerdictParams().margin_deg,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Say of one runner whether a knee changed, did not detectably, or is equivalent.

    Each difference is held against what measuring twice makes of nothing (`imu-valgus mdc`). Not to
    find a change is not to show that there is none: "equivalent" says so, where the measurement is
    sharp enough.
    """
    params = CompareParams(verdict=VerdictParams(margin_deg=margin))
    if sessions and len(sessions) == 1 and not (before or after or phases):
        legs = compare_legs_in(sessions[0], params=params)
        _answer_legs(sessions[0], legs, as_json=as_json)
        return
    first, last = _parted(sessions or [], before or [], after or [], phases)
    with Console(stderr=True).status("drawing the strides anew"):
        found = compare_folders(first, last, params=params)
    if as_json:
        typer.echo(_json(_plain(found)))
    else:
        between = (sessions or [])[1:-1] if not phases else []
        print_answer(found, between)


def _parted(
    sessions: Sequence[Path], before: Sequence[Path], after: Sequence[Path], phases: str
) -> tuple[Sequence[Path], Sequence[Path]]:
    """Tell which sessions come before and which after."""
    if before or after:
        if not (before and after) or sessions or phases:
            raise typer.BadParameter(
                "--before and --after go together, and without other sessions or --phases"
            )
        return before, after
    if phases:
        first, comma, last = (part.strip() for part in phases.partition(","))
        if not (first and comma and last):
            raise typer.BadParameter("write two phases: pre,post", param_hint="--phases")
        return by_phase(sessions, first=first, last=last)
    if not sessions:
        raise typer.BadParameter("name sessions, or --before and --after")
    return sessions[:1], sessions[-1:]


def _answer_legs(session: Path, legs: Sequence[LegDifference], *, as_json: bool) -> None:
    if as_json:
        typer.echo(_json({"session": session.name, "legs": [asdict(one) for one in legs]}))
        return
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"{session.resolve().name}, running, left against right")
    for one in legs:
        console.print(words.legs(one))
        console.print(f"  {words.certainty(one)}")


def print_answer(found: Comparison, between: Sequence[Path]) -> None:
    """Print the verdicts on the excursions, then every number, the curves and what to mind."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"{found.athlete}: {words.phase(found.before)} against {words.phase(found.after)}"
    )
    run_first = sorted(found.changes, key=lambda one: one.activity != "run")
    for one in run_first:
        if one.metric == words.HEADLINE:
            console.print(words.change(one))
            console.print(f"  {words.certainty(one)}")
            if blunt := words.bluntness(one):
                console.print(f"  {blunt}")
    for (activity, side), group in groupby(run_first, key=lambda one: (one.activity, one.side)):
        console.print(f"\n{side} leg, {words.activity(activity)}: degrees; in brackets 95 %")
        console.print(_table(list(group)))
    for one in found.curves:
        console.print(words.curve(one))
    for caveat in sorted(found.caveats, key=lambda one: not one.is_grave):
        console.print(f"{'mind' if caveat.is_grave else 'note'}: {caveat.text}")
    if between:
        names = ", ".join(path.name for path in between)
        console.print(f"note: {names} lie between and were not judged")
    console.print(
        f"note: {len(found.changes)} numbers are judged each on its own, so that one in twenty "
        "seems changed by chance; the excursion in running is the headline"
    )


def _table(changes: Sequence[Change]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for title in ("from", "to", "change", "MDC95"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for one in changes:
        table.add_row(
            words.metric(one.metric),
            number(one.before_deg),
            number(one.after_deg),
            f"{signed(one.estimate_deg)} ({signed(one.low_deg)}, {signed(one.high_deg)})",
            f"{one.mdc95_deg:.1f}",
            one.verdict,
        )
    return table


def _plain(found: Comparison) -> dict[str, object]:
    return {
        "athlete": found.athlete,
        "before": [asdict(one) for one in found.before],
        "after": [asdict(one) for one in found.after],
        "changes": [asdict(one) for one in found.changes],
        "curves": [_plain_curve(one) for one in found.curves],
        "caveats": [asdict(one) for one in found.caveats],
    }


def _plain_curve(found: CurveChange) -> dict[str, object]:
    test = found.test
    return {
        "side": found.side,
        "difference_deg": found.difference_deg.round(3).tolist(),
        "band_deg": found.band_deg,
        "n_before": found.n_before,
        "n_after": found.n_after,
        "smallest_p": found.smallest_p,
        "clusters": None if test is None else [asdict(one) for one in test.clusters],
    }


def _json(content: object) -> str:
    return json.dumps(_finite(content), indent=1, ensure_ascii=False, allow_nan=False, default=str)


def _finite(content: object) -> object:
    """Replace what is not known (NaN, infinity) by null, which every reader of JSON knows."""
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not isfinite(content) else content

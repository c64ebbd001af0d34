"""``imu-valgus note``: what is known of a runner and a day, beside the recording."""

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from imu_valgus.core import RecordingError, Side
from imu_valgus.library.sessions.covariates import Covariate, CovariateName, When, one_line
from imu_valgus.library.sessions.noting import MOMENTS, all_in_words, find_place, keep, keep_watch

_UNITS: Final[Mapping[CovariateName, str]] = {"pain": "of 10", "mass": "kg", "speed": "m/s"}
_SIDED: Final[tuple[CovariateName, ...]] = ("pain", "strength")
_LONGEST_S: Final = 1e6


def note(
    place: Annotated[
        Path,
        typer.Argument(
            metavar="SESSION|LIBRARY",
            help="A session; or a folder of sessions, with --athlete and --date.",
        ),
    ],
    *,
    athlete: Annotated[
        str | None, typer.Option(metavar="CODE", help="Whom, in a library.", show_default=False)
    ] = None,
    date: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="The day; a session knows its own.",
            show_default=False,
        ),
    ] = None,
    pain: Annotated[
        str | None,
        typer.Option(metavar="0-10", help="With --when, or --at a moment.", show_default=False),
    ] = None,
    strength: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER", help="Of the hip abductors, with --unit.", show_default=False
        ),
    ] = None,
    unit: Annotated[
        str, typer.Option(metavar="N|Nm|N/kg|Nm/kg", help="Of --strength.", show_default=False)
    ] = "",
    mass: Annotated[str | None, typer.Option(metavar="KG", show_default=False)] = None,
    shoes: Annotated[str | None, typer.Option(metavar="WORDS", show_default=False)] = None,
    surface: Annotated[str | None, typer.Option(metavar="WORDS", show_default=False)] = None,
    speed: Annotated[
        str | None, typer.Option(metavar="M/S", help="Of the run.", show_default=False)
    ] = None,
    group: Annotated[
        str | None, typer.Option(metavar="WORD", help="Of a study.", show_default=False)
    ] = None,
    phase: Annotated[
        str | None, typer.Option(metavar="WORD", help="Of a study.", show_default=False)
    ] = None,
    text: Annotated[str | None, typer.Option(metavar="WORDS", show_default=False)] = None,
    side: Annotated[
        Side | None, typer.Option(help="Of --pain or --strength.", show_default=False)
    ] = None,
    when: Annotated[
        When | None, typer.Option(help="Of --pain, against the run.", show_default=False)
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="SECONDS|M:SS",
            help="The moment of --pain or --text in session time: an event of the run.",
            show_default=False,
        ),
    ] = None,
    watch: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.fit|FILE.gpx",
            help="A watch's file of the run: its speed goes into the stride log. Positions are "
            "not kept.",
            show_default=False,
        ),
    ] = None,
    offset: Annotated[
        float,
        typer.Option(metavar="S", help="Added to the watch's times, where a clock was off."),
    ] = 0.0,
    show: Annotated[bool, typer.Option("--list", help="Show what was noted.")] = False,
) -> None:
    """Note pain, strength, mass, shoes, surface, speed, study group and phase, or words.

    Notes are kept with unit and date; nothing is replaced: of two notes of the same thing, the
    later one holds.
    """
    said: dict[CovariateName, str | None] = {
        "pain": pain,
        "strength": strength,
        "mass": mass,
        "shoes": shoes,
        "surface": surface,
        "speed": speed,
        "group": group,
        "phase": phase,
        "text": text,
    }
    given: dict[CovariateName, str] = {
        name: one_line(value) for name, value in said.items() if value is not None
    }
    if not given and not show and watch is None:
        raise RecordingError("nothing to note", hint="see imu-valgus note --help, or give --list")
    _refuse_loose(given, unit=unit, side=side, when=when, at=at)
    found = find_place(place, athlete=athlete, day=None if date is None else date.date())
    noted = dt.datetime.now(dt.UTC).replace(microsecond=0)
    covariates = [
        Covariate(
            date=found.the_day(),
            name=name,
            value=value,
            unit=unit if name == "strength" else _UNITS.get(name, ""),
            side=side if name in _SIDED else None,
            when=when if name == "pain" else None,
            noted=noted,
        )
        for name, value in given.items()
    ]
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for line in keep(found, covariates, onset_s=None if at is None else _seconds(at)):
        console.print(line)
    if watch is not None:
        for line in keep_watch(found, watch, offset_s=offset):
            console.print(line)
    if show:
        for line in all_in_words(found) or ("nothing noted",):
            console.print(line)


def _refuse_loose(
    given: Mapping[CovariateName, str],
    *,
    unit: str,
    side: Side | None,
    when: When | None,
    at: str | None,
) -> None:
    """Refuse an option whose owner is missing, and pain of no time."""
    loose: tuple[tuple[str, bool, Collection[CovariateName]], ...] = (
        ("--unit", bool(unit), ("strength",)),
        ("--side", side is not None, _SIDED),
        ("--when", when is not None, ("pain",)),
        ("--at", at is not None, MOMENTS),
    )
    for option, is_there, owners in loose:
        if is_there and not any(owner in given for owner in owners):
            named = " or ".join(f"--{owner}" for owner in owners)
            raise RecordingError(
                f"{option} says nothing without {named}", hint="see imu-valgus note --help"
            )
    if "pain" in given and (when is None) == (at is None):
        raise RecordingError(
            "when was the pain?", hint="say --when before, during or after, or --at the moment"
        )


def _seconds(text: str) -> float:
    minutes, colon, seconds = text.rpartition(":")
    try:
        found = 60.0 * (int(minutes) if colon else 0) + float(seconds)
    except ValueError:
        found = -1.0
    if not 0 <= found < _LONGEST_S:
        raise RecordingError(
            f"--at {text} is no moment of a run", hint="give seconds, 612.5, or minutes, 10:12.5"
        )
    return found

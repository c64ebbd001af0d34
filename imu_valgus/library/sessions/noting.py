"""Where a note belongs: a session's table, an athlete's table, or the events of the run."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.core import Event, EventKind, RecordingError
from imu_valgus.library.sessions.covariates import (
    COVARIATES_NAME,
    Covariate,
    CovariateName,
    add_covariates,
    athlete_table,
    current,
    read_covariates,
    refuse_link,
)
from imu_valgus.library.sessions.session_facts import EVENTS_NAME, SUMMARY_PATH, day_of
from imu_valgus.library.sessions.watch import note_watch
from imu_valgus.pipeline import follow_speeds, read_strides
from imu_valgus.recording import (
    SPEED_NAME,
    add_mark,
    check_athlete,
    read_events,
    read_info,
    read_marks,
    read_speeds,
)

MOMENTS: Final[dict[CovariateName, EventKind]] = {"pain": "pain", "text": "note"}
"""What may be noted of a moment in the run, and the kind of event that it is then."""


@dataclass(frozen=True, slots=True)
class NotedPlace:
    """What notes are about: one session, or an athlete between sessions.

    Parameters
    ----------
    name : str
        As the user called it.
    table : Path
        Where the notes of the day stand.
    session : Path, optional
        The session, whose ``events.tsv`` holds the notes of a moment; None between sessions.
    day : date, optional
        None where it is not known yet.
    """

    name: str
    table: Path
    session: Path | None
    day: dt.date | None

    def the_day(self) -> dt.date:
        """Return the day; RecordingError where nobody said it."""
        if self.day is None:
            raise RecordingError(
                f"{self.name} does not say of which day", hint="add --date YYYY-MM-DD"
            )
        return self.day


def find_place(path: Path, *, athlete: str | None, day: dt.date | None) -> NotedPlace:
    """Tell what a note is about.

    Raises
    ------
    RecordingError
        Where ``path`` is no folder, is a session of another athlete, or a library and nobody is
        named.
    """
    if (path / "session.json").is_file():
        info = read_info(path)
        if athlete not in (None, info.athlete):
            raise RecordingError(
                f"{path} is a session of {info.athlete}, not of {athlete}",
                hint="leave out --athlete, or name the library instead",
            )
        known = day_of(path.resolve().name, info.start)
        if day is None and known is not None:
            day = dt.date.fromisoformat(known)
        return NotedPlace(str(path), path / COVARIATES_NAME, path, day)
    if not path.is_dir():
        raise RecordingError(
            f"{path} is no folder", hint="name a session, or the folder that holds the sessions"
        )
    if athlete is None:
        raise RecordingError(
            f"{path} is no session", hint="in a library, say whom and when: --athlete and --date"
        )
    return NotedPlace(str(path), athlete_table(path, check_athlete(athlete)), None, day)


def keep(
    place: NotedPlace, covariates: Sequence[Covariate], *, onset_s: float | None
) -> tuple[str, ...]:
    """Write notes down and say what was written where, a line each.

    Pain and words at ``onset_s`` (session time) become events of the run, and only that; all else
    goes into the table of the day.
    """
    if onset_s is not None and place.session is None:
        raise RecordingError("--at names a moment of a run", hint="name a session")
    of_moment = [one for one in covariates if onset_s is not None and one.name in MOMENTS]
    of_day = [one for one in covariates if one not in of_moment]
    events = [
        Event(onset_s or 0.0, 0.0, MOMENTS[one.name], side=one.side, value=one.value)
        for one in of_moment
    ]
    if of_day:
        add_covariates(place.table, of_day)
    if place.session is not None:
        _add_marks(place.session, events)
    return (
        *(f"{place.table}: {covariate_in_words(one)}" for one in of_day),
        *(f"{place.session}/{EVENTS_NAME}: {_event_in_words(one)}" for one in events),
    )


def keep_watch(place: NotedPlace, watch: Path, *, offset_s: float) -> tuple[str, ...]:
    """Keep the speed that a watch tells, put it into the stride log, and say so, a line each."""
    if place.session is None:
        raise RecordingError("--watch tells the speed of a run", hint="name a session")
    noted = note_watch(place.session, watch, offset_s=offset_s)
    said = (
        f"{place.session}/{SPEED_NAME}: {noted.curve.source}: speed over {noted.told_s:.0f} of "
        f"{noted.session_s:.0f} s, median {np.median(noted.curve.speed_mps):.2f} m/s"
    )
    if not (place.session / SUMMARY_PATH).exists():
        return said, "the stride log will have it once the session is analysed"
    follow_speeds(place.session)
    known = read_strides(place.session)["speed_mps"].notna()
    return said, f"strides with a speed: {int(known.sum())} of {len(known)}"


def all_in_words(place: NotedPlace) -> tuple[str, ...]:
    """Say what was noted of a place, a line each."""
    covariates = read_covariates(place.table)
    holding = {id(one) for one in current(covariates)}
    events = () if place.session is None else read_events(place.session / EVENTS_NAME)
    speeds = None if place.session is None else read_speeds(place.session)
    return (
        *(
            covariate_in_words(one) + ("" if id(one) in holding else " (replaced)")
            for one in covariates
        ),
        *(_event_in_words(one) for one in events if one.trial_type in MOMENTS.values()),
        *(() if speeds is None else (f"{SPEED_NAME}: {speeds.source}",)),
    )


def covariate_in_words(one: Covariate) -> str:
    """Say one note in a line."""
    parts = [one.date.isoformat(), one.name, one.value, one.unit, one.side, one.when]
    taken = "" if one.source == "typed" else f" ({one.source})"
    return " ".join(part for part in parts if part) + taken


def _add_marks(session: Path, events: Sequence[Event]) -> None:
    for event in events:
        refuse_link(session / EVENTS_NAME)
        add_mark(session, event, version=read_marks(session).version)


def _event_in_words(event: Event) -> str:
    parts = [f"{event.onset_s:g} s", event.trial_type, event.value, event.side]
    return " ".join(part for part in parts if part)

"""The list of sessions, by athlete and date."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from imu_valgus.app.web.pages import inside, page
from imu_valgus.app.web.sessions_list import STATES, Listed, Wanted, by_athlete, listed_sessions
from imu_valgus.app.web.trend import degrees, trend
from imu_valgus.app.web.words import say
from imu_valgus.library import Catalogue
from imu_valgus.quality import SEVERITIES
from imu_valgus.recording.session import INFO_NAME
from imu_valgus.report import wording

QUALITY_WORDS: Final = {
    "ok": "sessions.quality_ok",
    "note": "sessions.quality_note",
    "warning": "sessions.quality_warning",
    "error": "sessions.quality_error",
}
_STATE_WORDS: Final = {
    "analysed": "sessions.analysed",
    "not analysed": "sessions.not_analysed",
    "broken": "sessions.broken",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One session in words, empty where there is nothing to say."""

    name: str
    date: str
    running: str
    legs: dict[str, str]
    quality: str
    quality_words: str
    pain: str
    notes: tuple[str, ...]
    state: str
    why: str
    opens: bool
    can_be_analysed: bool


def sessions(request: Request) -> HTMLResponse:
    """Show the sessions that were asked for."""
    catalogue: Catalogue = request.app.state.catalogue
    wanted = Wanted(**_asked(request))
    every = listed_sessions(catalogue.sessions())
    shown = [session for session in every if session in wanted]
    of_all = by_athlete(every)
    return page(
        "sessions.html.j2",
        library=request.app.state.library.name,
        n_all=len(every),
        n_shown=len(shown),
        wanted=wanted,
        athletes=[(code, code) for code in sorted(filter(None, of_all))],
        qualities={name: say(QUALITY_WORDS[name]) for name in SEVERITIES},
        states={name: say(_STATE_WORDS[name]) for name in STATES},
        groups=[
            (athlete, trend(of_all[athlete]), [_row(request, one) for one in group])
            for athlete, group in by_athlete(shown).items()
        ],
        problems=[inside(request, line) for line in catalogue.problems()],
    )


def _asked(request: Request) -> dict[str, str]:
    """Return the filters of the address; others are passed over."""
    known = {one.name for one in fields(Wanted)}
    return {name: value.strip() for name, value in request.query_params.items() if name in known}


def _row(request: Request, session: Listed) -> Row:
    folder: Path = request.app.state.library / session.name
    run = request.app.state.analyses.run_of(folder)
    is_analysed = session.state == "analysed"
    state = say(_STATE_WORDS[session.state])
    if run is not None and run.is_under_way:
        state = say("sessions.under_way")
    return Row(
        name=session.name,
        date=session.date,
        running="" if session.running_s is None else wording.clock(session.running_s),
        legs={side: degrees(one) for side, one in session.excursion_deg.items()},
        quality=session.quality,
        quality_words=say(QUALITY_WORDS[session.quality]) if session.quality else "",
        pain="" if session.pain is None else f"{session.pain:g}",
        notes=session.notes,
        state="" if is_analysed else state,
        why=inside(request, session.why),
        can_be_analysed=bool(session.athlete) and not is_analysed,
        opens=session.state != "broken" or (folder / INFO_NAME).is_file(),
    )


SESSIONS_ROUTES = [Route("/", sessions)]

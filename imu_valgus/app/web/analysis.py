"""The analysis of one session: started by a click, followed while it goes on."""

import json
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route

from imu_valgus.app.web.analyses import Run
from imu_valgus.app.web.pages import inside, page
from imu_valgus.app.web.sessions_at import session_of
from imu_valgus.app.web.words import say

_STAGES: Final[Mapping[str, str]] = {
    "": "analysis.starting",
    "reading": "analysis.reading",
    "clocks": "analysis.clocks",
    "activities": "analysis.activities",
    "left leg": "analysis.left_leg",
    "right leg": "analysis.right_leg",
    "strides": "analysis.strides",
    "summary": "analysis.summary",
    "writing": "analysis.writing",
}


def analysis_page(request: Request) -> HTMLResponse:
    """Show how it stands with a session's analysis, and the button that starts it."""
    return page("analysis_page.html.j2", name=session_of(request).name, why="")


async def start(request: Request) -> JSONResponse:
    """Start the analysis; where it is under way already, tell how far it is."""
    session = session_of(request)
    return JSONResponse(told(request, request.app.state.analyses.start(session)), status_code=202)


async def events(request: Request) -> StreamingResponse:
    """Tell each step of the analysis as a server-sent event, the present one first."""
    session = session_of(request)
    return StreamingResponse(_events(request, session), media_type="text/event-stream")


async def _events(request: Request, session: Path) -> AsyncGenerator[str]:
    async for run in request.app.state.analyses.follow(session):
        yield f"data: {json.dumps(told(request, run))}\n\n"


def told(request: Request, run: Run | None) -> dict[str, object]:
    """Return an analysis in words for its page: ``state``, ``share``, ``text``, ``hint``."""
    if run is None:
        return {"state": "none", "share": 0.0, "text": "", "hint": ""}
    hint = run.hint
    if run.ahead:
        text = say("analysis.waiting", ahead=run.ahead)
    elif run.state == "failed":
        text = run.error or say("analysis.broke_off")
    elif run.state == "done":
        text = say("analysis.done")
    else:
        text = say(_STAGES[run.stage])
    return {
        "state": run.state,
        "share": run.share,
        "text": inside(request, text),
        "hint": inside(request, hint),
    }


ANALYSIS_ROUTES = [
    Route("/sessions/{name}/analysis", analysis_page),
    Route("/sessions/{name}/analysis", start, methods=["POST"]),
    Route("/sessions/{name}/analysis/events", events),
]

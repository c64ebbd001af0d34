"""One session: what the coach keeps open."""

import contextlib
from pathlib import Path
from typing import Final

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from imu_valgus.app.web.analysed import Analysed, analysed, is_analysed
from imu_valgus.app.web.headline import headline, quality
from imu_valgus.app.web.marks import marks_view
from imu_valgus.app.web.pages import inside, page
from imu_valgus.app.web.sessions_at import session_of
from imu_valgus.core import RecordingError
from imu_valgus.recording import read_info, read_marks
from imu_valgus.report import wording

_MODULES: Final = (
    "brush",
    "chart_beside",
    "chart_course",
    "chart_curves",
    "choice",
    "course",
    "course_scale",
    "plotting",
    "print",
    "tables",
)
"""The scripts that the page's script needs in turn: named on the page they come all at once."""


def session(request: Request) -> HTMLResponse:
    """Show one session; without results, how to get them."""
    folder = session_of(request)
    info = read_info(folder)
    try:
        found, why = analysed(folder) if is_analysed(folder) else None, ""
    except RecordingError as error:  # results of another version, or damaged
        found, why = None, inside(request, str(error))
    if found is None:
        about = wording.about(info, 0.0)
        return page("session.html.j2", name=folder.name, about=about, found=None, why=why)
    about = wording.about(found.info, found.summary.running_s)
    answer = page(
        "session.html.j2",
        name=folder.name,
        about=about,
        found=found,
        modules=_MODULES,
        wording=wording,
        parts=_parts(folder, found),
    )
    answer.background = BackgroundTask(_prepare, found)
    return answer


def _prepare(found: Analysed) -> None:
    """Get ready for the figures' questions; what is wrong with the angles is theirs to tell."""
    with contextlib.suppress(RecordingError):
        found.prepare()


def _parts(folder: Path, found: Analysed) -> dict[str, object]:
    """Return what the templates that the page takes in need: ``parts.headline`` and so on."""
    return {
        "headline": headline(found.summary, found.strides),
        "quality": quality(found.info, found.summary, found.strides),
        "marks": marks_view(read_marks(folder), found.summary, found.strides),
    }


SESSION_ROUTES = [Route("/sessions/{name}", session)]

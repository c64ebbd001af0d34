"""The list of sessions, by athlete and date."""

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from imu_valgus.app.web.pages import page


def sessions(request: Request) -> HTMLResponse:
    """Show all sessions of the library."""
    library = request.app.state.library
    names = sorted(path.parent.name for path in library.glob("*/session.json"))
    return page("sessions.html.j2", library=library.name, names=names)


SESSIONS_ROUTES = [Route("/", sessions)]

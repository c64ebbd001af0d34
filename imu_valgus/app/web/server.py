"""The applications: their addresses, and which file answers which."""

import contextlib
from collections.abc import AsyncGenerator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

import plotly
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan

from imu_valgus.app.web import pages
from imu_valgus.app.web.analyses import Analyses
from imu_valgus.app.web.analysis import ANALYSIS_ROUTES
from imu_valgus.app.web.compare_page import COMPARE_ROUTES
from imu_valgus.app.web.earlier import EARLIER_ROUTES
from imu_valgus.app.web.live_board import LiveBoard
from imu_valgus.app.web.live_page import LIVE_ROUTES
from imu_valgus.app.web.marks_routes import MARKS_ROUTES
from imu_valgus.app.web.pairing import Pairing
from imu_valgus.app.web.pairing_page import PAIRING_ROUTES
from imu_valgus.app.web.session_data import SESSION_DATA_ROUTES
from imu_valgus.app.web.session_files import SESSION_FILES_ROUTES
from imu_valgus.app.web.session_page import SESSION_ROUTES
from imu_valgus.app.web.sessions_page import SESSIONS_ROUTES
from imu_valgus.core import ImuValgusError
from imu_valgus.library import Catalogue, OnRead

_A_YEAR: Final = "private, max-age=31536000, immutable"


def build_review(library: Path, *, on_read: OnRead = lambda _n, _of: None) -> Starlette:
    """Return the application over a folder of sessions.

    Parameters
    ----------
    library : Path
    on_read : callable, optional
        Told how many of how many sessions were read that are new to the catalogue.

    Raises
    ------
    ImuValgusError
        Where there is no such folder, or it is a session itself.
    """
    library = library.resolve()
    catalogue = Catalogue.open(library, on_read=on_read)
    app = _application(
        [
            *SESSIONS_ROUTES,
            *SESSION_ROUTES,
            *MARKS_ROUTES,
            *SESSION_DATA_ROUTES,
            *SESSION_FILES_ROUTES,
            *EARLIER_ROUTES,
            *COMPARE_ROUTES,
            *ANALYSIS_ROUTES,
        ],
        lifespan=_while_serving,
    )
    app.state.library = library
    app.state.catalogue = catalogue
    app.state.analyses = Analyses()
    return app


def build_live(board: LiveBoard, pairing: Pairing | None = None) -> Starlette:
    """Return the application of a recording that is under way."""
    app = _application([*LIVE_ROUTES, *PAIRING_ROUTES])
    app.state.board, app.state.pairing = board, pairing
    return app


def _application(
    routes: Sequence[Route], *, lifespan: Lifespan[Starlette] | None = None
) -> Starlette:
    return Starlette(
        routes=[*routes, *static_routes()],
        exception_handlers={
            404: pages.not_found,
            ImuValgusError: pages.refused,
            500: pages.broken,
        },
        lifespan=lifespan,
    )


@contextlib.asynccontextmanager
async def _while_serving(app: Starlette) -> AsyncGenerator[None]:
    """End what was started, with the server."""
    yield
    await app.state.analyses.end()
    app.state.catalogue.close()


def static_routes() -> list[Route | Mount]:
    """Return what serves scripts and styles: the package's own files, and Plotly's."""
    folder = str(files("imu_valgus.app.web").joinpath("static"))
    return [
        Route(pages.PLOTLY_PATH, _plotly),
        Route("/static/palette.css", _palette),
        Mount("/static", StaticFiles(directory=folder)),
    ]


def _palette(_: Request) -> FileResponse:
    """Serve the report's colours: one palette for both."""
    return FileResponse(str(files("imu_valgus.report").joinpath("templates", "palette.css")))


def _plotly(_: Request) -> FileResponse:
    path = Path(plotly.__file__).with_name("package_data") / "plotly.min.js"
    return FileResponse(path, media_type="text/javascript", headers={"cache-control": _A_YEAR})

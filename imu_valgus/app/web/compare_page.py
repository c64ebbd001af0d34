"""Two or more sessions beside each other: page, curves and a file of them."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from imu_valgus.app.web.analysed import Analysed
from imu_valgus.app.web.compared import FEWEST, MOST, curves_table, figures, pair_of, row_of
from imu_valgus.app.web.pages import inside, page
from imu_valgus.app.web.sessions_at import session_at
from imu_valgus.app.web.words import say
from imu_valgus.core import SIDES, ImuValgusError
from imu_valgus.library import library_errors
from imu_valgus.metrics import csv_text, curves_header_lines, harmless
from imu_valgus.pipeline import where_zero

_ZEROS: Final = ("from_contact", "valgus")


def compare(request: Request) -> HTMLResponse:
    """Show the sessions that the address names, each after the first held against it."""
    sessions = _sessions(request)
    errors = library_errors(request.app.state.library)
    pairs, problems = [], []
    for other in sessions[1:]:
        try:
            pairs.append(pair_of(sessions[0], other, errors))
        except ImuValgusError as error:
            problems.append(inside(request, f"{other.session.name}: {error}"))
    return page(
        "compare.html.j2",
        rows=[row_of(one) for one in sessions],
        pairs=pairs,
        problems=problems,
        sides=SIDES,
        zeros=_ZEROS,
        query=request.url.query,
    )


def curves_json(request: Request) -> JSONResponse:
    """Return the curves of the sessions for the figures."""
    return JSONResponse(figures(_sessions(request)))


def curves_csv(request: Request) -> Response:
    """Send the curves as a file for a spreadsheet."""
    sessions = _sessions(request)
    first = sessions[0].summary
    header = curves_header_lines(first.imu_valgus_version, zero=where_zero(first), span="stance")
    text = csv_text(harmless(curves_table(sessions)), header)
    disposition = 'attachment; filename="compared_curves.csv"'
    return Response(text, media_type="text/csv", headers={"content-disposition": disposition})


def _sessions(request: Request) -> list[Analysed]:
    """Return the sessions that the address names, each once.

    Raises
    ------
    ImuValgusError
        Where they are too few or too many.
    HTTPException
        404 where one is not in the library.
    """
    names = list(dict.fromkeys(request.query_params.getlist("session")))
    if not FEWEST <= len(names) <= MOST:
        raise ImuValgusError(
            say("compare.how_many", n=len(names)), hint=say("compare.choose", most=MOST)
        )
    folders = [session_at(request.app.state.library, name) for name in names]
    if any(folder is None for folder in folders):
        raise HTTPException(404)
    return [Analysed(folder) for folder in folders if folder is not None]


COMPARE_ROUTES = [
    Route("/compare", compare),
    Route("/compare/curves.json", curves_json),
    Route("/compare/curves.csv", curves_csv),
]

"""What all pages share: their templates, words and the answers where something is wrong."""

from functools import cache
from pathlib import Path
from typing import Final

import jinja2
import plotly
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from imu_valgus import __version__
from imu_valgus.app.web.words import all_words, say
from imu_valgus.core import ImuValgusError

PLOTLY_PATH: Final = f"/static/plotly-{plotly.__version__}.js"
"""The version in the name: a browser may keep the file as long as it likes."""


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("imu_valgus.app.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, /, *, status: int = 200, **content: object) -> HTMLResponse:
    """Return a page made of a template; all content is escaped."""
    return HTMLResponse(part(template, **content), status_code=status)


def part(template: str, /, **content: object) -> str:
    """Return a page, or a part of one, as text; all content is escaped."""
    on_all_pages = {
        "say": say,
        "words": all_words(),
        "version": __version__,
        "plotly_path": PLOTLY_PATH,
    }
    return _templates().get_template(template).render(**on_all_pages, **content)


def not_found(request: Request, _: Exception) -> Response:
    """Say that nothing is at this address."""
    if _wants_data(request):
        return JSONResponse({"error": say("page.not_found_why"), "hint": ""}, status_code=404)
    return page(
        "wrong.html.j2",
        status=404,
        title=say("page.not_found"),
        why=say("page.not_found_why"),
        hint="",
    )


def refused(request: Request, error: Exception) -> Response:
    """Say what the user can mend."""
    why = inside(request, str(error))
    hint = inside(request, error.hint if isinstance(error, ImuValgusError) else "")
    if _wants_data(request):
        return JSONResponse({"error": why, "hint": hint}, status_code=422)
    return page("wrong.html.j2", status=422, title=say("page.wrong"), why=why, hint=hint)


def inside(request: Request, text: str) -> str:
    """Return a message with its paths told from the library on: where that lies is nobody's."""
    library: Path | None = getattr(request.app.state, "library", None)
    return text.replace(str(library), library.name) if library else text


def broken(_: Request, __: Exception) -> Response:
    """Say that the program failed; what failed is the terminal's to tell, not the page's."""
    return page(
        "wrong.html.j2", status=500, title=say("page.wrong"), why=say("page.broken"), hint=""
    )


def _wants_data(request: Request) -> bool:
    return request.url.path.endswith(".json") or request.method not in ("GET", "HEAD")

"""Where a phone types its code, and where the laptop shows it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from imu_valgus.app.web.guard import PAIR_PATH
from imu_valgus.app.web.pages import page
from imu_valgus.app.web.pairing import Pairing
from imu_valgus.app.web.requested import json_object
from imu_valgus.core import ImuValgusError


def form(request: Request) -> Response:
    """Ask for the code."""
    return RedirectResponse("/", 303) if request.state.local else page("pair.html.j2")


async def pair(request: Request) -> JSONResponse:
    """Take a code; the right one gives this device a cookie of its own."""
    said = await json_object(request)
    device = _pairing(request).admit(str(said.get("code", "")))
    answer = JSONResponse({})
    answer.set_cookie(request.state.cookie, device, httponly=True, samesite="lax")
    return answer


def code(request: Request) -> JSONResponse:
    """Tell this machine's own browser, and nobody else, what a phone is to open and to type."""
    if not request.state.local:
        raise ImuValgusError("the code is on the laptop")
    pairing = _pairing(request)
    return JSONResponse({"hosts": sorted(pairing.hosts), "code": pairing.code()})


def _pairing(request: Request) -> Pairing:
    pairing: Pairing | None = request.app.state.pairing
    if pairing is None:
        raise ImuValgusError("no other device is let in", hint="record with --lan")
    return pairing


PAIRING_ROUTES: Final = [
    Route(PAIR_PATH, form),
    Route(PAIR_PATH, pair, methods=["POST"]),
    Route("/pairing.json", code),
]

"""The live page: its addresses, and what may be sent to them."""

from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route

from imu_valgus.app.web.live_board import LiveBoard
from imu_valgus.app.web.pages import page
from imu_valgus.app.web.requested import json_object
from imu_valgus.collect import Key
from imu_valgus.core import SIDES, ImuValgusError

_SESSIONS: Final = 99


def live(request: Request) -> HTMLResponse:
    """Show the page; what is on it comes by events."""
    shows_code = request.state.local and request.app.state.pairing is not None
    return page("live.html.j2", shows_code=shows_code)


def events(request: Request) -> StreamingResponse:
    """Send the state and then all that happens; a page that comes back gets the state anew."""
    return StreamingResponse(
        _board(request).hub.stream(),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no"},
    )


def clock(request: Request) -> JSONResponse:
    """Say what time it is where the sensors' clocks are tied to: the page holds its own to it."""
    return JSONResponse({"now_s": _board(request).now_s()})


async def keys(request: Request) -> JSONResponse:
    """Take a tap: next, stop, a lap, pain."""
    said = await json_object(request)
    _board(request).press(_key(said))
    return JSONResponse({})


async def settings(request: Request) -> JSONResponse:
    """Take the band, the mute, or which session of the training it is."""
    said, board = await json_object(request), _board(request)
    match said:
        case {"low_deg": int() | float() as low, "high_deg": int() | float() as high}:
            _or_refuse(board.set_band, float(low), float(high))
        case {"muted": bool() as muted}:
            board.set_muted(muted=muted)
        case {"session": int() as session} if 1 <= session <= _SESSIONS:
            board.set_session(session)
        case _:
            raise ImuValgusError("this is no setting of the live page", hint="reload the page")
    return JSONResponse({})


def _or_refuse(change: Callable[[float, float], None], low: float, high: float) -> None:
    try:
        change(low, high)
    except ValueError as error:
        raise ImuValgusError(str(error), hint="from low to high, within 30 degrees") from None


def _key(said: dict[str, Any]) -> Key:
    match said:
        case {"kind": "next" | "stop" | "lap" as kind}:
            return Key(kind)
        case {"kind": "pain", "side": str() as told, "value": int() as value} if 0 <= value <= 10:
            for side in SIDES:
                if side == told:
                    return Key("pain", side=side, value=str(int(value)))
        case _:
            pass
    raise ImuValgusError("this is no button of the live page", hint="reload the page")


def _board(request: Request) -> LiveBoard:
    return request.app.state.board


LIVE_ROUTES: Final = [
    Route("/", live),
    Route("/live/events", events),
    Route("/live/clock.json", clock),
    Route("/live/keys", keys, methods=["POST"]),
    Route("/live/settings", settings, methods=["POST"]),
]

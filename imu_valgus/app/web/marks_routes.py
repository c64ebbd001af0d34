"""Marks of a session: shown as a part of its page, changed by requests that name what was shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from imu_valgus.app.web.analysed import analysed
from imu_valgus.app.web.marks import clock_text, marks_view, read_clock, stride_at
from imu_valgus.app.web.pages import inside, page, part
from imu_valgus.app.web.sessions_at import session_of
from imu_valgus.app.web.words import say
from imu_valgus.core import Event, ImuValgusError, Side
from imu_valgus.pipeline import follow_events
from imu_valgus.recording import (
    MarkKind,
    Marks,
    Word,
    add_mark,
    change_mark,
    judge_stride,
    read_marks,
    redo,
    remove_mark,
    undo,
)
from imu_valgus.strides import EVENT_TOLERANCE_S

MAX_BYTES: Final = 100_000
"""Of one change: a longer one is no note."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a request asks for; which fields count hangs on ``act``.

    ``at`` is session time as people write it (``12:34.5``), ``version`` that of the marks shown.
    """

    act: Literal["add", "change", "remove", "judge", "undo", "redo", "follow"]
    version: str
    row: int = -1
    kind: MarkKind = "note"
    at: str = ""
    side: Side | None = None
    level: str = ""
    text: str = ""
    word: Word | None = None


_CHANGE: Final = TypeAdapter(Change)


def show(request: Request) -> HTMLResponse:
    """Show the panel alone, as it is now."""
    session = session_of(request)
    found = analysed(session)
    shown = marks_view(read_marks(session), found.summary, found.strides)
    return page("marks_panel.html.j2", name=session.name, parts={"marks": shown})


async def change(request: Request) -> JSONResponse:
    """Change the marks; answer with the panel as it is then, and whether numbers changed."""
    session = session_of(request)
    wanted = _read(await _body(request))
    return await run_in_threadpool(_changed, request, session, wanted)


def _changed(request: Request, session: Path, wanted: Change) -> JSONResponse:
    before = analysed(session).summary
    marks = _ACTS[wanted.act](session, wanted)
    problem = ""
    try:
        follow_events(session)
    except ImuValgusError as error:
        problem = inside(request, ": ".join(filter(None, (str(error), error.hint))))
    found = analysed(session)
    html = part(
        "marks_panel.html.j2",
        name=session.name,
        parts={"marks": marks_view(marks, found.summary, found.strides, problem=problem)},
    )
    said = say(f"marks.said_{wanted.act}")
    return JSONResponse({"html": html, "said": said, "numbers": found.summary != before})


def _change(session: Path, wanted: Change) -> Marks:
    event = _as_before(session, wanted, _event(wanted))
    return change_mark(session, wanted.row, event, version=wanted.version)


def _judge(session: Path, wanted: Change) -> Marks:
    if wanted.side is None:
        raise ImuValgusError(say("marks.no_leg"), hint=say("marks.no_leg_hint"))
    start_s = stride_at(analysed(session).strides, wanted.side, read_clock(wanted.at))
    return judge_stride(
        session,
        start_s,
        wanted.word,
        side=wanted.side,
        version=wanted.version,
        within_s=EVENT_TOLERANCE_S,
    )


def _event(wanted: Change) -> Event:
    value = f"{wanted.level} {wanted.text}" if wanted.kind == "pain" else wanted.text
    return Event(read_clock(wanted.at), 0.0, wanted.kind, wanted.side, value.strip())


def _as_before(session: Path, wanted: Change, event: Event) -> Event:
    """Keep what the page does not show of a mark: how long it lasts, and its time's last digits."""
    for mark in read_marks(session).marks:
        if mark.row == wanted.row:
            is_same = clock_text(mark.event.onset_s) == wanted.at.strip()
            onset_s = mark.event.onset_s if is_same else event.onset_s
            return replace(event, onset_s=onset_s, duration_s=mark.event.duration_s)
    return event


async def _body(request: Request) -> bytes:
    """Read what came, and no more than a change can be."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise ImuValgusError(say("marks.too_long"), hint=say("marks.too_long_hint"))
    return bytes(body)


def _read(body: bytes) -> Change:
    try:
        return _CHANGE.validate_json(body)
    except ValidationError as error:
        where = ".".join(str(one) for one in error.errors()[0]["loc"])
        raise ImuValgusError(say("marks.no_change", where=where), hint="") from None


_ACTS: Final[Mapping[str, Callable[[Path, Change], Marks]]] = {
    "add": lambda session, wanted: add_mark(session, _event(wanted), version=wanted.version),
    "change": _change,
    "remove": lambda session, wanted: remove_mark(session, wanted.row, version=wanted.version),
    "judge": _judge,
    "undo": lambda session, wanted: undo(session, version=wanted.version),
    "redo": lambda session, wanted: redo(session, version=wanted.version),
    "follow": lambda session, _: read_marks(session),
}


MARKS_ROUTES = [
    Route("/sessions/{name}/marks", show),
    Route("/sessions/{name}/marks", change, methods=["POST"]),
]

"""What a virtual sensor sends: live packets first, then what was asked for again."""

import zlib
from dataclasses import dataclass, field
from typing import Final

from imu_valgus.devices.decoders.reference import (
    ALL_SO_FAR,
    BACKFILL,
    STREAM,
    BackfillRange,
    BackfillRequest,
    EndMark,
    Status,
    encode_end_mark,
    samples_of,
)
from imu_valgus.devices.packet import Notification
from imu_valgus.devices.virtual.sampling import Sampler

_LIVE_LAG_S: Final = 1.0


@dataclass(slots=True)
class _Backfill:
    """A range that is being sent: ``at`` comes next, ``count`` samples have gone."""

    answer: BackfillRange
    at: int
    count: int = 0
    crc: int = 0
    status: Status = field(default=Status.OK)


class Sender:
    """Cuts a sensor's samples into notifications."""

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler
        self._live_next: int | None = 0
        self._resumed = False
        self._backfill: _Backfill | None = None

    @property
    def backfilling(self) -> bool:
        """Whether a backfill runs."""
        return self._backfill is not None

    def on_start(self) -> None:
        """Begin with the first sample of a new session."""
        self._live_next, self._resumed = 0, False

    def on_link(self) -> None:
        """Forget what was under way: a link has begun or ended."""
        self._backfill, self._live_next = None, None

    def abort(self) -> None:
        """End the backfill with its mark."""
        if self._backfill is not None:
            self._backfill.status = Status.ABORTED

    def begin_backfill(self, request: BackfillRequest) -> tuple[Status, BackfillRange | None]:
        """Answer BACKFILL; what is held of the range goes out from now on."""
        if request.session_id not in self._sampler.sessions():
            return Status.WRONG_SESSION, None
        if request.first > request.stop:
            return Status.BAD_ARGUMENT, None
        held_first, held_stop = self._sampler.held(request.session_id)
        stop = held_stop if request.stop == ALL_SO_FAR else min(request.stop, held_stop)
        first = min(request.first, stop)
        answer = BackfillRange(request.session_id, max(first, min(held_first, stop)), stop)
        if self._backfill is not None:
            same = self._backfill.answer == answer
            return (Status.OK, answer) if same else (Status.BUSY, None)
        status = Status.OK if answer.first == first else Status.RANGE_GONE
        self._backfill = _Backfill(answer, answer.first, status=status)
        return status, answer

    def outgoing(self, *, n_max: int, room: int, streaming: bool) -> list[Notification]:
        """Return what goes out in one connection event, ``room`` notifications at most."""
        sent = self._live(n_max, room) if streaming and n_max else []
        while len(sent) < room and self._backfill is not None:
            sent.append(self._next_of(self._backfill, n_max))
        return sent

    def _live(self, n_max: int, room: int) -> list[Notification]:
        session = self._sampler.session
        if session is None or not session.samples_a_packet:
            return []
        size = min(session.samples_a_packet, n_max)
        at = self._live_next
        if at is None or session.next - at > _LIVE_LAG_S * self._sampler.rate_hz:
            self._resumed, at = True, session.next
        sent: list[Notification] = []
        while len(sent) < room:
            ready = session.next - at
            n = size if ready >= size else 0 if session.running else ready
            if not n:
                break
            payload = self._sampler.packet(
                session.session_id, at, n, live=True, resumed=self._resumed
            )
            sent.append(Notification(STREAM, payload))
            self._resumed = False
            at += n
        self._live_next = at
        return sent

    def _next_of(self, backfill: _Backfill, n_max: int) -> Notification:
        session_id, _, stop = backfill.answer
        held_first, _ = self._sampler.held(session_id)
        if backfill.at < min(held_first, stop):
            backfill.status, backfill.at = Status.RANGE_GONE, min(held_first, stop)
        n = min(n_max, stop - backfill.at)
        if not n or backfill.status is Status.ABORTED:
            self._backfill = None
            mark = EndMark(backfill.status, *backfill.answer, backfill.count, backfill.crc)
            return Notification(BACKFILL, encode_end_mark(mark))
        payload = self._sampler.packet(session_id, backfill.at, n, live=False)
        backfill.crc = zlib.crc32(samples_of(payload), backfill.crc)
        backfill.at += n
        backfill.count += n
        return Notification(BACKFILL, payload)

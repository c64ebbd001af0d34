"""What is known of one sensor's samples, from the bytes that came and went, in their order.

The live collector and ``recover`` keep the same ledger, one while the bytes arrive and one from
the capture, so that they cannot disagree. No radio, no clock, no asyncio.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from imu_valgus.collect.ranges import IndexSet, Range
from imu_valgus.devices import Damaged, Decoder, Message, Notification, Packet
from imu_valgus.devices.decoders.reference import (
    CONTROL,
    Answer,
    BackfillRange,
    BackfillRequest,
    EndMark,
    Info,
    Started,
    Status,
    Stopped,
    StoredSession,
    decode_request,
)

LossCause = Literal["device", "overwritten", "restart", "damaged", "link"]
"""Why samples are missing: the sensor never had them (FIFO overrun); it no longer holds them; it
restarted and lost its RAM; its memory could not be read; nobody could ask it again."""


@dataclass(frozen=True, slots=True)
class LostRange:
    """The samples [first, stop) are missing."""

    first: int
    stop: int
    cause: LossCause


@dataclass(slots=True)
class DeviceSession:
    """One session of the sensor: what was received, what never will be.

    ``final``: its samples are [0, final); None while it is not known. ``reached``: the highest
    count that anything told. ``closed_by_restart``: what lies beyond ``reached`` is lost and
    uncounted.
    """

    session_id: int
    boot_id: int
    live: IndexSet = field(default_factory=IndexSet)
    backfilled: IndexSet = field(default_factory=IndexSet)
    received: IndexSet = field(default_factory=IndexSet)
    never_had: IndexSet = field(default_factory=IndexSet)
    gone: IndexSet = field(default_factory=IndexSet)
    unreadable: IndexSet = field(default_factory=IndexSet)
    final: int | None = None
    reached: int = 0
    ended_by_restart: bool = False

    @property
    def stop(self) -> int:
        """One past the last sample that is known to have been taken."""
        return self.reached if self.final is None else self.final

    def missing(self) -> list[Range]:
        """Return what was not received, whether it can be had or not."""
        return self.received.missing(0, self.stop)

    def to_ask_for(self) -> list[Range]:
        """Return what was not received and may still be had."""
        known = IndexSet(self.received)
        for nowhere in (self.never_had, self.gone, self.unreadable):
            for one in nowhere:
                known.add(*one)
        return known.missing(0, self.stop)

    def lost(self) -> list[LostRange]:
        """Return what is missing, with its causes, in ascending order."""
        found: list[LostRange] = []
        missing = IndexSet(self.missing())
        causes: list[tuple[LossCause, IndexSet]] = [
            ("device", self.never_had),
            ("overwritten", self.gone),
            ("damaged", self.unreadable),
        ]
        for cause, why in causes:
            found += [LostRange(*one, cause) for one in missing & why]
            missing = IndexSet(rest for one in missing for rest in why.missing(*one))
        rest_cause: LossCause = "restart" if self.ended_by_restart else "link"
        found += [LostRange(*one, rest_cause) for one in missing]
        return sorted(found, key=lambda one: one.first)


class Ledger:
    """Accounts for one sensor.

    Parameters
    ----------
    decoder : Decoder
        Of the sensor, fresh.
    on_packet : callable, optional
        Told of every packet that is right and belongs to the recording, repeats included.

    Attributes
    ----------
    wanted : set of int
        The sessions of the sensor that belong to the recording; packets of others are strangers.
    """

    def __init__(
        self,
        decoder: Decoder,
        *,
        on_packet: Callable[[Packet], None] = lambda _: None,
    ) -> None:
        self._decoder, self._on_packet = decoder, on_packet
        self.wanted: Final[set[int]] = set()
        self.sessions: dict[int, DeviceSession] = {}
        self.damaged = 0
        self.repeated = 0
        self.strangers = 0
        self.clipped = 0
        self.info: Info | None = None
        self._asked: Range | None = None

    def on_write(self, characteristic: str, payload: bytes) -> None:
        """Take note of what the host wrote: answers do not repeat what was asked."""
        if characteristic != CONTROL:
            return
        _, request = decode_request(payload)
        if isinstance(request, BackfillRequest):
            self._asked = Range(request.first, request.stop)

    def on_notification(self, characteristic: str, payload: bytes) -> tuple[Message, ...]:
        """Take note of what came, and return what it says."""
        messages = self._decoder.update(Notification(characteristic, payload))
        for message in messages:
            self._take(message)
        return messages

    def session(self, session_id: int) -> DeviceSession:
        """Return the account of a session of the recording, opened where there is none yet."""
        self.wanted.add(session_id)
        if session_id not in self.sessions:
            boot_id = self.info.boot_id if self.info else 0
            self.sessions[session_id] = DeviceSession(session_id, boot_id)
        return self.sessions[session_id]

    def _take(self, message: Message) -> None:
        match message:
            case Packet():
                self._take_packet(message)
            case Info():
                self._take_info(message)
            case Answer():
                self._take_answer(message)
            case EndMark():
                self._take_end_mark(message)
            case Damaged():
                self.damaged += 1
            case _:
                pass

    def _take_packet(self, packet: Packet) -> None:
        first, stop = packet.first_index, packet.next_index
        if packet.session_id not in self.wanted or first is None or stop is None:
            self.strangers += 1
            return
        session = self.session(packet.session_id)
        if not session.received.add(first, stop):
            self.repeated += 1
        (session.live if packet.source == "live" else session.backfilled).add(first, stop)
        session.never_had.add(max(first - packet.dropped_before, 0), first)
        session.reached = max(session.reached, stop)
        if packet.source == "live":
            self.clipped += int(packet.clipped.sum())
        self._on_packet(packet)

    def _take_info(self, info: Info) -> None:
        before = self.info
        self.info = info
        if before is not None and before.boot_id != info.boot_id:
            for session in self.sessions.values():
                if session.boot_id != info.boot_id and session.final is None:
                    session.ended_by_restart = True
        elif info.session_id in self.sessions:
            session = self.sessions[info.session_id]
            session.reached = max(session.reached, info.next)

    def _take_answer(self, answer: Answer) -> None:
        match answer.values:
            case Started(session_id=session_id) if session_id in self.wanted:
                self.session(session_id)
            case Stopped(session_id=session_id, final=final) if session_id in self.wanted:
                session = self.session(session_id)
                session.final = session.reached = final
            case StoredSession(session_id=session_id) if session_id in self.sessions:
                self._take_stored(answer.values)
            case BackfillRange(session_id=session_id) if session_id in self.wanted:
                self._take_range(answer, answer.values)
            case _:
                pass

    def _take_stored(self, stored: StoredSession) -> None:
        """Learn how far a session is stored that a restart has ended."""
        session = self.sessions[stored.session_id]
        session.reached = max(session.reached, stored.next)
        if stored.flags & 1:
            session.final = stored.next

    def _take_range(self, answer: Answer, held: BackfillRange) -> None:
        """Learn what of the range that was asked for is held no more."""
        if answer.status is not Status.RANGE_GONE or self._asked is None:
            return
        session = self.session(held.session_id)
        asked_stop = min(self._asked.stop, session.stop)
        session.gone.add(self._asked.first, min(held.first, asked_stop))
        if session.ended_by_restart:
            session.gone.add(held.stop, asked_stop)

    def _take_end_mark(self, mark: EndMark) -> None:
        """Learn what will not come any more: what an honest end mark leaves out."""
        if mark.session_id not in self.wanted or mark.status is Status.ABORTED:
            return
        session = self.session(mark.session_id)
        missing = session.received.missing(mark.first, mark.stop)
        if mark.stop - mark.first - sum(map(len, missing)) < mark.count:
            return  # some were lost on their way: to be asked for again
        where = session.unreadable if mark.status is Status.FLASH_ERROR else session.gone
        for one in missing:
            where.add(*one)

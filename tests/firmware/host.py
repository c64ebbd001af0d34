"""A host that knows the truth: it makes the samples, and checks every message of the sensor."""

import random
import struct
import zlib
from dataclasses import dataclass, field

from firmware.sensor import (
    ABORT,
    ALL,
    BACKFILL,
    END_MARK_BYTES,
    ERASE,
    FETCH,
    FORMAT,
    IDENTIFY,
    LIST,
    OK,
    RANGE_GONE,
    SET,
    START,
    STATUS,
    STOP,
    STREAM,
    TIME,
    Answer,
    Sample,
    Sensor,
)
from firmware.wire import EndMark, WirePacket, read_end_mark, read_packet

TICKS_A_SAMPLE = 4808
TICK_JITTER = 50
SOURCE_FLASH = 2

# The statuses that PROTOCOL.md states for each op, and the length of what follows each.
STATED = {
    START: {0: 10, 2: 0, 3: 0, 5: 1, 7: 0, 8: 0, 9: 0, 10: 0},
    STOP: {0: 8, 2: 0, 4: 0, 10: 0},
    STATUS: {0: 18, 2: 0},
    FETCH: {0: 12, 2: 0, 3: 0, 5: 0, 6: 12, 8: 0, 10: 0},
    ABORT: {0: 0, 2: 0},
    LIST: {0: 17, 2: 0, 8: 0, 10: 0},
    FORMAT: {0: 16, 2: 0, 8: 0, 10: 0},
    ERASE: {0: 2, 2: 0, 3: 0, 8: 0},
    IDENTIFY: {0: 0, 2: 0},
    SET: {0: 0, 2: 0},
}
UNKNOWN_OP = {1: 0}


@dataclass(slots=True)
class Session:
    """What a session consists of in truth, and what came of it."""

    samples: dict[int, Sample] = field(default_factory=dict[int, Sample])
    ticks: dict[int, int] = field(default_factory=dict[int, int])
    dropped_before: dict[int, int] = field(default_factory=dict[int, int])
    next_index: int = 0
    received: set[int] = field(default_factory=set[int])


@dataclass(slots=True)
class Transfer:
    """A backfill under way."""

    session_id: int
    first: int
    behind: int
    asked: tuple[int, int, int]
    received: dict[int, Sample] = field(default_factory=dict[int, Sample])


class Host:
    """Pushes samples into a sensor, talks to it, and checks all that it says."""

    def __init__(self, sensor: Sensor, seed: int = 0):
        self.sensor = sensor
        self.random = random.Random(seed)
        self.sessions: dict[int, Session] = {}
        self.running: int | None = None
        self.transfer: Transfer | None = None
        self.fetched: set[int] = set()
        self.end_marks: list[EndMark] = []
        self.packets: list[WirePacket] = []
        self.pongs: list[bytes] = []
        self.heard: list[tuple[int, bytes]] = []
        self.answers: list[bytes] = []
        self._tick = 1_000_000

    def push(self, n: int = 1, dropped: int = 0) -> None:
        """n samples, `dropped` indices before the first of them lost by the sensor's FIFO."""
        for i in range(n):
            lost = dropped if i == 0 else 0
            self._tick += TICKS_A_SAMPLE * (lost + 1)
            tick = self._tick + self.random.randint(-TICK_JITTER, TICK_JITTER)
            sample = self._make_sample(lost, tick)
            self.sensor.push(sample, tick, lost)
            self.hear()

    def _make_sample(self, lost: int, tick: int) -> Sample:
        noise = self.random.randint(-32768, 32767)
        if self.running is None:
            return (noise, 0, 0, 0, 0, 0)
        session = self.sessions[self.running]
        index = session.next_index + lost
        # No 0xFF at the end: a record that lacks its last byte must not look like a whole one.
        sample = (noise, index & 0x7FFF, index >> 15, self.running & 0x7FFF, noise // 2, 0x1234)
        session.samples[index] = sample
        session.ticks[index] = tick
        session.dropped_before[index] = lost
        session.next_index = index + 1
        return sample

    def ask(self, request: bytes) -> Answer:
        """Write to CONTROL; the answer is one that PROTOCOL.md states."""
        answer = self.sensor.write(request)
        op = request[0] if request else 0
        stated = STATED.get(op, UNKNOWN_OP)
        assert answer.op == 0x80 | op
        assert len(answer.rest) == stated[answer.status]
        self.answers.append(bytes((answer.op, answer.status)) + answer.rest)
        self._note(op, request, answer)
        self.sensor.poll()
        self.hear()
        return answer

    def request(self, op: int, layout: str = "", *values: int) -> Answer:
        return self.ask(struct.pack("<B" + layout, op, *values))

    def start(self, session_id: int, *, n: int = 0, flags: int = 1) -> Answer:
        return self.request(START, "IHBBBB", session_id, 0, 0, 0, n, flags)

    def fetch(self, session_id: int, first: int = 0, behind: int = ALL) -> set[int]:
        """The indices that a backfill, run to its end mark, brings."""
        answer = self.request(FETCH, "III", session_id, first, behind)
        assert answer.status in (OK, RANGE_GONE)
        self.finish_transfer()
        return self.fetched

    def finish_transfer(self) -> None:
        while self.transfer:
            self.sensor.poll()
            self.hear()

    def list_sessions(self) -> dict[int, tuple[int, ...]]:
        """(boot_id, first, next, flags) of each session in flash, oldest first."""
        found: dict[int, tuple[int, ...]] = {}
        after = 0
        while True:
            answer = self.request(LIST, "I", after)
            assert answer.status == OK
            after, *rest = struct.unpack("<4IB", answer.rest)
            if after == 0:
                return found
            found[after] = tuple(rest)

    def lose_link(self) -> None:
        self.sensor.link(0)
        self.hear()
        self.transfer = None

    def reboot(self) -> None:
        self.sensor.boot()
        self.running = None
        self.transfer = None

    def _note(self, op: int, request: bytes, answer: Answer) -> None:
        if answer.status not in (OK, RANGE_GONE):
            return
        if op == START:
            session_id = struct.unpack_from("<I", request, 1)[0]
            if self.running is None:  # else the answer to a repeated START
                self.sessions[session_id] = Session()
                self.running = session_id
        elif op == STOP:
            session_id, final = struct.unpack("<II", answer.rest)
            assert final == self.sessions[session_id].next_index
            self.running = None
        elif op == FETCH:
            asked = struct.unpack_from("<3I", request, 1)
            if self.transfer is None:
                self.transfer = Transfer(*struct.unpack("<3I", answer.rest), asked)

    def hear(self) -> None:
        """Take all notifications and hold them against the truth."""
        for characteristic, payload in self.sensor.take():
            self.heard.append((characteristic, payload))
            if characteristic == TIME:
                self.pongs.append(payload)
            elif characteristic == BACKFILL and len(payload) == END_MARK_BYTES:
                self._hear_end_mark(read_end_mark(payload))
            else:
                packet = read_packet(payload)
                assert (packet.source == 0) == (characteristic == STREAM)
                self._hear_packet(packet)

    def _hear_packet(self, packet: WirePacket) -> None:
        session = self.sessions[packet.session_id]
        first = packet.first_index
        true = [session.samples[first + k] for k in range(len(packet.samples))]
        assert list(packet.samples) == true
        assert packet.dropped_before == session.dropped_before[first]
        allowed = 2 * TICK_JITTER + 1 if packet.source == SOURCE_FLASH else 0
        assert abs(packet.tick - session.ticks[first]) <= allowed
        session.received.update(range(first, first + len(true)))
        self.packets.append(packet)
        if packet.source:
            assert self.transfer is not None
            self.transfer.received.update(zip(range(first, first + len(true)), true, strict=True))

    def _hear_end_mark(self, mark: EndMark) -> None:
        transfer = self.transfer
        assert transfer is not None
        got = transfer.received
        assert (mark.session_id, mark.first, mark.behind) == (
            transfer.session_id, transfer.first, transfer.behind,
        )  # fmt: skip
        assert mark.count == len(got)
        in_order = b"".join(struct.pack("<6h", *got[index]) for index in sorted(got))
        assert mark.crc_samples == zlib.crc32(in_order)
        if mark.status == OK:
            truly = self.sessions[mark.session_id].samples
            assert {i for i in truly if mark.first <= i < mark.behind} == set(got)
        self.end_marks.append(mark)
        self.fetched = set(got)
        self.transfer = None

"""The ledger of one sensor: bytes in, the account of every sample out; no radio, no time."""

import numpy as np
import pytest

from imu_valgus.collect import IndexSet, Ledger, LostRange
from imu_valgus.devices import Packet, Source
from imu_valgus.devices.decoders.reference import (
    BACKFILL,
    CONTROL,
    STREAM,
    Answer,
    BackfillRange,
    BackfillRequest,
    Command,
    EndMark,
    ReferenceDecoder,
    Started,
    Status,
    Stopped,
    encode,
    encode_answer,
    encode_end_mark,
    encode_request,
)

OURS = 7


def _packet(
    first: int, n: int = 16, *, source: Source = "live", session: int = OURS, dropped: int = 0
) -> bytes:
    time_s = np.full(n, np.nan)
    time_s[0] = first / 200
    zeros = np.zeros((n, 3))
    packet = Packet(zeros, zeros, time_s, first, session, source, dropped_before=dropped)
    return encode(packet)


def _answer(
    command: Command, values: Started | Stopped | BackfillRange, status: Status = Status.OK
) -> bytes:
    return encode_answer(Answer(command, status, values))


@pytest.fixture
def ledger() -> Ledger:
    """Of a recording that has begun."""
    begun = Ledger(ReferenceDecoder())
    begun.wanted.add(OURS)
    begun.on_notification(CONTROL, _answer(Command.START, Started(OURS, 0, 16, 16)))
    return begun


def _live(ledger: Ledger, *firsts: int) -> None:
    for first in firsts:
        ledger.on_notification(STREAM, _packet(first))


def _stop(ledger: Ledger, final: int) -> None:
    ledger.on_notification(CONTROL, _answer(Command.STOP, Stopped(OURS, final)))


def _ask(ledger: Ledger, first: int, stop: int, *, held: int, status: Status = Status.OK) -> None:
    request = encode_request(Command.BACKFILL, BackfillRequest(OURS, first, stop))
    ledger.on_write(CONTROL, request)
    answer = _answer(Command.BACKFILL, BackfillRange(OURS, held, stop), status)
    ledger.on_notification(CONTROL, answer)


def _end(ledger: Ledger, first: int, stop: int, count: int, status: Status = Status.OK) -> None:
    mark = EndMark(status, OURS, first, stop, count, 0)
    ledger.on_notification(BACKFILL, encode_end_mark(mark))


def test_packets_in_any_order_and_twice_make_one_whole(ledger: Ledger):
    _live(ledger, 0, 32, 16, 16, 48, 0)
    _stop(ledger, 64)

    session = ledger.sessions[OURS]
    assert (session.missing(), len(session.received), ledger.repeated) == ([], 64, 2)


def test_what_lies_between_is_asked_for(ledger: Ledger):
    _live(ledger, 0, 64)

    assert ledger.sessions[OURS].to_ask_for() == [(16, 64)]


def test_the_rest_up_to_the_end_is_asked_for(ledger: Ledger):
    _live(ledger, 0)
    _stop(ledger, 40)

    assert ledger.sessions[OURS].to_ask_for() == [(16, 40)]


def test_a_packet_of_another_session_is_no_part_of_this_one(ledger: Ledger):
    _live(ledger, 0)
    ledger.on_notification(STREAM, _packet(16, session=99))

    assert (list(ledger.sessions), ledger.strangers) == ([OURS], 1)


def test_a_packet_with_a_wrong_byte_is_dropped_and_asked_for_again(ledger: Ledger):
    damaged = bytearray(_packet(16))
    damaged[30] ^= 1
    _live(ledger, 0)
    ledger.on_notification(STREAM, bytes(damaged))
    _live(ledger, 32)

    assert (ledger.damaged, ledger.sessions[OURS].to_ask_for()) == (1, [(16, 32)])


def test_what_the_sensor_never_had_is_its_own_loss_and_not_asked_for(ledger: Ledger):
    _live(ledger, 0)
    ledger.on_notification(STREAM, _packet(20, dropped=4))
    _stop(ledger, 36)

    session = ledger.sessions[OURS]
    assert (session.to_ask_for(), session.lost()) == ([], [LostRange(16, 20, "device")])


def test_what_is_overwritten_is_lost_as_far_as_the_answer_says(ledger: Ledger):
    _live(ledger, 0, 160)
    _ask(ledger, 16, 160, held=100, status=Status.RANGE_GONE)

    session = ledger.sessions[OURS]
    assert (session.to_ask_for(), session.lost()[0]) == (
        [(100, 160)],
        LostRange(16, 100, "overwritten"),
    )


def test_an_end_mark_that_agrees_with_what_came_is_final(ledger: Ledger):
    _live(ledger, 0, 64)
    _ask(ledger, 16, 64, held=16)
    ledger.on_notification(BACKFILL, _packet(48, source="ram"))
    _end(ledger, 16, 64, 16, Status.RANGE_GONE)

    assert ledger.sessions[OURS].lost() == [LostRange(16, 48, "overwritten")]


def test_what_got_lost_on_its_way_is_asked_for_once_more(ledger: Ledger):
    _live(ledger, 0, 64)
    _ask(ledger, 16, 64, held=16)
    ledger.on_notification(BACKFILL, _packet(48, source="ram"))
    _end(ledger, 16, 64, 48)

    assert ledger.sessions[OURS].to_ask_for() == [(16, 48)]


def test_flash_that_cannot_be_read_is_damage(ledger: Ledger):
    _live(ledger, 0, 32)
    _ask(ledger, 16, 32, held=16)
    _end(ledger, 16, 32, 0, Status.FLASH_ERROR)

    assert ledger.sessions[OURS].lost() == [LostRange(16, 32, "damaged")]


def test_what_could_not_be_asked_for_was_lost_on_the_link(ledger: Ledger):
    _live(ledger, 0, 32)

    assert ledger.sessions[OURS].lost() == [LostRange(16, 32, "link")]


def test_live_and_fetched_samples_are_told_apart(ledger: Ledger):
    _live(ledger, 0, 32)
    ledger.on_notification(BACKFILL, _packet(16, source="flash"))

    session = ledger.sessions[OURS]
    assert (list(session.live), list(session.backfilled)) == (
        list(IndexSet([(0, 16), (32, 48)])),
        [(16, 32)],
    )

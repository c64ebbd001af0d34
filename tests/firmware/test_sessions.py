"""Sessions begin and end once, are never mixed up, and outlive a reset in flash."""

import ctypes
import struct

import pytest
from firmware.host import Host
from firmware.sensor import (
    BUSY,
    ERASE,
    ERASE_MAGIC,
    FETCH,
    FORMAT,
    LIST,
    OK,
    STATUS,
    STOP,
    WRONG_SESSION,
    Memory,
    Sensor,
)
from firmware.wire import FORMAT as FORMAT_BYTES
from firmware.wire import INFO

CLOSED, ENDED_BY_SENSOR = 0x01, 0x02


def test_a_repeated_start_is_answered_and_does_not_start_anew(host: Host, sensor: Sensor):
    host.start(1000)
    host.push(10)

    again = sensor.start(1000)

    assert (again.status, sensor.stop(1000)) == (OK, 10)


def test_a_repeated_stop_tells_the_same_count(host: Host, sensor: Sensor):
    host.start(1000)
    host.push(10, dropped=5)

    assert [sensor.stop(1000), sensor.stop(1000)] == [15, 15]


def test_another_session_is_neither_started_over_nor_stopped(host: Host, sensor: Sensor):
    host.start(1000)

    assert sensor.start(1001).status == BUSY
    assert sensor.ask(STOP, "I", 1001).status == WRONG_SESSION


@pytest.mark.parametrize("reset", [False, True])
def test_a_session_id_is_not_taken_twice(host: Host, sensor: Sensor, *, reset: bool):
    host.start(1000)
    host.push(10)
    sensor.stop(1000)
    if reset:
        sensor.boot()

    assert sensor.start(1000).status == WRONG_SESSION


def test_an_armed_sensor_logs_with_no_link_at_the_smallest_mtu(host: Host, sensor: Sensor):
    sensor.link(23)
    host.start(1000, n=0)
    host.lose_link()
    host.push(150)

    sensor.link(247)
    sensor.stop(1000)

    assert host.fetch(1000) == set(range(150))


def test_sessions_are_listed_oldest_first_with_what_they_hold(host: Host):
    for session, n in ((1003, 20), (1001, 40), (1002, 5)):
        host.start(session)
        host.push(n)
        host.request(STOP, "I", session)

    listed = host.list_sessions()

    assert list(listed.items()) == [
        (1003, (1, 0, 20, CLOSED)),
        (1001, (1, 0, 40, CLOSED)),
        (1002, (1, 0, 5, CLOSED)),
    ]


def test_paging_from_a_session_that_is_not_held_is_an_error(sensor: Sensor):
    assert sensor.ask(LIST, "I", 5).status == WRONG_SESSION


def test_after_a_reset_the_old_session_is_open_and_readable(host: Host):
    host.start(1000)
    host.push(40)

    host.reboot()

    assert host.list_sessions() == {1000: (1, 0, 32, 0)}
    assert host.fetch(1000) == set(range(32))


def test_a_session_started_after_a_reset_has_ticks_of_another_boot(host: Host):
    host.start(1000)
    host.push(40)
    host.reboot()
    host.start(1001)
    host.push(20)
    host.request(STOP, "I", 1001)

    boots = {session: boot for session, (boot, *_) in host.list_sessions().items()}

    assert boots == {1000: 1, 1001: 2}


def test_the_battery_ends_a_session_cleanly_and_forbids_a_new_one(host: Host, sensor: Sensor):
    host.start(1000)
    host.push(40)

    sensor.battery(1, 3200)
    host.running = None

    assert host.list_sessions() == {1000: (1, 0, 40, CLOSED | ENDED_BY_SENSOR)}
    assert sensor.start(1001).status == 9


def test_the_format_of_a_session_is_kept_over_a_reset(sensor: Sensor):
    sensor.ask(1, "IHBBBB", 1000, 1040, 16, 16, 0, 1)
    sensor.stop(1000)
    sensor.boot()

    answer = sensor.ask(FORMAT, "I", 1000)

    assert FORMAT_BYTES.unpack(answer.rest) == (1040, 16, 16, 488000, 70000000, 1000000)


def test_erasing_frees_eight_sectors_a_request(core: ctypes.CDLL):
    sensor = Sensor(core, Memory(n_sectors=24))
    host = Host(sensor)
    host.start(1000)
    host.push(20 * 32)
    host.request(STOP, "I", 1000)

    left = [struct.unpack("<H", sensor.ask(ERASE, "II", 1000, ERASE_MAGIC).rest)[0] for _ in "1234"]

    assert left == [13, 5, 0, 0]
    assert host.list_sessions() == {}
    sensor.close()


def test_erasing_one_session_leaves_the_others(host: Host):
    for session in (1001, 1002):
        host.start(session)
        host.push(50)
        host.request(STOP, "I", session)

    host.request(ERASE, "II", 1001, ERASE_MAGIC)

    assert list(host.list_sessions()) == [1002]
    assert host.fetch(1002) == set(range(50))


def test_a_new_session_starts_with_nothing_dropped_and_the_flash_not_full(
    host: Host, sensor: Sensor
):
    host.start(1000)
    host.push(400, dropped=3)
    host.request(STOP, "I", 1000)
    host.request(ERASE, "II", 1000, ERASE_MAGIC)

    host.start(1001, flags=0)

    flags, _, _, _, _, dropped, _ = struct.unpack("<BBHIIIH", sensor.ask(STATUS).rest)
    assert (flags & 0x04, dropped) == (0, 0)


def test_nothing_is_erased_or_started_under_a_backfill(host: Host, sensor: Sensor):
    host.start(1000)
    host.push(100)
    host.request(STOP, "I", 1000)
    sensor.room(0)
    host.request(FETCH, "III", 1000, 0, 100)

    assert sensor.ask(ERASE, "II", 1000, ERASE_MAGIC).status == BUSY
    assert sensor.start(1001).status == BUSY


def test_the_session_that_ran_last_is_not_started_again_even_if_erased(host: Host, sensor: Sensor):
    host.start(1000)
    host.request(STOP, "I", 1000)
    host.request(ERASE, "II", 1000, ERASE_MAGIC)

    assert sensor.start(1000).status == WRONG_SESSION


def test_info_tells_what_the_flash_still_takes(host: Host, sensor: Sensor):
    host.start(1000)
    host.push(50)

    *_, oldest, next_index, free, total, _placement, _percent, _mv = INFO.unpack(sensor.info())

    assert (oldest, next_index, free, total) == (0, 50, 256 - 50, 256)


def test_two_megabytes_hold_the_minutes_that_the_notes_state(core: ctypes.CDLL):
    board = Memory(page_bytes=256, record_bytes=2048, sector_bytes=4096, n_sectors=512)
    sensor = Sensor(core, board, n_slots=1024)
    sensor.start(1000)

    for tick in range(170_000):
        sensor.push((1, 2, 3, 4, 5, 6), tick)

    held = struct.unpack("<4IB", sensor.ask(LIST, "I", 0).rest)[3]
    assert (held, round(held / 208 / 60, 1)) == (169_984, 13.6)
    sensor.close()


def test_seconds_left_follow_from_the_rate(host: Host, sensor: Sensor):
    host.start(1000)

    answer = sensor.ask(STATUS)

    assert struct.unpack("<BBHIIIH", answer.rest)[-1] == 256 * 10 // 2080


def test_the_index_stops_before_it_would_wrap(sensor: Sensor):
    sensor.start(1000, flags=0)

    for tick in range(70_000):
        sensor.push((0, 0, 0, 0, 0, 0), tick, dropped=65535)

    final = sensor.stop(1000)
    assert final == 65536 * 65535
    assert sensor.info()[37] & 0x41 == 0x40

"""A backfill gives what is held, from RAM or flash, and names exactly what is gone."""

import ctypes
import struct

import pytest
from firmware.host import Host
from firmware.sensor import (
    ABORT,
    ALL,
    BUSY,
    FETCH,
    FLASH_ERROR,
    LOG,
    OK,
    RANGE_GONE,
    STOP,
    WRAP,
    Sensor,
)

SESSION = 1000
RING = 64  # slots of the sensor on the bench
RECORD = 16  # samples of a record there
FLASH = 256  # samples that its flash takes


def range_of(answer_rest: bytes) -> tuple[int, int]:
    return struct.unpack_from("<II", answer_rest, 4)


def test_a_lost_link_costs_nothing_that_ram_and_flash_hold(host: Host, sensor: Sensor):
    host.start(SESSION, n=16)
    host.push(50)
    host.lose_link()
    host.push(150)

    sensor.link(247)
    host.fetch(SESSION)

    assert host.sessions[SESSION].received == set(range(200))


def test_what_the_ring_overwrote_is_gone_and_the_rest_comes(host: Host):
    host.start(SESSION, flags=0)
    host.push(100)

    answer = host.request(FETCH, "III", SESSION, 10, 50)
    host.finish_transfer()

    assert (answer.status, range_of(answer.rest)) == (RANGE_GONE, (100 - RING, 50))
    assert host.fetched == set(range(100 - RING, 50))


def test_when_all_is_gone_the_end_mark_comes_alone(host: Host):
    host.start(SESSION, flags=0)
    host.push(100)

    answer = host.request(FETCH, "III", SESSION, 0, 30)
    host.finish_transfer()

    assert (answer.status, range_of(answer.rest)) == (RANGE_GONE, (30, 30))
    assert (host.fetched, host.end_marks[-1].status) == (set(), OK)


def test_a_full_flash_keeps_the_beginning_and_the_ring_the_end(host: Host):
    host.start(SESSION)
    host.push(500)

    fetched = host.fetch(SESSION)

    assert fetched == {*range(FLASH), *range(500 - RING, 500)}
    assert host.end_marks[-1].status == RANGE_GONE


@pytest.mark.parametrize(
    ("asked", "remains"), [((300, 480), (500 - RING, 480)), ((100, 300), (100, FLASH))]
)
def test_a_range_that_ends_in_a_hole_is_cut_at_the_hole(
    host: Host, asked: tuple[int, int], remains: tuple[int, int]
):
    host.start(SESSION)
    host.push(500)

    answer = host.request(FETCH, "III", SESSION, *asked)

    assert (answer.status, range_of(answer.rest)) == (RANGE_GONE, remains)


def test_a_range_wholly_in_a_hole_is_empty(host: Host):
    host.start(SESSION)
    host.push(500)

    answer = host.request(FETCH, "III", SESSION, 300, 310)

    assert (answer.status, range_of(answer.rest)) == (RANGE_GONE, (310, 310))


def test_a_range_across_a_hole_says_that_part_is_gone(host: Host):
    host.start(SESSION)
    host.push(500)

    answer = host.request(FETCH, "III", SESSION, 100, 480)

    assert (answer.status, range_of(answer.rest)) == (RANGE_GONE, (100, 480))


def test_a_wrapping_flash_keeps_the_newest(host: Host):
    host.start(SESSION, flags=LOG | WRAP)
    host.push(1000)

    fetched = host.fetch(SESSION)

    one_sector = 2 * RECORD
    assert fetched == set(range(min(fetched), 1000))
    assert len(fetched) >= FLASH - one_sector


def test_a_ring_that_reaches_further_back_than_the_flash_is_used(core: ctypes.CDLL):
    sensor = Sensor(core, n_slots=600)
    host = Host(sensor)
    host.start(SESSION, flags=LOG | WRAP)
    host.push(1000)

    answer = host.request(FETCH, "III", SESSION, 0, 1000)
    host.finish_transfer()

    assert (answer.status, range_of(answer.rest)) == (RANGE_GONE, (400, 1000))
    assert host.fetched == set(range(400, 1000))
    sensor.close()


def test_samples_that_the_sensor_dropped_are_not_called_gone(host: Host):
    host.start(SESSION)
    host.push(20)
    host.push(100, dropped=7)

    fetched = host.fetch(SESSION)

    assert fetched == {*range(20), *range(27, 127)}
    assert host.end_marks[-1].status == OK


def test_a_gap_is_told_once_by_the_packet_behind_it(host: Host, sensor: Sensor):
    host.start(SESSION)
    host.push(10)
    host.push(100, dropped=7)
    host.request(STOP, "I", SESSION)
    host.reboot()
    sensor.link(100)

    host.fetch(SESSION)

    assert [p.first_index for p in host.packets if p.dropped_before] == [17]


def test_a_gap_that_the_ring_has_half_lost_keeps_its_length(host: Host):
    host.start(SESSION, flags=0)
    host.push(20)
    host.push(RING - 3, dropped=7)

    host.fetch(SESSION)

    assert host.packets[0].dropped_before == 7


def test_a_repeated_request_carries_on(host: Host, sensor: Sensor):
    host.start(SESSION)
    host.push(100)
    sensor.room(1)
    first = host.request(FETCH, "III", SESSION, 0, ALL)

    second = host.request(FETCH, "III", SESSION, 0, ALL)
    sensor.room(100)
    host.finish_transfer()

    assert (second.status, second.rest) == (OK, first.rest)
    assert host.end_marks[-1].count == 100


def test_another_request_meanwhile_is_refused(host: Host, sensor: Sensor):
    host.start(SESSION)
    host.push(100)
    sensor.room(1)
    host.request(FETCH, "III", SESSION, 0, ALL)

    assert host.request(FETCH, "III", SESSION, 1, ALL).status == BUSY


def test_an_aborted_backfill_still_ends_with_a_mark(host: Host, sensor: Sensor):
    host.start(SESSION)
    host.push(100)
    sensor.room(1)
    host.request(FETCH, "III", SESSION, 0, ALL)

    host.request(ABORT)
    sensor.room(100)
    host.finish_transfer()

    assert host.end_marks[-1].status == 0x0B


def test_an_aborted_backfill_is_not_taken_up_again_before_its_mark(host: Host, sensor: Sensor):
    host.start(SESSION)
    host.push(100)
    sensor.room(1)
    host.request(FETCH, "III", SESSION, 0, ALL)

    host.request(ABORT)

    assert host.request(FETCH, "III", SESSION, 0, ALL).status == BUSY


def test_a_lost_link_ends_a_backfill_without_a_mark(host: Host, sensor: Sensor):
    host.start(SESSION)
    host.push(100)
    sensor.room(1)
    host.request(FETCH, "III", SESSION, 0, ALL)
    host.lose_link()
    sensor.room(100)

    sensor.link(247)
    sensor.poll()
    host.hear()

    assert host.end_marks == []
    assert host.fetch(SESSION) == set(range(100))


def test_samples_overwritten_under_a_running_backfill_are_gone_not_wrong(
    host: Host, sensor: Sensor
):
    host.start(SESSION, flags=LOG | WRAP)
    host.push(FLASH)
    sensor.room(1)
    host.request(FETCH, "III", SESSION, 0, FLASH)
    host.push(FLASH)

    sensor.room(100)
    host.finish_transfer()

    assert host.end_marks[-1].status == RANGE_GONE


def test_a_damaged_record_costs_its_own_samples_only(host: Host, sensor: Sensor):
    host.start(SESSION)
    host.push(200)
    second_record = sensor.memory.record_bytes
    sensor.flash_bytes()[second_record + 100] ^= 0x10

    fetched = host.fetch(SESSION)

    assert fetched == set(range(200)) - set(range(RECORD, 2 * RECORD))
    assert host.end_marks[-1].status == FLASH_ERROR


def test_a_chip_that_fails_ends_a_backfill_with_a_flash_error(host: Host, sensor: Sensor):
    host.start(SESSION)
    host.push(200)
    sensor.room(1)
    host.request(FETCH, "III", SESSION, 0, ALL)

    sensor.chip(fails=True)
    sensor.room(100)
    host.finish_transfer()

    assert host.end_marks[-1].status == FLASH_ERROR


def test_while_the_chip_fails_the_ring_goes_on(host: Host, sensor: Sensor):
    host.start(SESSION)
    sensor.chip(fails=True)
    host.push(200)

    sensor.chip(fails=False)

    assert host.fetch(SESSION, 200 - RING) == set(range(200 - RING, 200))

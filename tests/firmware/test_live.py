"""Live packets: all that the link takes, in order, and never at the cost of sampling."""

from firmware.host import Host
from firmware.sensor import FETCH, STREAM, Sensor

SESSION = 1000


def test_on_a_good_link_every_sample_comes_once(host: Host):
    host.start(SESSION, n=16)

    host.push(160)

    assert [p.first_index for p in host.packets] == list(range(0, 160, 16))


def test_a_packet_shrinks_to_what_the_mtu_holds(host: Host, sensor: Sensor):
    host.start(SESSION, n=16)
    sensor.link(185)

    host.push(26)

    assert [len(p.samples) for p in host.packets] == [13, 13]


def test_a_packet_ends_where_samples_are_missing(host: Host):
    host.start(SESSION, n=16)
    host.push(5)

    host.push(16, dropped=3)

    assert [(p.first_index, p.dropped_before) for p in host.packets] == [(0, 0), (8, 3)]


def test_stop_sends_the_rest_in_a_short_packet(host: Host, sensor: Sensor):
    host.start(SESSION, n=16)
    host.push(20)

    sensor.stop(SESSION)
    host.hear()

    assert host.sessions[SESSION].received == set(range(20))


def test_a_short_loss_of_the_link_is_caught_up(host: Host, sensor: Sensor):
    host.start(SESSION, n=16)
    host.push(16)
    host.lose_link()
    host.push(32)

    sensor.link(247)
    host.hear()

    assert host.sessions[SESSION].received == set(range(48))


def test_after_a_long_loss_live_goes_on_and_says_that_it_jumped(host: Host, sensor: Sensor):
    host.start(SESSION, n=16)
    host.lose_link()
    host.push(1000)

    sensor.link(247)
    host.push(64)

    resumed = [p.first_index > 0 for p in host.packets if p.flags & 0x08]
    assert resumed == [True]


def test_a_full_queue_delays_packets_and_loses_none(host: Host, sensor: Sensor):
    host.start(SESSION, n=4)
    sensor.room(0)
    host.push(40)

    sensor.room(100)
    host.push(4)

    assert host.sessions[SESSION].received == set(range(44))


def test_live_goes_before_backfill(host: Host, sensor: Sensor):
    host.start(SESSION, n=16)
    host.push(16)
    sensor.room(0)
    host.request(FETCH, "III", SESSION, 0, 16)
    host.push(16)

    sensor.room(1)
    sensor.poll()

    assert [characteristic for characteristic, _ in sensor.take()] == [STREAM]


def test_clipping_is_flagged_by_the_kind_of_the_value(sensor: Sensor):
    sensor.start(SESSION, n=1)

    sensor.push((0, 0, 0, 0, 0, 0), tick=1)
    sensor.push((32767, 0, 0, 0, 0, 0), tick=2)
    sensor.push((0, 0, 0, 0, 0, -32768), tick=3)

    assert [payload[1] for _, payload in sensor.take()] == [0, 0x02, 0x04]


def test_a_pong_holds_the_ping_and_both_ticks(host: Host, sensor: Sensor):
    sensor.ping(bytes(range(8)), tick_rx=258)

    host.hear()

    assert host.pongs == [bytes(range(8)) + bytes([2, 1, 0, 0, 0, 0]) + bytes(6)]

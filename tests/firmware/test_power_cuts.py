"""The power may go at any time: what was fully programmed is readable then, nothing else."""

import ctypes
from dataclasses import dataclass, field

from firmware.host import Host
from firmware.sensor import ERASE, ERASE_MAGIC, LOG, OK, STOP, WRAP, Memory, Sensor
from hypothesis import given, settings
from hypothesis import strategies as st

ROOMY = Memory(n_sectors=64)
SMALL = Memory(n_sectors=4)
RECORDS_A_SECTOR = ROOMY.sector_bytes // ROOMY.record_bytes

bursts = st.lists(st.tuples(st.integers(1, 40), st.sampled_from([0, 0, 0, 1, 9])), max_size=5)
cuts = st.tuples(st.integers(1, 60), st.floats(0, 0.999))


@dataclass(slots=True)
class Record:
    """A record that a session comes to, and the operation that completes it."""

    indices: list[int] = field(default_factory=list[int])
    complete_at: int = 0


def expected_records(
    pushes: list[tuple[int, int]], *, closed: bool, operations: int
) -> list[Record]:
    """How PROTOCOL.md lays a session out: full records, short ones before a gap and at the end."""
    records: list[Record] = []
    filling: list[int] = []
    index = 0

    def write() -> None:
        nonlocal operations, filling
        n_bytes = 56 + 12 * len(filling)
        operations += -(-n_bytes // ROOMY.page_bytes) + (len(records) % RECORDS_A_SECTOR == 0)
        records.append(Record(filling, operations))
        filling = []

    for n, dropped in pushes:
        if dropped and filling:
            write()
        index += dropped
        for _ in range(n):
            filling.append(index)
            index += 1
            if len(filling) == ROOMY.record_samples:
                write()
    if closed:
        write()
    return records


def push_all(host: Host, pushes: list[tuple[int, int]]) -> None:
    for n, dropped in pushes:
        host.push(n, dropped)


@settings(max_examples=60, deadline=None)
@given(lives=st.lists(st.tuples(bursts, bursts, cuts), min_size=1, max_size=3))
def test_what_was_fully_programmed_is_readable_and_nothing_else(
    core: ctypes.CDLL,
    lives: list[tuple[list[tuple[int, int]], list[tuple[int, int]], tuple[int, float]]],
):
    sensor = Sensor(core, ROOMY)
    host = Host(sensor)
    expected: dict[int, set[int]] = {}

    for life, (closed, left_open, (cut, done)) in enumerate(lives):
        sensor.cut_power(at_operation=cut, done=done)
        operations = 0
        for session, pushes, is_closed in (
            (2 * life + 1, closed, True),
            (2 * life + 2, left_open, False),
        ):
            host.start(session)
            push_all(host, pushes)
            if is_closed:
                host.request(STOP, "I", session)
            records = expected_records(pushes, closed=is_closed, operations=operations)
            operations = records[-1].complete_at if records else operations
            durable = [record for record in records if record.complete_at < cut]
            expected[session] = {index for record in durable for index in record.indices}
        host.reboot()

    listed = host.list_sessions()
    readable = {session: host.fetch(session) for session in listed}
    assert {s: got for s, got in readable.items() if got} == {
        s: e for s, e in expected.items() if e
    }
    assert sensor.misuse == 0
    sensor.close()


@settings(max_examples=60, deadline=None)
@given(
    pushes=st.lists(st.integers(1, 90), min_size=3, max_size=8),
    cut=st.integers(1, 150),
    done=st.floats(0, 0.999),
)
def test_a_cut_while_wrapping_costs_the_sector_in_work_only(
    core: ctypes.CDLL, pushes: list[int], cut: int, done: float
):
    sensor = Sensor(core, SMALL)
    host = Host(sensor)
    plan = [(n, 0) for n in pushes]
    host.start(1, flags=LOG | WRAP)
    sensor.cut_power(at_operation=cut, done=done)
    push_all(host, plan)

    host.reboot()

    records = expected_records(plan, closed=False, operations=0)
    durable = [record for record in records if record.complete_at < cut]
    kept = durable[-(SMALL.n_sectors - 1) * RECORDS_A_SECTOR + 1 :]
    got = host.fetch(1) if durable else set[int]()
    assert got >= {index for record in kept for index in record.indices}
    assert got <= {index for record in durable for index in record.indices}
    sensor.close()


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(1, 10), done=st.floats(0, 0.999))
def test_a_cut_while_erasing_spares_the_other_sessions(core: ctypes.CDLL, cut: int, done: float):
    sensor = Sensor(core, ROOMY)
    host = Host(sensor)
    for session in (1, 2):
        host.start(session)
        host.push(200)
        host.request(STOP, "I", session)
    sensor.cut_power(at_operation=cut, done=done)
    sensor.ask(ERASE, "II", 1, ERASE_MAGIC)

    host.reboot()
    while sensor.ask(ERASE, "II", 1, ERASE_MAGIC).rest != bytes(2):
        pass

    assert list(host.list_sessions()) == [2]
    assert host.fetch(2) == set(range(200))
    sensor.close()


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(1, 40), done=st.floats(0, 0.999))
def test_after_a_cut_the_log_goes_on(core: ctypes.CDLL, cut: int, done: float):
    sensor = Sensor(core, ROOMY)
    host = Host(sensor)
    host.start(1)
    sensor.cut_power(at_operation=cut, done=done)
    host.push(100)
    host.reboot()

    started = host.start(2)
    host.push(300)
    host.request(STOP, "I", 2)
    host.reboot()

    assert started.status == OK
    assert host.fetch(2) == set(range(300))
    sensor.close()

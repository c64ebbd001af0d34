"""A host that does anything in any order: `python -m firmware.fuzz LIBRARY SEED COUNT`."""

import ctypes
import struct
import sys
from pathlib import Path

from firmware.host import STATED, Host
from firmware.sensor import (
    ABORT,
    ERASE,
    ERASE_MAGIC,
    FETCH,
    LIST,
    OK,
    RANGE_GONE,
    START,
    STOP,
    WRONG_SESSION,
    Memory,
    Sensor,
    load_bench,
)

STEPS = 60
N_SLOTS = 48
MTUS = (23, 48, 185, 247, 517)
NO_POWER_CUT = 0


class Fuzz:
    """One conversation, made from a seed."""

    def __init__(self, sensor: Sensor, seed: int):
        self.sensor = sensor
        self.host = Host(sensor, seed)
        self.random = self.host.random
        self.n_sessions = 0

    def step(self) -> None:
        deeds = (
            (30, self.push), (6, self.start), (4, self.stop), (8, self.fetch), (4, self.erase),
            (8, self.any_op), (3, self.junk), (4, self.link), (4, self.queue), (2, self.ping),
            (1, self.chip), (1, self.battery), (1, self.power), (1, self.reboot),
        )  # fmt: skip
        weights, actions = zip(*deeds, strict=True)
        self.random.choices(actions, weights)[0]()
        if self.sensor.is_dead:
            self.reboot()

    def push(self) -> None:
        dropped = self.random.choice((0, 0, 0, 0, 0, 1, 7, 100))
        self.host.push(self.random.randint(1, 60), dropped)

    def start(self) -> None:
        last = struct.unpack_from("<I", self.sensor.info(), 16)[0]
        again = last != 0 and self.random.random() < 0.3
        self.n_sessions += 1
        session_id = last if again else 1000 + self.n_sessions
        n, flags = self.random.choice((0, 1, 13, 16, 19)), self.random.choice((0, 1, 1, 3, 4))
        rate, range_g = self.random.choice((0, 2080, 1040, 999)), self.random.choice((0, 16, 4))
        running = self.host.running
        answer = self.host.request(START, "IHBBBB", session_id, rate, range_g, 0, n, flags)
        if again and running != session_id:
            assert answer.status != OK

    def stop(self) -> None:
        self.host.request(STOP, "I", self.any_session())
        self.end_if_stopped()

    def end_if_stopped(self) -> None:
        """The sensor may have ended the session by itself."""
        if not self.sensor.info()[37] & 1:
            self.host.running = None

    def any_session(self) -> int:
        return self.random.choice([0, 7, *self.host.sessions])

    def fetch(self) -> None:
        first = self.random.randint(0, 300)
        behind = self.random.choice((first, first + 20, 0xFFFFFFFF, 5))
        answer = self.host.request(FETCH, "III", self.any_session(), first, behind)
        if answer.status in (OK, RANGE_GONE):
            _, start, end = struct.unpack("<3I", answer.rest)
            assert start <= end <= max(first, behind)

    def erase(self) -> None:
        session_id = self.any_session()
        self.host.request(ERASE, "II", session_id, ERASE_MAGIC)

    def any_op(self) -> None:
        op = self.random.choice([op for op in STATED if op not in (START, ERASE)])
        self.host.ask(bytes([op]) + self.random.randbytes(self.random.choice((0, 1, 4, 12))))

    def junk(self) -> None:
        request = self.random.randbytes(self.random.randint(0, 20))
        if request[:1] not in (bytes([START]), bytes([ERASE])):
            self.host.ask(request)

    def link(self) -> None:
        self.host.lose_link()
        if self.random.random() < 0.8:
            self.sensor.link(self.random.choice(MTUS))
            self.host.hear()

    def queue(self) -> None:
        self.sensor.room(self.random.choice((0, 1, 5, 10**6)))
        self.sensor.poll()
        self.host.hear()

    def ping(self) -> None:
        self.sensor.ping(self.random.randbytes(self.random.choice((0, 8, 8, 9))), 5)
        self.host.hear()

    def chip(self) -> None:
        self.sensor.chip(fails=self.random.random() < 0.3)

    def battery(self) -> None:
        self.sensor.battery(50, self.random.choice((3200, 3400, 3600, 4000, 4000, 4000)))
        self.host.hear()
        self.end_if_stopped()

    def power(self) -> None:
        self.sensor.cut_power(
            at_operation=self.random.choice((NO_POWER_CUT, 1, 2, 5, 20)), done=self.random.random()
        )

    def reboot(self) -> None:
        self.host.reboot()

    def settle(self) -> None:
        """In the end: the sensor is whole, and gives all that it says it holds."""
        self.sensor.cut_power(at_operation=NO_POWER_CUT, done=0)
        self.sensor.chip(fails=False)
        self.sensor.room(10**6)
        self.sensor.link(247)
        self.host.hear()
        self.host.request(ABORT)
        self.host.finish_transfer()
        for session_id in self.host.list_sessions():
            self.host.fetch(session_id)
        self.fetch_the_ring()
        assert self.host.request(LIST, "I", 4_000_000_000).status == WRONG_SESSION
        assert self.sensor.misuse == 0

    def fetch_the_ring(self) -> None:
        """What the ring must still hold of the last session comes, to the last sample."""
        last = struct.unpack_from("<I", self.sensor.info(), 16)[0]
        if last:
            session = self.host.sessions[last]
            held = {i for i in session.samples if i >= session.next_index - N_SLOTS}
            assert held <= self.host.fetch(last)


def converse(core: ctypes.CDLL, seed: int) -> Host:
    """Hold one conversation; the host has checked, and keeps, all that it heard."""
    sensor = Sensor(core, Memory(n_sectors=6), n_slots=N_SLOTS)
    fuzz = Fuzz(sensor, seed)
    try:
        for _ in range(STEPS):
            fuzz.step()
        fuzz.settle()
    except Exception as error:
        error.add_note(f"conversation {seed}")
        raise
    sensor.close()
    return fuzz.host


def run(library: Path, seed: int, count: int) -> int:
    """Hold `count` conversations; the number of packets that were checked."""
    core = load_bench(library)
    return sum(len(converse(core, one).packets) for one in range(seed, seed + count))


if __name__ == "__main__":
    print(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))

"""The C core on a bench: built by gcc, driven through ctypes."""

import ctypes
import struct
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "firmware_notes" / "reference" / "core"
BENCH = Path(__file__).parent / "bench.c"
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion", "-Wshadow")

STREAM, BACKFILL, TIME = 3, 4, 5
START, STOP, STATUS, FETCH, ABORT, LIST, FORMAT, ERASE = 1, 2, 3, 0x10, 0x11, 0x20, 0x21, 0x22
IDENTIFY, SET = 0x30, 0x31
OK, BUSY, RANGE_GONE, FLASH_FULL, FLASH_ERROR, WRONG_SESSION = 0, 3, 6, 7, 8, 0x0A
LOG, WRAP = 1, 2
ALL = 0xFFFFFFFF
ERASE_MAGIC = int.from_bytes(b"ERAS", "little")
END_MARK_BYTES = 28

Sample = tuple[int, int, int, int, int, int]


def core_sources() -> list[Path]:
    return sorted(CORE.glob("*.c"))


def build(sources: Iterable[Path], to: Path, *flags: str) -> Path:
    """Compile C sources with the core's headers in reach; warnings are errors."""
    command = ["gcc", *STRICT, "-g", "-O1", *flags, f"-I{CORE}", *map(str, sources), "-o", str(to)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return to


def build_bench(folder: Path, *flags: str) -> Path:
    return build(
        [BENCH, *core_sources()], folder / "libbench.so", "-shared", "-fPIC", "-Wno-padded", *flags
    )


def load_bench(library: Path) -> ctypes.CDLL:
    core = ctypes.CDLL(str(library))
    u8, u16, u32, u64 = ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64
    bench = ctypes.c_void_p
    core.bench_new.restype = bench
    core.bench_new.argtypes = [u32] * 5
    core.bench_boot.argtypes = [bench, u32]
    core.bench_cut.argtypes = [bench, u32, u32]
    core.bench_chip.argtypes = [bench, ctypes.c_bool]
    core.bench_room.argtypes = [bench, u32]
    core.bench_take.argtypes = [bench, ctypes.POINTER(u32), ctypes.c_char_p]
    core.bench_take.restype = u32
    core.bench_is_dead.argtypes = [bench]
    core.bench_is_dead.restype = ctypes.c_bool
    core.bench_memory.argtypes = [bench]
    core.bench_memory.restype = ctypes.POINTER(u8)
    core.bench_push.argtypes = [bench, ctypes.POINTER(ctypes.c_int16), u64, u16]
    core.bench_command.argtypes = [bench, ctypes.c_char_p, u32, ctypes.c_char_p]
    core.bench_link.argtypes = [bench, u16]
    core.bench_battery.argtypes = [bench, u8, u16]
    core.bench_ping.argtypes = [bench, ctypes.c_char_p, u32, u64]
    core.bench_info.argtypes = [bench, ctypes.c_char_p]
    core.ivg1_crc32.argtypes = [u32, ctypes.c_char_p, u32]
    core.ivg1_crc32.restype = u32
    for name in ("free", "misuse", "operations", "poll"):
        getattr(core, f"bench_{name}").argtypes = [bench]
    return core


@dataclass(frozen=True, slots=True)
class Memory:
    """The geometry of a small chip, so that tests fill it in no time."""

    page_bytes: int = 64
    record_bytes: int = 256
    sector_bytes: int = 512
    n_sectors: int = 8

    @property
    def record_samples(self) -> int:
        return (self.record_bytes - 56) // 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What CONTROL indicated."""

    op: int
    status: int
    rest: bytes


class Sensor:
    """One sensor: boot it, push samples, write to it, take what it notifies."""

    def __init__(self, core: ctypes.CDLL, memory: Memory | None = None, *, n_slots: int = 64):
        self.memory = memory or Memory()
        self._core = core
        chip = self.memory
        self._bench = core.bench_new(
            n_slots, chip.page_bytes, chip.record_bytes, chip.sector_bytes, chip.n_sectors
        )
        self._n_boots = 0
        self.boot()

    def close(self) -> None:
        self._core.bench_free(self._bench)

    def boot(self, *, mtu: int = 247) -> None:
        self._n_boots += 1
        self._core.bench_boot(self._bench, self._n_boots)
        self.room(1_000_000)
        self.link(mtu)

    def cut_power(self, *, at_operation: int, done: float) -> None:
        """Let the power go during this program or erase operation, counted from now."""
        self._core.bench_cut(self._bench, at_operation, int(1000 * done))

    def chip(self, *, fails: bool) -> None:
        self._core.bench_chip(self._bench, fails)

    def room(self, notifications: int) -> None:
        self._core.bench_room(self._bench, notifications)

    def link(self, mtu: int) -> None:
        self._core.bench_link(self._bench, mtu)

    def battery(self, percent: int, millivolt: int) -> None:
        self._core.bench_battery(self._bench, percent, millivolt)

    def push(self, sample: Sample, tick: int, dropped: int = 0) -> None:
        self._core.bench_push(self._bench, (ctypes.c_int16 * 6)(*sample), tick, dropped)

    def poll(self) -> None:
        self._core.bench_poll(self._bench)

    def write(self, request: bytes) -> Answer:
        answer = ctypes.create_string_buffer(20)
        n = self._core.bench_command(self._bench, request, len(request), answer)
        return Answer(answer.raw[0], answer.raw[1], answer.raw[2:n])

    def ask(self, op: int, layout: str = "", *values: int) -> Answer:
        return self.write(struct.pack("<B" + layout, op, *values))

    def start(self, session: int, *, n: int = 0, flags: int = LOG) -> Answer:
        return self.ask(START, "IHBBBB", session, 0, 0, 0, n, flags)

    def stop(self, session: int) -> int:
        return struct.unpack("<II", self.ask(STOP, "I", session).rest)[1]

    def ping(self, request: bytes, tick_rx: int) -> None:
        self._core.bench_ping(self._bench, request, len(request), tick_rx)

    def info(self) -> bytes:
        to = ctypes.create_string_buffer(60)
        self._core.bench_info(self._bench, to)
        return to.raw

    def take(self) -> list[tuple[int, bytes]]:
        """All notifications since the last time, as (characteristic, bytes)."""
        taken: list[tuple[int, bytes]] = []
        characteristic = ctypes.c_uint32()
        to = ctypes.create_string_buffer(256)
        while n := self._core.bench_take(self._bench, characteristic, to):
            taken.append((characteristic.value, to.raw[:n]))
        return taken

    @property
    def is_dead(self) -> bool:
        return self._core.bench_is_dead(self._bench)

    @property
    def misuse(self) -> int:
        return self._core.bench_misuse(self._bench)

    @property
    def operations(self) -> int:
        return self._core.bench_operations(self._bench)

    def flash_bytes(self) -> "ctypes.Array[ctypes.c_uint8]":
        """The chip's memory itself: writing here is a fault of the chip."""
        n = self.memory.sector_bytes * self.memory.n_sectors
        start = self._core.bench_memory(self._bench)
        return (ctypes.c_uint8 * n).from_address(ctypes.addressof(start.contents))

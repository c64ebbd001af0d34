"""Packets that each sensor can send, for the tests that hold for all of them."""

from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from hypothesis.strategies import DrawFn, SearchStrategy

from imu_valgus.core import GRAVITY_MPS2
from imu_valgus.devices import Packet

RADPS_PER_DPS = float(np.radians(1.0))

uint16 = st.integers(0, 2**16 - 1)
uint32 = st.integers(0, 2**32 - 1)


def int16(rows: int) -> SearchStrategy[np.ndarray]:
    return hnp.arrays(np.int16, (rows, 3)).map(lambda raw: raw.astype(np.int64))


def at_the_end(*raws: np.ndarray) -> np.ndarray:
    rows = np.hstack(raws)
    return np.asarray(((rows == 32767) | (rows == -32768)).any(axis=1))


def stamped(rows: int, at: int, time_s: float) -> np.ndarray:
    """Times of a packet of which the sensor stamps one sample."""
    times = np.full(rows, np.nan)
    times[at] = time_s
    return times


@st.composite
def reference(draw: DrawFn) -> Packet:
    rows = draw(st.integers(1, 18))
    acc, gyr = draw(int16(rows)), draw(int16(rows))
    dropped = draw(uint16)
    return Packet(
        acc * (488_000e-9 * GRAVITY_MPS2),
        gyr * (70e-3 * RADPS_PER_DPS),
        stamped(rows, 0, draw(st.integers(0, 2**48 - 1)) / 1e6),
        first_index=draw(uint32),
        session_id=draw(uint32),
        source=draw(st.sampled_from(["live", "ram", "flash"])),
        clipped=at_the_end(acc, gyr),
        gap_before=dropped > 0,
        dropped_before=dropped,
    )


@st.composite
def capture2go(draw: DrawFn) -> Packet:
    acc, gyr = draw(int16(8)), draw(int16(8))
    return Packet(
        acc * (16 * 9.81 / 32768),
        gyr * (2000 * RADPS_PER_DPS / 32768),
        stamped(8, 0, draw(st.integers(0, 2**61)) * 1e-9),
        clipped=at_the_end(acc, gyr),
        gap_before=draw(st.booleans()),
    )


def float32(rows: int, largest: float) -> SearchStrategy[np.ndarray]:
    values = st.floats(-largest, largest, width=32)
    return hnp.arrays(np.float32, (rows, 3), elements=values).map(lambda raw: raw.astype(float))


@st.composite
def movella_dot(draw: DrawFn) -> Packet:
    exported = draw(st.booleans())
    return Packet(
        draw(float32(1, 160)),
        np.radians(draw(float32(1, 2000))),
        np.array([draw(uint32) * 1e-6]),
        first_index=draw(uint32) if exported else None,
        source="flash" if exported else "live",
        clipped=np.array([exported and draw(st.booleans())]),
    )


@st.composite
def metamotion(draw: DrawFn) -> Packet:
    logged = draw(st.booleans())
    raw = draw(int16(1 if logged else draw(st.sampled_from([1, 3]))))
    is_acc = draw(st.booleans())
    return Packet(
        raw * (16 * GRAVITY_MPS2 / 32768) if is_acc else None,
        None if is_acc else raw * (2000 * RADPS_PER_DPS / 32800),
        np.array([draw(uint32) * 48 / 32768]) if logged else None,
        session_id=draw(st.integers(0, 7)) if logged else None,
        source="flash" if logged else "live",
        clipped=at_the_end(raw),
    )


@st.composite
def movesense(draw: DrawFn) -> Packet:
    rows = draw(st.integers(1, 8))
    return Packet(
        draw(float32(rows, 80)),
        np.radians(draw(float32(rows, 2000))),
        stamped(rows, 0, draw(uint32) * 1e-3),
    )


@st.composite
def polar_verity_sense(draw: DrawFn) -> Packet:
    rows = draw(st.integers(1, 60))
    raw = draw(int16(rows))
    is_acc = draw(st.booleans())
    return Packet(
        raw * (16 * GRAVITY_MPS2 / 32768) if is_acc else None,
        None if is_acc else raw * (float(np.float32(2000 / 32768)) * RADPS_PER_DPS),
        stamped(rows, -1, draw(st.integers(0, 2**61)) * 1e-9),
        clipped=at_the_end(raw),
    )


@st.composite
def witmotion(draw: DrawFn) -> Packet:
    acc, gyr = draw(int16(1)), draw(int16(1))
    return Packet(
        acc * (16 * GRAVITY_MPS2 / 32768),
        gyr * (2000 * RADPS_PER_DPS / 32768),
        clipped=at_the_end(acc, gyr),
    )


PACKETS: dict[str, Callable[[], SearchStrategy[Packet]]] = {
    "reference": reference,
    "capture2go": capture2go,
    "movella_dot": movella_dot,
    "metamotion": metamotion,
    "movesense": movesense,
    "polar_verity_sense": polar_verity_sense,
    "witmotion": witmotion,
}

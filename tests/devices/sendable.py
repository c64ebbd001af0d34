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
def witmotion(draw: DrawFn) -> Packet:
    acc, gyr = draw(int16(1)), draw(int16(1))
    return Packet(
        acc * (16 * GRAVITY_MPS2 / 32768),
        gyr * (2000 * RADPS_PER_DPS / 32768),
        clipped=at_the_end(acc, gyr),
    )


PACKETS: dict[str, Callable[[], SearchStrategy[Packet]]] = {
    "reference": reference,
    "witmotion": witmotion,
}

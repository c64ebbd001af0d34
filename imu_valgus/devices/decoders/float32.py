"""Samples as sensors send them, 32-bit floats in m/s² and deg/s, to SI units and back."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from imu_valgus.core import BoolArray, DecodeError, FloatArray
from imu_valgus.devices.packet import Packet, Source

FLOAT: Final = np.dtype("<f4")


def read_axes(payload: bytes) -> tuple[FloatArray, FloatArray]:
    """Return acc (k, 3) in m/s² and gyr (k, 3) in rad/s of bytes that hold first all acc, then gyr.

    Raises
    ------
    DecodeError
        Where the bytes are no whole number of samples, or a value is not finite.
    """
    if not payload or len(payload) % (6 * FLOAT.itemsize):
        raise DecodeError(f"{len(payload)} bytes are no whole number of samples")
    values = finite(np.frombuffer(payload, dtype=FLOAT)).reshape(2, -1, 3)
    return values[0], np.asarray(np.radians(values[1]))


def finite(values: NDArray[np.float32]) -> FloatArray:
    """Return values as doubles; those that are no number are a ``DecodeError``."""
    if not np.isfinite(values).all():
        raise DecodeError("samples that are not finite")
    return values.astype(np.float64)


def one_sample(
    axes: Sequence[float],
    time_s: float,
    *,
    first_index: int | None = None,
    source: Source = "live",
    clipped: BoolArray | None = None,
) -> Packet:
    """Make a packet of one sample: acc x, y, z in m/s², gyr x, y, z in deg/s."""
    values = np.array(axes, dtype=np.float64).reshape(2, 1, 3)
    if not np.isfinite(values).all():
        raise DecodeError("a sample that is not finite")
    return Packet(
        values[0],
        np.asarray(np.radians(values[1])),
        np.array([time_s]),
        first_index,
        source=source,
        clipped=np.zeros(1, dtype=np.bool_) if clipped is None else clipped,
    )


def to_bytes(packet: Packet) -> bytes:
    """Return a packet's samples as bytes: first all acc, then all gyr."""
    if packet.acc_mps2 is None or packet.gyr_radps is None:
        raise ValueError("all six axes are sent together")
    values = np.stack([packet.acc_mps2, np.degrees(packet.gyr_radps)])
    return values.astype(FLOAT).tobytes()

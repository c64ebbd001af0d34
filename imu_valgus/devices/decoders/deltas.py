"""Samples of three channels as a first sample and packed differences, and back."""

from typing import Final

import numpy as np

from imu_valgus.core import DecodeError, IntArray

_CHANNELS: Final = 3
_MAX_BITS: Final = 32
_MAX_COUNT: Final = 255


def read_deltas(coded: bytes, width_bits: int) -> IntArray:
    """Return the samples (k, 3) of a first sample and blocks of differences.

    ``width_bits`` is the width of the first sample's integers, signed and little-endian; 16-bit
    samples that leave their range are a ``DecodeError``, 32-bit ones wrap.
    """
    start = _CHANNELS * width_bits // 8
    if len(coded) < start:
        raise DecodeError(f"{len(coded)} bytes hold no first sample")
    first = np.frombuffer(coded, dtype=f"<i{width_bits // 8}", count=_CHANNELS)
    blocks = [first.astype(np.int64)[np.newaxis]]
    at = start
    while at < len(coded):
        bits, count = coded[at], coded[at + 1] if at + 1 < len(coded) else 0
        end = at + 2 + (bits * count * _CHANNELS + 7) // 8
        if not 0 < bits <= _MAX_BITS or not count or end > len(coded):
            raise DecodeError(f"no block of differences: {coded[at : at + 20].hex(' ')}")
        blocks.append(_unpack(coded[at + 2 : end], bits, count))
        at = end
    samples = np.cumsum(np.concatenate(blocks), axis=0)
    limit = 1 << (width_bits - 1)
    if width_bits < _MAX_BITS and not -limit <= samples.min() <= samples.max() < limit:
        raise DecodeError(f"samples beyond {width_bits} bits")
    return samples


def write_deltas(samples: IntArray, width_bits: int) -> bytes:
    """Return samples (k, 3) as a first sample and as few blocks of differences as they need."""
    coded = samples[0].astype(f"<i{width_bits // 8}").tobytes()
    deltas = np.diff(samples, axis=0)
    for at in range(0, len(deltas), _MAX_COUNT):
        block = deltas[at : at + _MAX_COUNT]
        span = max(int(block.max()), -int(block.min()) - 1)
        bits = max(span, 0).bit_length() + 1
        coded += bytes((bits, len(block))) + _pack(block, bits)
    return coded


def _unpack(packed: bytes, bits: int, count: int) -> IntArray:
    """Return count · 3 signed differences of so many bits, the lowest bit first."""
    raw = np.frombuffer(packed, dtype=np.uint8)
    every = np.unpackbits(raw, count=bits * count * _CHANNELS, bitorder="little")
    weights = np.left_shift(1, np.arange(bits, dtype=np.int64))
    weights[-1] = -weights[-1]
    return every.astype(np.int64).reshape(count, _CHANNELS, bits) @ weights


def _pack(block: IntArray, bits: int) -> bytes:
    every = np.right_shift(block[..., np.newaxis], np.arange(bits)) & 1
    return np.packbits(every.astype(np.uint8).ravel(), bitorder="little").tobytes()

"""PROTOCOL.md's bytes read anew with struct and zlib: the tests' own understanding of them."""

import struct
import zlib
from dataclasses import dataclass

SAMPLE = struct.Struct("<6h")
INFO = struct.Struct("<B3s8sIIHBBIIIBBHIIIIBBH")
FORMAT_FIELDS = (
    "odr_x10", "acc_fs_g", "gyr_fs_125dps", "acc_ng_per_lsb", "gyr_ndps_per_lsb", "tick_hz"
)  # fmt: skip
FORMAT = struct.Struct("<HBBIII")


@dataclass(frozen=True, slots=True)
class WirePacket:
    """A packet's fields as they stand on the air."""

    flags: int
    source: int
    session_id: int
    first_index: int
    tick: int
    dropped_before: int
    samples: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class EndMark:
    """The end of a backfill."""

    status: int
    session_id: int
    first: int
    behind: int
    count: int
    crc_samples: int


def read_packet(payload: bytes) -> WirePacket:
    version_type, flags, n, source, session_id, first = struct.unpack_from("<4B2I", payload)
    assert version_type == 0x11
    assert len(payload) == 24 + 12 * n
    check_crc(payload)
    samples = tuple(SAMPLE.iter_unpack(payload[20:-4]))
    return WirePacket(
        flags, source, session_id, first, u48(payload[12:18]), u16(payload[18:20]), samples
    )


def read_end_mark(payload: bytes) -> EndMark:
    version_type, status, reserved, *rest, _ = struct.unpack("<BBH6I", payload)
    assert (version_type, reserved) == (0x1F, 0)
    check_crc(payload)
    return EndMark(status, *rest)


def check_crc(payload: bytes) -> None:
    assert zlib.crc32(payload[:-4]) == struct.unpack("<I", payload[-4:])[0]


def u16(two: bytes) -> int:
    return int.from_bytes(two, "little")


def u48(six: bytes) -> int:
    return int.from_bytes(six, "little")

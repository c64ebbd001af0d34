"""The reference sensor's packets of samples and end marks, little-endian.

======  ======================================================================================
bytes   packet on STREAM or BACKFILL, 24 + 12 n bytes
======  ======================================================================================
0       u8 0x11: version 1, samples
1       u8 flags: 1 samples dropped before, 2 acc, 4 gyr at its end, 8 resumed, 16 battery low,
        32 flash full
2       u8 n, samples
3       u8 source: 0 live, 1 RAM, 2 flash
4-7     u32 session id
8-11    u32 index of the first sample
12-17   u48 tick of the first sample, since the sensor's reset
18-19   u16 samples directly before these that the sensor never had
20-     n × 6 × int16: acc x, y, z, gyr x, y, z; what a step is stands in INFO
last 4  u32 CRC-32 (zlib) of all bytes before
======  ======================================================================================

======  ======================================================================================
bytes   end mark on BACKFILL, 28 bytes
======  ======================================================================================
0       u8 0x1F
1       u8 status, as in CONTROL
2-3     u16 0
4-7     u32 session id
8-15    u32 first, u32 stop: the range that was answered, [first, stop)
16-19   u32 samples sent
20-23   u32 CRC-32 of their 12 bytes each, in the order of their indices
24-27   u32 CRC-32 of the 24 bytes before
======  ======================================================================================

The whole profile stands in ``firmware_notes/reference/PROTOCOL.md``.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu_valgus.core import GRAVITY_MPS2, DecodeError
from imu_valgus.devices.decoders.int16 import at_the_end, to_raw, to_si
from imu_valgus.devices.decoders.reference.control import DEFAULT_FORMAT, STATUSES, Format, Status
from imu_valgus.devices.packet import Notice, Packet, Source

_SAMPLES: Final = 0x11
_END_MARK: Final = 0x1F
_HEAD: Final = struct.Struct("<BBBBIIIHH")  # the tick's 48 bits as 32 and 16
_CRC: Final = struct.Struct("<I")
_END: Final = struct.Struct("<BBHIIIII")
_SAMPLE_BYTES: Final = 12
_SOURCES: Final[tuple[Source, ...]] = ("live", "ram", "flash")

_DROPPED: Final = 1
_ACC_CLIPPED: Final = 2
_GYR_CLIPPED: Final = 4
_RESUMED: Final = 8
_BATTERY_LOW: Final = 16
_FLASH_FULL: Final = 32

_MPS2_PER_NG: Final = 1e-9 * GRAVITY_MPS2
_RADPS_PER_NDPS: Final = 1e-9 * float(np.radians(1.0))


@dataclass(frozen=True, slots=True)
class EndMark(Notice):
    """The end of a backfill: ``count`` samples were sent of [first, stop)."""

    status: Status
    session_id: int
    first: int
    stop: int
    count: int
    crc_samples: int


@dataclass(frozen=True, slots=True)
class Alarm(Notice):
    """What a packet's flags say of the sensor; ``resumed``: live jumped ahead to these samples."""

    resumed: bool = False
    battery_low: bool = False
    flash_full: bool = False


NO_ALARM: Final = Alarm()


def decode(payload: bytes, form: Format = DEFAULT_FORMAT) -> Packet:
    """Turn a packet's bytes into SI units; ``form`` is the format of its session."""
    _, flags, n, source, session_id, first_index, tick_low, tick_high, dropped = _open(payload)
    raw = np.frombuffer(payload, dtype="<i2", count=6 * n, offset=_HEAD.size)
    raw = raw.astype(np.int64).reshape(n, 6)
    clipped = at_the_end(raw)
    if flags & (_ACC_CLIPPED | _GYR_CLIPPED) and not clipped.any():
        clipped[:] = True
    time_s = np.full(n, np.nan)
    time_s[0] = (tick_high << 32 | tick_low) / form.tick_hz
    return Packet(
        to_si(raw[:, :3], form.acc_ng_per_lsb * _MPS2_PER_NG),
        to_si(raw[:, 3:], form.gyr_ndps_per_lsb * _RADPS_PER_NDPS),
        time_s,
        first_index,
        session_id,
        _SOURCES[source],
        clipped,
        gap_before=dropped > 0,
        dropped_before=dropped,
    )


def decode_alarm(payload: bytes) -> Alarm:
    """Read the flags of a packet, which ``decode`` has taken, that are not about its samples."""
    flags = payload[1]
    return Alarm(bool(flags & _RESUMED), bool(flags & _BATTERY_LOW), bool(flags & _FLASH_FULL))


def session_of(payload: bytes) -> int:
    """Return the session that a packet names; its format must be known to decode it."""
    return int.from_bytes(payload[4:8], "little")


def is_end_mark(payload: bytes) -> bool:
    """Tell an end mark from a packet, by its first byte."""
    return payload[:1] == bytes((_END_MARK,))


def encode(packet: Packet, form: Format = DEFAULT_FORMAT, alarm: Alarm = NO_ALARM) -> bytes:
    """Turn a packet into the bytes of STREAM or BACKFILL."""
    if packet.acc_mps2 is None or packet.gyr_radps is None or packet.time_s is None:
        raise ValueError("a packet of the reference sensor holds all six axes and a time")
    if packet.first_index is None or packet.session_id is None:
        raise ValueError("a packet of the reference sensor has an index and a session")
    acc = to_raw(packet.acc_mps2, form.acc_ng_per_lsb * _MPS2_PER_NG)
    gyr = to_raw(packet.gyr_radps, form.gyr_ndps_per_lsb * _RADPS_PER_NDPS)
    acc_at_end, gyr_at_end = bool(at_the_end(acc).any()), bool(at_the_end(gyr).any())
    unknown = bool(packet.clipped.any()) and not (acc_at_end or gyr_at_end)
    flags = (
        _DROPPED * (packet.dropped_before > 0)
        | _ACC_CLIPPED * (acc_at_end or unknown)
        | _GYR_CLIPPED * (gyr_at_end or unknown)
        | _RESUMED * alarm.resumed
        | _BATTERY_LOW * alarm.battery_low
        | _FLASH_FULL * alarm.flash_full
    )
    tick = round(float(packet.time_s[0]) * form.tick_hz)
    head = _HEAD.pack(
        _SAMPLES,
        flags,
        len(packet),
        _SOURCES.index(packet.source),
        packet.session_id,
        packet.first_index,
        tick & 0xFFFFFFFF,
        tick >> 32,
        packet.dropped_before,
    )
    body = head + np.hstack([acc, gyr]).astype("<i2").tobytes()
    return body + _CRC.pack(zlib.crc32(body))


def _open(payload: bytes) -> tuple[int, ...]:
    """Return the head of a packet that is whole and right."""
    if len(payload) < _HEAD.size + _SAMPLE_BYTES + _CRC.size or payload[0] != _SAMPLES:
        raise DecodeError(f"no packet of the reference sensor: {payload[:20].hex(' ')}")
    head = _HEAD.unpack_from(payload)
    if len(payload) != _HEAD.size + _SAMPLE_BYTES * head[2] + _CRC.size:
        raise DecodeError(f"{len(payload)} bytes are no packet of {head[2]} samples")
    _check_crc(payload)
    if head[3] >= len(_SOURCES):
        raise DecodeError(f"samples from source {head[3]}")
    return head


def _check_crc(payload: bytes) -> None:
    (crc,) = _CRC.unpack_from(payload, len(payload) - _CRC.size)
    if zlib.crc32(payload[: -_CRC.size]) != crc:
        raise DecodeError(f"the CRC is wrong: {payload[:20].hex(' ')} … {payload[-4:].hex(' ')}")


def decode_end_mark(payload: bytes) -> EndMark:
    """Read the end of a backfill."""
    if len(payload) != _END.size + _CRC.size or payload[0] != _END_MARK:
        raise DecodeError(f"no end mark: {payload[:20].hex(' ')}")
    _check_crc(payload)
    _, status, _, *values = _END.unpack_from(payload)
    if status not in STATUSES:
        raise DecodeError(f"an end mark with status {status:#04x}")
    return EndMark(Status(status), *values)


def encode_end_mark(mark: EndMark) -> bytes:
    """Turn the end of a backfill into the bytes of BACKFILL."""
    body = _END.pack(
        _END_MARK,
        mark.status,
        0,
        mark.session_id,
        mark.first,
        mark.stop,
        mark.count,
        mark.crc_samples,
    )
    return body + _CRC.pack(zlib.crc32(body))


def samples_of(payload: bytes) -> bytes:
    """Return the samples' bytes of a packet, which an end mark's ``crc_samples`` is over."""
    _open(payload)
    return payload[_HEAD.size : -_CRC.size]

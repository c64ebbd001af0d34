"""Capture2Go's frames, little-endian, each with a CRC: samples, status, files.

=====  =======================================================================================
bytes  frame (244 bytes at the most)
=====  =======================================================================================
0      0x02
1-4    u32 CRC-32 (zlib) over header and payload; the size is not in it
5      u8 size of the payload, 0 to 236
6-7    u16 header: which command or which data
8-     payload
=====  =======================================================================================

=====  =======================================================================================
bytes  payload of 8 samples without magnetometer, headers 0x0231 (200 Hz) to 0x0236 (1 Hz)
=====  =======================================================================================
0-7    i64 time of the first sample, ns
8-55   int16 gyr x, y, z of 8 samples; 2000 deg/s / 32768 a step
56-103 int16 acc x, y, z of 8 samples; 16 · 9.81 m/s² / 32768 a step
104-   u64 attitude, i16 heading (not used, written as 0)
114    u8 flags: 1 time gap, 2 gyr clipped, 4 acc clipped, 8 mag clipped, 16 processing trouble
=====  =======================================================================================

Headers 0x0221 to 0x0226 have 48 bytes of magnetometer between acc and attitude, which are skipped.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from imu_valgus.core import DecodeError
from imu_valgus.devices.decoders.int16 import at_the_end, to_raw, to_si
from imu_valgus.devices.packet import (
    Battery,
    ClockReading,
    Damaged,
    Identity,
    Message,
    Notice,
    Packet,
    Source,
)

SAMPLES_A_PACKET: Final = 8
ACC_MPS2_PER_LSB: Final = 16.0 * 9.81 / 32768
GYR_RADPS_PER_LSB: Final = float(np.radians(2000.0)) / 32768
RATE_CODES: Final = {200.0: 1, 100.0: 2, 50.0: 3, 25.0: 4, 10.0: 5, 1.0: 6}
"""The sampling mode of each rate in Hz; it is the last digit of the data's header too."""

_S_PER_NS: Final = 1e-9
_START: Final = 0x02
_MAX_PAYLOAD: Final = 236
_HEAD: Final = struct.Struct("<BIBH")
_WITH_MAG: Final = 0x0220
_WITHOUT_MAG: Final = 0x0230
_PACKED: Final = {
    base + code: 0 if base == _WITHOUT_MAG else 6 * SAMPLES_A_PACKET
    for base in (_WITH_MAG, _WITHOUT_MAG)
    for code in RATE_CODES.values()
}
"""The headers of packed samples, and the bytes of magnetometer that each has."""

_SAMPLES: Final = struct.Struct("<q48h")
_TAIL: Final = struct.Struct("<QhB")
_OFFSET: Final = struct.Struct("<I")
_TIME_GAP: Final = 1
_CLIPPED: Final = 2 | 4
_TROUBLE: Final = 16


class Data(IntEnum):
    """The headers of what a sensor sends besides samples."""

    DEVICE_INFO = 0x0071
    BUFFER_CLEARED = 0x0159
    CLOCK_ROUNDTRIP = 0x0172
    STATUS = 0x0201
    FILE_COUNT = 0x0501
    FILE = 0x0502
    BYTES = 0x0504
    ERROR = 0xFFFF


@dataclass(frozen=True, slots=True)
class DeviceInfo(Identity):
    """Which sensor this is, and which protocol it speaks."""

    protocol: int
    hardware: str


@dataclass(frozen=True, slots=True)
class Status(Battery):
    """How the sensor is; sent each second while it measures.

    ``state`` is 0 off, 1 idle, 2 streaming, 3 recording.
    """

    time_s: float = 0.0
    state: int = 0
    synchronised: bool = False
    free_storage_percent: int = 0


@dataclass(frozen=True, slots=True)
class FileCount(Notice):
    """How many files follow, each as ``StoredFile``."""

    count: int


@dataclass(frozen=True, slots=True)
class StoredFile(Notice):
    """A recording in the sensor's memory."""

    index: int
    name: str
    n_bytes: int


@dataclass(frozen=True, slots=True)
class FileBytes(Notice):
    """A piece of the file that was asked for; a file is a stream of frames."""

    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Refused(Notice):
    """The sensor could not do what ``command`` (a header) asked for; ``code`` says why."""

    code: int
    command: int


@dataclass(frozen=True, slots=True)
class Answer(Notice):
    """Any other frame, such as the acknowledgement of a command: its header and its payload."""

    header: int
    payload: bytes


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("ascii", errors="replace")


def _device_info(protocol: int, *texts: bytes) -> DeviceInfo:
    serial, hardware, _, firmware, _ = (_text(raw) for raw in texts)
    return DeviceInfo(serial, firmware, protocol, hardware)


def _clock(host_ns: int, received_ns: int, sent_ns: int, _: int) -> ClockReading:
    return ClockReading(host_ns, received_ns * _S_PER_NS, sent_ns * _S_PER_NS)


def _status(time_ns: int, state: int, *rest: int) -> Status:
    *_, synchronised, battery, free = rest
    return Status(
        battery & ~_CHARGING,
        bool(battery & _CHARGING),
        time_ns * _S_PER_NS,
        state,
        bool(synchronised),
        free,
    )


def _stored_file(index: int, name: bytes, n_bytes: int) -> StoredFile:
    return StoredFile(index, _text(name), n_bytes)


_CHARGING: Final = 128
_READERS: Final[dict[int, tuple[struct.Struct, Callable[..., Notice]]]] = {
    Data.DEVICE_INFO: (struct.Struct("<H6s8s8s12s11s"), _device_info),
    Data.CLOCK_ROUNDTRIP: (struct.Struct("<qqqq"), _clock),
    Data.STATUS: (struct.Struct("<qBB3hBBB"), _status),
    Data.FILE_COUNT: (struct.Struct("<H"), FileCount),
    Data.FILE: (struct.Struct("<H65sI"), _stored_file),
    Data.ERROR: (struct.Struct("<BH"), Refused),
}
"""What each header's payload is, where its length is fixed."""


def encode_device_info(info: DeviceInfo) -> bytes:
    """Make the frame in which a sensor says who it is."""
    layout, _ = _READERS[Data.DEVICE_INFO]
    texts = (info.serial, info.hardware, "", info.firmware, "")
    return frame(Data.DEVICE_INFO, layout.pack(info.protocol, *(one.encode() for one in texts)))


def encode_clock(reading: ClockReading) -> bytes:
    """Make the frame in which a sensor answers a ping."""
    layout, _ = _READERS[Data.CLOCK_ROUNDTRIP]
    received_ns, sent_ns = (round(at / _S_PER_NS) for at in (reading.received_s, reading.sent_s))
    return frame(Data.CLOCK_ROUNDTRIP, layout.pack(reading.ping, received_ns, sent_ns, 0))


def encode_status(status: Status) -> bytes:
    """Make the frame in which a sensor says how it is."""
    layout, _ = _READERS[Data.STATUS]
    battery = status.percent | (_CHARGING if status.charging else 0)
    told = (status.synchronised, battery, status.free_storage_percent)
    time_ns = round(status.time_s / _S_PER_NS)
    return frame(Data.STATUS, layout.pack(time_ns, status.state, 0, 0, 0, 0, *told))


def encode_refused(refused: Refused) -> bytes:
    """Make the frame in which a sensor says that it could not do what it was asked."""
    layout, _ = _READERS[Data.ERROR]
    return frame(Data.ERROR, layout.pack(refused.code, refused.command))


def frame(header: int, payload: bytes = b"") -> bytes:
    """Make a frame."""
    if len(payload) > _MAX_PAYLOAD:
        raise ValueError(f"a payload of {len(payload)} bytes, expected {_MAX_PAYLOAD} at most")
    crc = zlib.crc32(struct.pack("<H", header) + payload)
    return _HEAD.pack(_START, crc, len(payload), header) + payload


def unframe(data: bytes) -> tuple[int, bytes]:
    """Return header and payload of one whole frame."""
    if len(data) < _HEAD.size:
        raise DecodeError(f"{len(data)} bytes are no Capture2Go frame")
    start, crc, size, header = _HEAD.unpack_from(data)
    if start != _START or size > _MAX_PAYLOAD or len(data) != _HEAD.size + size:
        raise DecodeError(f"no Capture2Go frame: {data[:8].hex(' ')} …, {len(data)} bytes")
    if zlib.crc32(data[6:]) != crc:
        raise DecodeError(f"the CRC of a frame with header {header:#06x} is wrong")
    return header, data[_HEAD.size :]


def decode(data: bytes, *, source: Source = "live") -> Packet:
    """Turn one frame of packed samples into a packet."""
    header, payload = unframe(data)
    if header not in _PACKED:
        raise DecodeError(f"a frame with header {header:#06x} holds no packed samples")
    return _samples(header, payload, source)


def encode(packet: Packet, sampling_rate_hz: float) -> bytes:
    """Turn a packet of 8 samples into a frame without magnetometer."""
    if packet.acc_mps2 is None or packet.gyr_radps is None or packet.time_s is None:
        raise ValueError("a Capture2Go frame holds all six axes and a time")
    if len(packet) != SAMPLES_A_PACKET:
        raise ValueError(f"{len(packet)} samples, expected {SAMPLES_A_PACKET}")
    gyr = to_raw(packet.gyr_radps, GYR_RADPS_PER_LSB).ravel()
    acc = to_raw(packet.acc_mps2, ACC_MPS2_PER_LSB).ravel()
    time_ns = round(float(packet.time_s[0]) / _S_PER_NS)
    flags = _TIME_GAP * packet.gap_before | _CLIPPED * bool(packet.clipped.any())
    payload = _SAMPLES.pack(time_ns, *gyr, *acc) + _TAIL.pack(0, 0, flags)
    return frame(_WITHOUT_MAG + RATE_CODES[sampling_rate_hz], payload)


def _samples(header: int, payload: bytes, source: Source) -> Packet:
    skipped = _PACKED[header]
    if len(payload) != _SAMPLES.size + skipped + _TAIL.size:
        raise DecodeError(f"{len(payload)} bytes under header {header:#06x}")
    raw = np.frombuffer(payload, dtype="<i2", count=48, offset=8).astype(np.int64).reshape(-1, 3)
    gyr, acc = raw[:SAMPLES_A_PACKET], raw[SAMPLES_A_PACKET:]
    time_s = np.full(SAMPLES_A_PACKET, np.nan)
    time_s[0] = int.from_bytes(payload[:8], "little", signed=True) * _S_PER_NS
    flags = payload[-1]
    clipped = at_the_end(gyr) | at_the_end(acc)
    if flags & _CLIPPED and not clipped.any():
        clipped[:] = True
    return Packet(
        to_si(acc, ACC_MPS2_PER_LSB),
        to_si(gyr, GYR_RADPS_PER_LSB),
        time_s,
        source=source,
        clipped=clipped,
        gap_before=bool(flags & (_TIME_GAP | _TROUBLE)),
    )


class FrameStream:
    """Cut a stream of bytes into frames: the send buffer's, or a downloaded file's.

    A sensor that is told to forget its buffer may do so amid a frame: its acknowledgement ends
    whatever came before.
    """

    def __init__(self, source: Source = "live") -> None:
        self._source: Source = source
        self._rest = b""

    def update(self, chunk: bytes) -> tuple[Message, ...]:
        """Return what the chunk completes; bytes that are no frame come out as ``Damaged``."""
        stream = self._rest + chunk
        found: list[Message] = []
        at = lost = 0
        while (at := _next_start(stream, at)) < len(stream):
            end = end_of_frame(stream, at)
            if end > len(stream):
                cleared = stream.find(_CLEARED, at + 1)
                if cleared < 0:
                    break
                at = cleared
                continue
            try:
                message = read_frame(stream[at:end], self._source)
            except DecodeError:
                at += 1
                continue
            _report(found, stream[lost:at])
            found.append(message)
            at = lost = end
        _report(found, stream[lost:at])
        self._rest = stream[at:]
        return tuple(found)


_CLEARED: Final = frame(Data.BUFFER_CLEARED)


def _report(found: list[Message], skipped: bytes) -> None:
    if skipped:
        found.append(Damaged("these bytes are no frame", skipped))


def end_of_frame(stream: bytes, at: int) -> int:
    """Return where the frame at ``at`` ends, if it is one; beyond the stream if that is open."""
    return at + _HEAD.size + (stream[at + 5] if len(stream) - at >= _HEAD.size else 0)


def _next_start(stream: bytes, at: int) -> int:
    start = stream.find(_START, at)
    return len(stream) if start < 0 else start


def read_frame(data: bytes, source: Source = "live") -> Message:
    """Turn one frame, whatever it holds, into what it says."""
    header, payload = unframe(data)
    if header in _PACKED:
        return _samples(header, payload, source)
    if header == Data.BYTES and len(payload) >= _OFFSET.size:
        (offset,) = _OFFSET.unpack_from(payload)
        return FileBytes(offset, payload[_OFFSET.size :])
    if header not in _READERS:
        return Answer(header, payload)
    layout, read = _READERS[header]
    if len(payload) != layout.size:
        raise DecodeError(f"{len(payload)} bytes under header {header:#06x}, not {layout.size}")
    return read(*layout.unpack(payload))

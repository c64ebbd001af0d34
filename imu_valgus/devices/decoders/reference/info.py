"""The reference sensor's INFO, TIME and scan response, little-endian.

======  ======================================================================================
bytes   INFO, 60 bytes, read
======  ======================================================================================
0       u8 1: the profile's version
1-3     u8 firmware: major, minor, patch
4-11    the sensor's own number
12-15   u32 boot id, random at each reset
16-19   u32 session id, running or last; 0: none
20-35   format: u16 rate (0.1 Hz), u8 acc range (g), u8 gyr range (125 deg/s), u32 acc (ng a step),
        u32 gyr (ndeg/s a step), u32 clock (Hz)
36      u8 samples that a packet can hold
37      u8 flags: 1 running, 2 logged to flash, 4 flash full, 8 backfilling, 16 battery low,
        32 flash error, 64 ended by itself
38-39   u16 ATT MTU
40-47   u32 oldest index held, u32 next index
48-55   u32 samples that the flash still takes, u32 that it takes when empty
56      u8 placement
57-59   u8 battery (percent, 255 unknown), u16 (mV)
======  ======================================================================================

TIME is written u64 host_ns and notifies u64 host_ns, u48 tick received, u48 tick sent. The scan
response's service data are u8 flags, u8 battery (percent), u16 flash free (s), the number.
"""

import struct
from dataclasses import dataclass
from typing import Final

from imu_valgus.core import DecodeError
from imu_valgus.devices.decoders.reference.control import DEFAULT_FORMAT, FORMAT, Format
from imu_valgus.devices.packet import ClockReading, Notice

_PROTO: Final = 1
_INFO: Final = struct.Struct("<B3s8sII16sBBHIIIIBBH")
_ADVERTISED: Final = struct.Struct("<BBH8s")
_PING: Final = struct.Struct("<Q")
_PONG: Final = struct.Struct("<QIHIH")


@dataclass(frozen=True, slots=True)
class Info(Notice):
    """The INFO characteristic, in its order; ``format`` is the session's or, without one, usual."""

    firmware: tuple[int, int, int]
    uid: bytes
    boot_id: int
    session_id: int
    format: Format
    max_samples_a_packet: int
    flags: int
    mtu: int
    oldest: int
    next: int
    flash_free_samples: int
    flash_total_samples: int
    placement: int
    battery_percent: int
    battery_mv: int


@dataclass(frozen=True, slots=True)
class Advertised(Notice):
    """What the scan response tells before anybody connects."""

    flags: int
    battery_percent: int
    flash_free_s: int
    uid: bytes


def decode_info(payload: bytes) -> Info:
    """Read INFO."""
    if len(payload) != _INFO.size or payload[0] != _PROTO:
        raise DecodeError(f"no INFO of version {_PROTO}: {len(payload)} bytes")
    _, firmware, uid, boot_id, session_id, form, *rest = _INFO.unpack(payload)
    known = Format(*FORMAT.unpack(form))
    if not known.tick_hz:
        raise DecodeError("INFO with a clock of 0 Hz")
    major, minor, patch = firmware
    return Info((major, minor, patch), uid, boot_id, session_id, known, *rest)


def encode_info(info: Info) -> bytes:
    """Turn INFO into its bytes."""
    return _INFO.pack(
        _PROTO,
        bytes(info.firmware),
        info.uid,
        info.boot_id,
        info.session_id,
        FORMAT.pack(*info.format),
        info.max_samples_a_packet,
        info.flags,
        info.mtu,
        info.oldest,
        info.next,
        info.flash_free_samples,
        info.flash_total_samples,
        info.placement,
        info.battery_percent,
        info.battery_mv,
    )


def decode_advertised(service_data: bytes) -> Advertised:
    """Read the service data of the scan response."""
    if len(service_data) != _ADVERTISED.size:
        raise DecodeError(f"service data of {len(service_data)} bytes")
    return Advertised(*_ADVERTISED.unpack(service_data))


def encode_advertised(said: Advertised) -> bytes:
    """Turn it into the service data of the scan response."""
    return _ADVERTISED.pack(said.flags, said.battery_percent, said.flash_free_s, said.uid)


def ping(host_ns: int) -> bytes:
    """Return what to write to TIME at ``host_ns`` of the host's own clock."""
    return _PING.pack(host_ns)


def decode_time(payload: bytes, form: Format = DEFAULT_FORMAT) -> ClockReading:
    """Read the answer to a ping: u64 host_ns, u48 tick received, u48 tick sent."""
    if len(payload) != _PONG.size:
        raise DecodeError(f"no answer to a ping: {payload.hex(' ')}")
    host_ns, rx_low, rx_high, tx_low, tx_high = _PONG.unpack(payload)
    return ClockReading(
        host_ns,
        (rx_high << 32 | rx_low) / form.tick_hz,
        (tx_high << 32 | tx_low) / form.tick_hz,
    )


def encode_time(reading: ClockReading, form: Format = DEFAULT_FORMAT) -> bytes:
    """Turn the answer to a ping into its bytes."""
    received = round(reading.received_s * form.tick_hz)
    sent = round(reading.sent_s * form.tick_hz)
    return _PONG.pack(
        reading.ping, received & 0xFFFFFFFF, received >> 32, sent & 0xFFFFFFFF, sent >> 32
    )

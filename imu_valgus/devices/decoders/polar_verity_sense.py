"""Polar Verity Sense in SDK mode: acc and gyr in frames of their own, delta-coded, little-endian.

=====  =======================================================================================
bytes  frame on DATA
=====  =======================================================================================
0      u8 what: 2 acc, 5 gyr
1-8    u64 time of the last sample, ns since 2000-01-01
9      u8 form: bit 7 compressed; the rest 0 or 1, as below
10-    samples
=====  =======================================================================================

========  ====================================================================================
form      samples
========  ====================================================================================
acc 0x80  delta-coded int16; value · factor in g
acc 0x81  delta-coded int16; value · factor in milli-g
acc 0x01  int16 x, y, z one after the other, milli-g
gyr 0x80  delta-coded int16; value · factor in deg/s
gyr 0x81  delta-coded float32, as their 32 bits; value · factor in deg/s
========  ====================================================================================

Delta-coded: one whole sample x, y, z; then blocks of u8 bits, u8 count and, packed from the lowest
bit on, count · 3 signed differences of so many bits, each to the sample before it; a block ends at
a whole byte. The factor stands in the answer to START (setting 5, float32); 1 if none does.

=====  =======================================================================================
bytes  answer on CONTROL
=====  =======================================================================================
0      u8 0xF0
1      u8 command
2      u8 what
3      u8 status, 0 well
4      u8 more answers follow (only if well)
5-     settings: u8 which, u8 count, values (u16; 4 bytes for settings 3 and 5, 1 byte for 4)
=====  =======================================================================================
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from imu_valgus.core import GRAVITY_MPS2, DecodeError, FloatArray, IntArray
from imu_valgus.devices.decoders.by_characteristic import ByCharacteristic
from imu_valgus.devices.decoders.deltas import read_deltas, write_deltas
from imu_valgus.devices.decoders.float32 import FLOAT, finite
from imu_valgus.devices.decoders.int16 import at_the_end, to_raw, to_si
from imu_valgus.devices.model import SensorModel, StreamSettings, Write
from imu_valgus.devices.packet import Notice, Notification, Packet

CONTROL: Final = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA: Final = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

RATES_HZ: Final = (26.0, 52.0, 104.0, 208.0, 416.0)
ACC_RANGES_G: Final = (2.0, 4.0, 8.0, 16.0)
GYR_RANGES_DPS: Final = (250.0, 500.0, 1000.0, 2000.0)

_HEAD: Final = struct.Struct("<BQB")
_S_PER_NS: Final = 1e-9
_RADPS_PER_DPS: Final = float(np.radians(1.0))
_MILLI: Final = 1e-3
_COMPRESSED: Final = 0x80
_ANSWER: Final = 0xF0
_WIDTHS: Final = {0: 2, 1: 2, 2: 2, 3: 4, 4: 1, 5: 4}
_BITS: Final = 16
_CHANNELS: Final = 3


class Command(IntEnum):
    """What can be written to CONTROL: the first byte."""

    GET_SETTINGS = 0x01
    START = 0x02
    STOP = 0x03


class What(IntEnum):
    """What a command or a frame is about."""

    ACC = 2
    GYR = 5
    SDK_MODE = 9


class Setting(IntEnum):
    """Which setting; the factor is told, never asked for."""

    RATE = 0
    RESOLUTION = 1
    RANGE = 2
    CHANNELS = 4
    FACTOR = 5


@dataclass(frozen=True, slots=True)
class Answer(Notice):
    """The answer to a command; ``factor`` is what a step of the samples is, if it says so."""

    command: int
    what: int
    status: int
    factor: float | None = None


def decode(frame: bytes, factors: Mapping[int, float]) -> Packet:
    """Turn a frame into a packet of acc or of gyr; ``factors`` are those of the two streams."""
    if len(frame) < _HEAD.size + 2 * _CHANNELS:
        raise DecodeError(f"no Polar frame: {frame[:20].hex(' ')}")
    what, time_ns, form = _HEAD.unpack_from(frame)
    if (what, form) not in _READERS:
        raise DecodeError(f"a frame of kind {what} in form {form:#04x}")
    if what not in factors:
        raise DecodeError("samples before the sensor told what a step of them is")
    read, unit = _READERS[what, form]
    raw = read(frame[_HEAD.size :])
    values = to_si(raw, unit * factors[what])
    time_s = np.full(len(raw), np.nan)
    time_s[-1] = time_ns * _S_PER_NS
    if what == What.ACC:
        return Packet(values, None, time_s, clipped=at_the_end(raw))
    return Packet(None, values, time_s, clipped=at_the_end(raw))


def encode(packet: Packet, factors: Mapping[int, float]) -> bytes:
    """Turn a packet of acc or of gyr into a frame in form 0x80."""
    if packet.time_s is None or (packet.acc_mps2 is None) == (packet.gyr_radps is None):
        raise ValueError("a Polar frame holds acc or gyr, with a time")
    what, values, unit = (
        (What.GYR, packet.gyr_radps, _RADPS_PER_DPS)
        if packet.acc_mps2 is None
        else (What.ACC, packet.acc_mps2, GRAVITY_MPS2)
    )
    raw = to_raw(np.asarray(values), unit * factors[what])
    time_ns = round(float(packet.time_s[-1]) / _S_PER_NS)
    return _HEAD.pack(what, time_ns, _COMPRESSED) + write_deltas(raw, _BITS)


def _delta_int16(samples: bytes) -> IntArray:
    return read_deltas(samples, _BITS)


def _plain_int16(samples: bytes) -> IntArray:
    if len(samples) % (2 * _CHANNELS):
        raise DecodeError(f"{len(samples)} bytes are no whole number of samples")
    return np.frombuffer(samples, dtype="<i2").astype(np.int64).reshape(-1, _CHANNELS)


def _delta_float32(samples: bytes) -> FloatArray:
    return finite(read_deltas(samples, 32).astype("<i4").view(FLOAT))


_READERS: Final = {
    (What.ACC, 0x80): (_delta_int16, GRAVITY_MPS2),
    (What.ACC, 0x81): (_delta_int16, _MILLI * GRAVITY_MPS2),
    (What.ACC, 0x01): (_plain_int16, _MILLI * GRAVITY_MPS2),
    (What.GYR, 0x80): (_delta_int16, _RADPS_PER_DPS),
    (What.GYR, 0x81): (_delta_float32, _RADPS_PER_DPS),
}
"""How each kind and form of frame is read, and the SI unit that its factor multiplies."""


def decode_answer(payload: bytes) -> Answer:
    """Read an indication of CONTROL."""
    if len(payload) < 4 or payload[0] != _ANSWER:
        raise DecodeError(f"no answer: {payload[:20].hex(' ')}")
    _, command, what, status = payload[:4]
    return Answer(command, what, status, _find_factor(payload[5:]) if not status else None)


def _find_factor(settings: bytes) -> float | None:
    at = 0
    while at < len(settings):
        which, count = settings[at], settings[at + 1] if at + 1 < len(settings) else 0
        end = at + 2 + count * _WIDTHS.get(which, 0)
        if not count or which not in _WIDTHS or end > len(settings):
            raise DecodeError(f"no settings: {settings.hex(' ')}")
        if which == Setting.FACTOR:
            (factor,) = struct.unpack_from("<f", settings, at + 2)
            if not 0 < factor < np.inf:
                raise DecodeError(f"a factor of {factor}")
            return factor
        at = end
    return None


def encode_answer(answer: Answer) -> bytes:
    """Turn an answer into its bytes."""
    head = bytes((_ANSWER, answer.command, answer.what, answer.status, 0))
    if answer.factor is None:
        return head
    return head + bytes((Setting.FACTOR, 1)) + struct.pack("<f", answer.factor)


def start_stream(what: What, sampling_rate_hz: float, full_scale: float) -> bytes:
    """Return the command that starts one stream; the range is in g or deg/s."""
    return bytes((Command.START, what)) + b"".join(
        bytes((which, 1)) + round(value).to_bytes(_WIDTHS[which], "little")
        for which, value in (
            (Setting.RATE, sampling_rate_hz),
            (Setting.RESOLUTION, _BITS),
            (Setting.RANGE, full_scale),
            (Setting.CHANNELS, _CHANNELS),
        )
    )


class _PolarDecoder:
    """Remember the factors that the sensor told."""

    def __init__(self) -> None:
        self._factors: dict[int, float] = {}

    def control(self, payload: bytes) -> Answer:
        """Read an answer."""
        answer = decode_answer(payload)
        if answer.command == Command.START and not answer.status:
            self._factors[answer.what] = 1.0 if answer.factor is None else answer.factor
        return answer

    def data(self, payload: bytes) -> Packet:
        """Read a frame."""
        return decode(payload, self._factors)


def _decoder(_settings: StreamSettings) -> ByCharacteristic:
    decoder = _PolarDecoder()
    return ByCharacteristic({CONTROL: decoder.control, DATA: decoder.data})


def _start(settings: StreamSettings) -> tuple[Write, ...]:
    rate_hz = settings.sampling_rate_hz
    commands = (
        bytes((Command.START, What.SDK_MODE)),
        start_stream(What.ACC, rate_hz, settings.acc_range_g),
        start_stream(What.GYR, rate_hz, settings.gyr_range_dps),
    )
    return tuple(Write(CONTROL, each, answered=True) for each in commands)


def _stop(_settings: StreamSettings) -> tuple[Write, ...]:
    whats = (What.ACC, What.GYR, What.SDK_MODE)
    return tuple(Write(CONTROL, bytes((Command.STOP, what)), answered=True) for what in whats)


def _factors(settings: StreamSettings) -> dict[int, float]:
    """Return what a step is where 16 bits span the range: what the virtual sensor tells."""
    return {
        What.ACC: float(np.float32(settings.acc_range_g / 32768)),
        What.GYR: float(np.float32(settings.gyr_range_dps / 32768)),
    }


def _greeting(settings: StreamSettings) -> tuple[Notification, ...]:
    return tuple(
        Notification(CONTROL, encode_answer(Answer(Command.START, what, 0, factor)))
        for what, factor in _factors(settings).items()
    )


MODEL: Final = SensorModel(
    key="polar_verity_sense",
    name="Polar Verity Sense",
    service_uuids=(),
    name_prefixes=("Polar Sense",),
    rates_hz=RATES_HZ,
    acc_ranges_g=ACC_RANGES_G,
    gyr_ranges_dps=GYR_RANGES_DPS,
    settings=StreamSettings(sampling_rate_hz=208.0),
    loss_proof="time stamps",
    loss_sentence="each frame's last sample has a time in nanoseconds: a lost frame shows as a "
    "step in time",
    backfill=False,
    logging=None,
    time_wraps_s=None,
    commands=Command,
    subscribe=(CONTROL, DATA),
    start_commands=_start,
    stop_commands=_stop,
    decoder=_decoder,
    encode=lambda packet, settings: Notification(DATA, encode(packet, _factors(settings))),
    greeting=_greeting,
)

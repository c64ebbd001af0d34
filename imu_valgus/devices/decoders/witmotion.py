"""WitMotion WT901BLECL, BWT901BLE5.0, WT9011DCL: frames of 20 bytes, little-endian.

=====  ====================================================================
bytes  data frame
=====  ====================================================================
0      0x55
1      0x61
2-7    int16 acc x, y, z; 16 g / 32768 a step
8-13   int16 gyr x, y, z; 2000 deg/s / 32768 a step
14-19  int16 roll, pitch, yaw; 180 deg / 32768 a step (not used, written as 0)
=====  ====================================================================

A register's answer is 0x55 0x71, the register's number (u16), then eight int16. Frames may straddle
notifications. There is no time stamp, no counter and no checksum: a lost frame leaves no trace, and
a damaged one cannot be told from a right one.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from imu_valgus.core import GRAVITY_MPS2, DecodeError
from imu_valgus.devices.decoders.by_characteristic import ByCharacteristic
from imu_valgus.devices.decoders.int16 import at_the_end, to_raw, to_si
from imu_valgus.devices.model import SensorModel, StreamSettings, Write
from imu_valgus.devices.packet import Damaged, Message, Notice, Notification, Packet

SERVICE: Final = "0000ffe5-0000-1000-8000-00805f9a34fb"
NOTIFY: Final = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE: Final = "0000ffe9-0000-1000-8000-00805f9a34fb"

FRAME_BYTES: Final = 20
ACC_MPS2_PER_LSB: Final = 16.0 * GRAVITY_MPS2 / 32768
GYR_RADPS_PER_LSB: Final = float(np.radians(2000.0)) / 32768
RATE_CODES: Final = {10.0: 0x06, 20.0: 0x07, 50.0: 0x08, 100.0: 0x09, 200.0: 0x0B}
"""What register 0x03 holds for each rate in Hz."""

_PAUSE_S: Final = 0.1
"""The maker's own program waits this long after each command."""

_START: Final = 0x55
_DATA: Final = 0x61
_REGISTER: Final = 0x71
_HEADS: Final = (bytes((_START, _DATA)), bytes((_START, _REGISTER)))
_ANSWER: Final = struct.Struct("<2xH8h")


UNLOCK_KEY: Final = 0xB588


class Command(IntEnum):
    """The registers that can be written; READ holds the register whose content is asked for."""

    RATE = 0x03
    READ = 0x27
    UNLOCK = 0x69


@dataclass(frozen=True, slots=True)
class RegisterAnswer(Notice):
    """What a register and the seven after it hold."""

    register: int
    values: tuple[int, ...]


def decode(frame: bytes) -> Packet:
    """Turn one data frame into a packet of one sample."""
    if len(frame) != FRAME_BYTES or frame[:2] != _HEADS[0]:
        raise DecodeError(f"no WitMotion data frame: {frame.hex(' ')}")
    raw = np.frombuffer(frame, dtype="<i2", count=6, offset=2).astype(np.int64).reshape(1, 6)
    return Packet(
        to_si(raw[:, :3], ACC_MPS2_PER_LSB),
        to_si(raw[:, 3:], GYR_RADPS_PER_LSB),
        clipped=at_the_end(raw),
    )


def encode(packet: Packet) -> bytes:
    """Turn a packet of one sample into a data frame; roll, pitch and yaw are 0."""
    if packet.acc_mps2 is None or packet.gyr_radps is None or len(packet) != 1:
        raise ValueError("a WitMotion frame holds one sample of all six axes")
    acc = to_raw(packet.acc_mps2, ACC_MPS2_PER_LSB)
    gyr = to_raw(packet.gyr_radps, GYR_RADPS_PER_LSB)
    body = np.hstack([acc, gyr, np.zeros((1, 3), dtype=np.int64)]).astype("<i2").tobytes()
    return _HEADS[0] + body


def decode_register(frame: bytes) -> RegisterAnswer:
    """Read the answer to ``Command.READ``."""
    if len(frame) != FRAME_BYTES or frame[:2] != _HEADS[1]:
        raise DecodeError(f"no WitMotion register answer: {frame.hex(' ')}")
    register, *values = _ANSWER.unpack(frame)
    return RegisterAnswer(register, tuple(values))


class Reassembler:
    """Cut a stream of bytes into frames, whatever the notifications' edges."""

    def __init__(self) -> None:
        self._rest = b""

    def update(self, chunk: bytes) -> tuple[Message, ...]:
        """Return what the chunk completes; bytes that begin no frame come out as ``Damaged``."""
        stream = self._rest + chunk
        found: list[Message] = []
        at = 0
        while at < len(stream):
            head = stream[at : at + 2]
            if (len(head) == 2 and head not in _HEADS) or head[0] != _START:
                skipped = _next_head(stream, at + 1)
                found.append(Damaged("these bytes begin no frame", stream[at:skipped]))
                at = skipped
                continue
            if len(stream) - at < FRAME_BYTES:
                break
            frame = stream[at : at + FRAME_BYTES]
            found.append(decode(frame) if head == _HEADS[0] else decode_register(frame))
            at += FRAME_BYTES
        self._rest = stream[at:]
        return tuple(found)


def _next_head(stream: bytes, at: int) -> int:
    """Return where the next frame may begin: at a start byte that what follows does not refute."""
    while (at := stream.find(_START, at)) >= 0:
        if len(stream) - at == 1 or stream[at : at + 2] in _HEADS:
            return at
        at += 1
    return len(stream)


def _decoder(_settings: StreamSettings) -> ByCharacteristic:
    return ByCharacteristic({NOTIFY: Reassembler().update})


def command(register: Command, value: int) -> bytes:
    """Return what to write in order to put a value into a register."""
    return bytes((0xFF, 0xAA, register)) + value.to_bytes(2, "little")


def _start(settings: StreamSettings) -> tuple[Write, ...]:
    """Set the rate; the sensor streams as soon as somebody subscribes."""
    commands = (
        command(Command.UNLOCK, UNLOCK_KEY),
        command(Command.RATE, RATE_CODES[settings.sampling_rate_hz]),
    )
    return tuple(Write(WRITE, each, response=False, pause_s=_PAUSE_S) for each in commands)


MODEL: Final = SensorModel(
    key="witmotion",
    name="WitMotion WT901BLE",
    service_uuids=(SERVICE,),
    name_prefixes=("WT",),
    rates_hz=tuple(RATE_CODES),
    acc_ranges_g=(16.0,),
    gyr_ranges_dps=(2000.0,),
    settings=StreamSettings(sampling_rate_hz=200.0),
    loss_proof="none",
    loss_sentence="loss cannot be shown: WitMotion's samples carry no number, no time and no "
    "checksum",
    backfill=False,
    logging=None,
    time_wraps_s=None,
    commands=Command,
    subscribe=(NOTIFY,),
    start_commands=_start,
    stop_commands=lambda _settings: (),
    decoder=_decoder,
    encode=lambda packet, _settings: Notification(NOTIFY, encode(packet)),
)

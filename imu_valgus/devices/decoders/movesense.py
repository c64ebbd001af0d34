"""Movesense, GATT SensorData profile: IMU6 as 32-bit floats, little-endian.

=====  =======================================================================================
bytes  notification
=====  =======================================================================================
0      u8 kind: 1 answer, 2 data, 3 the second part of data that did not fit one notification
1      u8 reference, as the command gave it
2-     answer: u16 status, as of HTTP, or "Hello"; data: as below
=====  =======================================================================================

=====  =======================================================================================
bytes  data of /Meas/IMU6, k samples
=====  =======================================================================================
0-3    u32 time of the first sample, ms
4-     float32 acc x, y, z of all samples, m/s²; then gyr x, y, z of all samples, deg/s
=====  =======================================================================================

A command is u8 which, u8 reference (not 0), then a path in ASCII.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from imu_valgus.core import DecodeError
from imu_valgus.devices.decoders.by_characteristic import ByCharacteristic
from imu_valgus.devices.decoders.float32 import FLOAT, read_axes, to_bytes
from imu_valgus.devices.model import SensorModel, StreamSettings, Write
from imu_valgus.devices.packet import Damaged, Message, Notice, Notification, Packet

SERVICE: Final = "34802252-7185-4d5d-b431-630e7050e8f0"
ADVERTISED: Final = "0000fdf3-0000-1000-8000-00805f9b34fb"
WRITE: Final = "34800001-7185-4d5d-b431-630e7050e8f0"
NOTIFY: Final = "34800002-7185-4d5d-b431-630e7050e8f0"

RATES_HZ: Final = (13.0, 26.0, 52.0, 104.0, 208.0, 416.0, 833.0, 1666.0)
SUBSCRIPTION: Final = 1
"""The reference of the one stream that is asked for."""

_S_PER_MS: Final = 1e-3
_TIME_BYTES: Final = 4
_SAMPLE_BYTES: Final = 6 * FLOAT.itemsize
_HELLO: Final = b"Hello"


class Command(IntEnum):
    """What can be asked for: the first byte of a command."""

    HELLO = 0
    SUBSCRIBE = 1
    UNSUBSCRIBE = 2


class Kind(IntEnum):
    """What a notification is: its first byte."""

    ANSWER = 1
    DATA = 2
    MORE_DATA = 3


@dataclass(frozen=True, slots=True)
class Answer(Notice):
    """The answer to a command; 200 and 201 mean well, 4xx and 5xx that it was refused."""

    reference: int
    status: int


@dataclass(frozen=True, slots=True)
class Hello(Notice):
    """The answer to HELLO."""

    reference: int


def decode(data: bytes) -> Packet:
    """Turn the data of one IMU6 notification, its two bytes of head left out, into a packet."""
    acc_mps2, gyr_radps = read_axes(data[_TIME_BYTES:])
    time_s = np.full(len(acc_mps2), np.nan)
    time_s[0] = int.from_bytes(data[:_TIME_BYTES], "little") * _S_PER_MS
    return Packet(acc_mps2, gyr_radps, time_s)


def encode(packet: Packet) -> bytes:
    """Turn a packet into a notification, head included."""
    if packet.time_s is None:
        raise ValueError("Movesense stamps each packet's first sample")
    time_ms = round(float(packet.time_s[0]) / _S_PER_MS)
    head = bytes((Kind.DATA, SUBSCRIPTION)) + time_ms.to_bytes(_TIME_BYTES, "little")
    return head + to_bytes(packet)


def decode_answer(payload: bytes) -> Answer | Hello:
    """Read the answer to a command."""
    if payload[2:] == _HELLO:
        return Hello(payload[1])
    if len(payload) != 4:
        raise DecodeError(f"no answer: {payload.hex(' ')}")
    return Answer(payload[1], int.from_bytes(payload[2:], "little"))


class Reassembler:
    """Put data together again that came in two notifications."""

    def __init__(self) -> None:
        self._first_part = b""

    def update(self, payload: bytes) -> tuple[Message, ...]:
        """Return what this notification completes."""
        if len(payload) < 2:
            raise DecodeError(f"no notification: {payload.hex(' ')}")
        match payload[0]:
            case Kind.ANSWER:
                return (decode_answer(payload),)
            case Kind.DATA:
                return (*self._give_up(), *self._data(payload[2:]))
            case Kind.MORE_DATA if self._first_part:
                whole, self._first_part = self._first_part + payload[2:], b""
                return (decode(whole),)
            case _:
                raise DecodeError(f"no notification that fits here: {payload[:20].hex(' ')}")

    def _data(self, data: bytes) -> tuple[Message, ...]:
        if (len(data) - _TIME_BYTES) % _SAMPLE_BYTES:
            self._first_part = data
            return ()
        return (decode(data),)

    def _give_up(self) -> tuple[Message, ...]:
        lost, self._first_part = self._first_part, b""
        return (Damaged("the second part never came", lost),) if lost else ()


def command(which: Command, path: str = "", reference: int = SUBSCRIPTION) -> bytes:
    """Return the bytes of a command."""
    return bytes((which, reference)) + path.encode("ascii")


def _start(settings: StreamSettings) -> tuple[Write, ...]:
    path = f"/Meas/IMU6/{settings.sampling_rate_hz:.0f}"
    return (Write(WRITE, command(Command.SUBSCRIBE, path), answered=True),)


def _stop(_settings: StreamSettings) -> tuple[Write, ...]:
    return (Write(WRITE, command(Command.UNSUBSCRIBE)),)


def _decoder(_settings: StreamSettings) -> ByCharacteristic:
    return ByCharacteristic({NOTIFY: Reassembler().update})


MODEL: Final = SensorModel(
    key="movesense",
    name="Movesense",
    service_uuids=(SERVICE, ADVERTISED),
    name_prefixes=("Movesense",),
    rates_hz=RATES_HZ,
    acc_ranges_g=(8.0,),
    gyr_ranges_dps=(2000.0,),
    settings=StreamSettings(sampling_rate_hz=208.0, acc_range_g=8.0),
    loss_proof="time stamps",
    loss_sentence="a lost packet shows as a step in its time stamps, which count milliseconds",
    backfill=False,
    logging=None,
    time_wraps_s=2**32 * _S_PER_MS,
    commands=Command,
    subscribe=(NOTIFY,),
    start_commands=_start,
    stop_commands=_stop,
    decoder=_decoder,
    encode=lambda packet, _settings: Notification(NOTIFY, encode(packet)),
)

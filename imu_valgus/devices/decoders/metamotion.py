"""Mbientlab MetaMotionS and RL: live samples without a number, logged ones with ticks.

=====  =======================================================================================
bytes  message on NOTIFY, little-endian
=====  =======================================================================================
0      u8 module: 0x03 acc, 0x13 gyr, 0x0B log
1      u8 register
2-     acc 04, gyr 04 (05 on the RL): int16 x, y, z; acc 05, gyr 05 (07 on the RL): 3 samples so
       log 07: one or two entries, see below; log 08: u32 entries left; log 0D: a page is complete
=====  =======================================================================================

=====  =======================================================================================
bytes  log entry, 9 bytes
=====  =======================================================================================
0      u8 bits 0 to 4 logger, bits 5 to 7 how often the sensor was reset
1-4    u32 tick of 48 / 32768 s
5-8    4 bytes of data
=====  =======================================================================================

A sample of three int16 takes two loggers: x, y in the first, z in the second. ``add_loggers`` makes
those of acc first, so that acc has loggers 0 and 1, gyr 2 and 3. What a step is follows from the
range that was asked for: 32768 / range for acc, 32800 / range for gyr, in steps per g or deg/s.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

import numpy as np

from imu_valgus.core import GRAVITY_MPS2, DecodeError, FloatArray, IntArray
from imu_valgus.devices.decoders.by_characteristic import ByCharacteristic
from imu_valgus.devices.decoders.int16 import at_the_end, to_raw, to_si
from imu_valgus.devices.model import SelfLogging, SensorModel, StreamSettings, Write
from imu_valgus.devices.packet import Damaged, Message, Notice, Notification, Packet

SERVICE: Final = "326a9000-85cb-9195-d9dd-464cfbbae75a"
WRITE: Final = "326a9001-85cb-9195-d9dd-464cfbbae75a"
NOTIFY: Final = "326a9006-85cb-9195-d9dd-464cfbbae75a"

ACC_RANGES_G: Final = (2.0, 4.0, 8.0, 16.0)
GYR_RANGES_DPS: Final = (2000.0, 1000.0, 500.0, 250.0, 125.0)
RATE_CODES: Final = {25.0: 6, 50.0: 7, 100.0: 8, 200.0: 9}
"""What the configuration of both sensors holds for each rate in Hz."""

TICK_S: Final = 48 / 32768
_RADPS_PER_DPS: Final = float(np.radians(1.0))
_ACC_FULL_SCALE: Final = 32768
_GYR_FULL_SCALE: Final = 32800  # 16.4 steps a deg/s at 2000 deg/s
_PACKED: Final = 3
_SAMPLE_BYTES: Final = 6
_ENTRY: Final = struct.Struct("<BI4s")
_LOGGER_BITS: Final = 0x1F
_RESET_SHIFT: Final = 5
_SAME_SAMPLE_TICKS: Final = 1
"""In the maker's test data the two halves of a sample are one tick apart at the most."""

Sensor = Literal["acc", "gyr"]
_SENSORS: Final[tuple[Sensor, Sensor]] = ("acc", "gyr")


class Command(IntEnum):
    """Module and register of what can be written; reading sets the highest bit of the register."""

    ACC_START = 0x0301
    ACC_SAMPLE = 0x0302
    ACC_CONFIGURE = 0x0303
    ACC_SUBSCRIBE = 0x0304
    ACC_SUBSCRIBE_PACKED = 0x0305
    LOG_START = 0x0B01
    LOG_ADD = 0x0B02
    LOG_READ_OUT = 0x0B06
    LOG_SUBSCRIBE = 0x0B07
    LOG_SUBSCRIBE_PROGRESS = 0x0B08
    LOG_CLEAR = 0x0B09
    LOG_OVERWRITE = 0x0B0B
    LOG_SUBSCRIBE_PAGE = 0x0B0D
    LOG_CONFIRM_PAGE = 0x0B0E
    LOG_FLUSH_PAGE = 0x0B10
    LOG_LENGTH = 0x0B85
    GYR_START = 0x1301
    GYR_SAMPLE = 0x1302
    GYR_CONFIGURE = 0x1303
    GYR_SUBSCRIBE = 0x1304
    GYR_SUBSCRIBE_PACKED = 0x1305


@dataclass(frozen=True, slots=True)
class Told(Notice):
    """A message that is no sample: module and register, and what follows."""

    register: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Progress(Notice):
    """How many entries of the log are still to be read out."""

    entries_left: int


@dataclass(frozen=True, slots=True)
class PageComplete(Notice):
    """A page of the log is out: confirm it, and the next one follows."""


def decode(payload: bytes, settings: StreamSettings) -> Packet:
    """Turn one live message into a packet of one or three samples of acc or of gyr."""
    body = payload[2:]
    sensor = _LIVE.get(payload[:2])
    if sensor is None or len(body) not in (_SAMPLE_BYTES, _PACKED * _SAMPLE_BYTES):
        raise DecodeError(f"no live samples: {payload[:20].hex(' ')}")
    return _packet(sensor, np.frombuffer(body, dtype="<i2").astype(np.int64), settings)


def encode(packet: Packet, settings: StreamSettings) -> bytes:
    """Turn a packet of acc or of gyr into a live message, or into log entries if it is from flash.

    Live it holds one or three samples, from flash one, with its time.
    """
    sensor, raw = _raw(packet, settings)
    if packet.source == "flash":
        return _LOG_ENTRIES + _entries(packet, sensor, raw)
    if len(raw) not in (1, _PACKED):
        raise ValueError(f"{len(raw)} samples, expected 1 or {_PACKED}")
    register = 0x04 if len(raw) == 1 else 0x05
    return bytes((_MODULES[sensor], register)) + raw.astype("<i2").tobytes()


_MODULES: Final[dict[Sensor, int]] = {"acc": 0x03, "gyr": 0x13}
_LIVE: Final[dict[bytes, Sensor]] = {
    b"\x03\x04": "acc",
    b"\x03\x05": "acc",
    b"\x13\x04": "gyr",
    b"\x13\x05": "gyr",
    b"\x13\x07": "gyr",
}
_LOG_ENTRIES: Final = b"\x0b\x07"
_LOG_PROGRESS: Final = b"\x0b\x08"
_LOG_PAGE: Final = b"\x0b\x0d"


def _unit(sensor: Sensor, settings: StreamSettings) -> float:
    if sensor == "acc":
        return settings.acc_range_g / _ACC_FULL_SCALE * GRAVITY_MPS2
    return settings.gyr_range_dps / _GYR_FULL_SCALE * _RADPS_PER_DPS


def _packet(
    sensor: Sensor,
    raw: IntArray,
    settings: StreamSettings,
    *,
    time_s: FloatArray | None = None,
    session_id: int | None = None,
) -> Packet:
    samples = raw.reshape(-1, 3)
    values = to_si(samples, _unit(sensor, settings))
    return Packet(
        values if sensor == "acc" else None,
        values if sensor == "gyr" else None,
        time_s,
        session_id=session_id,
        source="live" if time_s is None else "flash",
        clipped=at_the_end(samples),
    )


def _raw(packet: Packet, settings: StreamSettings) -> tuple[Sensor, IntArray]:
    if packet.gyr_radps is None and packet.acc_mps2 is not None:
        return "acc", to_raw(packet.acc_mps2, _unit("acc", settings))
    if packet.acc_mps2 is None and packet.gyr_radps is not None:
        return "gyr", to_raw(packet.gyr_radps, _unit("gyr", settings))
    raise ValueError("MetaMotion sends acc and gyr apart")


def _entries(packet: Packet, sensor: Sensor, raw: IntArray) -> bytes:
    if packet.time_s is None or len(raw) != 1:
        raise ValueError("a log entry holds one sample and its time")
    tick = round(float(packet.time_s[0]) / TICK_S)
    first = 2 * _SENSORS.index(sensor) | (packet.session_id or 0) << _RESET_SHIFT
    data = raw.astype("<i2").tobytes()
    return _ENTRY.pack(first, tick, data[:4]) + _ENTRY.pack(first + 1, tick, data[4:])


class MetaMotionDecoder:
    """All that one MetaMotion says; the halves of logged samples are put together again."""

    def __init__(self, settings: StreamSettings) -> None:
        self._settings = settings
        self._halves: dict[int, tuple[int, bytes]] = {}

    def update(self, payload: bytes) -> tuple[Message, ...]:
        """Return what this notification completes."""
        head, body = payload[:2], payload[2:]
        if head in _LIVE:
            return (decode(payload, self._settings),)
        if head == _LOG_ENTRIES and len(body) in (_ENTRY.size, 2 * _ENTRY.size):
            return tuple(
                message for entry in _ENTRY.iter_unpack(body) for message in self._entry(*entry)
            )
        if head == _LOG_PROGRESS and len(body) == 4:
            return (Progress(int.from_bytes(body, "little")),)
        if head == _LOG_PAGE:
            return (PageComplete(),)
        if len(head) < 2 or head == _LOG_ENTRIES:
            raise DecodeError(f"no message: {payload[:20].hex(' ')}")
        return (Told(int.from_bytes(head, "big"), body),)

    def _entry(self, who: int, tick: int, data: bytes) -> tuple[Message, ...]:
        """Keep the first half of a sample; return the sample with its second half."""
        logger, reset = who & _LOGGER_BITS, who >> _RESET_SHIFT
        if logger >= 2 * len(_SENSORS):
            return (Damaged(f"logger {logger} logs nothing that was asked for", data),)
        before = self._halves.pop(who & ~1, None)
        if not logger & 1:
            self._halves[who] = tick, data
            return () if before is None else (_alone(before[1]),)
        if before is None or abs(tick - before[0]) > _SAME_SAMPLE_TICKS:
            lost = (data,) if before is None else (before[1], data)
            return tuple(_alone(half) for half in lost)
        raw = np.frombuffer(before[1] + data[:2], dtype="<i2").astype(np.int64)
        time_s = np.array([before[0] * TICK_S])
        sensor = _SENSORS[logger >> 1]
        return (_packet(sensor, raw, self._settings, time_s=time_s, session_id=reset),)


def _alone(half: bytes) -> Damaged:
    return Damaged("half a logged sample, the other half is missing", half)


def command(which: Command, *data: int) -> bytes:
    """Return the bytes of a command."""
    return which.to_bytes(2, "big") + bytes(data)


def configure(settings: StreamSettings) -> tuple[bytes, bytes]:
    """Return the commands that set rate and range of acc and gyr."""
    rate = RATE_CODES[settings.sampling_rate_hz]
    acc_range = ACC_RANGES_G.index(settings.acc_range_g)
    gyr_range = GYR_RANGES_DPS.index(settings.gyr_range_dps)
    return (
        command(Command.ACC_CONFIGURE, 0xA0 | rate, acc_range),
        command(Command.GYR_CONFIGURE, 0x20 | rate, gyr_range),
    )


def add_loggers() -> tuple[bytes, ...]:
    """Return the commands that make the loggers, each to be answered before the next."""
    return tuple(
        command(Command.LOG_ADD, _MODULES[sensor], 0x04, 0xFF, part)
        for sensor in _SENSORS
        for part in (0x60, 0x24)  # 4 bytes from 0, 2 bytes from 4
    )


def read_out(entries: int, notify_every: int) -> bytes:
    """Return the command that sends the log, with a progress message each so many entries."""
    return command(Command.LOG_READ_OUT) + struct.pack("<II", entries, notify_every)


def _start(settings: StreamSettings) -> tuple[Write, ...]:
    commands = (
        *configure(settings),
        command(Command.ACC_SUBSCRIBE_PACKED, 1),
        command(Command.GYR_SUBSCRIBE_PACKED, 1),
        command(Command.ACC_SAMPLE, 1, 0),
        command(Command.GYR_SAMPLE, 1, 0),
        command(Command.ACC_START, 1),
        command(Command.GYR_START, 1),
    )
    return tuple(Write(WRITE, each, response=False) for each in commands)


def _stop(_settings: StreamSettings) -> tuple[Write, ...]:
    commands = (
        command(Command.ACC_START, 0),
        command(Command.GYR_START, 0),
        command(Command.ACC_SAMPLE, 0, 1),
        command(Command.GYR_SAMPLE, 0, 1),
        command(Command.ACC_SUBSCRIBE_PACKED, 0),
        command(Command.GYR_SUBSCRIBE_PACKED, 0),
    )
    return tuple(Write(WRITE, each, response=False) for each in commands)


def _decoder(settings: StreamSettings) -> ByCharacteristic:
    return ByCharacteristic({NOTIFY: MetaMotionDecoder(settings).update})


MODEL: Final = SensorModel(
    key="metamotion",
    name="MetaMotionS / MetaMotionRL",
    service_uuids=(SERVICE,),
    name_prefixes=("MetaWear",),
    rates_hz=tuple(RATE_CODES),
    acc_ranges_g=ACC_RANGES_G,
    gyr_ranges_dps=GYR_RANGES_DPS,
    settings=StreamSettings(sampling_rate_hz=100.0),
    loss_proof="none",
    loss_sentence="loss cannot be shown live: MetaMotion's samples carry neither number nor time; "
    "log and download instead, where each sample has a time",
    backfill=False,
    logging=SelfLogging(
        # The RL's 8 MB at 8 bytes an entry, four entries a sample; the S holds 64 times as much.
        capacity_samples=8 * 1024 * 1024 // (4 * 8),
        rates_hz=tuple(RATE_CODES),
        loss_proof="time stamps",
    ),
    time_wraps_s=None,
    commands=Command,
    subscribe=(NOTIFY,),
    start_commands=_start,
    stop_commands=_stop,
    decoder=_decoder,
    encode=lambda packet, settings: Notification(NOTIFY, encode(packet, settings)),
    why_not_live="its live samples carry neither number nor time: let it log with its own app",
)

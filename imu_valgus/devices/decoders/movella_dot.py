"""Movella (Xsens) DOT: live samples one by one, recordings by messages, little-endian.

=====  =======================================================================================
bytes  payload mode 21, rate quantities, on MEDIUM (filled up with 0 to 40 bytes)
=====  =======================================================================================
0-3    u32 time, us; wraps after 71.6 minutes
4-15   float32 acc x, y, z, m/s²
16-27  float32 gyr x, y, z, deg/s
=====  =======================================================================================

Payload mode 26, custom 5, on LONG (filled up to 63 bytes): the same with an attitude, four float32
that are not used, after the time.

=====  =======================================================================================
bytes  message on the message service
=====  =======================================================================================
0      u8 kind: 1 recording, 2 synchronisation, 3 configuration
1      u8 size of the data, 0 to 157
2-     data; the first byte says which message
last   u8 checksum: all bytes sum up to 0 modulo 256
=====  =======================================================================================

=====  =======================================================================================
bytes  data of an exported sample, as ``EXPORTED`` selects it
=====  =======================================================================================
0      0x71
1-4    u32 number of the sample in its file, from 0
5-8    u32 time, us
9-32   float32 acc x, y, z, m/s², gyr x, y, z, deg/s
33-34  u16 status: bits 0 to 5 an axis of acc or gyr out of range
=====  =======================================================================================
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from imu_valgus.core import DecodeError
from imu_valgus.devices.decoders.by_characteristic import ByCharacteristic
from imu_valgus.devices.decoders.float32 import one_sample, to_bytes
from imu_valgus.devices.model import SelfLogging, SensorModel, StreamSettings, Write
from imu_valgus.devices.packet import Battery, Message, Notice, Notification, Packet

_BASE: Final = "1517{:04x}-4947-11e9-8646-d663bd873d93"
DEVICE_CONTROL: Final = _BASE.format(0x1002)
MEASURE: Final = _BASE.format(0x2001)
LONG: Final = _BASE.format(0x2002)
MEDIUM: Final = _BASE.format(0x2003)
BATTERY: Final = _BASE.format(0x3001)
MESSAGE: Final = _BASE.format(0x7001)
ACKNOWLEDGE: Final = _BASE.format(0x7002)
NOTIFY: Final = _BASE.format(0x7003)

LIVE_RATES_HZ: Final = (1.0, 4.0, 10.0, 12.0, 15.0, 20.0, 30.0, 60.0)
EXPORTED: Final = bytes((0x00, 0x07, 0x08, 0x0A))
"""What to select for the export: time, acceleration, angular velocity, status."""
NO_TIME_LIMIT: Final = 0xFFFF

_MEDIUM_BYTES: Final = 40
_LONG_BYTES: Final = 63
_RATE: Final = struct.Struct("<I6f")
_CUSTOM: Final = struct.Struct("<I10f")
_SAMPLE: Final = struct.Struct("<BII6fH")
_NUMBERED: Final = struct.Struct("<BI")
_FILE_INFO: Final = struct.Struct("<B4sIHIH")
_S_PER_US: Final = 1e-6
_OUT_OF_RANGE: Final = 0x3F
_SET_RATE_AND_PROFILE: Final = 0x30
_DYNAMIC: Final = 1
_START_SYNC: Final = 1


class PayloadMode(IntEnum):
    """What a live sample holds, as it is written to MEASURE."""

    RATE_QUANTITIES = 21
    CUSTOM_5 = 26


class Kind(IntEnum):
    """What a message is about: its first byte."""

    RECORDING = 1
    SYNCHRONISATION = 2
    CONFIGURATION = 3


class Command(IntEnum):
    """Messages to a sensor about recording: the first byte of the data."""

    GET_STATE = 0x02
    ERASE = 0x30
    START_RECORDING = 0x40
    STOP_RECORDING = 0x41
    GET_FLASH_INFO = 0x50
    GET_FILE_INFO = 0x60
    GET_FILE_DATA = 0x70
    STOP_EXPORT = 0x73
    SELECT_EXPORT = 0x74
    RETRANSMIT = 0x75


class Event(IntEnum):
    """Messages of a sensor about recording: the first byte of the data."""

    ACKNOWLEDGED = 0x01
    BUSY = 0x03
    ERASED = 0x33
    FLASH_FULL = 0x34
    INVALID_FLASH = 0x35
    STOPPED = 0x41
    RECORDING_TIME = 0x43
    FLASH_INFO = 0x51
    FLASH_INFO_DONE = 0x52
    FILE_INFO = 0x61
    FILE_INFO_DONE = 0x62
    NO_FILE = 0x63
    FILE_DATA = 0x71
    FILE_DATA_DONE = 0x72
    EXPORT_STOPPED = 0x73
    FILE_DATA_INVALID = 0x76


@dataclass(frozen=True, slots=True)
class Told(Notice):
    """A message that is no sample: its kind and its data."""

    kind: Kind
    data: bytes


@dataclass(frozen=True, slots=True)
class Acknowledged(Notice):
    """How a command about recording was taken: 0 well, 6 idle, 0x40 recording, 0x70 exporting."""

    result: int
    command: int
    data: bytes


@dataclass(frozen=True, slots=True)
class FileInfo(Notice):
    """A recording in flash: when it was started and how many seconds it was to take."""

    start_unix_s: int
    seconds: int


@dataclass(frozen=True, slots=True)
class SpoiltSample(Notice):
    """A sample that the sensor could not read back from its flash, by its number."""

    number: int


def decode(payload: bytes) -> Packet:
    """Turn a notification of MEDIUM in payload mode 21 into a packet of one sample."""
    time_us, *axes = _RATE.unpack(_without_filling(payload, _RATE.size, _MEDIUM_BYTES))
    return one_sample(axes, time_us * _S_PER_US)


def decode_custom(payload: bytes) -> Packet:
    """Turn a notification of LONG in payload mode 26 into a packet of one sample."""
    time_us, *values = _CUSTOM.unpack(_without_filling(payload, _CUSTOM.size, _LONG_BYTES))
    return one_sample(values[4:], time_us * _S_PER_US)


def encode(packet: Packet) -> bytes:
    """Turn a packet of one sample into a notification of MEDIUM in payload mode 21."""
    return (_time_us(packet) + to_bytes(packet)).ljust(_MEDIUM_BYTES, b"\0")


def encode_custom(packet: Packet) -> bytes:
    """Turn a packet of one sample into a notification of LONG in payload mode 26, upright."""
    upright = np.array([1, 0, 0, 0], dtype="<f4").tobytes()
    return (_time_us(packet) + upright + to_bytes(packet)).ljust(_LONG_BYTES, b"\0")


def encode_exported(packet: Packet) -> bytes:
    """Turn a packet of one numbered sample into the message that exports it."""
    if packet.first_index is None:
        raise ValueError("an exported sample has a number")
    number = packet.first_index.to_bytes(4, "little")
    status = bytes((_OUT_OF_RANGE if packet.clipped.any() else 0, 0))
    sample = number + _time_us(packet) + to_bytes(packet) + status
    return message(Kind.RECORDING, bytes((Event.FILE_DATA,)) + sample)


def encode_acknowledged(told: Acknowledged) -> bytes:
    """Make the message that says how a command was taken."""
    head = bytes((Event.ACKNOWLEDGED, told.result, told.command))
    return message(Kind.RECORDING, head + told.data)


def encode_file_info(told: FileInfo) -> bytes:
    """Make the message that says of a recording when it was started and for how long."""
    data = _FILE_INFO.pack(Event.FILE_INFO, bytes(4), 0, 0, told.start_unix_s, told.seconds)
    return message(Kind.RECORDING, data)


def encode_spoilt(told: SpoiltSample) -> bytes:
    """Make the message that names a sample that could not be read back."""
    return message(Kind.RECORDING, _NUMBERED.pack(Event.FILE_DATA_INVALID, told.number))


def encode_battery(told: Battery) -> bytes:
    """Make the value of BATTERY."""
    return bytes((told.percent, bool(told.charging)))


def message(kind: Kind, data: bytes) -> bytes:
    """Make a message."""
    body = bytes((kind, len(data))) + data
    return body + bytes((-sum(body) & 0xFF,))


def open_message(payload: bytes) -> tuple[Kind, bytes]:
    """Return kind and data of a message, which 0 may follow."""
    if len(payload) < 4 or payload[0] not in _KINDS or len(payload) < payload[1] + 3:
        raise DecodeError(f"no message: {payload[:20].hex(' ')}")
    end = payload[1] + 3
    if sum(payload[:end]) & 0xFF or any(payload[end:]) or not payload[1]:
        raise DecodeError(f"the checksum is wrong: {payload[:20].hex(' ')}")
    return Kind(payload[0]), payload[2 : end - 1]


_KINDS: Final = frozenset(Kind)


def read_message(payload: bytes) -> Message:
    """Turn a message, whatever it holds, into what it says."""
    kind, data = open_message(payload)
    if kind is not Kind.RECORDING:
        return Told(kind, data)
    match data[0]:
        case Event.FILE_DATA:
            return _exported(data)
        case Event.FILE_DATA_INVALID if len(data) >= _NUMBERED.size:
            return SpoiltSample(_NUMBERED.unpack_from(data)[1])
        case Event.ACKNOWLEDGED if len(data) >= 3:
            return Acknowledged(data[1], data[2], data[3:])
        case Event.FILE_INFO if len(data) >= _FILE_INFO.size:
            *_, start, seconds = _FILE_INFO.unpack_from(data)
            return FileInfo(start, seconds)
        case _:
            return Told(kind, data)


def command(which: Command, data: bytes = b"") -> bytes:
    """Return the message that carries a command about recording."""
    return message(Kind.RECORDING, bytes((which,)) + data)


def start_recording(unix_s: int, seconds: int = NO_TIME_LIMIT) -> bytes:
    """Return the message that starts a recording; it goes on without a connection."""
    return command(Command.START_RECORDING, struct.pack("<IH", unix_s, seconds))


def retransmit(number: int) -> bytes:
    """Return the message that asks for the file's samples anew, from a number on."""
    return command(Command.RETRANSMIT, struct.pack("<I", number))


def start_sync(root_address: str) -> bytes:
    """Return the message that sets the clock by another sensor's, given by its address.

    Write it to all sensors, disconnect for 14 s, connect and read ACKNOWLEDGE: ``Told`` with
    data ``03 00`` is well.
    """
    root = bytes.fromhex(root_address.replace(":", ""))[::-1]
    return message(Kind.SYNCHRONISATION, bytes((_START_SYNC,)) + root)


def set_rate(sampling_rate_hz: float) -> bytes:
    """Return what to write to DEVICE_CONTROL: the rate, and the filter for sprints and jerks."""
    head = bytes((_SET_RATE_AND_PROFILE,)).ljust(24, b"\0")
    return head + struct.pack("<HB5x", round(sampling_rate_hz), _DYNAMIC)


def rate_asked(control: bytes) -> float | None:
    """Return the rate in Hz that was written to DEVICE_CONTROL; None if none was."""
    if len(control) < 26 or control[0] != _SET_RATE_AND_PROFILE:
        return None
    return float(int.from_bytes(control[24:26], "little"))


def service_of(characteristic: str) -> str:
    """Return the service that a characteristic belongs to."""
    return f"{characteristic[:5]}000{characteristic[8:]}"


def decode_battery(payload: bytes) -> Battery:
    """Read BATTERY: percent and whether it is charging."""
    if len(payload) != 2 or payload[0] > 100 or payload[1] > 1:
        raise DecodeError(f"no battery level: {payload.hex(' ')}")
    return Battery(payload[0], bool(payload[1]))


def _without_filling(payload: bytes, size: int, filled: int) -> bytes:
    if not size <= len(payload) <= filled or any(payload[size:]):
        raise DecodeError(f"{len(payload)} bytes are no sample: {payload[:20].hex(' ')}")
    return payload[:size]


def _exported(data: bytes) -> Packet:
    if len(data) != _SAMPLE.size:
        raise DecodeError(f"an exported sample of {len(data)} bytes, expected {_SAMPLE.size}")
    _, number, time_us, *axes, status = _SAMPLE.unpack(data)
    return one_sample(
        axes,
        time_us * _S_PER_US,
        first_index=number,
        source="flash",
        clipped=np.array([bool(status & _OUT_OF_RANGE)]),
    )


def _time_us(packet: Packet) -> bytes:
    if packet.time_s is None or len(packet) != 1:
        raise ValueError("a DOT sends one sample at a time, with its time")
    return round(float(packet.time_s[0]) / _S_PER_US).to_bytes(4, "little")


def _start(settings: StreamSettings) -> tuple[Write, ...]:
    """Set rate and filter, then stream rate quantities."""
    return (
        Write(DEVICE_CONTROL, set_rate(settings.sampling_rate_hz)),
        Write(MEASURE, bytes((1, 1, PayloadMode.RATE_QUANTITIES))),
    )


def _stop(_settings: StreamSettings) -> tuple[Write, ...]:
    return (Write(MEASURE, bytes((1, 0, PayloadMode.RATE_QUANTITIES))),)


def _decoder(_settings: StreamSettings) -> ByCharacteristic:
    return ByCharacteristic(
        {
            MEDIUM: decode,
            LONG: decode_custom,
            BATTERY: decode_battery,
            ACKNOWLEDGE: read_message,
            NOTIFY: read_message,
        }
    )


def _encode(packet: Packet, _settings: StreamSettings) -> Notification:
    if packet.source == "flash":
        return Notification(NOTIFY, encode_exported(packet))
    return Notification(MEDIUM, encode(packet))


MODEL: Final = SensorModel(
    key="movella_dot",
    name="Movella DOT",
    service_uuids=(),
    name_prefixes=("Movella DOT", "Movella Dot", "Xsens DOT", "Xsens Dot"),
    rates_hz=LIVE_RATES_HZ,
    acc_ranges_g=(16.0,),
    gyr_ranges_dps=(2000.0,),
    settings=StreamSettings(sampling_rate_hz=60.0),
    loss_proof="time stamps",
    loss_sentence="live, a lost sample shows as a step in time; 120 Hz and numbered samples only a "
    "recording on its own memory has",
    backfill=False,
    logging=SelfLogging(
        capacity_samples=88 * 60 * 60,  # the first model's 88 minutes at 60 Hz
        rates_hz=(*LIVE_RATES_HZ, 120.0),
        loss_proof="index",
    ),
    time_wraps_s=2**32 * _S_PER_US,
    commands=Command,
    subscribe=(MEDIUM, NOTIFY, BATTERY),
    start_commands=_start,
    stop_commands=_stop,
    decoder=_decoder,
    encode=_encode,
)

"""Capture2Go as a whole: its notifications, its commands, what it can prove.

A write is one frame. A notification is a byte that counts frames, 0xFF none, 0xFE one, and so on;
that many whole frames (the real-time channel); then the next bytes of the sensor's send buffer, a
stream of frames that may straddle notifications.
"""

import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from imu_valgus.core import DecodeError
from imu_valgus.devices.decoders.by_characteristic import ByCharacteristic
from imu_valgus.devices.decoders.capture2go.frames import (
    RATE_CODES,
    FrameStream,
    encode,
    end_of_frame,
    frame,
    read_frame,
)
from imu_valgus.devices.model import SelfLogging, SensorModel, StreamSettings, Write
from imu_valgus.devices.packet import Message, Notification, Packet

SERVICE: Final = "80030001-e629-4c98-9324-aa7fc0c66de7"
WRITE: Final = "80030002-e629-4c98-9324-aa7fc0c66de7"
NOTIFY: Final = "80030003-e629-4c98-9324-aa7fc0c66de7"

_NO_REALTIME: Final = 0xFF
_NAME_BYTES: Final = 65
_MODE: Final = struct.Struct("<q8BHBQ3B")


class Command(IntEnum):
    """The headers of what can be written."""

    GET_DEVICE_INFO = 0x0070
    SET_MEASUREMENT_MODE = 0x0120
    SET_RECORDING_CONFIG = 0x0140
    START_STREAMING = 0x0150
    STOP_STREAMING = 0x0152
    START_RECORDING = 0x0154
    STOP_RECORDING = 0x0156
    STOP_AND_CLEAR_BUFFER = 0x0158
    SET_ABSOLUTE_TIME = 0x0170
    CLOCK_ROUNDTRIP = 0x0172
    GET_STATUS = 0x0200
    LIST_FILES = 0x0500
    GET_BYTES = 0x0503
    STOP_GET_BYTES = 0x0505
    DELETE_FILE = 0x0509


class SyncMode(IntEnum):
    """A sensor's part in setting the clocks by radio, from sensor to sensor."""

    NONE = 0
    SENDER = 1
    RECEIVER = 2


class _Notifications:
    """The sensor's notifications: real-time frames beside the send buffer's stream."""

    def __init__(self) -> None:
        self._buffered = FrameStream()

    def update(self, payload: bytes) -> tuple[Message, ...]:
        """Return what this notification completes."""
        if not payload:
            raise DecodeError("a notification without a byte")
        at, beside = 1, []
        for _ in range(_NO_REALTIME - payload[0]):
            end = end_of_frame(payload, at)
            beside.append(read_frame(payload[at:end]))
            at = end
        return (*beside, *self._buffered.update(payload[at:]))


def notification(buffered: bytes, realtime: Sequence[bytes] = ()) -> bytes:
    """Make a notification of whole real-time frames and the next bytes of the send buffer."""
    return bytes((_NO_REALTIME - len(realtime),)) + b"".join(realtime) + buffered


def measurement_mode(
    sampling_rate_hz: float, *, sync: SyncMode = SyncMode.NONE, sync_id: int = 0
) -> bytes:
    """Return the payload of SET_MEASUREMENT_MODE: packed samples without magnetometer, status 1/s.

    Sensors that are to share a clock get the same random ``sync_id``, one of them as the sender.
    """
    return _MODE.pack(
        0, 0, 0, RATE_CODES[sampling_rate_hz], 0, 0, 0, 1, 0, 0, sync, sync_id, 0, 0, 1
    )


def rate_asked(mode: bytes) -> float | None:
    """Return the rate in Hz that a payload of SET_MEASUREMENT_MODE asks for; None if it is none."""
    if len(mode) != _MODE.size:
        return None
    code = _MODE.unpack(mode)[3]
    return next((rate_hz for rate_hz, known in RATE_CODES.items() if known == code), None)


def recording_config(filename: str) -> bytes:
    """Return the payload of SET_RECORDING_CONFIG: record until it is stopped."""
    return struct.pack("<qB", 0, 0) + file_name(filename)


def file_name(filename: str) -> bytes:
    """Return a name of 64 characters at the most as DELETE_FILE takes it."""
    name = filename.encode("ascii")
    if len(name) >= _NAME_BYTES:
        raise ValueError(f"{filename!r} is longer than {_NAME_BYTES - 1} characters")
    return name.ljust(_NAME_BYTES, b"\0")


def file_part(filename: str, first: int, stop: int) -> bytes:
    """Return the payload of GET_BYTES: the bytes [first, stop) of a file; 0, 0 for all."""
    return file_name(filename) + struct.pack("<II", first, stop)


def ping(host_ns: int) -> bytes:
    """Return the payload of CLOCK_ROUNDTRIP, to be answered by a ``ClockReading``."""
    return struct.pack("<qqqq", host_ns, 0, 0, 0)


def _write(command: Command, payload: bytes = b"") -> Write:
    return Write(WRITE, frame(command, payload), answered=True)


def _start(settings: StreamSettings) -> tuple[Write, ...]:
    """Forget what an earlier stream left in the buffer, then measure and stream."""
    mode = measurement_mode(settings.sampling_rate_hz)
    return (
        _write(Command.STOP_AND_CLEAR_BUFFER),
        _write(Command.SET_MEASUREMENT_MODE, mode),
        _write(Command.START_STREAMING),
    )


def _decoder(_settings: StreamSettings) -> ByCharacteristic:
    return ByCharacteristic({NOTIFY: _Notifications().update})


def _encode(packet: Packet, settings: StreamSettings) -> Notification:
    return Notification(NOTIFY, notification(encode(packet, settings.sampling_rate_hz)))


MODEL: Final = SensorModel(
    key="capture2go",
    name="Capture2Go IMU",
    service_uuids=(SERVICE,),
    name_prefixes=("IMU_",),
    rates_hz=tuple(RATE_CODES),
    acc_ranges_g=(16.0,),
    gyr_ranges_dps=(2000.0,),
    settings=StreamSettings(sampling_rate_hz=200.0),
    loss_proof="time stamps and CRC",
    loss_sentence="each frame has a CRC and each 8 samples a time: what is lost shows as a step in "
    "time",
    backfill=False,
    logging=SelfLogging(
        capacity_samples=None,
        rates_hz=tuple(RATE_CODES),
        loss_proof="time stamps and CRC",
    ),
    time_wraps_s=None,
    commands=Command,
    subscribe=(NOTIFY,),
    start_commands=_start,
    stop_commands=lambda _settings: (_write(Command.STOP_STREAMING),),
    decoder=_decoder,
    encode=_encode,
    buffers_stream=True,
    about=(_write(Command.GET_DEVICE_INFO), _write(Command.GET_STATUS)),
    ping=lambda host_ns: _write(Command.CLOCK_ROUNDTRIP, ping(host_ns)),
)

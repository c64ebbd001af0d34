"""The reference sensor's CONTROL characteristic: requests out, answers in, little-endian.

A request is ``[op][arguments]``, its answer, by indication, ``[0x80 | op][status][values]``. The
tables below are those of ``firmware_notes/reference/PROTOCOL.md``; an answer that is not ``OK``
ends after the status, but for the two that are named.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from imu_valgus.core import DecodeError
from imu_valgus.devices.packet import Notice


class Command(IntEnum):
    """What can be asked for: the first byte of a request."""

    START = 0x01
    STOP = 0x02
    STATUS = 0x03
    BACKFILL = 0x10
    ABORT = 0x11
    LIST = 0x20
    FORMAT = 0x21
    ERASE = 0x22
    IDENTIFY = 0x30
    SET = 0x31


class Status(IntEnum):
    """How a request went."""

    OK = 0x00
    UNKNOWN_COMMAND = 0x01
    BAD_ARGUMENT = 0x02
    BUSY = 0x03
    NOT_RUNNING = 0x04
    MTU_TOO_SMALL = 0x05
    RANGE_GONE = 0x06
    FLASH_FULL = 0x07
    FLASH_ERROR = 0x08
    LOW_BATTERY = 0x09
    WRONG_SESSION = 0x0A
    ABORTED = 0x0B


class StartRequest(NamedTuple):
    """0 in a range or rate asks for the sensor's default; ``samples_a_packet`` 0 sends nothing."""

    session_id: int
    rate_decihz: int
    acc_range_g: int
    gyr_range_125dps: int
    samples_a_packet: int
    flags: int


class SessionRequest(NamedTuple):
    """Which session is meant; LIST takes the one after which to go on."""

    session_id: int


class BackfillRequest(NamedTuple):
    """Samples [first, stop) of a session."""

    session_id: int
    first: int
    stop: int


class EraseRequest(NamedTuple):
    """Which session to erase; ``magic`` is ``ERASE_MAGIC``."""

    session_id: int
    magic: int


class ByteRequest(NamedTuple):
    """IDENTIFY's seconds, or SET's placement."""

    value: int


class NoRequest(NamedTuple):
    """A request without arguments."""


class Started(NamedTuple):
    """What START granted; the flash takes ``flash_free_samples`` more."""

    session_id: int
    flash_free_samples: int
    samples_a_packet: int
    max_samples_a_packet: int


class Stopped(NamedTuple):
    """The session's samples are [0, final)."""

    session_id: int
    final: int


class SensorStatus(NamedTuple):
    """The sensor as it is now; [oldest, next) is what it still holds of the session."""

    flags: int
    battery_percent: int
    battery_mv: int
    oldest: int
    next: int
    dropped: int
    flash_free_s: int


class BackfillRange(NamedTuple):
    """The samples that follow: what is held of those that were asked for."""

    session_id: int
    first: int
    stop: int


class StoredSession(NamedTuple):
    """A session in flash, [first, next) of it; session_id 0 says that there are no more."""

    session_id: int
    boot_id: int
    first: int
    next: int
    flags: int


class Format(NamedTuple):
    """How a session was measured: what one step of the raw samples and of the clock is."""

    rate_decihz: int = 2080
    acc_range_g: int = 16
    gyr_range_125dps: int = 16
    acc_ng_per_lsb: int = 488_000
    gyr_ndps_per_lsb: int = 70_000_000
    tick_hz: int = 1_000_000


class Erased(NamedTuple):
    """How many sectors are still to be erased: ask again until it is 0."""

    sectors_left: int


class Limit(NamedTuple):
    """How many samples a packet holds at this MTU, where START asked for more."""

    max_samples_a_packet: int


class Nothing(NamedTuple):
    """An answer without values."""


Request = StartRequest | SessionRequest | BackfillRequest | EraseRequest | ByteRequest | NoRequest
Values = (
    Started
    | Stopped
    | SensorStatus
    | BackfillRange
    | StoredSession
    | Format
    | Erased
    | Limit
    | Nothing
)

NOTHING: Final = Nothing()
NO_REQUEST: Final = NoRequest()
DEFAULT_FORMAT: Final = Format()
STATUSES: Final = frozenset(Status)

LOG_TO_FLASH: Final = 1
"""A flag of START: keep every sample in flash too."""
WRAP: Final = 2
"""A flag of START: when the flash is full, overwrite this session's oldest samples."""
ALL_SO_FAR: Final = 0xFFFFFFFF
"""As ``stop`` of a backfill: up to the newest sample."""
ERASE_MAGIC: Final = int.from_bytes(b"ERAS", "little")

FORMAT: Final = struct.Struct("<HBBIII")

_ANSWER_BIT: Final = 0x80
_COMMANDS: Final = frozenset(Command)
_REQUESTS: Final[dict[Command, tuple[struct.Struct, type[Request]]]] = {
    Command.START: (struct.Struct("<IHBBBB"), StartRequest),
    Command.STOP: (struct.Struct("<I"), SessionRequest),
    Command.STATUS: (struct.Struct("<"), NoRequest),
    Command.BACKFILL: (struct.Struct("<III"), BackfillRequest),
    Command.ABORT: (struct.Struct("<"), NoRequest),
    Command.LIST: (struct.Struct("<I"), SessionRequest),
    Command.FORMAT: (struct.Struct("<I"), SessionRequest),
    Command.ERASE: (struct.Struct("<II"), EraseRequest),
    Command.IDENTIFY: (struct.Struct("<B"), ByteRequest),
    Command.SET: (struct.Struct("<B"), ByteRequest),
}
_NOTHING: Final = (struct.Struct("<"), Nothing)
_ANSWERS: Final[dict[Command, tuple[struct.Struct, type[Values]]]] = {
    Command.START: (struct.Struct("<IIBB"), Started),
    Command.STOP: (struct.Struct("<II"), Stopped),
    Command.STATUS: (struct.Struct("<BBHIIIH"), SensorStatus),
    Command.BACKFILL: (struct.Struct("<III"), BackfillRange),
    Command.ABORT: _NOTHING,
    Command.LIST: (struct.Struct("<IIIIB"), StoredSession),
    Command.FORMAT: (FORMAT, Format),
    Command.ERASE: (struct.Struct("<H"), Erased),
    Command.IDENTIFY: _NOTHING,
    Command.SET: _NOTHING,
}
_REFUSALS: Final[dict[tuple[int, Status], tuple[struct.Struct, type[Values]]]] = {
    (Command.START, Status.MTU_TOO_SMALL): (struct.Struct("<B"), Limit),
    (Command.BACKFILL, Status.RANGE_GONE): _ANSWERS[Command.BACKFILL],
}


@dataclass(frozen=True, slots=True)
class Answer(Notice):
    """The answer to a request; ``command`` may be none that is known, its status then says so."""

    command: int
    status: Status
    values: Values = NOTHING


def encode_request(command: Command, request: Request = NO_REQUEST) -> bytes:
    """Turn a request into the bytes to write to CONTROL."""
    layout, kind = _REQUESTS[command]
    if not isinstance(request, kind):
        raise TypeError(f"{command.name} takes {kind.__name__}, not {type(request).__name__}")
    return bytes((command,)) + layout.pack(*request)


def decode_request(payload: bytes) -> tuple[Command, Request]:
    """Read what was written to CONTROL."""
    command = payload[0] if payload else 0
    if command not in _COMMANDS:
        raise DecodeError(f"no command: {payload.hex(' ')}")
    layout, kind = _REQUESTS[Command(command)]
    if len(payload) != 1 + layout.size:
        raise DecodeError(f"a {Command(command).name} of {len(payload)} bytes")
    return Command(command), kind(*layout.unpack_from(payload, 1))


def encode_answer(answer: Answer) -> bytes:
    """Turn an answer into the bytes to indicate on CONTROL."""
    layout, kind = _values_of(answer.command, answer.status)
    if not isinstance(answer.values, kind):
        raise TypeError(f"the answer takes {kind.__name__}, not {type(answer.values).__name__}")
    return bytes((_ANSWER_BIT | answer.command, answer.status)) + layout.pack(*answer.values)


def decode_answer(payload: bytes) -> Answer:
    """Read an indication of CONTROL."""
    if len(payload) < 2 or not payload[0] & _ANSWER_BIT or payload[1] not in STATUSES:
        raise DecodeError(f"no answer: {payload.hex(' ')}")
    command, status = payload[0] & ~_ANSWER_BIT, Status(payload[1])
    if command not in _COMMANDS and status is Status.OK:
        raise DecodeError(f"an answer to no command: {payload.hex(' ')}")
    layout, kind = _values_of(command, status)
    if len(payload) != 2 + layout.size:
        raise DecodeError(f"an answer of {len(payload)} bytes: {payload.hex(' ')}")
    values = kind(*layout.unpack_from(payload, 2))
    if isinstance(values, Format) and not values.tick_hz:
        raise DecodeError("a format with a clock of 0 Hz")
    return Answer(command, status, values)


def _values_of(command: int, status: Status) -> tuple[struct.Struct, type[Values]]:
    """Return the layout and the kind of the values that follow the status."""
    if status is Status.OK and command in _COMMANDS:
        return _ANSWERS[Command(command)]
    return _REFUSALS.get((command, status), _NOTHING)

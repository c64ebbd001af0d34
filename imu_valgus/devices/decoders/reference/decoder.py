"""The reference sensor as a whole: what each characteristic says, how it is started and stopped."""

from typing import Final

from imu_valgus.devices.decoders.by_characteristic import ByCharacteristic
from imu_valgus.devices.decoders.reference.control import (
    DEFAULT_FORMAT,
    LOG_TO_FLASH,
    Command,
    Format,
    SessionRequest,
    StartRequest,
    decode_answer,
    encode_request,
)
from imu_valgus.devices.decoders.reference.info import Info, decode_info, decode_time
from imu_valgus.devices.decoders.reference.packets import (
    NO_ALARM,
    decode,
    decode_alarm,
    decode_end_mark,
    encode,
    is_end_mark,
    session_of,
)
from imu_valgus.devices.model import SelfLogging, SensorModel, StreamSettings, Write
from imu_valgus.devices.packet import Message, Notification, Packet

SERVICE: Final = "57fd0000-7112-436c-9e44-95a2f9a492fa"
INFO: Final = "57fd0001-7112-436c-9e44-95a2f9a492fa"
CONTROL: Final = "57fd0002-7112-436c-9e44-95a2f9a492fa"
STREAM: Final = "57fd0003-7112-436c-9e44-95a2f9a492fa"
BACKFILL: Final = "57fd0004-7112-436c-9e44-95a2f9a492fa"
TIME: Final = "57fd0005-7112-436c-9e44-95a2f9a492fa"

SAMPLES_A_PACKET: Final = 16

_DPS_A_STEP: Final = 125.0


class ReferenceDecoder:
    """All that one reference sensor says, in the order of arrival.

    Feed it what INFO reads as well: it tells in which format the session is. Until then, and for
    sessions that ``learn`` was not told of, the usual format holds.
    """

    def __init__(self) -> None:
        self._formats: dict[int, Format] = {}
        self._format = DEFAULT_FORMAT
        self._readers = ByCharacteristic(
            {
                INFO: self._info,
                CONTROL: decode_answer,
                STREAM: self._packet,
                BACKFILL: self._backfill,
                TIME: lambda payload: decode_time(payload, self._format),
            }
        )

    def learn(self, session_id: int, form: Format) -> None:
        """Take note of a stored session's format, as the answer to FORMAT told it."""
        self._formats[session_id] = form

    def update(self, notification: Notification) -> tuple[Message, ...]:
        """Return what this notification, or what INFO read, says."""
        return self._readers.update(notification)

    def _info(self, payload: bytes) -> Info:
        info = decode_info(payload)
        self._format = info.format
        self._formats[info.session_id] = info.format
        return info

    def _packet(self, payload: bytes) -> tuple[Message, ...]:
        form = self._formats.get(session_of(payload), self._format)
        packet, alarm = decode(payload, form), decode_alarm(payload)
        return (packet,) if alarm == NO_ALARM else (packet, alarm)

    def _backfill(self, payload: bytes) -> tuple[Message, ...]:
        return (decode_end_mark(payload),) if is_end_mark(payload) else self._packet(payload)


def _start(settings: StreamSettings) -> tuple[Write, ...]:
    """Stream and keep in flash; the session's number is the caller's to choose."""
    request = StartRequest(
        settings.session_id,
        round(settings.sampling_rate_hz * 10),
        round(settings.acc_range_g),
        round(settings.gyr_range_dps / _DPS_A_STEP),
        SAMPLES_A_PACKET,
        LOG_TO_FLASH,
    )
    return (Write(CONTROL, encode_request(Command.START, request), answered=True),)


def _stop(settings: StreamSettings) -> tuple[Write, ...]:
    request = SessionRequest(settings.session_id)
    return (Write(CONTROL, encode_request(Command.STOP, request), answered=True),)


def _encode(packet: Packet, _settings: StreamSettings) -> Notification:
    return Notification(STREAM if packet.source == "live" else BACKFILL, encode(packet))


MODEL: Final = SensorModel(
    key="reference",
    name="reference sensor IVG1",
    service_uuids=(SERVICE,),
    name_prefixes=("IVG-",),
    rates_hz=(208.0,),
    acc_ranges_g=(16.0,),
    gyr_ranges_dps=(2000.0,),
    settings=StreamSettings(sampling_rate_hz=208.0),
    loss_proof="index and CRC",
    loss_sentence="each sample has a number and each packet a CRC: what is lost is named exactly",
    backfill=True,
    logging=SelfLogging(
        capacity_samples=1024 * 166,  # records of 2 kB in 2 MB of flash, samples in a record
        rates_hz=(208.0,),
        loss_proof="index and CRC",
    ),
    time_wraps_s=None,
    commands=Command,
    subscribe=(CONTROL, STREAM, BACKFILL, TIME),
    start_commands=_start,
    stop_commands=_stop,
    decoder=lambda _settings: ReferenceDecoder(),
    encode=_encode,
)

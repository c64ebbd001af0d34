"""A small FIT activity of a session that no watch recorded."""

import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from imu_valgus.core import FloatArray
from imu_valgus.export.fit_fields import FIT_EPOCH_UNIX_S, fit_tool
from imu_valgus.library.sessions.watch import SessionSpan
from imu_valgus.pipeline import LapTimes
from imu_valgus.recording import SpeedCurve

_FILE_ID, _EVENT, _RECORD, _LAP, _SESSION, _ACTIVITY = range(6)
"""Local numbers: one a message, so that each is defined once."""
_RECORD_ROW: Final = np.dtype([("header", "u1"), ("timestamp", "<u4"), ("enhanced_speed", "<u4")])
_TIMESTAMP_FIELD: Final = 253
_ENHANCED_SPEED_FIELD: Final = 73
"""Metres a second, times 1000, uint32."""
_INVALID_UINT32: Final = 0xFFFFFFFF


def made_activity(span: SessionSpan, laps: Sequence[LapTimes], speeds: SpeedCurve | None) -> bytes:
    """Return a FIT activity of one run: a record each whole second, laps, one session.

    Parameters
    ----------
    span : SessionSpan
        Records stand at the whole seconds in it.
    laps : sequence of LapTimes
        In session time; none means one lap, as long as the session.
    speeds : SpeedCurve, optional
        Put into the records where it tells.
    """
    begin_s = span.start.timestamp()
    end_s = begin_s + span.length_s
    seconds = np.arange(np.ceil(begin_s), np.floor(end_s) + 1)
    laps = laps or (LapTimes(1, 0.0, span.length_s),)
    head = _encoded([_file_id(begin_s), _timer(begin_s, "START")])
    tail = _encoded(
        [
            _timer(end_s, "STOP_ALL"),
            *(_lap(number, lap, begin_s) for number, lap in enumerate(laps)),
            _session(begin_s, span.length_s, len(laps)),
            _activity(end_s, span.length_s),
        ]
    )
    body = head + _records(seconds, begin_s, speeds) + tail
    header = fit_tool("fit_file_header").FitFileHeader(records_size=len(body), gen_crc=True)
    whole: bytes = header.to_bytes() + body
    return whole + struct.pack("<H", fit_tool("utils.crc").crc16(whole))


def _records(seconds: FloatArray, begin_s: float, speeds: SpeedCurve | None) -> bytes:
    """Return the definition and the data of the record messages, all at once."""
    definition = fit_tool("definition_message").DefinitionMessage
    field, base_type = fit_tool("field_definition").FieldDefinition, fit_tool("base_type").BaseType
    defined = definition(
        local_id=_RECORD,
        global_id=fit_tool("profile.messages.record_message").RecordMessage.ID,
        field_definitions=[
            field(field_id=one, size=4, base_type=base_type.UINT32)
            for one in (_TIMESTAMP_FIELD, _ENHANCED_SPEED_FIELD)
        ],
    )
    rows = np.zeros(len(seconds), dtype=_RECORD_ROW)
    rows["header"] = _RECORD
    rows["timestamp"] = seconds - FIT_EPOCH_UNIX_S
    told = np.full(len(seconds), np.nan) if speeds is None else speeds.at(seconds - begin_s)
    known = np.isfinite(told)
    rows["enhanced_speed"] = _INVALID_UINT32
    rows["enhanced_speed"][known] = np.round(1000 * told[known])
    head: bytes = fit_tool("record").Record.from_message(defined).to_bytes()
    return head + rows.tobytes()


def _encoded(messages: Sequence[Any]) -> bytes:
    builder = fit_tool("fit_file_builder").FitFileBuilder()
    for message in messages:
        builder.add(message)
    return b"".join(record.to_bytes() for record in builder.records)


def _file_id(begin_s: float) -> Any:
    types = fit_tool("profile.profile_type")
    message = _message("file_id", "FileId", _FILE_ID)
    message.type = types.FileType.ACTIVITY
    message.manufacturer = types.Manufacturer.DEVELOPMENT.value
    message.product = 0
    message.serial_number = 1
    message.time_created = _fit_ms(begin_s)
    return message


def _timer(unix_s: float, what: str) -> Any:
    types = fit_tool("profile.profile_type")
    message = _message("event", "Event", _EVENT)
    message.timestamp = _fit_ms(unix_s)
    message.event = types.Event.TIMER
    message.event_type = types.EventType[what]
    return message


def _lap(number: int, lap: LapTimes, begin_s: float) -> Any:
    message = _message("lap", "Lap", _LAP)
    message.message_index = number
    _place(message, begin_s + lap.start_s, lap.stop_s - lap.start_s)
    return message


def _session(begin_s: float, length_s: float, n_laps: int) -> Any:
    types = fit_tool("profile.profile_type")
    message = _message("session", "Session", _SESSION)
    message.message_index = 0
    message.first_lap_index = 0
    message.num_laps = n_laps
    message.sport = types.Sport.RUNNING
    message.sub_sport = types.SubSport.GENERIC
    _place(message, begin_s, length_s)
    return message


def _activity(end_s: float, length_s: float) -> Any:
    message = _message("activity", "Activity", _ACTIVITY)
    message.timestamp = _fit_ms(end_s)
    message.total_timer_time = length_s
    message.num_sessions = 1
    return message


def _place(message: Any, begin_s: float, length_s: float) -> None:
    """Say when a lap or the session was; FIT keeps its begin and end to the second."""
    message.start_time = _fit_ms(begin_s)
    message.timestamp = _fit_ms(begin_s + length_s)
    message.total_elapsed_time = length_s
    message.total_timer_time = length_s


def _message(module: str, name: str, local_id: int) -> Any:
    return getattr(fit_tool(f"profile.messages.{module}_message"), f"{name}Message")(
        local_id=local_id
    )


def _fit_ms(unix_s: float) -> int:
    """Return a time as fit-tool takes it: ms since 1970, at a whole second."""
    return 1000 * round(unix_s)

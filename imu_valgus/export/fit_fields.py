"""Developer fields put into a FIT file, byte by byte: all else stays as it was.

A FIT file is a list of records, each a definition or data laid out by the last definition of its
local number (FIT protocol, https://developer.garmin.com/fit/protocol/). Developer fields stand
behind a definition's own fields, and their values behind the data's own bytes. So each definition
of a record, lap or session message is written with our fields appended, each of their data records
with our values, and every other byte is copied: also messages and fields that no profile knows,
other apps' developer fields, headers with a compressed timestamp, several definitions of one
message, files chained one behind the other. The parts are read and written by fit-tool; what it
cannot keep of a file whose records grow (its messages know only its own profile) is not left to it.
"""

import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from imu_valgus.core import FloatArray, RecordingError, require

APPLICATION_ID: Final = uuid.UUID("b6a9efa3-b1f7-4f1e-b084-b219d1e0b289")
"""Whose developer fields these are, the same in every file."""
FIT_EPOCH_UNIX_S: Final = 631_065_600
"""1989-12-31T00:00:00Z, from which FIT counts its seconds."""
RECORD: Final = 20
LAP: Final = 19
SESSION: Final = 18
"""Global message numbers of the FIT profile."""
_DEVELOPER_DATA_ID: Final = 207
_FLOAT32: Final = 0x88
_FLOAT32_BYTES: Final = 4
_INVALID_FLOAT32: Final = 0xFFFFFFFF
_INVALID_UINT32: Final = 0xFFFFFFFF
_TIMESTAMP: Final = 253
_START_TIME: Final = 2
_ELAPSED_TIME: Final = 7
"""Field numbers, the same in lap and session messages."""
_INDEX_FIELD: Final = 3
_APPLICATION_FIELD: Final = 1
_HAS_DEVELOPER_FIELDS: Final = 0x20
_FIELDS_BEGIN: Final = 6
"""Bytes of a definition before its fields: header, reserved, architecture, number (2), count."""
_PROTOCOL_2_0: Final = 0x20
_LOCAL_ID: Final = 15
"""The last local number: few files use it, and where one does its definition is written again."""


@dataclass(frozen=True, slots=True)
class DeveloperField:
    """One number that is added: its name and its unit, as a reader shows them."""

    name: str
    units: str


class Told(Protocol):
    """What there is to say of a moment or a stretch of time; NaN (fields,) where nothing is."""

    def at(self, unix_s: float) -> FloatArray:
        """Return the numbers of the second about a record's time."""
        ...

    def between(self, begin_s: float, end_s: float) -> FloatArray:
        """Return the numbers of [begin_s, end_s), a lap or a session."""
        ...


def fit_tool(module: str) -> Any:
    """Return a module of fit-tool, the optional extra ``fit``."""
    return require(f"fit_tool.{module}", extra="fit", what="an export to fit")


def read_document(content: bytes, path: Path) -> Any:
    """Read the records of a FIT file as they are, in fit-tool's ``FitDocument``.

    Raises
    ------
    RecordingError
        Where the file is cut off, damaged, or none.
    """
    try:
        return fit_tool("wire").decode_bytes(content)
    except ValueError as error:
        line = str(error).splitlines()[0]
        raise RecordingError(
            f"{path} is no whole FIT file: {line}", hint="copy it from the watch once more"
        ) from error


def record_times(document: Any) -> FloatArray:
    """Return the times (n,) of a document's record messages, seconds since 1970, in their order."""
    times = [
        _timestamp(record)
        for segment in document.segments
        for record in segment.records
        if not record.header.is_definition and record.definition.global_id == RECORD
    ]
    return np.array([one for one in times if one is not None], dtype=np.float64)


def with_developer_fields(
    document: Any, fields: Sequence[DeveloperField], told: Told, path: Path
) -> bytes:
    """Return the bytes of a FIT file with fields added to its records, laps and sessions.

    Parameters
    ----------
    document : FitDocument
        As :func:`read_document` gives it.
    fields : sequence of DeveloperField
    told : Told
        Their values; what is not known is written as FIT's invalid float32, never as 0.
    path : Path
        Names the file in what goes wrong.

    Raises
    ------
    RecordingError
        Where the file holds these fields already, or has no room for them.
    """
    wire = fit_tool("wire")
    segments: list[Any] = []
    buffers: list[list[bytes]] = []
    changed: list[bool] = []
    try:
        for segment in document.segments:
            takes = any(
                record.header.is_definition and record.global_id in (RECORD, LAP, SESSION)
                for record in segment.records
            )
            version = max(segment.header.protocol_version, _PROTOCOL_2_0)
            header = replace(segment.header, protocol_version=version) if takes else segment.header
            segments.append(replace(segment, header=header))
            changed.append(takes)
            buffers.append(
                _Copy(fields, told, _free_index(segment, path)).of(segment)
                if takes
                else [record.source_bytes for record in segment.records]
            )
        grown = wire.FitDocument(segments=segments)
        return wire.encode_document_mixed(grown, buffers, changed)
    except ValueError as error:
        raise RecordingError(
            f"{path} has no room for more fields: {error}", hint="export without --watch"
        ) from error


class _Copy:
    """One file's records, copied in order: the state is what a reader has been told so far."""

    def __init__(self, fields: Sequence[DeveloperField], told: Told, index: int) -> None:
        self._fields = fields
        self._told = told
        self._index = index
        self._definitions: dict[int, Any] = {}
        self._announced = False

    def of(self, segment: Any) -> list[bytes]:
        """Return what stands for each record of the original."""
        return [
            self._definition(record) if record.header.is_definition else self._data(record)
            for record in segment.records
        ]

    def _definition(self, record: Any) -> bytes:
        self._definitions[record.local_id] = record
        return self._extended(record) if self._announced else record.source_bytes

    def _data(self, record: Any) -> bytes:
        """Copy data; behind the first, which a FIT file has to begin with, the fields are told."""
        if self._announced:
            return record.source_bytes + self._values(record)
        self._announced = True
        again = [
            self._extended(one)
            for local_id, one in self._definitions.items()
            if local_id == _LOCAL_ID or one.global_id in (RECORD, LAP, SESSION)
        ]
        return b"".join([record.source_bytes, announcement(self._fields, self._index), *again])

    def _extended(self, record: Any) -> bytes:
        if record.global_id not in (RECORD, LAP, SESSION):
            return record.source_bytes
        own_end = _FIELDS_BEGIN + 3 * len(record.field_definitions)
        theirs = record.source_bytes[own_end + 1 :]
        ours = [bytes([number, _FLOAT32_BYTES, self._index]) for number in range(len(self._fields))]
        count = len(record.developer_field_definitions) + len(ours)
        return b"".join(
            [
                bytes([record.source_bytes[0] | _HAS_DEVELOPER_FIELDS]),
                record.source_bytes[1:own_end],
                bytes([count]),
                theirs,
                *ours,
            ]
        )

    def _values(self, record: Any) -> bytes:
        kind = record.definition.global_id
        if kind not in (RECORD, LAP, SESSION):
            return b""
        when = _timestamp(record)
        values = np.full(len(self._fields), np.nan)
        if kind == RECORD:
            if when is not None:
                values = self._told.at(when)
        else:
            span = _span(record, when)
            if span is not None:
                values = self._told.between(*span)
        return _float32(values, big=record.definition.architecture == 1)


def announcement(fields: Sequence[DeveloperField], index: int) -> bytes:
    """Return the records that say whose fields these are, their names, units and base type."""
    messages = "profile.messages."
    builder = fit_tool("fit_file_builder").FitFileBuilder()
    identity = fit_tool(f"{messages}developer_data_id_message").DeveloperDataIdMessage(
        local_id=_LOCAL_ID
    )
    identity.application_id = APPLICATION_ID.bytes
    identity.developer_data_index = index
    builder.add(identity)
    for number, field in enumerate(fields):
        said = fit_tool(f"{messages}field_description_message").FieldDescriptionMessage(
            local_id=_LOCAL_ID
        )
        said.developer_data_index = index
        said.field_definition_number = number
        said.fit_base_type_id = _FLOAT32
        said.field_name = field.name
        said.units = field.units
        builder.add(said)
    return b"".join(record.to_bytes() for record in builder.records)


def _free_index(segment: Any, path: Path) -> int:
    """Return a developer data index that no app of this file has."""
    taken: set[int] = set()
    for record in segment.records:
        if record.header.is_definition:
            taken |= {one.developer_data_index for one in record.developer_field_definitions}
        elif record.definition.global_id == _DEVELOPER_DATA_ID:
            if _field(record, _APPLICATION_FIELD) == APPLICATION_ID.bytes:
                raise RecordingError(
                    f"{path} holds the fields of an earlier export already",
                    hint="name the file that the watch itself recorded",
                )
            taken |= set(_field(record, _INDEX_FIELD) or b"")
    return min(set(range(255)) - taken)


def _span(record: Any, when: float | None) -> tuple[float, float] | None:
    """Return when a lap or a session began and ended, seconds since 1970."""
    begun = _uint32(record, _START_TIME)
    if begun is None:
        return None
    begin_s = float(FIT_EPOCH_UNIX_S + begun)
    elapsed_ms = _uint32(record, _ELAPSED_TIME)
    if elapsed_ms is not None:
        return begin_s, begin_s + 1e-3 * elapsed_ms
    return None if when is None else (begin_s, when)


def _timestamp(record: Any) -> float | None:
    """Return a message's time, seconds since 1970; a compressed header's where it has one."""
    told = record.resolved_timestamp
    if told is None:
        told = _uint32(record, _TIMESTAMP)
    return None if told is None else float(FIT_EPOCH_UNIX_S + told)


def _uint32(record: Any, field_id: int) -> int | None:
    raw = _field(record, field_id)
    if raw is None or len(raw) != 4:
        return None
    number: int = struct.unpack("<I" if record.definition.architecture == 0 else ">I", raw)[0]
    return None if number == _INVALID_UINT32 else number


def _field(record: Any, field_id: int) -> bytes | None:
    """Return a field's bytes, None where the message has no such field."""
    begin = 0
    for field in record.definition.field_definitions:
        if field.field_id == field_id:
            return bytes(record.payload[begin : begin + field.size])
        begin += field.size
    return None


def _float32(values: FloatArray, *, big: bool) -> bytes:
    """Return the numbers (n,) as float32; NaN as the bytes that FIT calls invalid."""
    raw = values.astype(np.float32).view(np.uint32)
    raw = np.where(np.isfinite(values), raw, np.uint32(_INVALID_FLOAT32))
    return raw.astype(">u4" if big else "<u4").tobytes()

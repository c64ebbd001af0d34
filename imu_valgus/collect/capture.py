"""``raw/capture.mcap``: every byte from and to every sensor with the host's time, and a journal.

One channel a sensor, characteristic and direction: ``/<placement>/<uuid>`` for what came,
``/<placement>/<uuid>/write`` for what was written, the bytes as they are. ``/journal`` holds the
collector's own words as JSON. Each record is an MCAP chunk of its own, with its CRC: what was
flushed can be read, however the file ends, and nothing half written is taken for whole. A
recording that is resumed goes on in ``capture-2.mcap``, then ``-3``: a file is never changed once
its process is gone. The records are the library's, the order of them is ours: its own writer keeps
an index of every chunk in memory, which nobody reads and which grows by a megabyte a minute.
"""

import contextlib
import json
import os
import struct
import zlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mcap.data_stream import RecordBuilder
from mcap.exceptions import McapError
from mcap.records import Channel, Chunk, DataEnd, Footer, Header, Message
from mcap.stream_reader import CRCValidationError, StreamReader
from mcap.writer import LIBRARY_IDENTIFIER, MCAP0_MAGIC

from imu_valgus.core import RecordingError
from imu_valgus.recording.atomic import cannot_write

JOURNAL: Final = "/journal"
_PROFILE: Final = "imu_valgus"
_WRITE: Final = "write"


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a capture.

    ``placement`` and ``characteristic`` are empty for the journal, whose payload is JSON;
    ``written``: from the host to the sensor.
    """

    host_ns: int
    placement: str
    characteristic: str
    payload: bytes
    written: bool = False

    @property
    def journal(self) -> Mapping[str, Any] | None:
        """What the journal says here; None for bytes of a sensor."""
        return None if self.placement else json.loads(self.payload)


class CaptureWriter:
    """Appends to a new capture of a session; ``flush`` at least once a second."""

    def __init__(self, session: Path) -> None:
        raw = session / "raw"
        try:
            raw.mkdir(parents=True, exist_ok=True)
            self.path = _next_path(raw)
            self._file = self.path.open("xb")
            self._file.write(MCAP0_MAGIC)
            self._append(Header(_PROFILE, LIBRARY_IDENTIFIER))
        except OSError as error:
            raise cannot_write(raw, error) from error
        self._channels: dict[str, int] = {}
        self._dirty = True

    def write(self, record: Record) -> None:
        """Append one record.

        Raises
        ------
        RecordingError
            Where the disk is full or gone.
        """
        content = RecordBuilder()
        topic = _topic(record)
        if topic not in self._channels:
            self._channels[topic] = len(self._channels) + 1
            encoding = "json" if topic == JOURNAL else "application/octet-stream"
            Channel(
                id=self._channels[topic],
                topic=topic,
                message_encoding=encoding,
                metadata={},
                schema_id=0,
            ).write(content)
        Message(
            channel_id=self._channels[topic],
            log_time=record.host_ns,
            publish_time=record.host_ns,
            sequence=0,
            data=record.payload,
        ).write(content)
        data = content.end()
        try:
            self._append(
                Chunk(
                    compression="",
                    data=data,
                    message_start_time=record.host_ns,
                    message_end_time=record.host_ns,
                    uncompressed_crc=zlib.crc32(data),
                    uncompressed_size=len(data),
                )
            )
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self._dirty = True

    def flush(self) -> None:
        """Hand all that was written to the operating system: it survives this process.

        Raises
        ------
        RecordingError
        """
        if not self._dirty:
            return
        try:
            self._file.flush()
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self._dirty = False

    def sync(self) -> None:
        """Wait until the disk has what was flushed: it survives a power cut. May be slow.

        Raises
        ------
        RecordingError
        """
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def close(self) -> None:
        """Write the end of the file; without it the file can be read as well.

        Raises
        ------
        RecordingError
        """
        try:
            self._append(DataEnd(data_section_crc=0))
            self._append(Footer(summary_start=0, summary_offset_start=0, summary_crc=0))
            self._file.write(MCAP0_MAGIC)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error
        finally:
            with contextlib.suppress(OSError):  # of the same kind as the one that is told
                self._file.close()

    def _append(self, record: Header | Chunk | DataEnd | Footer) -> None:
        builder = RecordBuilder()
        record.write(builder)
        self._file.write(builder.end())


def captures(session: Path) -> list[Path]:
    """Return a session's captures in the order in which they were written."""
    found = (session / "raw").glob("capture*.mcap")
    return sorted(found, key=_number)


def read_captures(session: Path) -> Generator[Record]:
    """Read all that a session captured, file by file in the order of arrival.

    A capture that ends in the middle of a record, as after a crash, ends with the one before.

    Raises
    ------
    RecordingError
        Where there is no capture, or one is none.
    """
    paths = captures(session)
    if not paths:
        raise RecordingError(
            f"{session} holds no capture of sensors",
            hint="name a session that imu-valgus record or download made",
        )
    for path in paths:
        yield from read_capture(path)


def read_capture(path: Path) -> Generator[Record]:
    """Read one capture; see :func:`read_captures`."""
    channels: dict[int, tuple[str, str, bool]] = {}
    with path.open("rb") as file:
        try:
            for record in StreamReader(file, validate_crcs=True).records:
                if isinstance(record, Channel):
                    channels[record.id] = _parse(record.topic)
                elif isinstance(record, Message):
                    placement, characteristic, written = channels[record.channel_id]
                    yield Record(record.log_time, placement, characteristic, record.data, written)
        except (McapError, CRCValidationError, struct.error):
            # The end of what was flushed.
            return


def _topic(record: Record) -> str:
    if not record.placement:
        return JOURNAL
    topic = f"/{record.placement}/{record.characteristic}"
    return f"{topic}/{_WRITE}" if record.written else topic


def _parse(topic: str) -> tuple[str, str, bool]:
    if topic == JOURNAL:
        return "", "", False
    _, placement, characteristic, *rest = topic.split("/")
    return placement, characteristic, rest == [_WRITE]


def _number(path: Path) -> int:
    _, _, number = path.stem.partition("-")
    return int(number) if number.isdigit() else 1


def _next_path(raw: Path) -> Path:
    taken = [_number(path) for path in raw.glob("capture*.mcap")]
    return raw / (f"capture-{max(taken) + 1}.mcap" if taken else "capture.mcap")

"""``raw/capture.mcap``: every byte from and to every sensor with the host's time, and a journal.

One channel a sensor, characteristic and direction: ``/<placement>/<uuid>`` for what came,
``/<placement>/<uuid>/write`` for what was written, the bytes as they are. ``/journal`` holds the
collector's own words as JSON. Each record is an MCAP chunk of its own, with its CRC: what was
flushed can be read, however the file ends, and nothing half written is taken for whole. A
recording that is resumed goes on in ``capture-2.mcap``, then ``-3``: a file is never changed once
its process is gone.
"""

import contextlib
import json
import os
import struct
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mcap.exceptions import McapError
from mcap.records import Channel, Message
from mcap.stream_reader import CRCValidationError, StreamReader
from mcap.writer import CompressionType, IndexType, Writer

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
            self._writer = Writer(
                self._file,
                chunk_size=1,
                compression=CompressionType.NONE,
                index_types=IndexType.NONE,
                use_summary_offsets=False,
            )
            self._writer.start(profile=_PROFILE)
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
        topic = _topic(record)
        channel = self._channels.get(topic)
        try:
            if channel is None:
                channel = self._channels[topic] = self._writer.register_channel(
                    topic, "json" if topic == JOURNAL else "application/octet-stream", schema_id=0
                )
            self._writer.add_message(
                channel, log_time=record.host_ns, data=record.payload, publish_time=record.host_ns
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
            self._writer.finish()
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error
        finally:
            with contextlib.suppress(OSError):  # of the same kind as the one that is told
                self._file.close()


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

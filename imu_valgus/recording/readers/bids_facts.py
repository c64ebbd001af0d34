"""What a Motion-BIDS dataset tells of a recording beyond its samples."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from imu_valgus.core import SIDES, Event, FloatArray
from imu_valgus.recording.bids_words import SIDECAR_KEY
from imu_valgus.recording.events import EVENT_KINDS
from imu_valgus.recording.info import SensorInfo, is_athlete
from imu_valgus.recording.readers.bids_folder import BidsFile, read_json
from imu_valgus.recording.readers.layout import SensorFacts
from imu_valgus.recording.readers.source import wrong
from imu_valgus.recording.tsv import NOT_KNOWN, read_tsv

_FIRST_TRUE_YEAR: Final = 1926
"""Dates before 1925 are shifted, by the standard, so that nobody is known by them."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What the sidecars of one file say.

    Parameters
    ----------
    model, serial, firmware : str
        Empty where they do not say.
    rate_hz : float, optional
        Samples a second.
    notes : str
        The task in words.
    sensor : SensorInfo, optional
        What ``session.json`` said of the sensor, where the export of this package wrote it.
    first_sample_s : float
        Session time of the first sample.
    companions : tuple of Path
        The files that say so.
    """

    model: str
    serial: str
    firmware: str
    rate_hz: float | None
    notes: str
    sensor: SensorInfo | None
    first_sample_s: float
    companions: tuple[Path, ...]

    def clock_s(self, latency_s: FloatArray) -> FloatArray:
        """Turn latencies (n,) into what the sensor's clock read; themselves where it is unknown."""
        if self.sensor is None:
            return latency_s
        return self.sensor.device_time(latency_s + self.first_sample_s)


def read_told(file: BidsFile) -> Told:
    """Read the sidecars that hold for a file, the nearest of several values.

    Raises
    ------
    RecordingError
        Where one is damaged.
    """
    paths = file.sidecars("motion", ".json")
    content: dict[str, object] = {}
    for path in reversed(paths):
        content.update(read_json(path))
    sensor, first_sample_s = _own_words(paths[0], content) if paths else (None, 0.0)
    maker, model = _text(content, "Manufacturer"), _text(content, "ManufacturersModelName")
    return Told(
        model=" ".join(word for word in (maker, model) if word),
        serial=_text(content, "DeviceSerialNumber"),
        firmware=_text(content, "SoftwareVersions"),
        rate_hz=_rate(content),
        notes=_text(content, "TaskDescription"),
        sensor=sensor,
        first_sample_s=first_sample_s,
        companions=(*paths, *_events_path(file), *file.sidecars("scans", ".tsv")),
    )


def facts_of(file: BidsFile, told: Told) -> SensorFacts:
    """Return what a file tells of the session that it is a part of.

    Raises
    ------
    RecordingError
        Where its events or its table of recordings are damaged.
    """
    subject = file.entity("sub")
    return SensorFacts(
        sensor=told.sensor,
        part_of=" ".join(f"{key}-{value}" for key in ("sub", "ses") if (value := file.entity(key))),
        athlete=subject if is_athlete(subject) else "",
        start=_acquired_at(file),
        events=_read_events(file),
        notes=told.notes,
    )


def _own_words(path: Path, content: dict[str, object]) -> tuple[SensorInfo | None, float]:
    words = content.get(SIDECAR_KEY)
    if words is None:
        return None, 0.0
    try:
        own = _OWN.validate_python(words)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise wrong(
            path,
            f"{SIDECAR_KEY}.{where}: {first['msg']}",
            hint=f"export the session again, or delete {SIDECAR_KEY}",
        ) from error
    return own.sensor, own.first_sample_s


@dataclass(frozen=True, slots=True)
class _Own:
    """What the export writes under ``SIDECAR_KEY`` and the reader needs."""

    sensor: SensorInfo
    first_sample_s: float


_OWN: Final = TypeAdapter(_Own)


def _text(content: dict[str, object], key: str) -> str:
    value = content.get(key, NOT_KNOWN)
    return value if isinstance(value, str) and value.casefold() not in {NOT_KNOWN, "na"} else ""


def _rate(content: dict[str, object]) -> float | None:
    for key in ("SamplingFrequencyEffective", "SamplingFrequency"):
        value = content.get(key)
        if isinstance(value, int | float) and value > 0:
            return float(value)
    return None


def _acquired_at(file: BidsFile) -> datetime | None:
    """Return when the file's first sample was taken; None where its zone or itself is unknown."""
    for path in file.sidecars("scans", ".tsv"):
        for row in read_tsv(path, needed=("filename",)).rows:
            if Path(row["filename"]).name == file.path.name:
                return _moment(row.get("acq_time", NOT_KNOWN))
    return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    told = moment.tzinfo is not None and moment.year >= _FIRST_TRUE_YEAR
    return moment if told else None


def _events_path(file: BidsFile) -> tuple[Path, ...]:
    return file.sidecars("events", ".tsv")[:1]


def _read_events(file: BidsFile) -> tuple[Event, ...] | None:
    """Read the events that hold for a file; None where there is no such table."""
    for path in _events_path(file):
        rows = read_tsv(path, needed=("onset", "duration")).rows
        return tuple(_event(path, number, row) for number, row in enumerate(rows, start=2))
    return None


def _event(path: Path, number: int, row: Mapping[str, str]) -> Event:
    """Read one row; what is none of our kinds becomes a note that says what it was."""
    kind, value = row.get("trial_type", NOT_KNOWN), row.get("value", NOT_KNOWN)
    known = kind in EVENT_KINDS
    words = [value] if known else [kind, value]
    side = row.get("side", NOT_KNOWN)
    return Event(
        onset_s=_seconds(path, number, row, "onset"),
        duration_s=max(0.0, _seconds(path, number, row, "duration")),
        trial_type=kind if known else "note",
        side=side if side in SIDES else None,
        value=" ".join(word for word in words if word != NOT_KNOWN),
    )


def _seconds(path: Path, number: int, row: Mapping[str, str], column: str) -> float:
    text = row[column]
    if text == NOT_KNOWN and column == "duration":
        return 0.0
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise wrong(
            path,
            f"{text[:20]!r} is no time in seconds",
            line=number,
            column=column,
            hint="write seconds with a decimal point",
        )
    return seconds

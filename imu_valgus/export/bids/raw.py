"""What the sensors measured, as Motion-BIDS: each sensor is a tracking system of its own."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, cast

import numpy as np
from pydantic import TypeAdapter

from imu_valgus.core import FloatArray, ImuSignal, Placement
from imu_valgus.export.bids.labels import Labels
from imu_valgus.export.bids.tracking import (
    Channel,
    ChannelType,
    TrackingSystem,
    write_json,
    write_tracking_system,
)
from imu_valgus.recording import (
    EVENT_COLUMNS,
    NOT_KNOWN,
    SIDECAR_KEY,
    TASK,
    Recording,
    SensorInfo,
    event_row,
    point_of,
    write_tsv,
)

_KINDS: Final[tuple[tuple[ChannelType, str], ...]] = (
    ("ACCEL", "m/s^2"),
    ("GYRO", "rad/s"),
    ("MAGN", "uT"),
)
_FRAMES: Final = {
    "sensor": {
        "Description": "The sensor's own axes, right-handed, as it was strapped on, in no fixed "
        "relation to the body. Acceleration is specific force: at rest it reads 9.81 upwards.",
        "RotationRule": "right-hand",
    }
}
_SENSOR: Final = TypeAdapter(SensorInfo)
_EVENT_WORDS: Final[Mapping[str, Mapping[str, object]]] = {
    "onset": {
        "Description": "Since the first sample of the tracking system in the file's name.",
        "Units": "s",
    },
    "duration": {"Description": "How long it lasted; 0 for a moment.", "Units": "s"},
    "trial_type": {
        "Description": "What the runner did, or what was noted.",
        "Levels": {
            "stand": "Still standing.",
            "walk": "Walking.",
            "squat": "A squat.",
            "run": "Running.",
            "lap": "A lap begins.",
            "pain": "Pain, 0 to 10 in value.",
            "note": "Words in value.",
            "reject": "A stride that a person took out.",
            "restore": "A stride that a person took back in.",
        },
    },
    "side": {"Description": "The leg it is about; n/a where it is about both."},
    "value": {"Description": "A number or words, as trial_type says."},
}


def write_raw(into: Path, recording: Recording, labels: Labels) -> None:
    """Write one session's sensors and events; the table of recordings is ``scans_of``'s."""
    folder = into / labels.folder / "motion"
    folder.mkdir(parents=True)
    for sensor in recording.info.sensors:
        stem = stem_of(labels, sensor.placement)
        write_tracking_system(folder, stem, _system(recording, sensor))
    stem = f"{stem_of(labels, recording.info.reference)}_events"
    events = sorted(recording.events, key=lambda event: event.onset_s)
    rows: list[dict[str, str]] = [
        dict(zip(EVENT_COLUMNS, event_row(event), strict=True)) for event in events
    ]
    write_tsv(folder / f"{stem}.tsv", EVENT_COLUMNS, rows)
    write_json(folder / f"{stem}.json", _EVENT_WORDS)


def stem_of(labels: Labels, placement: Placement) -> str:
    """Return what the names of one sensor's files begin with."""
    return f"{labels.stem}_tracksys-{point_of(placement)}"


def acquisition_times(recording: Recording, labels: Labels) -> dict[str, str]:
    """Return by file when each sensor took its first sample, in UTC; ``n/a`` where nobody knows.

    Known are those that share the reference's clock, where the session knows when it began.
    """
    info = recording.info
    return {
        f"motion/{stem_of(labels, sensor.placement)}_motion.tsv": _taken_at(
            info.start, float(recording.signals[sensor.placement].time_s[0])
        )
        if sensor.clock == "shared" or sensor.placement == info.reference
        else NOT_KNOWN
        for sensor in info.sensors
    }


def _taken_at(start: datetime | None, after_s: float) -> str:
    if start is None:
        return NOT_KNOWN
    taken = start.astimezone(UTC) + timedelta(seconds=after_s)
    return taken.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _system(recording: Recording, sensor: SensorInfo) -> TrackingSystem:
    signal = recording.signals[sensor.placement]
    measured = [signal.acc_mps2, signal.gyr_radps]
    if signal.mag_ut is not None:
        measured.append(signal.mag_ut)
    point = point_of(sensor.placement)
    channels = tuple(
        Channel(
            name=f"{point}_{kind}_{axis}",
            type=kind,
            units=units,
            component=axis,
            tracked_point=point,
            placement=sensor.placement.replace("_", " "),
            reference_frame="sensor",
        )
        for (kind, units), _ in zip(_KINDS, measured, strict=False)
        for axis in "xyz"
    )
    return TrackingSystem(
        latency_s=latency(signal.time_s),
        channels=channels,
        values=np.hstack(measured),
        sidecar=_sidecar(recording, sensor, signal),
        frames=_FRAMES,
    )


def latency(time_s: FloatArray) -> FloatArray:
    """Return times (n,) since the first."""
    return time_s - time_s[0]


def _sidecar(recording: Recording, sensor: SensorInfo, signal: ImuSignal) -> dict[str, object]:
    info = recording.info
    counts = replace(sensor, clock="shared") if sensor.placement == info.reference else sensor
    told = cast("dict[str, object]", json.loads(_SENSOR.dump_json(counts)))
    return {
        "TaskName": TASK,
        "TaskDescription": info.notes or NOT_KNOWN,
        "TrackingSystemName": sensor.placement.replace("_", " "),
        "ManufacturersModelName": sensor.model or NOT_KNOWN,
        "DeviceSerialNumber": sensor.serial or NOT_KNOWN,
        "SoftwareVersions": sensor.firmware or NOT_KNOWN,
        "SamplingFrequency": sensor.sampling_rate_hz,
        "SamplingFrequencyEffective": signal.sampling_rate_hz,
        "MissingValues": "A sample that is missing has no row: the latency channel leaps.",
        "SubjectArtefactDescription": NOT_KNOWN,
        SIDECAR_KEY: {
            "session": recording.name,
            "reference": info.reference,
            "first_sample_s": float(signal.time_s[0]),
            "sensor": {name: one for name, one in told.items() if name != "files"},
        },
    }

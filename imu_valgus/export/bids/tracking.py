"""One tracking system of Motion-BIDS: its samples, its channels and its sidecars."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
from pyarrow import csv

from imu_valgus.core import FloatArray
from imu_valgus.recording import NOT_KNOWN, write_tsv

ChannelType = Literal["ACCEL", "GYRO", "MAGN", "JNTANG", "MISC", "LATENCY"]

_COLUMNS: Final = (
    "name",
    "component",
    "type",
    "tracked_point",
    "units",
    "placement",
    "reference_frame",
)
_PLAIN: Final = csv.WriteOptions(include_header=False, delimiter="\t", quoting_style="none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One column of ``_motion.tsv``: ``n/a`` where a word does not apply."""

    name: str
    type: ChannelType
    units: str
    component: str = NOT_KNOWN
    tracked_point: str = NOT_KNOWN
    placement: str = NOT_KNOWN
    reference_frame: str = NOT_KNOWN


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TrackingSystem:
    """Channels that were sampled together.

    Parameters
    ----------
    latency_s : (n,)
        Seconds since the first sample; a sample that is missing has no row.
    channels : tuple of Channel
        k of them, in the order of the columns.
    values : (n, k)
        In the channels' units; NaN where nothing is known. Written as float32.
    sidecar : mapping
        What ``_motion.json`` says beside the counts of the channels.
    frames : mapping of str to mapping
        The reference frames that channels name, as ``_channels.json`` describes them.
    """

    latency_s: FloatArray
    channels: tuple[Channel, ...]
    values: FloatArray
    sidecar: Mapping[str, object]
    frames: Mapping[str, Mapping[str, str]]


def write_tracking_system(folder: Path, stem: str, system: TrackingSystem) -> None:
    """Write the four files of a tracking system: ``stem`` and ``_motion`` or ``_channels``.

    ``LATENCY`` comes first, with the six decimals that the standard allows.
    """
    latency = Channel(name="latency", type="LATENCY", units="s")
    channels = (latency, *system.channels)
    described = [{name: getattr(one, name) for name in _COLUMNS} for one in channels]
    write_tsv(folder / f"{stem}_channels.tsv", _COLUMNS, described)
    write_json(folder / f"{stem}_channels.json", {"reference_frame": _frames(system)})
    write_json(folder / f"{stem}_motion.json", {**system.sidecar, **_counts(system, channels)})
    columns = [
        pa.array(np.char.mod("%.6f", system.latency_s)),
        *(_known(column) for column in system.values.T),
    ]
    table = pa.table(columns, names=[str(at) for at in range(len(columns))])
    with (folder / f"{stem}_motion.tsv").open("wb") as file:
        csv.write_csv(table, file, _PLAIN)


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write a JSON file as people read it."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _known(column: FloatArray) -> Any:
    """Return a column as float32, whose shortest text brings it back; as text if it has holes."""
    numbers = pa.array(column.astype(np.float32), from_pandas=True)
    return numbers.cast(pa.string()).fill_null(NOT_KNOWN) if numbers.null_count else numbers


def _frames(system: TrackingSystem) -> dict[str, object]:
    return {
        "Description": "The axes that the values of a channel are told in.",
        "Levels": {**system.frames, NOT_KNOWN: "No axes: a time, or a number without direction."},
    }


def _counts(system: TrackingSystem, channels: tuple[Channel, ...]) -> dict[str, object]:
    of_type = Counter(channel.type for channel in channels)
    known = ("ACCEL", "ANGACCEL", "GYRO", "JNTANG", "LATENCY", "MAGN", "MISC", "ORNT", "POS", "VEL")
    points = {channel.tracked_point for channel in system.channels}
    return {
        "MotionChannelCount": len(channels),
        **{f"{one}ChannelCount": of_type.get(one, 0) for one in known},
        "TrackedPointsCount": len(points),
        "RecordingDuration": float(system.latency_s[-1]),
    }

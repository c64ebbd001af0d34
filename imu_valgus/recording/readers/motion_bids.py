"""Motion-BIDS: ``_motion.tsv`` with the ``_channels.tsv`` and ``_motion.json`` that hold for it.

The table has no header: row n of ``_channels.tsv`` describes column n (older datasets write the
names above the numbers all the same, and are read too). One file is one tracking system, whose
channels are of one or more tracked points; each point with ``ACCEL`` and ``GYRO`` is a sensor, and
its label is the placement that the point names (``leftThigh``), else the point. Time is the
``LATENCY`` channel, or rows at the sidecar's rate. Units: m/s^2 or g; rad/s or deg/s; T, uT, G and
their like. A magnetic field in arbitrary units is left out.

The standard: https://bids-specification.readthedocs.io, Motion (1.11); Jeung et al. (2024),
doi:10.1038/s41597-024-03559-8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from imu_valgus.core import GRAVITY_MPS2, FloatArray, IntArray, RecordingError
from imu_valgus.recording.bids_words import placement_of_point
from imu_valgus.recording.readers.bids_facts import Told, facts_of, read_told
from imu_valgus.recording.readers.bids_folder import BidsFile
from imu_valgus.recording.readers.header import check_unique
from imu_valgus.recording.readers.layout import (
    RADPS_PER_DPS,
    Axes,
    Layout,
    Rows,
    SensorFile,
    TimeAxis,
)
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import Dialect, Table, names_in
from imu_valgus.recording.tsv import NOT_KNOWN, read_tsv

Channels = Sequence[Mapping[str, str]]
_COLUMNS: Final = ("name", "component", "type", "tracked_point", "units")
_MISSING: Final = (NOT_KNOWN, "NaN", "nan", "NA")
_SECONDS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("s", "sec", "seconds", NOT_KNOWN), 1.0),
    "ms": 1e3,
    "us": 1e6,
}
_FACTORS: Final[Mapping[str, Mapping[str, float]]] = {
    "ACCEL": {
        **dict.fromkeys(("m/s^2", "m/s²", "m/s2", "m*s^-2", "m s^-2"), 1.0),
        "g": GRAVITY_MPS2,
        "mg": 1e-3 * GRAVITY_MPS2,
    },
    "GYRO": {
        **dict.fromkeys(("rad/s", "rad*s^-1"), 1.0),
        **dict.fromkeys(("deg/s", "°/s", "dps"), RADPS_PER_DPS),
    },
    "MAGN": {
        **dict.fromkeys(("uT", "µT", "μT"), 1.0),
        "T": 1e6,
        "mT": 1e3,
        "nT": 1e-3,
        "G": 1e2,
        "mG": 1e-1,
    },
}
_LOOK_ALIKES: Final = (
    ("POS", "positions of markers", "`imu-valgus validate` takes markers, as trc or c3d"),
    ("JNTANG", "joint angles", "`imu-valgus validate` takes angles, as CSV"),
    ("ORNT", "orientations", "export acceleration and turn rate of each sensor as well"),
)


@dataclass(frozen=True, slots=True)
class Latency:
    """A ``LATENCY`` channel, so many units a second, as what the sensor's clock read."""

    column: str
    per_second: float
    told: Told

    @property
    def columns(self) -> tuple[str, ...]:
        """The channel."""
        return (self.column,)

    def seconds(self, values: Mapping[str, FloatArray], rows: IntArray) -> FloatArray:
        """Turn latencies (n,) into seconds (n,) on the sensor's clock, where the file tells it."""
        del rows
        return self.told.clock_s(values[self.column] / self.per_second)


class MotionBids:
    """One tracking system of a Motion-BIDS dataset."""

    name = "Motion-BIDS"
    summary = "Motion-BIDS: _motion.tsv beside its _channels.tsv and _motion.json"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether tabs part the columns, and the file stands in a dataset by its name."""
        file = BidsFile.of(seen.path)
        in_dataset = file.suffix == "motion" and (file.entity("sub") or _described(file))
        return bool(in_dataset) and len(_first_row(seen)) > 1

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read each tracked point that has an inertial sensor."""
        file = BidsFile.of(path)
        described = _described(file)
        if not described:
            raise wrong(
                path,
                "no _channels.tsv beside it says what its columns are",
                hint="copy the dataset with all its files",
            )
        channels = read_tsv(described[0], needed=_COLUMNS).rows
        table = _table(path, channels, described[0])
        told = read_told(file)
        points = _inertial_points(path, channels)
        time = _time(file, channels, told)
        layouts = [_layout(described[0], point, channels, time) for point in points]
        for layout in layouts:
            check_unique(table, layout.columns)
        alone = len(points) == 1
        return tuple(
            replace(
                sensor,
                model=told.model,
                serial=told.serial if alone else "",
                firmware=told.firmware,
                facts=facts_of(file, told),
                companions=(described[0], *told.companions),
            )
            for sensor in read_table(table, layouts, progress)
        )


def _described(file: BidsFile) -> tuple[Path, ...]:
    return file.sidecars("channels", ".tsv")


def _first_row(seen: SeenFile) -> tuple[str, ...]:
    return names_in(seen, separator="\t")


def _table(path: Path, channels: Channels, described: Path) -> Table:
    """Name the columns by the channels; names that stand above the numbers must be the same."""
    names = tuple(channel["name"] for channel in channels)
    row = _first_row(look_at(path))
    if len(row) != len(names):
        raise wrong(
            path,
            f"{len(row)} columns, {described.name} describes {len(names)}",
            line=1,
            hint="copy the two files again: they do not belong together",
        )
    named = not any(_is_number(cell) for cell in row)
    if named and row != names:
        differs = next(at for at, name in enumerate(names) if row[at] != name)
        raise wrong(
            path,
            f"called {names[differs]} in {described.name}",
            line=1,
            column=row[differs],
            hint="copy the two files again: they do not belong together",
        )
    dialect = Dialect(separator="\t", names_line=1, first_line=1 + named, missing=_MISSING)
    return Table(path, names, dialect)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell in {"", *_MISSING}
    return True


def _inertial_points(path: Path, channels: Channels) -> list[str]:
    """Return the tracked points with acceleration or turn rate, in the order of the channels."""
    points = [one["tracked_point"] for one in channels if one["type"] in {"ACCEL", "GYRO"}]
    if points:
        return list(dict.fromkeys(points))
    types = {channel["type"] for channel in channels}
    for kind, words, hint in _LOOK_ALIKES:
        if kind in types:
            raise wrong(path, f"holds {words}, nothing of an inertial sensor", hint=hint)
    raise wrong(
        path,
        f"holds neither ACCEL nor GYRO channels, only {', '.join(sorted(types))}",
        hint="name the tracking system of the inertial sensors",
    )


def _time(file: BidsFile, channels: Channels, told: Told) -> TimeAxis:
    for channel in channels:
        per_second = _SECONDS.get(channel["units"])
        if channel["type"] == "LATENCY" and per_second is not None:
            return Latency(channel["name"], per_second, told)
    if told.rate_hz is None:
        raise wrong(
            file.path,
            "neither a LATENCY channel nor a SamplingFrequency tells time",
            hint=f"write SamplingFrequency, in Hz, into {file.path.stem}.json",
        )
    return Rows(told.rate_hz)


def _layout(described: Path, point: str, channels: Channels, time: TimeAxis) -> Layout:
    mine = [channel for channel in channels if channel["tracked_point"] == point]
    return Layout(
        time=time,
        acc=_axes(described, point, mine, "ACCEL"),
        gyr=_axes(described, point, mine, "GYRO"),
        mag=_field(described, point, mine),
        label=placement_of_point(point) or ("" if point == NOT_KNOWN else point),
    )


def _field(described: Path, point: str, channels: Channels) -> Axes | None:
    units = {one["units"] for one in channels if one["type"] == "MAGN"}
    known = units <= _FACTORS["MAGN"].keys()
    return _axes(described, point, channels, "MAGN") if known else None


def _axes(described: Path, point: str, channels: Channels, kind: str) -> Axes | None:
    mine = {one["component"]: one for one in channels if one["type"] == kind}
    if not mine:
        return None
    for axis in "xyz":
        if axis not in mine:
            raise _wrong_channel(described, point, f"no {kind} channel with the component {axis}")
    units = {mine[axis]["units"] for axis in "xyz"}
    factor = _FACTORS[kind].get(units.pop()) if len(units) == 1 else None
    if factor is None:
        found = ", ".join(sorted({mine[axis]["units"] for axis in "xyz"}))
        raise _wrong_channel(described, point, f"{kind} in {found}, which no axis can be read by")
    return Axes((mine["x"]["name"], mine["y"]["name"], mine["z"]["name"]), factor)


def _wrong_channel(described: Path, point: str, problem: str) -> RecordingError:
    return wrong(
        described,
        f"{point}: {problem}",
        hint="three axes are needed, x, y and z, of ACCEL in m/s^2 or g and GYRO in rad/s or deg/s",
    )

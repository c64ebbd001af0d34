"""C3D for laboratory programs: knee angles, contacts and the sensors' signals on one time axis.

``POINT`` holds the angles as Vicon's Plug-in Gait writes them, ``LKneeAngles`` and ``RKneeAngles``:
x flexion, y adduction (varus), z internal rotation, in degrees and positive for either leg [1]_. So
**y is valgus with its sign turned**. They are 0 where ours are (``IMU_VALGUS:ZERO``), which is not
where Plug-in Gait's are. Where an angle is not known, the point is invalid (residual -1).

``EVENT`` holds Foot Strike and Foot Off of strides that were not rejected, with the contexts Left
and Right, in minutes and seconds; their descriptions are the strides' quality. Beyond 255 events
the lists go on in ``LABELS2``, ``TIMES2`` and so on, as c3d.org has it for ``POINT:LABELS2`` [2]_
and Mokka's library (BTKCore) reads it for events.

``ANALOG`` holds ``<placement>_acc_x`` to ``_z`` in m/s^2 (specific force) and ``<placement>_gyr_x``
to ``_z`` in deg/s, in the sensors' own axes. C3D knows one analog rate, the sensors have clocks of
their own: so all are put on session time and interpolated linearly between two samples, which
lowers a peak that lies between them; ``--to csv`` gives the samples themselves. In a gap, and where
a sensor was not on, stands NaN. Sensors elsewhere than on thigh and shank keep their own time.

A C3D header counts frames in 16 bits: readers see the first 65,535 of a longer file. So a longer
session becomes several files, ``<session>_part01.c3d`` and on, each of 5 minutes or less, beginning
at frame 1 and 0 s; ``IMU_VALGUS:START_S`` is its begin in session time. All numbers are floats.

References
----------
.. [1] Vicon, "Lower body angles as output from Plug-in Gait",
   https://docs.vicon.com/display/Nexus212/Lower+body+angles+as+output+from+Plug-in+Gait.
.. [2] C3D user guide, "POINT:LABELS2", https://c3d.org/HTML/Documents/pointlabels2.htm.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from imu_valgus import __version__
from imu_valgus.core import (
    GAP_PERIODS,
    SIDES,
    FloatArray,
    ImuSignal,
    Placement,
    Side,
    placement_of,
    require,
    typical_step,
)
from imu_valgus.export.exporter import ExportOptions
from imu_valgus.pipeline import Derived, Summary, read_derived, where_zero
from imu_valgus.pipeline.session_time import on_session_time
from imu_valgus.recording import Recording, read_session

MAX_FRAMES: Final = 65_535
"""What 16 bits of the header count."""
MAX_PART_S: Final = 300
"""So that the events of a run, eight a second at most, have room beside the other parameters."""
MAX_POINT_RATE_HZ: Final = 250
"""Above it angles, which change within some 20 Hz, get every second, third … sample's rate."""
_MOST_VALUES: Final = 255
"""A parameter's dimension is one byte."""
_ANGLES: Final[dict[Side, str]] = {"left": "LKneeAngles", "right": "RKneeAngles"}
_LINE: Final = 100


class LaboratoryC3d:
    """Angles, contacts and signals of a session as C3D."""

    name = "c3d"
    summary = "knee angles, contacts and the sensors' signals as C3D, for laboratory programs"
    takes: frozenset[str] = frozenset()
    carried_on: frozenset[str] = frozenset()

    def write(self, session: Path, into: Path, *, out: Path, options: ExportOptions) -> None:
        """Write ``<session>.c3d``, or its parts; see :class:`Exporter`."""
        del out, options
        ezc3d: Any = require("ezc3d", extra="c3d", what="an export to c3d")
        derived = read_derived(session)
        signals = aligned(read_session(session), derived.summary)
        angles = _angles(derived)
        grid = Grid.over(signals)
        events = events_of(derived.strides)
        parts = list(grid.parts())
        for number, part in enumerate(parts, start=1):
            name = session.resolve().name + (f"_part{number:02d}" if len(parts) > 1 else "")
            content = ezc3d.c3d()
            _put_angles(content, angles, part)
            _put_signals(content, signals, part)
            _put_events(content, events, part, athlete=derived.info.athlete)
            _describe(content, derived, part, number=number, n_parts=len(parts))
            content.write(str(into / f"{name}.c3d"))


@dataclass(frozen=True, slots=True)
class Grid:
    """The times of a C3D file: frames from ``start_s``, and ``ratio`` analog samples in each."""

    point_rate_hz: int
    ratio: int
    n_frames: int
    start_s: float = 0.0

    @classmethod
    def over(cls, signals: Mapping[Placement, ImuSignal]) -> "Grid":
        """Return the grid from session time 0 to the last sample, at the fastest sensor's rate.

        Rates are whole; the angles' is a whole part of the analog one.
        """
        fastest = max(1, round(max(one.sampling_rate_hz for one in signals.values())))
        ratio = -(-fastest // MAX_POINT_RATE_HZ)
        point_rate_hz = -(-fastest // ratio)
        end_s = max(float(one.time_s[-1]) for one in signals.values())
        return cls(point_rate_hz, ratio, int(np.floor(end_s * point_rate_hz + 1e-6)) + 1)

    def parts(self) -> Iterator["Grid"]:
        """Yield grids that a C3D file has room for, in order; each begins at a whole second."""
        longest_s = min(MAX_PART_S, MAX_FRAMES // self.point_rate_hz)
        longest = longest_s * self.point_rate_hz
        for number, first in enumerate(range(0, self.n_frames, longest)):
            n_frames = min(longest, self.n_frames - first)
            yield Grid(self.point_rate_hz, self.ratio, n_frames, float(number * longest_s))

    @property
    def frame_times_s(self) -> FloatArray:
        """Session time of each frame, (n_frames,)."""
        return self.start_s + np.arange(self.n_frames) / self.point_rate_hz

    @property
    def analog_times_s(self) -> FloatArray:
        """Session time of each analog sample, (n_frames·ratio,)."""
        n = self.n_frames * self.ratio
        return self.start_s + np.arange(n) / (self.point_rate_hz * self.ratio)


def aligned(recording: Recording, summary: Summary) -> dict[Placement, ImuSignal]:
    """Return the signals on session time, as the analysis had them to some milliseconds.

    The shank's lateness at the knee is taken off by its median; it changes along the run by that
    much.
    """
    signals = dict(on_session_time(recording).signals)
    for side, leg in summary.sides.items():
        shank = placement_of(side, "shank")
        if shank in signals and leg.sync is not None and leg.sync.lateness_ms is not None:
            late_s = 1e-3 * leg.sync.lateness_ms
            signals[shank] = signals[shank].retimed(signals[shank].time_s - late_s)
    return signals


def resampled(time_s: FloatArray, values: FloatArray, at_s: FloatArray) -> FloatArray:
    """Interpolate columns linearly between two neighbouring samples.

    Parameters
    ----------
    time_s : (n,)
        Increasing, two or more.
    values : (n, k)
    at_s : (m,)

    Returns
    -------
    (m, k)
        NaN outside and in gaps, which nobody fills in.
    """
    before = np.clip(np.searchsorted(time_s, at_s, side="right") - 1, 0, len(time_s) - 2)
    step = time_s[before + 1] - time_s[before]
    share = (at_s - time_s[before]) / step
    told = values[before] + share[:, None] * (values[before + 1] - values[before])
    is_neighbour = step <= GAP_PERIODS * typical_step(time_s)
    known = (share >= 0) & (share <= 1) & (is_neighbour | (share == 0) | (share == 1))
    return np.where(known[:, None], told, np.nan)


def events_of(strides: pd.DataFrame) -> pd.DataFrame:
    """Return foot strikes and foot offs of strides that were not rejected, in order of time.

    Returns
    -------
    DataFrame
        ``time_s``, ``context`` (Left, Right), ``label``, ``quality``. The contact that ends one
        stride and begins the next stands once.
    """
    taken = strides[strides["quality"] != "rejected"]
    found = [
        pd.DataFrame(
            {
                "time_s": taken[column].to_numpy(dtype=np.float64).round(6),
                "context": taken["side"].astype("str").str.capitalize().to_numpy(),
                "label": label,
                "quality": taken["quality"].astype("str").to_numpy(),
            }
        )
        for column, label in (
            ("initial_contact_s", "Foot Strike"),
            ("next_contact_s", "Foot Strike"),
            ("toe_off_s", "Foot Off"),
        )
    ]
    events = pd.concat(found, ignore_index=True).dropna(subset="time_s")
    events = events.drop_duplicates(["time_s", "context", "label"])
    return events.sort_values("time_s", kind="stable", ignore_index=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Angles:
    """One leg's angles (n, 3) in degrees at session times (n,), as Plug-in Gait signs them."""

    time_s: FloatArray
    values: FloatArray


def _angles(derived: Derived) -> dict[Side, _Angles]:
    """Return the angles of the legs that have some: a leg with one sensor has none."""
    legs: dict[Side, _Angles] = {}
    for side in SIDES:
        table = derived.angles_of(side)
        time_s, flexion, valgus, rotation = (
            table[name].to_numpy(dtype=np.float64)
            for name in ("time_s", "flexion_deg", "valgus_deg", "internal_rotation_deg")
        )
        if np.isfinite(flexion).any():
            legs[side] = _Angles(time_s, np.column_stack([flexion, -valgus, rotation]))
    return legs


def _put_angles(content: Any, angles: Mapping[Side, _Angles], part: Grid) -> None:
    """Put the angles in as points; where one is not known, the point is invalid."""
    points = np.zeros((4, len(angles), part.n_frames))
    residuals = np.zeros((1, len(angles), part.n_frames))
    for number, leg in enumerate(angles.values()):
        told = resampled(leg.time_s, leg.values, part.frame_times_s).T
        known = np.isfinite(told).all(axis=0)
        points[:3, number] = np.where(known, told, 0.0)
        residuals[0, number] = np.where(known, 0.0, -1.0)
    content["data"]["points"] = points
    content["data"]["meta_points"]["residuals"] = residuals
    content["data"]["meta_points"]["camera_masks"] = np.zeros(
        (7, len(angles), part.n_frames), dtype=np.bool_
    )
    labels = [_ANGLES[side] for side in angles]
    said = content["parameters"]["POINT"]
    said["RATE"]["value"] = [float(part.point_rate_hz)]
    said["LABELS"]["value"] = labels
    said["DESCRIPTIONS"]["value"] = ["x flexion, y adduction (valgus negative), z internal"] * len(
        labels
    )
    said["UNITS"]["value"] = ["mm"]
    if labels:
        content.add_parameter("POINT", "ANGLES", labels)
        content.add_parameter("POINT", "ANGLE_UNITS", ["deg"])


def _put_signals(content: Any, signals: Mapping[Placement, ImuSignal], part: Grid) -> None:
    labels: list[str] = []
    units: list[str] = []
    channels: list[FloatArray] = []
    for placement, signal in signals.items():
        acc, gyr = (
            resampled(signal.time_s, values, part.analog_times_s).T
            for values in (signal.acc_mps2, signal.gyr_radps)
        )
        channels += [acc, np.degrees(gyr)]
        labels += [f"{placement}_{what}_{axis}" for what in ("acc", "gyr") for axis in "xyz"]
        units += ["m/s^2"] * 3 + ["deg/s"] * 3
    content["data"]["analogs"] = np.concatenate(channels)[None]
    said = content["parameters"]["ANALOG"]
    said["RATE"]["value"] = [float(part.point_rate_hz * part.ratio)]
    said["LABELS"]["value"] = labels
    said["DESCRIPTIONS"]["value"] = ["in the sensor's own axes"] * len(labels)
    said["UNITS"]["value"] = units
    said["SCALE"]["value"] = [1.0] * len(labels)
    said["OFFSET"]["value"] = [0] * len(labels)


def _put_events(content: Any, events: pd.DataFrame, part: Grid, *, athlete: str) -> None:
    """Put in the events of a part, times from its begin; lists of 255, as many as it takes."""
    end_s = part.start_s + part.n_frames / part.point_rate_hz
    mine = events[(events["time_s"] >= part.start_s) & (events["time_s"] < end_s)]
    content.add_parameter("EVENT", "USED", len(mine))
    for number, first in enumerate(range(0, len(mine), _MOST_VALUES), start=1):
        some = mine.iloc[first : first + _MOST_VALUES]
        minutes, seconds = np.divmod(some["time_s"].to_numpy() - part.start_s, 60.0)
        suffix = "" if number == 1 else str(number)
        for name, values in (
            ("CONTEXTS", some["context"].tolist()),
            ("LABELS", some["label"].tolist()),
            ("DESCRIPTIONS", some["quality"].tolist()),
            ("TIMES", np.array([minutes, seconds])),
            ("SUBJECTS", [athlete] * len(some)),
            ("ICON_IDS", [1 if label == "Foot Strike" else 2 for label in some["label"]]),
            ("GENERIC_FLAGS", [0] * len(some)),
        ):
            content.add_parameter("EVENT", f"{name}{suffix}", values)
    contexts = ["Left", "Right", "General"]
    content.add_parameter("EVENT_CONTEXT", "USED", len(contexts))
    content.add_parameter("EVENT_CONTEXT", "LABELS", contexts)
    content.add_parameter("EVENT_CONTEXT", "DESCRIPTIONS", ["left leg", "right leg", "either"])


def _describe(content: Any, derived: Derived, part: Grid, *, number: int, n_parts: int) -> None:
    """Say what made the file, and what its zero, signs and times are."""
    content.add_parameter("MANUFACTURER", "SOFTWARE", ["imu_valgus"])
    content.add_parameter("MANUFACTURER", "VERSION_LABEL", [__version__])
    for name, value in (
        ("ATHLETE", [derived.info.athlete]),
        ("ZERO", _lines(where_zero(derived.summary))),
        (
            "SIGNS",
            [
                "knee angles in degrees, either leg: x flexion +, y adduction +, z internal +",
                "valgus (abduction) is y with its sign turned",
            ],
        ),
        ("SIGNALS", ["sensors' own axes, on session time, linearly interpolated; NaN: none"]),
        ("LEGS", _lines(_between_legs(derived.summary))),
        ("NOTES", [line for note in derived.summary.notes for line in _lines(note)]),
        ("START_S", [part.start_s]),
        ("PART", [float(number), float(n_parts)]),
    ):
        if value:
            content.add_parameter("IMU_VALGUS", name, value)
    if derived.info.start is not None:
        content.add_parameter("IMU_VALGUS", "START", [derived.info.start.isoformat()])


def _between_legs(summary: Summary) -> str:
    """Say how the two legs' times were tied; nothing of one leg alone."""
    if summary.cross_leg_sync is None:
        return ""
    method = summary.cross_leg_sync.method
    if method == "unknown":
        return "nothing ties the two legs' times: compare none across legs"
    return f"the two legs' times are tied by: {method}"


def _lines(text: str) -> Sequence[str]:
    """Part a text into lines that a parameter has room for, in ASCII."""
    plain = text.replace("°", " deg").encode("ascii", "replace").decode()
    return textwrap.wrap(plain, _LINE)

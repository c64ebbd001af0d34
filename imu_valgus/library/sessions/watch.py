"""Speed from a watch: its FIT or GPX file, laid in time onto a session.

Only the speed is kept, in ``SESSION/speed.tsv``, with the kind of the file and the beginning of its
SHA-256: a track says where somebody lives, and a file's name may hold a name.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import numpy as np

from imu_valgus.core import BoolArray, FloatArray, RecordingError, require
from imu_valgus.library.sessions.covariates import refuse_link
from imu_valgus.library.sessions.gpx import read_gpx
from imu_valgus.library.sessions.speeds import WatchPoint, speeds_of
from imu_valgus.recording import SPEED_NAME, SpeedCurve, read_info, write_speeds
from imu_valgus.recording.signals import read_signal, signal_path

MAX_BYTES: Final = 200_000_000
"""A day of one point a second is some 30 MB of GPX."""
MARGIN_S: Final = 5.0
"""So much before and after the session is kept, so that its ends lie between two points."""


@dataclass(frozen=True, slots=True)
class NotedSpeed:
    """What a watch told, where it stands, and for how much of the session it tells the speed."""

    path: Path
    curve: SpeedCurve
    session_s: float
    told_s: float


@dataclass(frozen=True, slots=True)
class SessionSpan:
    """When a session began, and for how long its reference sensor measured."""

    start: dt.datetime
    length_s: float

    def near(self, time_s: FloatArray, watch: Path, *, option: str) -> BoolArray:
        """Tell which times (n,) of a watch lie in the session, or no more than ``MARGIN_S`` off it.

        Parameters
        ----------
        time_s : (n,)
            Session time, growing.
        watch : Path
            Whose they are.
        option : str
            What sets the watch's clock right where one was off.

        Raises
        ------
        RecordingError
            Where none do.
        """
        near = (time_s >= -MARGIN_S) & (time_s <= self.length_s + MARGIN_S)
        if near.any():
            return near
        begun = self.start + dt.timedelta(seconds=float(time_s[0]))
        raise RecordingError(
            f"{watch}: from {begun:%Y-%m-%d %H:%M:%S} for {np.ptp(time_s) / 60:.0f} min, the "
            f"session from {self.start:%Y-%m-%d %H:%M:%S} for {self.length_s / 60:.0f} min: they "
            "do not overlap",
            hint=f"was a clock off? {option} {-time_s[0]:+.0f} lets both begin together",
        )


def span_of(session: Path) -> SessionSpan:
    """Read when a session was recorded.

    Raises
    ------
    RecordingError
        Where it does not know when it began.
    """
    info = read_info(session)
    if info.start is None:
        raise RecordingError(
            f"{session} does not know when it began, so it has no place in a watch's time",
            hint='enter it in session.json, such as "start": "2026-11-22T09:00:00+01:00"',
        )
    reference = read_signal(
        signal_path(session, info.reference), sensor=info.sensor(info.reference)
    )
    return SessionSpan(info.start, float(reference.time_s[-1]))


def note_watch(session: Path, watch: Path, *, offset_s: float = 0.0) -> NotedSpeed:
    """Keep the speed that a watch's file tells of a session; an earlier one is replaced.

    Parameters
    ----------
    session : Path
    watch : Path
        ``.fit`` or ``.gpx``.
    offset_s : float
        Added to the watch's times, where one of the clocks was off.

    Raises
    ------
    RecordingError
        Where the file cannot be read or tells no speed, the session does not know when it began, or
        the two do not overlap.
    ImuValgusError
        Where the extra ``fit`` is not installed.
    """
    refuse_link(session / SPEED_NAME)
    span = span_of(session)
    points, source = read_watch(watch)
    time_s, speed_mps = speeds_of(points, watch)
    time_s = time_s - span.start.timestamp() + offset_s
    near = span.near(time_s, watch, option="--offset")
    curve = SpeedCurve(time_s[near], speed_mps[near], f"{source}, offset {offset_s:+g} s")
    write_speeds(session, curve)
    told = np.isfinite(curve.at(np.arange(0.5, span.length_s, 1.0)))
    told_s = float(told.mean() * span.length_s)
    return NotedSpeed(session / SPEED_NAME, curve, span.length_s, told_s)


def read_watch(path: Path) -> tuple[Sequence[WatchPoint], str]:
    """Read the points of a watch's file, and say what file it was."""
    content = read_bytes(path)
    kind = path.suffix.lower().removeprefix(".")
    if kind == "gpx":
        points = read_gpx(content, path)
    elif kind == "fit":
        points = _read_fit(content, path)
    else:
        raise RecordingError(
            f"{path} is neither .fit nor .gpx", hint="export the run as FIT or GPX from the watch"
        )
    return points, f"{kind} {hashlib.sha256(content).hexdigest()[:12]}"


def read_bytes(path: Path) -> bytes:
    """Read a watch's file as it is.

    Raises
    ------
    RecordingError
        Where it cannot be read, or is larger than ``MAX_BYTES``.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RecordingError(
                f"{path} is larger than {MAX_BYTES // 1_000_000} MB", hint="cut it to the run"
            )
        return path.read_bytes()
    except OSError as error:
        raise RecordingError(
            f"{path} cannot be read: {error.strerror}", hint="name the file that the watch wrote"
        ) from error


def _read_fit(content: bytes, path: Path) -> list[WatchPoint]:
    fit_file, record_message = (
        require(module, extra="fit", what=f"reading {path}", instead="export the run as .gpx")
        for module in ("fit_tool.fit_file", "fit_tool.profile.messages.record_message")
    )
    try:
        records = fit_file.FitFile.from_bytes(content).records
    except ValueError as error:
        line = str(error).splitlines()[0]
        raise RecordingError(
            f"{path} is no whole FIT file: {line}", hint="copy it from the watch once more"
        ) from error
    return [
        _fit_point(message)
        for message in (record.message for record in records)
        if isinstance(message, record_message.RecordMessage) and message.timestamp is not None
    ]


def _fit_point(message: object) -> WatchPoint:
    def number(name: str) -> float | None:
        return cast("float | None", getattr(message, name))

    speed_mps = number("enhanced_speed")
    return WatchPoint(
        unix_s=(number("timestamp") or 0.0) / 1000.0,
        speed_mps=number("speed") if speed_mps is None else speed_mps,
        distance_m=number("distance"),
    )

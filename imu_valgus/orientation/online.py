"""Thigh against shank while samples arrive: the causal half of :func:`relate_segments`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from imu_valgus.core import (
    BoolArray,
    FloatArray,
    ImuSamples,
    IntArray,
    about_vertical,
    compose,
)
from imu_valgus.orientation.attitude import attitude_at
from imu_valgus.orientation.chain import CourseFilter
from imu_valgus.orientation.knot import KnotEvidence, weigh_knot
from imu_valgus.orientation.lateness import shift_evidence
from imu_valgus.orientation.lever_arms import LeverArms
from imu_valgus.orientation.relative import RelativeParams
from imu_valgus.orientation.stream import OnlineAttitude, SensorStart, StreamParams, Track

_Value = TypeVar("_Value", np.bool_, np.int64, np.float64)

_ANYWHERE_RAD2 = np.pi**2 / 3
"""The variance of a heading that may be anywhere on the circle."""


@dataclass(frozen=True, slots=True)
class OnlineParams:
    """How the causal estimate waits, starts and settles.

    Parameters
    ----------
    margin_s : float
        What the zero-phase low-pass needs to either side of a knot: seven times the time constant
        of its 3 Hz. The heading lags by this and up to one knot; attitudes do not.
    hold_s : float
        How long one sensor's samples wait for the other's.
    settle_s : float
        After a start without a known attitude the vertical needs this long: twice VQF's own time
        constant.
    known_rad : float
        A heading less sure than this is not to be trusted.
    """

    margin_s: float = 0.4
    hold_s: float = 10.0
    settle_s: float = 6.0
    known_rad: float = float(np.radians(10.0))
    stream: StreamParams = field(default_factory=StreamParams)


@dataclass(frozen=True, slots=True, eq=False)
class RelativeStart:
    """Where a leg's two streams go on from, both attitudes in one earth.

    ``heading_sd_rad``: of the shank's earth in the thigh's. ``lateness_s`` ± ``lateness_sd_s``: by
    how much the shank's time stamps are late.
    """

    thigh: SensorStart
    shank: SensorStart
    arms: LeverArms
    heading_sd_rad: float
    lateness_s: float
    lateness_sd_s: float


@dataclass(frozen=True, slots=True, eq=False)
class RelativeSamples:
    """Both sensors' attitudes in one earth, on k of the thigh's samples.

    ``uncertain`` (k,): the heading is not known to some 10°, or the vertical has not settled since
    a stream started anew.
    """

    time_s: FloatArray
    thigh_to_earth: Rotation
    shank_to_earth: Rotation
    heading_sd_rad: FloatArray
    lateness_sd_s: FloatArray
    uncertain: BoolArray

    def __len__(self) -> int:
        return self.time_s.shape[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Rows of the thigh that share a state: ``behind`` are the shank's rows behind them."""

    rows: IntArray
    behind: IntArray
    heading_rad: FloatArray
    late_s: FloatArray
    heading_sd_rad: FloatArray
    lateness_sd_s: FloatArray
    settled: BoolArray


class OnlineRelative:
    """Tie the attitudes of a leg's two sensors together while their samples arrive.

    Parameters
    ----------
    start : RelativeStart
        From the batch estimate of the warm-up. Streams that do not go on from there start with
        a heading of their own and find it again by the joint.
    relative : RelativeParams, optional
        What the batch estimate was made with.
    params : OnlineParams, optional

    Notes
    -----
    Every second (a knot) the joint's acceleration over that second gives the same evidence of the
    heading as in batch, every 20 s of the lateness; a scalar Kalman filter each takes it in. What
    comes out depends on the samples and their times only, not on how they were parcelled or which
    sensor's came first, unless one sensor is more than ``hold_s`` behind the other.
    """

    def __init__(
        self,
        start: RelativeStart,
        *,
        relative: RelativeParams | None = None,
        params: OnlineParams | None = None,
    ) -> None:
        self._params = params or OnlineParams()
        self._joint = relative or RelativeParams()
        self._arms = start.arms
        stream = self._params.stream
        self._thigh_attitude = OnlineAttitude(start.thigh, params=stream)
        self._shank_attitude = OnlineAttitude(start.shank, params=stream)
        self._thigh, self._shank = Track.empty(), Track.empty()
        self._handled_s = -np.inf
        self._stretches = -1, -1
        self._heading = self._new_heading(start.heading_sd_rad, start.thigh.time_s)
        self._lateness = CourseFilter(
            start.lateness_s,
            start.lateness_sd_s,
            time_s=start.thigh.time_s,
            walk_per_sqrt_s=self._joint.lateness.walk_s_per_sqrt_s,
        )
        self._doubt_rad2 = 0.0
        self._settled_s = -np.inf
        self._knot_s = self._window_s = np.inf
        self._seen: KnotEvidence | None = None

    def update(self, thigh: ImuSamples, shank: ImuSamples) -> RelativeSamples:
        """Take what either sensor just sent and return what can be told by now.

        A sample of the thigh is answered as soon as the shank's samples to both sides of it, its
        lateness taken off, are there.
        """
        self._thigh = self._thigh.followed_by(self._thigh_attitude.update(thigh))
        self._shank = self._shank.followed_by(self._shank_attitude.update(shank))
        parts: list[_Part] = []
        while (waiting := self._waiting()) is not None:
            parts.extend(self._answer(waiting))
        told = self._tell(parts)
        self._forget()
        return told

    @property
    def _due_s(self) -> float:
        """From when on all evidence of the next knot is there."""
        return self._knot_s + self._joint.heading.knot_s + self._params.margin_s

    def _waiting(self) -> slice | None:
        """Return the thigh's rows that the shank's samples reach, up to the next knot's due time.

        None where there are none.
        """
        if len(self._shank) < 2:
            return None
        time_s = self._thigh.time_s
        reach_s = self._shank.time_s[-1] - self._lateness.value
        first, stop = np.searchsorted(time_s, [self._handled_s, reach_s], side="right")
        due = max(int(np.searchsorted(time_s, self._due_s)), int(first) + 1)
        return slice(int(first), min(int(stop), due)) if first < stop else None

    def _answer(self, waiting: slice) -> list[_Part]:
        """Answer these rows of the thigh as far as one state serves them all.

        Rows that the shank does not cover are passed over. Without an answer the state has moved.
        """
        ours, theirs = self._thigh, self._shank
        rows = np.arange(waiting.start, waiting.stop)
        late_s = ours.time_s[rows] + self._lateness.value
        behind = np.clip(np.searchsorted(theirs.time_s, late_s), 1, len(theirs) - 1)
        covered = (
            ours.measured[rows]
            & theirs.measured[behind]
            & theirs.measured[behind - 1]
            & (theirs.stretch[behind] == theirs.stretch[behind - 1])
            & (late_s >= theirs.time_s[behind - 1])
        )
        if not covered.any():
            self._handled_s = float(ours.time_s[rows[-1]])
            return []
        rows, behind = rows[covered], behind[covered]
        first_s = float(ours.time_s[rows[0]])
        stretches = int(ours.stretch[rows[0]]), int(theirs.stretch[behind[0]])
        if stretches != self._stretches:
            self._begin(stretches, first_s)
        if first_s >= self._due_s:
            self._take_knot()
            return []
        same = (
            (ours.stretch[rows] == stretches[0])
            & (theirs.stretch[behind] == stretches[1])
            & (ours.time_s[rows] < self._due_s)
        )
        rows, behind = rows[same], behind[same]
        self._handled_s = float(ours.time_s[rows[-1]])
        return [self._part(rows, behind)]

    def _part(self, rows: IntArray, behind: IntArray) -> _Part:
        time_s = self._thigh.time_s[rows]
        doubt = self._thigh.doubt_rad2[rows] + self._shank.doubt_rad2[behind] - self._doubt_rad2
        shared = self._joint.smoother.flesh_rad**2
        variance = self._heading.variance_at(time_s) + doubt + shared
        return _Part(
            rows=rows,
            behind=behind,
            heading_rad=np.full(len(rows), self._heading.value),
            late_s=time_s + self._lateness.value,
            heading_sd_rad=np.sqrt(np.minimum(variance, _ANYWHERE_RAD2)),
            lateness_sd_s=np.sqrt(self._lateness.variance_at(time_s)),
            settled=time_s >= self._settled_s,
        )

    def _begin(self, stretches: tuple[int, int], time_s: float) -> None:
        """Begin anew where a stream did: with no heading, unless both go on from the start."""
        if stretches != (0, 0):
            self._heading = self._new_heading(float(np.sqrt(_ANYWHERE_RAD2)), time_s)
            self._lateness.blur(self._joint.lateness.jump_s**2)
            self._settled_s = time_s + self._params.settle_s
        self._stretches = stretches
        self._knot_s = self._window_s = time_s + self._params.margin_s
        self._seen = None

    def _new_heading(self, sd_rad: float, time_s: float) -> CourseFilter:
        walk = self._joint.heading.walk_rad_per_sqrt_s
        return CourseFilter(0.0, sd_rad, time_s=time_s, walk_per_sqrt_s=walk)

    def _take_knot(self) -> None:
        """Take in what one knot says, if it is whole, and move to the next."""
        start_s, margin_s = self._knot_s, self._params.margin_s
        stop_s = start_s + self._joint.heading.knot_s
        self._knot_s = stop_s
        late_s = self._lateness.value
        thigh = _within(self._thigh, start_s - margin_s, stop_s + margin_s)
        shank = _within(self._shank, start_s - margin_s + late_s, stop_s + margin_s + late_s)
        parted = (thigh.stretch != self._stretches[0]).any()
        if parted or (shank.stretch != self._stretches[1]).any():
            return
        found = weigh_knot(
            thigh,
            shank,
            within_s=(start_s, stop_s),
            late_s=late_s,
            arms=self._arms,
            params=self._joint,
        )
        if found is None:
            return
        # A hole within the knot may have come after most of its evidence: its doubt stays.
        doubt = float(thigh.doubt_rad2[0] + shank.doubt_rad2[0])
        self._heading.blur(doubt - self._doubt_rad2)
        self._doubt_rad2 = doubt
        off = float(np.angle(found.agreement * np.exp(-1j * self._heading.value)))
        self._heading.update(off, found.precision, time_s=0.5 * (start_s + stop_s))
        self._take_shift(found, stop_s)

    def _take_shift(self, found: KnotEvidence, stop_s: float) -> None:
        """Add up what the knots of a window say of the lateness; at its end, believe it."""
        self._seen = found if self._seen is None else self._seen.with_shifts_of(found)
        params = self._joint.lateness
        if stop_s < self._window_s + params.window_s:
            return
        shift, precision = shift_evidence(
            self._seen.shift_cost, self._seen.count, step_s=self._seen.step_s, params=params
        )
        self._lateness.update(
            float(shift[0]), float(precision[0]), time_s=0.5 * (self._window_s + stop_s)
        )
        self._window_s, self._seen = stop_s, None

    def _tell(self, parts: list[_Part]) -> RelativeSamples:
        """Turn both sensors' attitudes at these rows into one earth."""
        if not parts:
            return _NOTHING
        rows, behind = _joined(p.rows for p in parts), _joined(p.behind for p in parts)
        shank = self._shank[int(behind.min()) - 1 : int(behind.max()) + 1].attitude
        sd_rad = _joined(p.heading_sd_rad for p in parts)
        settled = _joined(p.settled for p in parts)
        return RelativeSamples(
            time_s=self._thigh.time_s[rows],
            thigh_to_earth=Rotation.from_quat(self._thigh.to_earth[rows]),
            shank_to_earth=compose(
                about_vertical(_joined(p.heading_rad for p in parts)),
                attitude_at(shank, _joined(p.late_s for p in parts)),
            ),
            heading_sd_rad=sd_rad,
            lateness_sd_s=_joined(p.lateness_sd_s for p in parts),
            uncertain=~settled | (sd_rad > self._params.known_rad),
        )

    def _forget(self) -> None:
        """Keep what the next knot and the samples still waiting need, and no more."""
        needed_s = min(self._knot_s - self._params.margin_s, self._handled_s)
        hold_s = self._params.hold_s
        # The shank's sample before the oldest one must stay too, and the lateness may change.
        spare_s = self._params.stream.bridge_s
        self._thigh = _since(self._thigh, needed_s, hold_s=hold_s)
        self._shank = _since(self._shank, needed_s + self._lateness.value - spare_s, hold_s=hold_s)


_NOTHING = RelativeSamples(
    time_s=np.empty(0),
    thigh_to_earth=Rotation.from_quat(np.empty((0, 4))),
    shank_to_earth=Rotation.from_quat(np.empty((0, 4))),
    heading_sd_rad=np.empty(0),
    lateness_sd_s=np.empty(0),
    uncertain=np.empty(0, dtype=np.bool_),
)


def _joined(columns: Iterable[NDArray[_Value]]) -> NDArray[_Value]:
    return np.concatenate(list(columns))


def _within(track: Track, start_s: float, stop_s: float) -> Track:
    first, stop = np.searchsorted(track.time_s, [start_s, stop_s])
    return track[int(first) : int(stop)]


def _since(track: Track, oldest_s: float, *, hold_s: float) -> Track:
    """Return what is younger than a time, and never more than ``hold_s`` of it."""
    if not len(track):
        return track
    oldest_s = max(oldest_s, float(track.time_s[-1]) - hold_s)
    return track[int(np.searchsorted(track.time_s, oldest_s)) :]

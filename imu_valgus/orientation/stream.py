"""One sensor's attitude while its samples arrive: repeats dropped, small holes bridged."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from scipy.spatial.transform import Rotation
from vqf import VQF

from imu_valgus.core import (
    GAP_PERIODS,
    GRAVITY_MPS2,
    BoolArray,
    FloatArray,
    ImuSamples,
    IntArray,
    SegmentOrientation,
)
from imu_valgus.orientation.attitude import rate_of_steps
from imu_valgus.orientation.bridging import BRIDGE_RAD_PER_S2, BRIDGE_S


@dataclass(frozen=True, slots=True)
class StreamParams:
    """How a stream is carried over what is missing.

    Parameters
    ----------
    bridge_s : float
        A hole up to this long (one lost packet) is bridged by the straight line between its edges;
        behind a longer one the filter starts anew, with a heading of its own.
    bridge_rad_per_s2 : float
        What bridging costs, see ``BRIDGE_RAD_PER_S2``.
    gyr_bias_sd_radps : float
        How well the static pose gives the gyroscope's offset; the filter follows it from there.
        VQF's own figure for a sensor at rest.
    """

    bridge_s: float = BRIDGE_S
    bridge_rad_per_s2: float = BRIDGE_RAD_PER_S2
    gyr_bias_sd_radps: float = float(np.radians(0.03))


@dataclass(frozen=True, slots=True, eq=False)
class SensorStart:
    """What one sensor's stream starts from.

    ``rate_hz`` by session time; ``gyr_bias_radps`` (3,); ``to_earth``: the attitude (single) at
    ``time_s``, before the first sample that will be used.
    """

    rate_hz: float
    gyr_bias_radps: FloatArray
    time_s: float
    to_earth: Rotation


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A stretch of a stream with its attitudes, k samples evenly spaced but for long holes.

    ``gyr_radps`` is free of bias; ``to_earth`` (k, 4) scalar last. ``measured`` is False where a
    hole was bridged. ``stretch`` (k,) counts how often the filter started anew. ``doubt_rad2`` (k,)
    is the variance that bridging has brought, summed since the start.
    """

    time_s: FloatArray
    acc_mps2: FloatArray
    gyr_radps: FloatArray
    to_earth: FloatArray
    measured: BoolArray
    stretch: IntArray
    doubt_rad2: FloatArray

    def __len__(self) -> int:
        return self.time_s.shape[0]

    def __getitem__(self, samples: slice) -> Self:
        """Return a part."""
        return type(self)(*(column[samples] for column in self._columns()))

    def followed_by(self, later: Self) -> Self:
        """Return both, one after the other."""
        pairs = zip(self._columns(), later._columns(), strict=True)
        return type(self)(*(np.concatenate(pair) for pair in pairs))

    @property
    def attitude(self) -> SegmentOrientation:
        """The sensor's attitude to its own earth."""
        return SegmentOrientation(self.time_s, Rotation.from_quat(self.to_earth))

    @classmethod
    def empty(cls) -> Self:
        """Return no samples."""
        none, vectors = np.empty(0), np.empty((0, 3))
        truth, count = np.empty(0, dtype=np.bool_), np.empty(0, dtype=np.int64)
        return cls(none, vectors, vectors, np.empty((0, 4)), truth, count, none)

    def _columns(self) -> tuple[np.ndarray, ...]:
        return (
            self.time_s,
            self.acc_mps2,
            self.gyr_radps,
            self.to_earth,
            self.measured,
            self.stretch,
            self.doubt_rad2,
        )


class OnlineAttitude:
    """Follow one sensor's attitude sample by sample, by VQF as :func:`estimate_attitude` does.

    Parameters
    ----------
    start : SensorStart
        If the samples go on from there, so does the heading.
    params : StreamParams, optional
    """

    def __init__(self, start: SensorStart, *, params: StreamParams | None = None) -> None:
        self._params = params or StreamParams()
        self._start = start
        self._period_s = 1.0 / start.rate_hz
        self._filter = VQF(self._period_s)
        self._last_s = start.time_s
        self._last: ImuSamples | None = None
        self._rate_before: FloatArray | None = None
        self._stretch = 0
        self._doubt_rad2 = 0.0

    def update(self, samples: ImuSamples) -> Track:
        """Take the samples that just arrived and return their attitudes, bridged holes filled.

        A sample that is not later than all before it is a repeat and is dropped.
        """
        seen_s = np.maximum.accumulate(np.concatenate([[self._last_s], samples.time_s]))
        new = samples.time_s > seen_s[:-1]
        if not new.any():
            return Track.empty()
        time_s, acc_mps2 = samples.time_s[new], samples.acc_mps2[new]
        gyr_radps = samples.gyr_radps[new] - self._start.gyr_bias_radps
        steps = np.diff(time_s, prepend=self._last_s)
        holes = np.flatnonzero(steps > GAP_PERIODS * self._period_s)
        edges = sorted({0, *holes.tolist(), len(time_s)})
        found = Track.empty()
        for first, stop in pairwise(edges):
            part = slice(first, stop)
            piece = ImuSamples(time_s[part], acc_mps2[part], gyr_radps[part])
            found = found.followed_by(self._go_on(piece))
        return found

    def _go_on(self, piece: ImuSamples) -> Track:
        """Run the filter over samples without a hole, and over the hole before them."""
        hole_s = float(piece.time_s[0]) - self._last_s
        last = self._last
        bridged = Track.empty()
        if hole_s > self._params.bridge_s:
            self._start_anew()
        elif last is None:
            self._take_up(piece.gyr_radps[0] * (hole_s - self._period_s))
        if GAP_PERIODS * self._period_s < hole_s <= self._params.bridge_s:
            self._doubt_rad2 += (self._params.bridge_rad_per_s2 * hole_s**2) ** 2
            if last is not None:
                bridged = self._track(_between(last, piece, self._period_s), measured=False)
        self._last_s = float(piece.time_s[-1])
        self._last = ImuSamples(piece.time_s[-1:], piece.acc_mps2[-1:], piece.gyr_radps[-1:])
        track = self._track(piece, measured=True)
        return bridged.followed_by(track) if len(bridged) else track

    def _track(self, piece: ImuSamples, *, measured: bool) -> Track:
        k = len(piece)
        turned = self._filter.updateBatch(
            rate_of_steps(piece.gyr_radps, self._rate_before), np.ascontiguousarray(piece.acc_mps2)
        )
        self._rate_before = piece.gyr_radps[-1:]
        return Track(
            time_s=piece.time_s,
            acc_mps2=piece.acc_mps2,
            gyr_radps=piece.gyr_radps,
            to_earth=np.roll(np.asarray(turned["quat6D"]), -1, axis=1),
            measured=np.full(k, measured),
            stretch=np.full(k, self._stretch),
            doubt_rad2=np.full(k, self._doubt_rad2),
        )

    def _start_anew(self) -> None:
        """Forget the attitude but not the gyroscope's offset."""
        bias = self._filter.getBiasEstimate()[0] if self._last is not None else np.zeros(3)
        self._filter = VQF(self._period_s)
        self._filter.setBiasEstimate(bias, self._params.gyr_bias_sd_radps)
        self._rate_before = None
        self._stretch += 1

    def _take_up(self, turn_rad: FloatArray) -> None:
        """Go on from the attitude of the start, turned by what the sensor turned since (3,)."""
        attitude = self._start.to_earth * Rotation.from_rotvec(turn_rad)
        self._filter.setBiasEstimate(np.zeros(3), self._params.gyr_bias_sd_radps)
        state, known = self._filter.state, self._filter.coeffs
        feedforward, feedback = np.asarray(known["accLpB"]), np.asarray(known["accLpA"])
        state["gyrQuat"] = attitude.as_quat(scalar_first=True).tolist()
        # Earth is known from here on: its mean specific force is gravity, upwards.
        settled = [
            VQF.filterInitialState(force, feedforward, feedback)
            for force in (0.0, 0.0, GRAVITY_MPS2)
        ]
        state["accLpState"] = np.concatenate(settled).tolist()
        self._filter.state = state


def _between(last: ImuSamples, piece: ImuSamples, period_s: float) -> ImuSamples:
    """Return the samples of a hole on the straight line between its edges."""
    start_s, stop_s = float(last.time_s[0]), float(piece.time_s[0])
    n = max(round((stop_s - start_s) / period_s) - 1, 1)
    share = np.arange(1, n + 1)[:, None] / (n + 1)
    return ImuSamples(
        start_s + share[:, 0] * (stop_s - start_s),
        (1 - share) * last.acc_mps2 + share * piece.acc_mps2[0],
        (1 - share) * last.gyr_radps + share * piece.gyr_radps[0],
    )

"""Contacts of one foot while samples arrive: the causal half of :func:`find_contacts`."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from imu_valgus.activities import ActivityParams
from imu_valgus.core import GRAVITY_MPS2, FloatArray, ImuSamples
from imu_valgus.strides.contacts import GRID_HZ, ContactParams, first_crossing, knee_extensions
from imu_valgus.sync import interpolate, low_pass

_KEPT_S: Final = 4.0
"""What is held of the past: two of the longest strides, and what the filters reach back."""

_HOLE_S: Final = 0.1
"""Behind a longer hole no stride goes on; as in batch."""

_USUAL_STRIDE_S: Final = 0.7
"""Until a stride is known; as in batch."""

_RATE, _KNEE, _ACC = 0, 1, slice(2, 5)
"""Columns of the grid."""


@dataclass(frozen=True, slots=True)
class OnlineContactParams:
    """How contacts are found as they happen.

    Parameters
    ----------
    contacts : ContactParams
        What is shared with the batch search.
    half_width_s : float
        Half of the Hann window that smooths the rates, and so what it delays them by. Over 50 ms
        it lets half of 20 Hz pass, where batch has 15 Hz.
    swing_min_radps : float
        Before any stride is known a swing of the shank turns faster than this; the slowest walk of
        nms-dyn reaches 3.5.
    bend_radps : float
        A knee that has stopped extending and bends this fast has left the ground. In swing it bends
        with some 8, and gets here within 10 ms of its zero.
    before_s, settle_s : float
        What the impact's filter needs to either side of where the impact is looked for.
    activity : ActivityParams
        Running passes through 1 g, walking stays there: they are parted by the shank's acceleration
        over one stride, smoothed below ``activity_hz`` as in the search for bouts.
    """

    contacts: ContactParams = field(default_factory=ContactParams)
    half_width_s: float = 0.025
    swing_min_radps: float = 2.0
    bend_radps: float = 1.5
    before_s: float = 0.2
    settle_s: float = 0.03
    activity: ActivityParams = field(default_factory=ActivityParams)
    activity_hz: float = 6.0


@dataclass(frozen=True, slots=True)
class Footfall:
    """One stance, and the stride that it begins once the foot has landed again.

    Session time. ``next_contact_s`` is None as the foot leaves the ground. At the next contact the
    toe-off is read anew as in batch, over the whole stride; NaN where there is none.
    """

    contact_s: float
    toe_off_s: float
    next_contact_s: float | None = None


@dataclass(slots=True)
class _Stance:
    """The foot since its last contact: where toe-off is looked for, and what was seen of it."""

    contact_s: float
    runs: bool
    scan_idx: int
    stop_idx: int
    zero_s: float = np.nan
    over: bool = False


class OnlineContacts:
    """Find one foot's contacts and toe-offs in running while its leg's samples arrive.

    Parameters
    ----------
    params : OnlineContactParams, optional

    Notes
    -----
    By the same events as :func:`find_contacts`: the shank's swing, its end, the impact behind it,
    and peak knee extension as toe-off. What needs the future there is causal here: swings and
    impacts are held against those before, the rates are smoothed by a short window, and toe-off is
    believed once the knee bends fast: ``half_width_s`` and some 10 ms after it happened. What is
    told does not depend on how the samples were parcelled. Strides of walking are passed over.
    """

    def __init__(self, *, params: OnlineContactParams | None = None) -> None:
        self._params = params or OnlineContactParams()
        self._shank, self._thigh = _Feed(4), _Feed(1)
        self._half = round(self._params.half_width_s * GRID_HZ)
        window = np.hanning(2 * self._half + 3)[1:-1]
        self._window = window / window.sum()
        near = self._params.contacts.neighbours
        self._swings: deque[float] = deque(maxlen=near)
        self._impacts: deque[tuple[float, float]] = deque(maxlen=near)
        self._lengths_s: deque[float] = deque(maxlen=near)
        self._begin(0)

    def update(self, shank: ImuSamples, thigh: ImuSamples) -> list[Footfall]:
        """Take what the sensors just sent and return what is known of the foot's contacts by now.

        Parameters
        ----------
        shank, thigh : ImuSamples
            In the segments' axes, on one clock; ``ImuSamples.none()`` for a sensor that sent
            nothing. Repeats are dropped.

        Returns
        -------
        list of Footfall
            A stance as the foot leaves the ground, a stride as it lands again.
        """
        columns = np.column_stack([shank.gyr_radps[:, 2], shank.acc_mps2])
        broken = self._shank.take(shank.time_s, columns)
        broken |= self._thigh.take(thigh.time_s, thigh.gyr_radps[:, 2:])
        if broken:
            start_s = max(self._shank.start_s, self._thigh.start_s)
            self._begin(int(np.ceil(start_s * GRID_HZ)))
        self._extend()
        found: list[Footfall] = []
        while self._seen < self._first + len(self._smooth):
            found += self._step(self._seen)
            self._seen += 1
        self._trim()
        return found

    def _begin(self, first: int) -> None:
        """Begin anew at a step of the grid, with no foot on the ground."""
        self._first = self._seen = first
        self._grid, self._smooth = np.empty((0, 5)), np.empty((0, 2))
        self._swing, self._ended_s = 0.0, np.nan
        self._zero_s = -np.inf
        self._stance: _Stance | None = None

    def _extend(self) -> None:
        """Bring the even grid up to where both sensors are, and smooth what can be smoothed."""
        reach_s = min(self._shank.stop_s, self._thigh.stop_s)
        start_s = max(self._shank.start_s, self._thigh.start_s)
        if not reach_s > start_s:
            return
        if not len(self._grid):
            self._begin(int(np.ceil(start_s * GRID_HZ)))
        steps = np.arange(self._first + len(self._grid), int(reach_s * GRID_HZ) + 1)
        at_s = steps / GRID_HZ
        at_s = at_s[at_s <= reach_s]
        shank, thigh = self._shank.at(at_s), self._thigh.at(at_s)
        rows = np.column_stack([shank[:, 0], shank[:, 0] - thigh[:, 0], shank[:, 1:]])
        self._grid = np.vstack([self._grid, rows])
        self._smoothen()

    def _smoothen(self) -> None:
        done, half = len(self._smooth), self._half
        if not done:  # before a whole window is there the first steps stand for themselves
            self._smooth = self._grid[:half, :2]
            done = len(self._smooth)
        stop = len(self._grid) - half
        if stop <= done:
            return
        raw = self._grid[done - half : stop + half, :2]
        new = np.column_stack([np.convolve(column, self._window, "valid") for column in raw.T])
        self._smooth = np.vstack([self._smooth, new])

    def _step(self, idx: int) -> list[Footfall]:
        """Look at one more step of the grid."""
        row = idx - self._first
        if not row:
            return []
        found: list[Footfall] = []
        self._watch_swing(idx, *self._smooth[row - 1 : row + 1, _RATE].tolist())
        params = self._params
        known_s = self._ended_s + params.contacts.search_after_s + params.settle_s
        if idx >= known_s * GRID_HZ:  # never where no swing has ended
            found += self._land(self._ended_s, row)
            self._ended_s = np.nan
        stance = self._stance
        while stance is not None and not stance.over and stance.scan_idx <= idx:
            found += self._watch_knee(stance)
        return found

    def _watch_swing(self, idx: int, before: float, now: float) -> None:
        """Note where the shank has stopped swinging forwards."""
        self._swing = max(self._swing, now)
        if not before >= 0 > now:
            return
        params, swing, self._swing = self._params.contacts, self._swing, 0.0
        least = self._params.swing_min_radps
        if self._swings:
            least = max(params.swing_share * float(np.median(self._swings)), least)
        zero_s = (idx - 1 + before / (before - now)) / GRID_HZ
        if swing < least or zero_s - self._zero_s < params.stride_min_s:
            return
        self._swings.append(swing)
        self._zero_s = self._ended_s = zero_s

    def _land(self, zero_s: float, row: int) -> list[Footfall]:
        """Place the contact that followed a swing; it ends the stride before."""
        contact_s = zero_s + self._delay(zero_s, row)
        before = self._stance
        runs = self._runs(contact_s, before)
        params = self._params.contacts
        found: list[Footfall] = []
        if before is not None and contact_s - before.contact_s <= params.stride_max_s:
            self._lengths_s.append(contact_s - before.contact_s)
            if before.runs:
                found = [self._whole(before.contact_s, contact_s, row)]
        usual_s = float(np.median(self._lengths_s)) if self._lengths_s else _USUAL_STRIDE_S
        first, last = (
            contact_s + share * usual_s for share in (params.toe_off_early, params.toe_off_late)
        )
        first_idx = max(int(np.ceil(first * GRID_HZ)), self._first + 1)
        self._stance = _Stance(contact_s, runs, first_idx, int(last * GRID_HZ))
        return found

    def _delay(self, zero_s: float, row: int) -> float:
        """Return the usual way from the end of the swing to the impact, up to this stride."""
        params = self._params.contacts
        first = max(int((zero_s - self._params.before_s) * GRID_HZ) - self._first, 0)
        grid_s = self._times(first, row + 1)
        acc_g = self._grid[first : row + 1, _ACC] / GRAVITY_MPS2
        impact = acc_g - low_pass(acc_g, grid_s, cutoff_hz=params.impact_cutoff_hz)
        offsets_s = np.arange(-params.search_before_s, params.search_after_s, 1.0 / GRID_HZ)
        size_g = np.interp(zero_s + offsets_s, grid_s, np.linalg.norm(impact, axis=1))
        most_g = size_g.max(keepdims=True)
        onset_s = first_crossing(size_g[np.newaxis], params.impact_onset * most_g, offsets_s)
        self._impacts.append((float(most_g[0]), float(onset_s[0])))
        usual_g, usual_s = np.median(np.array(self._impacts), axis=0).tolist()
        return usual_s if usual_g >= params.impact_min_g else params.contact_delay_s

    def _runs(self, contact_s: float, before: _Stance | None) -> bool:
        """Tell whether the stride up to this contact was one of running."""
        known = self._params.activity
        usual_s = float(np.median(self._lengths_s)) if self._lengths_s else _USUAL_STRIDE_S
        length_s = usual_s if before is None else contact_s - before.contact_s
        length_s = min(length_s, self._params.contacts.stride_max_s)
        first, stop = (
            max(int(at_s * GRID_HZ) - self._first, 0) for at_s in (contact_s - length_s, contact_s)
        )
        norm = np.linalg.norm(self._grid[first:stop, _ACC], axis=1) / GRAVITY_MPS2
        if len(norm) < 2:
            return False
        norm_g = low_pass(norm, self._times(first, stop), cutoff_hz=self._params.activity_hz)
        level = np.mean((norm_g > known.level_low_g) & (norm_g < known.level_high_g))
        bounce_g = float(np.sqrt(np.mean((norm_g - 1.0) ** 2)))
        return bool(level < known.shank_level_per_bounce * bounce_g)

    def _watch_knee(self, stance: _Stance) -> list[Footfall]:
        """Look at one more step for the zero of the knee's rate behind which it bends fast."""
        row = stance.scan_idx - self._first
        before, now = self._smooth[row - 1 : row + 1, _KNEE].tolist()
        if now >= 0:
            stance.zero_s = np.nan
        elif before >= 0:
            stance.zero_s = (stance.scan_idx - 1 + before / (before - now)) / GRID_HZ
        seen = now < -self._params.bend_radps and not np.isnan(stance.zero_s)
        stance.over = seen or stance.scan_idx >= stance.stop_idx
        stance.scan_idx += 1
        return [Footfall(stance.contact_s, stance.zero_s)] if seen and stance.runs else []

    def _whole(self, contact_s: float, next_s: float, row: int) -> Footfall:
        """Read the toe-off of a stride that is over, as in batch."""
        first = max(int((contact_s - self._params.before_s) * GRID_HZ) - self._first, 0)
        toe_off_s = knee_extensions(
            self._grid[first : row + 1, _KNEE],
            self._times(first, row + 1),
            np.array([contact_s, next_s]),
            self._params.contacts,
        )
        return Footfall(contact_s, float(toe_off_s[0]), next_s)

    def _times(self, first: int, stop: int) -> FloatArray:
        return np.arange(self._first + first, self._first + stop) / GRID_HZ

    def _trim(self) -> None:
        """Keep the last strides, and no more."""
        spare = len(self._grid) - round(_KEPT_S * GRID_HZ)
        if spare > 0:
            self._first += spare
            self._grid, self._smooth = self._grid[spare:], self._smooth[spare:]
            since_s = self._first / GRID_HZ - _HOLE_S
            self._shank.drop_before(since_s)
            self._thigh.drop_before(since_s)


class _Feed:
    """What one sensor sent, in order of time and without repeats."""

    def __init__(self, columns: int) -> None:
        self._time_s, self._values = np.empty(0), np.empty((0, columns))

    @property
    def start_s(self) -> float:
        return float(self._time_s[0]) if len(self._time_s) else np.inf

    @property
    def stop_s(self) -> float:
        return float(self._time_s[-1]) if len(self._time_s) else -np.inf

    def take(self, time_s: FloatArray, values: FloatArray) -> bool:
        """Take new samples; return whether a hole broke the series, which then begins behind it."""
        seen_s = np.maximum.accumulate(np.concatenate([[self.stop_s], time_s]))
        new = time_s > seen_s[:-1]
        if not new.any():
            return False
        self._time_s = np.concatenate([self._time_s, time_s[new]])
        self._values = np.vstack([self._values, values[new]])
        holes = np.flatnonzero(np.diff(self._time_s) > _HOLE_S)
        if not len(holes):
            return False
        behind = int(holes[-1]) + 1
        self._time_s, self._values = self._time_s[behind:], self._values[behind:]
        return True

    def at(self, at_s: FloatArray) -> FloatArray:
        """Read the values at these times (m,): (m, k)."""
        return interpolate(self._values, self._time_s, at_s)

    def drop_before(self, since_s: float) -> None:
        """Forget what is older."""
        first = int(np.searchsorted(self._time_s, since_s))
        self._time_s, self._values = self._time_s[first:], self._values[first:]

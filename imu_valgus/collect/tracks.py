"""The samples of a sensor that does not count them, in the order of their times.

Most sensors stamp one sample of each packet by their own clock: what is missing shows as a step in
time, and how much by the rate. Without stamps, samples are counted as they come, and what is lost
while the link is up shows nowhere.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from imu_valgus.core import BoolArray, FloatArray, IntArray
from imu_valgus.devices import Packet

Verdict = Literal["taken", "repeated", "restarted"]

_ENOUGH_SAMPLES: Final = 1000
"""After so many the sensor's own rate is known better than the nominal one."""


@dataclass(frozen=True, slots=True, eq=False)
class TimedSamples:
    """Samples in their order.

    ``index`` (n,), gaps left out; ``time_s`` (n,) on the sensor's clock; ``values`` (n, 3 or 6);
    ``clipped`` (n,); ``after_own_gap`` (n,): the sensor says that it lost samples before this one.
    """

    index: IntArray
    time_s: FloatArray
    values: FloatArray
    clipped: BoolArray
    after_own_gap: BoolArray

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A packet: index of its first sample, which of them is stamped (NaN: none) and how."""

    first: int
    at: int
    stamp_s: float
    packet: Packet


@dataclass(slots=True)
class Track:
    """Takes packets of one kind as they arrive.

    Parameters
    ----------
    nominal_period_s : float
    wraps_s : float or None
        Where the sensor's clock starts again at zero.
    """

    nominal_period_s: float
    wraps_s: float | None
    missing: int = 0
    _pieces: list[_Piece] = field(default_factory=list)
    _turned_s: float = 0.0
    _spanned_s: float = 0.0
    _spanned_samples: int = 0

    @property
    def period_s(self) -> float:
        """The time from sample to sample, as far as the stamps tell it yet."""
        if self._spanned_samples < _ENOUGH_SAMPLES:
            return self.nominal_period_s
        return self._spanned_s / self._spanned_samples

    def last_sample_s(self) -> float:
        """Return the sensor's time at the last sample; counted from 0 without stamps."""
        last = self._pieces[-1]
        if np.isnan(last.stamp_s):
            return (last.first + len(last.packet) - 1) * self.nominal_period_s
        return last.stamp_s + (len(last.packet) - 1 - last.at) * self.period_s

    def take(self, packet: Packet) -> Verdict:
        """Take the next packet; one that came before, or after a restart, is not taken."""
        at, stamp_s = _stamp(packet)
        last = self._pieces[-1] if self._pieces else None
        if last is None:
            self._pieces.append(_Piece(0, at, stamp_s, packet))
            return "taken"
        steps = len(last.packet) - last.at + at
        if np.isnan(stamp_s):
            self._pieces.append(_Piece(last.first + len(last.packet), at, stamp_s, packet))
            return "taken"
        stamp_s = self._unwrapped(stamp_s, last.stamp_s)
        elapsed_s = stamp_s - last.stamp_s
        if elapsed_s <= 0:
            return "repeated" if elapsed_s == 0 else "restarted"
        missing = max(round(elapsed_s / self.period_s) - steps, 0)
        if not missing:
            self._spanned_s += elapsed_s
            self._spanned_samples += steps
        self.missing += missing
        first = last.first + len(last.packet) + missing
        self._pieces.append(_Piece(first, at, stamp_s, packet))
        return "taken"

    def samples(self) -> TimedSamples:
        """Return all samples; the times between the stamps are drawn straight."""
        pieces = self._pieces
        index = np.concatenate([one.first + np.arange(len(one.packet)) for one in pieces])
        return TimedSamples(
            index=index,
            time_s=self._times(index),
            values=np.concatenate([_axes(one.packet) for one in pieces]),
            clipped=np.concatenate([one.packet.clipped for one in pieces]),
            after_own_gap=np.concatenate([_first_after_gap(one.packet) for one in pieces]),
        )

    def _times(self, index: IntArray) -> FloatArray:
        if np.isnan(self._pieces[0].stamp_s):
            return np.asarray(index * self.nominal_period_s, dtype=np.float64)
        at = np.array([one.first + one.at for one in self._pieces])
        stamps_s = np.array([one.stamp_s for one in self._pieces])
        times_s = np.interp(index, at, stamps_s)
        before, beyond = index < at[0], index > at[-1]
        times_s[before] = stamps_s[0] + (index[before] - at[0]) * self.period_s
        times_s[beyond] = stamps_s[-1] + (index[beyond] - at[-1]) * self.period_s
        return times_s

    def _unwrapped(self, stamp_s: float, last_s: float) -> float:
        """Let a clock go on that has started again at zero."""
        if self.wraps_s is None:
            return stamp_s
        if stamp_s + self._turned_s < last_s - self.wraps_s / 2:
            self._turned_s += self.wraps_s
        return stamp_s + self._turned_s


def _stamp(packet: Packet) -> tuple[int, float]:
    """Return which sample of a packet is stamped first, and its time; 0 and NaN without."""
    if packet.time_s is None:
        return 0, np.nan
    (stamped,) = np.nonzero(np.isfinite(packet.time_s))
    return (int(stamped[0]), float(packet.time_s[stamped[0]])) if len(stamped) else (0, np.nan)


def _first_after_gap(packet: Packet) -> BoolArray:
    flags = np.zeros(len(packet), dtype=np.bool_)
    flags[0] = packet.gap_before
    return flags


def _axes(packet: Packet) -> FloatArray:
    return np.hstack([one for one in (packet.acc_mps2, packet.gyr_radps) if one is not None])


def join_halves(acc: TimedSamples, gyr: TimedSamples) -> TimedSamples:
    """Lay accelerations onto the times of angular velocities that came apart from them.

    Between two neighbours straight; where an acceleration is missing on either side, the sample is
    left out as lost.
    """
    after = np.clip(np.searchsorted(acc.time_s, gyr.time_s), 1, len(acc) - 1)
    inside = (gyr.time_s >= acc.time_s[0]) & (gyr.time_s <= acc.time_s[-1])
    kept = inside & (acc.index[after] - acc.index[after - 1] == 1)
    laid = np.stack([np.interp(gyr.time_s, acc.time_s, one) for one in acc.values.T], axis=1)
    clipped = gyr.clipped | acc.clipped[after] | acc.clipped[after - 1]
    return TimedSamples(
        gyr.index[kept],
        gyr.time_s[kept],
        np.hstack([laid, gyr.values])[kept],
        clipped[kept],
        gyr.after_own_gap[kept],
    )

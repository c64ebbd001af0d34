"""Both sensors of a leg on one clock: what the peers are handed."""

from dataclasses import dataclass, replace

import numpy as np
from accuracy.case import LegCase

from imu_valgus.core import BoolArray, Bout, FloatArray, spans
from imu_valgus.sync import inside, interpolate


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Both sensors on the thigh's samples (n,): what the peers are handed.

    The clocks are the true ones and the gyroscopes are free of what they read at rest.
    """

    time_s: FloatArray
    rate_hz: float
    thigh_acc_mps2: FloatArray
    thigh_gyr_radps: FloatArray
    shank_acc_mps2: FloatArray
    shank_gyr_radps: FloatArray
    standing: tuple[Bout, ...]
    gaits: tuple[Bout, ...]

    @property
    def thigh_up(self) -> FloatArray:
        """The thigh's long axis (3,) in its sensor, from standing."""
        return _direction(self.thigh_acc_mps2[during(self.time_s, self.standing[:1])])

    @property
    def shank_up(self) -> FloatArray:
        """The shank's long axis (3,) in its sensor, from standing."""
        return _direction(self.shank_acc_mps2[during(self.time_s, self.standing[:1])])

    @property
    def gait(self) -> BoolArray:
        """The samples (n,) of walking and running."""
        return during(self.time_s, self.gaits)

    def stretches(self) -> list["Pair"]:
        """Return the gap-free stretches, each with its own standing first."""
        parts: list[Pair] = []
        for span in spans(self.time_s):
            time_s = self.time_s[span]
            own = tuple(
                bout
                for bout in self.standing
                if bout.stop_s > time_s[0] and bout.start_s < time_s[-1]
            )
            parts.append(
                replace(
                    self,
                    time_s=time_s,
                    thigh_acc_mps2=self.thigh_acc_mps2[span],
                    thigh_gyr_radps=self.thigh_gyr_radps[span],
                    shank_acc_mps2=self.shank_acc_mps2[span],
                    shank_gyr_radps=self.shank_gyr_radps[span],
                    standing=own,
                )
            )
        return parts


def pair_of(case: LegCase) -> Pair:
    """Lay both sensors on the thigh's samples by the true clocks and take the bias at rest off."""
    thigh, shank = case.thigh, case.shank.retimed(case.shank_s)
    shared = inside(shank.time_s, thigh.time_s)
    time_s = thigh.time_s[shared]
    rest = during(thigh.time_s, case.standing[:1])
    rest_of_shank = during(shank.time_s, case.standing[:1])
    return Pair(
        time_s=time_s,
        rate_hz=float(np.round(thigh.sampling_rate_hz)),
        thigh_acc_mps2=thigh.acc_mps2[shared],
        thigh_gyr_radps=thigh.gyr_radps[shared] - thigh.gyr_radps[rest].mean(axis=0),
        shank_acc_mps2=interpolate(shank.acc_mps2, shank.time_s, time_s),
        shank_gyr_radps=interpolate(shank.gyr_radps, shank.time_s, time_s)
        - shank.gyr_radps[rest_of_shank].mean(axis=0),
        standing=case.standing,
        gaits=case.gaits,
    )


def during(time_s: FloatArray, bouts: tuple[Bout, ...]) -> BoolArray:
    """Tell which samples (n,) lie within any of the bouts."""
    within = np.zeros(len(time_s), dtype=np.bool_)
    for bout in bouts:
        first, last = np.searchsorted(time_s, [bout.start_s, bout.stop_s])
        within[first:last] = True
    return within


def _direction(acc_mps2: FloatArray) -> FloatArray:
    mean = acc_mps2.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))

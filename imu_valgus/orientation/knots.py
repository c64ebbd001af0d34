"""Samples gathered in knots: sums over them, and what is known at knots read between them."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import BoolArray, FloatArray, IntArray
from imu_valgus.orientation.chain import knots_of


@dataclass(frozen=True, slots=True, eq=False)
class Knots:
    """Samples (n,) in knots (k,) that never reach over a gap.

    ``of_sample`` (n,): each sample's knot. ``time_s`` (k,): the knots' middles. ``cut`` (k − 1,):
    where a gap parts two knots.
    """

    of_sample: IntArray
    time_s: FloatArray
    cut: BoolArray

    @classmethod
    def every(cls, knot_s: float, time_s: FloatArray) -> Self:
        """Divide samples into knots of ``knot_s``."""
        knot, centre_s, stretch = knots_of(time_s, knot_s)
        return cls(knot, centre_s, np.diff(stretch) > 0)

    def __len__(self) -> int:
        return len(self.time_s)

    def sums(self, values: FloatArray) -> FloatArray:
        """Add up each knot's values (n, …): (k, …)."""
        flat = values.reshape(len(values), -1)
        sums = [np.bincount(self.of_sample, column, minlength=len(self)) for column in flat.T]
        return np.asarray(np.stack(sums, axis=1).reshape(len(self), *values.shape[1:]), np.float64)

    def means(self, values: FloatArray, weight: FloatArray) -> FloatArray:
        """Return each knot's mean (k, …) of values (n, …), weights (n,); 0 where all weigh 0."""
        total = self.sums(weight).reshape(-1, *[1] * (values.ndim - 1))
        weighted = values * weight.reshape(-1, *[1] * (values.ndim - 1))
        return self.sums(weighted) / np.where(total > 0, total, 1.0)

    def mean_turns(self, turns: Rotation) -> Rotation:
        """Return the mean of each knot's turns (n): (k)."""
        quaternions = turns.as_quat()
        products = self.sums(quaternions[:, :, None] * quaternions[:, None, :])
        return Rotation.from_quat(np.linalg.eigh(products)[1][:, :, -1])

    def read(self, turns: Rotation, time_s: FloatArray) -> Rotation:
        """Read turns given at the knots (k) at times (m,): held at a stretch's ends."""
        quaternions = turns.as_quat()
        same = np.sum(quaternions[1:] * quaternions[:-1], axis=1) >= 0
        quaternions[1:] *= np.cumprod(np.where(same, 1.0, -1.0))[:, None]
        if len(self) == 1:
            return Rotation.from_quat(np.repeat(quaternions, len(time_s), axis=0))
        after = np.searchsorted(self.time_s, time_s).clip(1, len(self) - 1)
        start_s, stop_s = self.time_s[after - 1], self.time_s[after]
        share = ((time_s - start_s) / (stop_s - start_s)).clip(0.0, 1.0)
        share = np.where(self.cut[after - 1], np.round(share), share)[:, None]
        mixed = (1 - share) * quaternions[after - 1] + share * quaternions[after]
        return Rotation.from_quat(mixed)

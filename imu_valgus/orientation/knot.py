"""What one second of two streams says of the heading between them and of the shank's lateness."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from imu_valgus.core import FloatArray, ImuSignal, typical_step
from imu_valgus.orientation.heading import knot_evidence
from imu_valgus.orientation.joint_acceleration import JointTerms, joint_terms
from imu_valgus.orientation.lateness import shift_costs
from imu_valgus.orientation.lever_arms import LeverArms
from imu_valgus.orientation.relative import RelativeParams, compared
from imu_valgus.orientation.stream import Track

_FEWEST = 4
"""Between fewer samples nothing is read."""


@dataclass(frozen=True, slots=True, eq=False)
class KnotEvidence:
    """``agreement``: its angle is the heading, ± 1/√``precision`` rad.

    ``shift_cost`` (steps, 1): the mismatch at each fine shift about the lateness believed, summed
    over ``count`` samples ``step_s`` apart.
    """

    agreement: complex
    precision: float
    shift_cost: FloatArray
    count: int
    step_s: float

    def with_shifts_of(self, later: Self) -> Self:
        """Return this with another knot's cost of each shift added."""
        return replace(
            self,
            shift_cost=self.shift_cost + later.shift_cost,
            count=self.count + later.count,
        )


def weigh_knot(
    thigh: Track,
    shank: Track,
    *,
    within_s: tuple[float, float],
    late_s: float,
    arms: LeverArms,
    params: RelativeParams,
) -> KnotEvidence | None:
    """Compare both sensors' accelerations of the joint as the batch estimate does.

    Parameters
    ----------
    thigh, shank : Track
        The knot and a margin to either side, for the low-pass.
    within_s : (start, stop)
        The knot, by the thigh's time.
    late_s : float
        By how much the shank's time stamps are believed to be late.
    arms : LeverArms
    params : RelativeParams

    Returns
    -------
    KnotEvidence or None
        None where too few samples are left of the knot.
    """
    if min(len(thigh), len(shank)) < 2:
        return None
    ours, theirs = (_terms(track, cutoff_hz=params.cutoff_hz) for track in (thigh, shank))
    if len(theirs.time_s) < _FEWEST:
        return None
    first, stop = np.searchsorted(ours.time_s, within_s)
    knot_s = ours.time_s[first:stop]
    if len(knot_s) < 2:
        return None
    grid = first + compared(knot_s, shank.time_s - late_s, cutoff_hz=params.cutoff_hz)
    if len(grid) < 2:
        return None
    time_s, one = ours.time_s[grid], np.zeros(len(grid), dtype=np.int64)
    near = JointTerms(time_s, ours.force_mps2[grid], ours.lever_per_s2[grid])
    fixed, moving = near.joint_mps2(arms.thigh_m), theirs.joint_mps2(arms.shank_m)
    cost = shift_costs(time_s, fixed, theirs.time_s, moving, around_s=late_s, knot=one)
    there = theirs.at(time_s + late_s).joint_mps2(arms.shank_m)
    agreement, precision = knot_evidence(one, fixed, there, time_s=time_s, params=params.heading)
    return KnotEvidence(
        agreement=complex(agreement[0]),
        precision=float(precision[0]),
        shift_cost=cost,
        count=len(grid),
        step_s=typical_step(time_s),
    )


def _terms(track: Track, *, cutoff_hz: float) -> JointTerms:
    signal = ImuSignal(track.time_s, track.acc_mps2, track.gyr_radps)
    return joint_terms(signal, track.attitude, cutoff_hz=cutoff_hz)

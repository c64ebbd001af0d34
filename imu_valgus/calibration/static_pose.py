"""Standing still: which way is up in each sensor, and what its gyroscope reads at rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu_valgus.activities import longest_standing
from imu_valgus.core import Bout, CalibrationError, FloatArray, ImuSignal
from imu_valgus.sync import low_pass

SHORTEST_STANDING_S: Final = 1.0
"""Shorter, and a pause between two steps would be the zero."""


@dataclass(frozen=True, slots=True, eq=False)
class StaticPose:
    """One sensor while the runner stood, over [start_s, stop_s).

    ``up`` (3,): unit vector in the sensor that pointed up, the long axis of a segment that stands
    upright. ``gyr_bias_radps`` (3,): the gyroscope's mean. ``sway_deg``: root mean square angle of
    gravity about its mean. ``gravity_mps2``: what the accelerometer called 1 g.
    """

    start_s: float
    stop_s: float
    up: FloatArray
    gyr_bias_radps: FloatArray
    sway_deg: float
    gravity_mps2: float


def standing_for_zero(bouts: Sequence[Bout]) -> Bout:
    """Choose the standing that is the zero of all angles: the longest before the run.

    With no run the longest of all; with none before the run the longest after it.

    Raises
    ------
    CalibrationError
        Where nobody stood still.
    """
    enough = [b for b in bouts if b.kind != "stand" or b.duration_s >= SHORTEST_STANDING_S]
    first_run_s = min((b.start_s for b in enough if b.kind == "run"), default=None)
    found = longest_standing(enough, first_run_s) or longest_standing(enough)
    if found is None:
        raise CalibrationError(
            "no still standing found: the angles have no zero",
            hint="stand upright and still for 10 s before the run, feet forward, and record again; "
            "if you did stand, name the time as a 'stand' row in events.tsv",
        )
    return found


def standing_again(bouts: Sequence[Bout]) -> Bout | None:
    """Choose the last standing after the run, to be held against the zero; None where none is."""
    last_run_s = max((b.stop_s for b in bouts if b.kind == "run"), default=np.inf)
    later = [
        b
        for b in bouts
        if b.kind == "stand" and b.start_s >= last_run_s and b.duration_s >= SHORTEST_STANDING_S
    ]
    return later[-1] if later else None


def static_pose(signal: ImuSignal, standing: Bout) -> StaticPose:
    """Read one sensor's static pose off its samples while the runner stood.

    Parameters
    ----------
    signal : ImuSignal
        In the sensor's frame, session time.
    standing : Bout
        Its outer tenths are left out: the runner comes to rest and makes to go there.

    Raises
    ------
    CalibrationError
        Where the sensor has no samples in that time.
    """
    margin_s = 0.1 * standing.duration_s
    still = signal.between(standing.start_s + margin_s, standing.stop_s - margin_s)
    acc = signal.acc_mps2[still]
    if len(acc) < SHORTEST_STANDING_S * 0.5 * signal.sampling_rate_hz:
        raise CalibrationError(
            f"a sensor has no samples while the runner stood "
            f"({standing.start_s:.1f} s to {standing.stop_s:.1f} s)",
            hint="stand still for 10 s with all sensors on and recording",
        )
    mean = acc.mean(axis=0)
    gravity = float(np.linalg.norm(mean))
    up = mean / gravity
    directions = low_pass(acc, signal.time_s[still], cutoff_hz=2.0)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    angle = np.arccos(np.clip(directions @ up, -1.0, 1.0))
    return StaticPose(
        start_s=standing.start_s,
        stop_s=standing.stop_s,
        up=up,
        gyr_bias_radps=signal.gyr_radps[still].mean(axis=0),
        sway_deg=float(np.degrees(np.sqrt(np.mean(angle**2)))),
        gravity_mps2=gravity,
    )

"""How a sensor is worn, from what gravity and its own turning say in each activity."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from imu_valgus.core import (
    GRAVITY_MPS2,
    ActivityKind,
    BoolArray,
    Bout,
    FloatArray,
    ImuSignal,
    Placement,
)
from imu_valgus.sync import low_pass

_MARGIN_S = 0.3
"""Off either end of a bout: activities do not begin at a sample."""
_TURNING_HZ = 6.0
"""The leg's own turning; above lies the flesh."""


@dataclass(frozen=True, slots=True, eq=False)
class Worn:
    """One sensor as it is worn; vectors in its own axes.

    Parameters
    ----------
    up : (3,), unit
        Against gravity when standing (moving, where nobody stands).
    forward : (3,)
        To where the runner faces; its length, in g, says how sure it is. The thigh leans forward of
        its standing pose in squats and strides, the shank backward in strides.
    gait_rate_radps, squat_rate_radps : float
        Root mean square angular velocity below 6 Hz; NaN where there is no such bout.
    """

    up: FloatArray
    forward: FloatArray
    gait_rate_radps: float
    squat_rate_radps: float


def look_at(signal: ImuSignal, *, placement: Placement, bouts: Sequence[Bout]) -> Worn:
    """Find how a sensor is worn.

    Parameters
    ----------
    signal : ImuSignal
        On the bouts' time, sensor frame.
    placement : Placement
    bouts : sequence of Bout
    """
    rate = np.linalg.norm(low_pass(signal.gyr_radps, signal.time_s, cutoff_hz=_TURNING_HZ), axis=1)
    gait = during(signal, bouts, ("walk", "run"))
    squat = during(signal, bouts, ("squat",))
    stand = during(signal, bouts, ("stand",))
    up = unit(signal.acc_mps2[stand if stand.any() else slice(None)].mean(axis=0))
    leaning = [during(signal, bouts, ("walk",)), during(signal, bouts, ("run",))]
    leans = [signal.acc_mps2[mask].mean(axis=0) for mask in leaning if mask.any()]
    thigh = not placement.endswith(("_shank", "_foot"))
    if thigh and squat.any():
        leans.append(signal.acc_mps2[squat].mean(axis=0))
    total = np.sum([across(lean, up) for lean in leans], axis=0) if leans else np.zeros(3)
    return Worn(
        up=up,
        forward=(1.0 if thigh else -1.0) * total / GRAVITY_MPS2,
        gait_rate_radps=_rms(rate[gait]),
        squat_rate_radps=_rms(rate[squat]),
    )


def during(signal: ImuSignal, bouts: Sequence[Bout], kinds: Collection[ActivityKind]) -> BoolArray:
    """Tell which samples lie well within bouts of the kinds: (n,)."""
    inside = np.zeros(len(signal), dtype=np.bool_)
    for bout in bouts:
        if bout.kind in kinds:
            inside[signal.between(bout.start_s + _MARGIN_S, bout.stop_s - _MARGIN_S)] = True
    return inside


def unit(vector: FloatArray) -> FloatArray:
    """Scale a vector (3,) to length 1; one without length stays."""
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def across(vector: FloatArray, axis: FloatArray) -> FloatArray:
    """Return the part of a vector (3,) across a unit axis (3,)."""
    return vector - axis * float(vector @ axis)


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(values**2))) if len(values) else float("nan")

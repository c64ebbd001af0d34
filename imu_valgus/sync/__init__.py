"""Own clocks → one session time, gaps marked.

Comes in: ``ImuSignal`` a sensor, each on its own clock. Goes out: the same samples on the reference
sensor's clock; nothing is resampled, gaps stay gaps. Also here: the filters that never reach across
a gap, which all later stages use; and where another system's curve lies on ours (``align_curves``).
"""

from imu_valgus.sync.clocks import ClockFit, ClockParams, align_clocks
from imu_valgus.sync.curves import Curve, CurveFit, CurveParams, align_curves
from imu_valgus.sync.filters import (
    derivative,
    inside,
    interpolate,
    low_pass,
    read_smooth,
    thinned,
)
from imu_valgus.sync.legs import LegSync, align_legs

__all__ = [
    "ClockFit",
    "ClockParams",
    "Curve",
    "CurveFit",
    "CurveParams",
    "LegSync",
    "align_clocks",
    "align_curves",
    "align_legs",
    "derivative",
    "inside",
    "interpolate",
    "low_pass",
    "read_smooth",
    "thinned",
]

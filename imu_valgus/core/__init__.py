"""Words that all stages share: signals, attitudes, angles, placements, bouts, markers, errors.

Comes in: nothing. Goes out: frozen types that check their shapes once, when they are made. Inside
the package units are SI (``_s _radps _mps2``), angles of results are degrees; segment axes are
ISB's (x forward, y up, z right), ``earth`` has z up and a free heading.
"""

from imu_valgus.core.activities import ActivityKind, Bout, Event, EventKind
from imu_valgus.core.anatomy import LegLandmarks, Markers, Pelvis, fit_rigid
from imu_valgus.core.angles import KneeAngles
from imu_valgus.core.errors import CalibrationError, DecodeError, ImuValgusError, RecordingError
from imu_valgus.core.extras import require, require_installed
from imu_valgus.core.placements import (
    PLACEMENTS,
    SIDES,
    Placement,
    Segment,
    Side,
    mirror_of,
    placement_of,
    side_of,
)
from imu_valgus.core.repetitions import REP_COLUMNS, RepetitionKind
from imu_valgus.core.rotations import about_vertical, compose, turned_axis
from imu_valgus.core.samples import ImuSamples
from imu_valgus.core.signals import (
    GAP_PERIODS,
    GRAVITY_MPS2,
    BoolArray,
    FloatArray,
    Frame,
    ImuSignal,
    IntArray,
    SegmentOrientation,
    spans,
    typical_step,
)
from imu_valgus.core.strides import (
    ANGLE_COLUMNS,
    LOADING_COLUMNS,
    STRIDE_COLUMNS,
    Quality,
    Surface,
)

__all__ = [
    "ANGLE_COLUMNS",
    "GAP_PERIODS",
    "GRAVITY_MPS2",
    "LOADING_COLUMNS",
    "PLACEMENTS",
    "REP_COLUMNS",
    "SIDES",
    "STRIDE_COLUMNS",
    "ActivityKind",
    "BoolArray",
    "Bout",
    "CalibrationError",
    "DecodeError",
    "Event",
    "EventKind",
    "FloatArray",
    "Frame",
    "ImuSamples",
    "ImuSignal",
    "ImuValgusError",
    "IntArray",
    "KneeAngles",
    "LegLandmarks",
    "Markers",
    "Pelvis",
    "Placement",
    "Quality",
    "RecordingError",
    "RepetitionKind",
    "Segment",
    "SegmentOrientation",
    "Side",
    "Surface",
    "about_vertical",
    "compose",
    "fit_rigid",
    "mirror_of",
    "placement_of",
    "require",
    "require_installed",
    "side_of",
    "spans",
    "turned_axis",
    "typical_step",
]

"""Static pose, flexion axis, long axes → sensor-to-segment alignment.

Comes in: signals and bouts; how the knee moved between the sensors. Goes out: for each sensor the
rotation into its segment's ISB axes, with how far its sources disagree. Standing upright is the
zero: both long axes point up then. The thigh's flexion axis comes from walking and running. What
the user says of the straps is held against both, and taken in as far as it is sure.
"""

from imu_valgus.calibration.crosstalk import crosstalk_turn, turn_alignment
from imu_valgus.calibration.flexion_axis import FlexionAxis, KneeMotion, flexion_axis
from imu_valgus.calibration.segment_frames import LegAlignment, align_leg, segment_frame
from imu_valgus.calibration.static_pose import (
    StaticPose,
    standing_again,
    standing_for_zero,
    static_pose,
)
from imu_valgus.calibration.strap import (
    SensorAxis,
    StrapFit,
    StrapParams,
    StrapPrior,
    fuse_strap,
)

__all__ = [
    "FlexionAxis",
    "KneeMotion",
    "LegAlignment",
    "SensorAxis",
    "StaticPose",
    "StrapFit",
    "StrapParams",
    "StrapPrior",
    "align_leg",
    "crosstalk_turn",
    "flexion_axis",
    "fuse_strap",
    "segment_frame",
    "standing_again",
    "standing_for_zero",
    "static_pose",
    "turn_alignment",
]

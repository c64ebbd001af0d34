"""Static pose, flexion axis, long axes → sensor-to-segment alignment.

Comes in: signals and bouts; how the knee moved between the sensors. Goes out: for each sensor the
rotation into its segment's ISB axes, with how far its sources disagree. Standing upright is the
zero: both long axes point up then. The thigh's flexion axis comes from walking and running.
"""

from imu_valgus.calibration.flexion_axis import FlexionAxis, KneeMotion, flexion_axis
from imu_valgus.calibration.segment_frames import LegAlignment, align_leg, segment_frame
from imu_valgus.calibration.static_pose import StaticPose, standing_for_zero, static_pose

__all__ = [
    "FlexionAxis",
    "KneeMotion",
    "LegAlignment",
    "StaticPose",
    "align_leg",
    "flexion_axis",
    "segment_frame",
    "standing_for_zero",
    "static_pose",
]

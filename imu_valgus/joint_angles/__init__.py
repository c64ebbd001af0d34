"""Thigh + shank → flexion, valgus, internal rotation, tilts, and how sure they are.

Comes in: both segments' attitudes (ISB axes → one earth) on the same samples. Goes out: degrees,
positive the clinical way and for either leg, zero where the alignment's neutral pose was. The same
angles from optical markers, to hold ours against.
"""

from imu_valgus.joint_angles.angles import frontal_tilt, knee_angles, sagittal_tilt
from imu_valgus.joint_angles.optical import Shell, optical_knee_angles, standing_knee_angles
from imu_valgus.joint_angles.uncertainty import (
    AngleErrorParams,
    ValgusError,
    valgus_error,
)

__all__ = [
    "AngleErrorParams",
    "Shell",
    "ValgusError",
    "frontal_tilt",
    "knee_angles",
    "optical_knee_angles",
    "sagittal_tilt",
    "standing_knee_angles",
    "valgus_error",
]

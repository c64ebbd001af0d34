"""Thigh + shank → flexion, valgus, internal rotation, tilts, and how sure they are.

Comes in: both segments' attitudes (ISB axes → one earth) on the same samples. Goes out: degrees,
positive the clinical way and for either leg, zero where the alignment's neutral pose was.
"""

from imu_valgus.joint_angles.angles import frontal_tilt, knee_angles, sagittal_tilt
from imu_valgus.joint_angles.uncertainty import (
    AngleErrorParams,
    ValgusError,
    valgus_error,
)

__all__ = [
    "AngleErrorParams",
    "ValgusError",
    "frontal_tilt",
    "knee_angles",
    "sagittal_tilt",
    "valgus_error",
]

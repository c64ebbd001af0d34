"""Sensor samples → attitudes, and thigh against shank.

Comes in: ``ImuSignal`` in the sensor's frame, on one clock to some 0.1 s. Goes out: each sensor's
attitude to an earth of its own (``estimate_attitude``), and both in one earth
(``relate_segments``): relative heading, lever arms and the last milliseconds of lateness, all from
the acceleration of the joint that the two sensors share. No magnetometer, no hinge. Live, sample
by sample: ``OnlineAttitude`` and ``OnlineRelative``.
"""

from imu_valgus.orientation.attitude import (
    ATTITUDE_METHODS,
    AttitudeMethod,
    attitude_at,
    estimate_attitude,
)
from imu_valgus.orientation.chain import Course
from imu_valgus.orientation.heading import HeadingParams
from imu_valgus.orientation.joint_acceleration import JointTerms, joint_terms
from imu_valgus.orientation.lateness import LatenessParams
from imu_valgus.orientation.lever_arms import ArmParams, LeverArms
from imu_valgus.orientation.online import (
    OnlineParams,
    OnlineRelative,
    RelativeSamples,
    RelativeStart,
)
from imu_valgus.orientation.relative import RelativeOrientation, RelativeParams, relate_segments
from imu_valgus.orientation.smoother import SmootherParams
from imu_valgus.orientation.stream import OnlineAttitude, SensorStart, StreamParams, Track

__all__ = [
    "ATTITUDE_METHODS",
    "ArmParams",
    "AttitudeMethod",
    "Course",
    "HeadingParams",
    "JointTerms",
    "LatenessParams",
    "LeverArms",
    "OnlineAttitude",
    "OnlineParams",
    "OnlineRelative",
    "RelativeOrientation",
    "RelativeParams",
    "RelativeSamples",
    "RelativeStart",
    "SensorStart",
    "SmootherParams",
    "StreamParams",
    "Track",
    "attitude_at",
    "estimate_attitude",
    "joint_terms",
    "relate_segments",
]

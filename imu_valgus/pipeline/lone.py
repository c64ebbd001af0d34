"""One leg with a single sensor: tilt, contacts and shock, but no knee."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imu_valgus.calibration import segment_frame, standing_for_zero, static_pose
from imu_valgus.core import Bout, CalibrationError, FloatArray, ImuSignal, Segment, Side
from imu_valgus.joint_angles import frontal_tilt
from imu_valgus.orientation import estimate_attitude
from imu_valgus.pipeline.leg import during, in_segment
from imu_valgus.pipeline.params import AnalysisParams
from imu_valgus.strides import Turning, turning_of
from imu_valgus.sync import low_pass


@dataclass(frozen=True, slots=True, eq=False)
class LoneSegment:
    """A leg of which one segment wears a sensor; ``signal`` is in the segment's axes."""

    side: Side
    segment: Segment
    signal: ImuSignal
    tilt_deg: FloatArray
    turning: Turning


def lone_segment(
    signal: ImuSignal,
    bouts: Sequence[Bout],
    *,
    side: Side,
    segment: Segment,
    params: AnalysisParams,
) -> LoneSegment:
    """Align one sensor by standing and by the axis that it mostly turns about.

    Raises
    ------
    CalibrationError
        Where there is no standing, or neither walking nor running.
    """
    pose = static_pose(signal, standing_for_zero(bouts))
    signal = replace(signal, gyr_radps=signal.gyr_radps - pose.gyr_bias_radps)
    gait = during(signal.time_s, [bout for bout in bouts if bout.kind in ("walk", "run")])
    if not gait.any():
        raise CalibrationError(
            f"neither walking nor running found: which way the {side} {segment} faces is unknown",
            hint="walk straight on for 30 s before the run, with all sensors recording",
        )
    rate = low_pass(signal.gyr_radps, signal.time_s, cutoff_hz=6.0)[gait]
    right = np.linalg.eigh(rate.T @ rate)[1][:, -1]
    # A leg swings forwards faster than it sinks back: that tells right from left.
    about = rate @ right
    right = right if np.mean(about**3) > 0 else -right
    alignment = segment_frame(pose.up, right)
    attitude = estimate_attitude(signal, method=params.attitude)
    return LoneSegment(
        side=side,
        segment=segment,
        signal=in_segment(signal, alignment),
        tilt_deg=frontal_tilt(attitude.to_earth * alignment.inv(), side=side),
        turning=turning_of(signal, attitude),
    )

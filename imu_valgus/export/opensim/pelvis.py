"""A sensor on the pelvis → the pelvis' attitude, facing forward as the legs do.

Standing tells which way is up in the sensor, and nothing tells which way is forward: neither how
it was strapped on nor its heading is known. The hips tell it. They are the pelvis' as well as the
thighs', so the sensor's horizontal acceleration in walking and running must be the hips', up to one
constant turn about the vertical. A hip's acceleration is the thigh sensor's less what the lever
from the hip adds (:class:`imu_valgus.orientation.JointTerms`); the lever's length and the turn are
linear least squares, together. The mean of both hips is compared: pelvic rotation moves them
against each other. Slow turns are taken off as from the legs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.calibration import segment_frame, standing_for_zero, static_pose
from imu_valgus.core import (
    BoolArray,
    CalibrationError,
    FloatArray,
    ImuSignal,
    SegmentOrientation,
    about_vertical,
    compose,
)
from imu_valgus.export.opensim.facing import facing_forward, turn_forward
from imu_valgus.orientation import AttitudeMethod, JointTerms, estimate_attitude, joint_terms
from imu_valgus.pipeline import LegMotion, SessionLegs
from imu_valgus.recording import SessionInfo
from imu_valgus.sync import inside

_CUTOFF_HZ: Final = 3.0
"""As for the knee: below it both sides of a joint agree (``RelativeParams``)."""

_LEAST_S: Final = 5.0
_LEAST_SHARE: Final = 0.9
"""Where the pelvis is unknown the legs are left out too: that must not cost much of them."""

_LEVER_RANGE_M: Final = (0.1, 0.6)
"""From the hip to a sensor on the thigh: a thigh is 0.4 to 0.5 m long."""

_LEAST_R: Final = 0.8
"""Of the hips' acceleration with the sensor's. On one real run with computed sensors it was 0.98 on
the sacrum, where the turn was 8° off by the pelvis' markers, and up to 0.4 on a thigh or a shank. A
clock that is said to be shared but is half a step late is not noticed: it turns the pelvis round.
"""


@dataclass(frozen=True, slots=True, eq=False)
class PelvisFound:
    """The pelvis' attitude, None where it cannot be told; ``words`` say for the reader why."""

    orientation: SegmentOrientation | None
    words: str


def find_pelvis(
    found: SessionLegs, legs: Sequence[LegMotion], info: SessionInfo, *, method: AttitudeMethod
) -> PelvisFound:
    """Work out the attitude of a pelvis that wears a sensor.

    Parameters
    ----------
    found : SessionLegs
        With a signal of the pelvis.
    legs : sequence of LegMotion
        On one clock.
    info : SessionInfo
        Says whose clocks are shared.
    method : AttitudeMethod
        The filter that gives the sensor's attitude.
    """
    if not _is_tied(info, legs):
        return PelvisFound(None, "pelvis: left out, its clock is not tied to the legs'")
    signal = found.session.signals["pelvis"]
    share = min(float(inside(signal.time_s, leg.time_s).mean()) for leg in legs)
    if share < _LEAST_SHARE:
        return PelvisFound(None, f"pelvis: left out, it covers {share:.0%} of the legs' time only")
    try:
        pose = static_pose(signal, standing_for_zero(found.bouts))
    except CalibrationError as error:
        return PelvisFound(None, f"pelvis: left out, {error}")
    signal = replace(signal, gyr_radps=signal.gyr_radps - pose.gyr_bias_radps)
    attitude = estimate_attitude(signal, method=method)
    level = segment_frame(pose.up, np.eye(3)[np.argmin(np.abs(pose.up))])
    near = turn_forward(compose(attitude.to_earth, level.inv()), signal.time_s)
    levelled = replace(
        signal,
        acc_mps2=level.apply(signal.acc_mps2),
        gyr_radps=level.apply(signal.gyr_radps),
        frame="segment",
    )
    terms = joint_terms(
        levelled, SegmentOrientation(signal.time_s, near, "segment"), cutoff_hz=_CUTOFF_HZ
    )
    turn_rad = _turn_to_hips(terms, legs, found)
    if turn_rad is None:
        return PelvisFound(None, "pelvis: left out, its acceleration does not tell how it faces")
    # Turned in earth, and in the pelvis so that its standing stays upright and facing forward.
    facing = compose(about_vertical(np.array([turn_rad])), near)
    own = Rotation.from_euler("y", -turn_rad)
    return PelvisFound(
        SegmentOrientation(signal.time_s, compose(facing, own), "segment"),
        "pelvis: faces as the hips' acceleration says, to some 10 degrees",
    )


def _is_tied(info: SessionInfo, legs: Sequence[LegMotion]) -> bool:
    """Say whether the pelvis and a sensor of the legs count the session's time."""
    shared = {s.placement for s in info.sensors if s.clock == "shared"} | {info.reference}
    of_legs = {f"{leg.side}_{segment}" for leg in legs for segment in ("thigh", "shank")}
    return "pelvis" in shared and bool(of_legs & shared)


def _turn_to_hips(
    pelvis: JointTerms, legs: Sequence[LegMotion], found: SessionLegs
) -> float | None:
    """Return the turn of the pelvis' earth that makes it move as the hips; None where none does."""
    chosen = _in_gait(pelvis.time_s, found)
    for leg in legs:
        chosen &= inside(leg.time_s, pelvis.time_s)
    time_s = pelvis.time_s[chosen]
    if len(time_s) < 3 or len(time_s) * float(np.median(np.diff(time_s))) < _LEAST_S:
        return None
    hips = [_hip_terms(leg).at(time_s) for leg in legs]
    own = _horizontal(pelvis.force_mps2[chosen])
    thighs = _horizontal(np.mean([hip.force_mps2 for hip in hips], axis=0))
    lever = _horizontal(np.mean([-hip.lever_per_s2[:, :, 1] for hip in hips], axis=0))
    columns = np.stack([own, 1j * own, lever], axis=1)
    both = np.concatenate([columns.real, columns.imag])
    (real, imaginary, lever_m), *_ = np.linalg.lstsq(
        both, np.concatenate([thighs.real, thighs.imag])
    )
    turned, hip = (real + 1j * imaginary) * own, thighs - lever_m * lever
    r = float(np.vdot(turned, hip).real / (np.linalg.norm(turned) * np.linalg.norm(hip)))
    if r < _LEAST_R or not _LEVER_RANGE_M[0] < lever_m < _LEVER_RANGE_M[1]:
        return None
    return float(np.arctan2(imaginary, real))


def _in_gait(time_s: FloatArray, found: SessionLegs) -> BoolArray:
    chosen = np.zeros(len(time_s), dtype=np.bool_)
    for bout in found.bouts:
        if bout.kind in ("walk", "run"):
            chosen |= (time_s >= bout.start_s) & (time_s < bout.stop_s)
    return chosen


def _hip_terms(leg: LegMotion) -> JointTerms:
    """Return what the thigh's sensor says of the hip, in the earth in which the leg faces +x."""
    kept = np.searchsorted(leg.thigh.time_s, leg.time_s)
    signal = ImuSignal(
        leg.time_s, leg.thigh.acc_mps2[kept], leg.thigh.gyr_radps[kept], frame="segment"
    )
    return joint_terms(signal, facing_forward(leg)[0], cutoff_hz=_CUTOFF_HZ)


def _horizontal(acc_mps2: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.complex128]]:
    """Return x + iy of (n, 3), free of its mean: gravity's share and an accelerometer's bias."""
    both = acc_mps2[:, 0] + 1j * acc_mps2[:, 1]
    return both - both.mean()

"""The skeleton in motion: poses of thigh and shank that share one knee centre.

Angles are commanded and poses follow; the truth is read back from the poses.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, KneeAngles, Side, mirror_of
from imu_valgus.simulation.attitudes import cardan_zxy, compose, heading_and_lean
from imu_valgus.simulation.course import Path
from imu_valgus.simulation.gait_curves import (
    GAIT_TABLES,
    RUNNING_TOE_OFF_PHASE,
    StrideCurves,
    stride_curves,
)
from imu_valgus.simulation.params import RunnerParams
from imu_valgus.simulation.timeline import WALK_SPEED_MPS, WALK_STRIDE_S, Strides, Timeline

ISB_TO_EARTH: Final = Rotation.from_matrix([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
"""Forward, up, right → forward, left, up: earth when the heading is 0."""
THIGH_SHARE: Final = 0.245
SHANK_SHARE: Final = 0.246
HIP_WIDTH_SHARE: Final = 0.10
"""Segment lengths over body height (Winter 2009, doi:10.1002/9780470549148)."""
RBDS_STRIDE_S: Final = 0.767
"""The hip's bounce in the table belongs to this stride time; it grows with its square."""
_SCREW_HOME_SCALE_DEG: Final = 40.0
_POSTURE_DEG: Final = {
    "standing_thigh_flexion_deg": (2.0, 1.5),
    "standing_knee_flexion_deg": (3.0, 1.5),
    "standing_adduction_deg": (1.0, 1.0),
}
"""Mean and SD between legs."""
_SQUAT_THIGH_DEG: Final = 85.0
_SQUAT_KNEE_DEG: Final = 105.0


@dataclass(frozen=True, slots=True)
class LegTraits:
    """How this leg differs from the tables, degrees and gains.

    ``standing_*`` is the posture at rest: a leg is not plumb and a knee not quite straight when
    its owner stands still. ``squat_*`` are reached at full depth.
    """

    adduction_offset_deg: float
    rotation_offset_deg: float
    rotation_gain: float
    swing_valgus_deg: float
    screw_home_deg: float
    standing_thigh_flexion_deg: float
    standing_knee_flexion_deg: float
    standing_adduction_deg: float
    standing_valgus_deg: float
    squat_valgus_deg: float
    squat_adduction_deg: float
    squat_rotation_deg: float


@dataclass(frozen=True, slots=True, eq=False)
class LegAngles:
    """Commanded angles in degrees and the hip's path in m, (n,) each; knee angles anatomical."""

    thigh_flexion_deg: FloatArray
    thigh_adduction_deg: FloatArray
    thigh_rotation_deg: FloatArray
    knee: KneeAngles
    hip_forward_m: FloatArray
    hip_up_m: FloatArray
    hip_outward_m: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """One leg of the runner over the whole session."""

    side: Side
    runner: RunnerParams
    timeline: Timeline
    path: Path
    traits: LegTraits
    strides: dict[str, Strides]
    """By gait, "run" and perhaps "walk", as the curves and gains."""
    curves: dict[str, StrideCurves]
    thigh_gains: dict[str, float]
    sway_phases: FloatArray

    def thigh(self, time_s: FloatArray, angles: LegAngles) -> tuple[Rotation, FloatArray]:
        """Return the femur's attitude to earth (n) and the knee centre (n, 3) in m.

        ``angles`` are the leg's own at the same times.
        """
        mirror = mirror_of(self.side)
        height_m = self.runner.height_m
        thigh_to_body = cardan_zxy(
            angles.thigh_flexion_deg,
            mirror * angles.thigh_adduction_deg,
            mirror * angles.thigh_rotation_deg,
        )
        leg_m = (THIGH_SHARE + SHANK_SHARE) * height_m
        hip_m = np.column_stack(
            [
                angles.hip_forward_m,
                leg_m + angles.hip_up_m,
                mirror * (HIP_WIDTH_SHARE / 2 * height_m + angles.hip_outward_m),
            ]
        )
        knee_m = hip_m + thigh_to_body.apply([0.0, -THIGH_SHARE * height_m, 0.0])
        body_to_earth, place_m = self._body(time_s)
        return compose(body_to_earth, thigh_to_body), body_to_earth.apply(knee_m) + place_m

    def shank(self, time_s: FloatArray, angles: LegAngles) -> tuple[Rotation, FloatArray]:
        """Return the tibia's attitude to earth (n) and the same knee centre (n, 3) in m."""
        thigh_to_earth, knee_m = self.thigh(time_s, angles)
        mirror = mirror_of(self.side)
        shank_to_thigh = cardan_zxy(
            -angles.knee.flexion_deg,
            -mirror * angles.knee.valgus_deg,
            mirror * angles.knee.internal_rotation_deg,
        )
        return compose(thigh_to_earth, shank_to_thigh), knee_m

    def angles(self, time_s: FloatArray) -> LegAngles:
        """Return what the leg is told to do at these times (n,) in s."""
        parts = self._gait("run", time_s) + self._gait("walk", time_s) + self._upright(time_s)
        thigh, adduction, rotation, flexion, valgus, forward, up, outward = parts
        turned = self.traits.screw_home_deg * (1 - np.exp(-flexion / _SCREW_HOME_SCALE_DEG))
        at_rest = self.traits.screw_home_deg * (
            1 - np.exp(-self.traits.standing_knee_flexion_deg / _SCREW_HOME_SCALE_DEG)
        )
        return LegAngles(
            thigh_flexion_deg=thigh,
            # A knee goes in by the hip's adduction as much as by the shank's tilt.
            thigh_adduction_deg=adduction + 0.4 * valgus,
            thigh_rotation_deg=rotation,
            knee=KneeAngles(flexion, valgus, turned - at_rest),
            hip_forward_m=forward,
            hip_up_m=up,
            hip_outward_m=outward,
        )

    def _body(self, time_s: FloatArray) -> tuple[Rotation, FloatArray]:
        """Return the body's attitude to earth and its place on the ground (n, 3) in m."""
        if self.path.place is None:
            return ISB_TO_EARTH, np.zeros(3)
        place_m, heading, curvature = self.path.at(self.timeline.distance(time_s))
        lean = self.path.lean(curvature, self.timeline.speed(time_s))
        turn = heading_and_lean(heading, -lean)
        return compose(ISB_TO_EARTH, turn), np.column_stack([place_m, np.zeros(len(time_s))])

    def _gait(self, kind: str, time_s: FloatArray) -> FloatArray:
        """Return a gait's share of all angles, weighted by how far it is on: (8, n)."""
        if kind not in self.strides:
            return np.zeros((8, len(time_s)))
        strides = self.strides[kind]
        phase = strides.phase_at(time_s)
        deviation = strides.deviations(phase).T
        curves = self.curves[kind]
        thigh, adduction, rotation, flexion, stance, swing, forward, up, outward = curves(phase)
        mean = curves.coefficients[0, 0].real
        traits = self.traits
        peak, swing_deg = self._valgus_sizes(kind, time_s)
        bounce = (120 / self.runner.cadence_spm / RBDS_STRIDE_S) ** 2 if kind == "run" else 1.0
        gain = self.thigh_gains[kind] * (1 + deviation[2])
        parts = np.stack(
            [
                mean + gain * (thigh - mean),
                adduction + traits.adduction_offset_deg + deviation[3],
                rotation * traits.rotation_gain + traits.rotation_offset_deg + deviation[4],
                flexion * (1 + deviation[1]),
                (peak + deviation[0]) * stance + swing_deg * swing,
                forward,
                bounce * up,
                outward,
            ]
        )
        return self.timeline.weight(kind, time_s) * parts

    def _valgus_sizes(self, kind: str, time_s: FloatArray) -> tuple[FloatArray, float]:
        """Return the stance maximum (n,) and the swing's arch, degrees."""
        runner = self.runner
        left = self.side == "left"
        start = runner.left_valgus_peak_deg if left else runner.right_valgus_peak_deg
        drift = runner.left_valgus_drift_deg if left else runner.right_valgus_drift_deg
        if kind == "run":
            return start + drift * self.timeline.of_run(time_s), self.traits.swing_valgus_deg
        return np.full_like(time_s, 0.3 * start), 0.7 * self.traits.swing_valgus_deg

    def _upright(self, time_s: FloatArray) -> FloatArray:
        """Return the share of standing and squatting, the foot staying where it is: (8, n)."""
        timeline, traits = self.timeline, self.traits
        still = 1 - timeline.weight("run", time_s) - timeline.weight("walk", time_s)
        depth = timeline.squat_depth(time_s)
        sway = _sway(time_s, self.sway_phases)
        thigh = still * (traits.standing_thigh_flexion_deg + sway[0]) + _SQUAT_THIGH_DEG * depth
        flexion = (
            still * (traits.standing_knee_flexion_deg + 0.3 * sway[1])
            + (_SQUAT_KNEE_DEG - traits.standing_knee_flexion_deg) * depth
        )
        lengths_m = np.array([[THIGH_SHARE], [SHANK_SHARE]]) * self.runner.height_m
        tilts = np.radians(np.stack([thigh, thigh - flexion]))
        return np.stack(
            [
                thigh,
                still * (traits.standing_adduction_deg + sway[2])
                + traits.squat_adduction_deg * depth,
                still * traits.rotation_offset_deg + traits.squat_rotation_deg * depth,
                flexion,
                still * traits.standing_valgus_deg + traits.squat_valgus_deg * depth,
                -np.sum(lengths_m * np.sin(tilts), axis=0),
                -np.sum(lengths_m * (1 - np.cos(tilts)), axis=0),
                np.zeros_like(time_s),
            ]
        )


def read_angles(thigh: Rotation, shank: Rotation, *, side: Side) -> KneeAngles:
    """Read the anatomical knee angles from the bones (Grood–Suntay, doi:10.1115/1.3138397)."""
    about_z, about_x, about_y = compose(thigh.inv(), shank).as_euler("ZXY", degrees=True).T
    mirror = mirror_of(side)
    return KneeAngles(
        flexion_deg=np.asarray(-about_z),
        valgus_deg=np.asarray(-mirror * about_x),
        internal_rotation_deg=np.asarray(mirror * about_y),
    )


def draw_traits(runner: RunnerParams, rng: np.random.Generator) -> LegTraits:
    """Draw a leg; the spreads are those between runners of RBDS and of the 46, rounded."""
    draw = rng.normal
    return LegTraits(
        adduction_offset_deg=draw(0, 1.5),
        rotation_offset_deg=draw(-5, 4),
        rotation_gain=draw(1, 0.2),
        swing_valgus_deg=draw(runner.swing_valgus_deg, 1.5),
        screw_home_deg=runner.screw_home_deg * draw(1, 0.2),
        **{name: draw(mean, sd) for name, (mean, sd) in _POSTURE_DEG.items()},
        standing_valgus_deg=0.0,
        squat_valgus_deg=draw(2, 2),
        squat_adduction_deg=draw(-8, 3),
        squat_rotation_deg=draw(-6, 3),
    )


def stand_anew(traits: LegTraits, runner: RunnerParams, rng: np.random.Generator) -> LegTraits:
    """Draw how the same leg stands on another occasion."""
    kept, new = np.sqrt(runner.kept_share), np.sqrt(1 - runner.kept_share)
    posture = {
        name: float(mean + kept * (getattr(traits, name) - mean) + new * sd * rng.normal())
        for name, (mean, sd) in _POSTURE_DEG.items()
    }
    return replace(
        traits,
        standing_valgus_deg=float(runner.standing_valgus_sd_deg * rng.normal()),
        **posture,
    )


def fit_thigh_gain(runner: RunnerParams, kind: str) -> float:
    """Find how far the thigh swings so that the stance foot keeps up with the ground.

    The ankle's mean velocity against the hip over mid-stance equals minus the speed.
    """
    running = kind == "run"
    speed_mps = runner.speed_mps if running else WALK_SPEED_MPS
    stride_s = 120 / runner.cadence_spm if running else WALK_STRIDE_S
    curves = stride_curves(GAIT_TABLES[kind])
    thigh, _, _, flexion, _, _, forward, _, _ = curves(np.array([0.06, 0.28]))
    mean = curves.coefficients[0, 0].real
    toe_off_ratio = runner.stance_fraction / RUNNING_TOE_OFF_PHASE if running else 1.0
    duration_s = 0.22 * stride_s * toe_off_ratio
    lengths_m = THIGH_SHARE * runner.height_m, SHANK_SHARE * runner.height_m

    def slip_mps(gain: float) -> float:
        tilt = np.radians(mean + gain * (thigh - mean))
        ankle_m = lengths_m[0] * np.sin(tilt) + lengths_m[1] * np.sin(tilt - np.radians(flexion))
        return float(np.diff(ankle_m + forward)[0] / duration_s + speed_mps)

    low, high = 0.2, 2.5
    if slip_mps(low) * slip_mps(high) > 0:
        return low if abs(slip_mps(low)) < abs(slip_mps(high)) else high
    return float(brentq(slip_mps, low, high))


def _sway(time_s: FloatArray, phases: FloatArray) -> FloatArray:
    """Return the slow sway of quiet standing, degrees: three channels (3, n) of three sines."""
    frequencies_hz = np.array([0.13, 0.29, 0.53])
    sizes_deg = np.array([0.25, 0.12, 0.06])
    waves = np.sin(2 * np.pi * frequencies_hz[:, None, None] * time_s + phases[..., None])
    return np.asarray(np.tensordot(sizes_deg, waves, axes=1))

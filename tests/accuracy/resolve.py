"""From relative orientation to angles, one and the same for every peer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from accuracy.case import LegAngles, LegCase
from accuracy.pair import Pair, during, pair_of
from scipy.spatial.transform import Rotation
from vqf import VQF

from imu_valgus.core import FloatArray, mirror_of
from imu_valgus.sync import low_pass

RATE_CUTOFF_HZ: Final = 6.0


def flexion_axes(pair: Pair, shank_to_thigh: Rotation) -> dict[str, FloatArray]:
    """Estimate the thigh's flexion axis (3,) in its sensor in the ways that the field knows.

    All from walking and running. ``relative rate`` and the two rates are principal axes of the
    angular velocities (6 Hz), ``displacement`` that of the turn away from the mean pose, ``least
    abduction`` the axis along which the shank moves least, ``fused`` their mean as the best of them
    on real legs.
    """
    gait, up = pair.gait, pair.thigh_up
    turns = shank_to_thigh[gait]
    displacement = (turns * turns.mean().inv()).as_rotvec()
    thigh_rate, shank_rate = (
        low_pass(rate, pair.time_s, cutoff_hz=RATE_CUTOFF_HZ)[gait]
        for rate in (pair.thigh_gyr_radps, shank_to_thigh.apply(pair.shank_gyr_radps))
    )
    shank_axis = turns.apply(pair.shank_up)
    found = {
        "relative rate": principal(shank_rate - thigh_rate),
        "displacement": principal(displacement - displacement.mean(axis=0)),
        "thigh rate": principal(thigh_rate),
        "shank rate": principal(shank_rate),
        "least abduction": _least_spread(shank_axis, up),
    }
    axes = {name: rightwards(axis, shank_axis, up) for name, axis in found.items()}
    total = axes["thigh rate"] + axes["shank rate"] + axes["least abduction"]
    axes["fused"] = across(total + 2 * axes["displacement"], up)
    return axes


def resolved(
    case: LegCase, shank_to_thigh: Rotation, axes: Mapping[str, FloatArray]
) -> dict[str, LegAngles]:
    """Read flexion and valgus off each of the axes, zero at standing.

    Parameters
    ----------
    case : LegCase
    shank_to_thigh : Rotation, n
        The shank's sensor in the thigh's, on the samples of the case's pair.
    axes : name → (3,)
        Flexion axes in the thigh's sensor, across its long axis and to the right.
    """
    pair = pair_of(case)
    leaning = Leaning(pair.time_s, shank_to_thigh.apply(pair.shank_up), pair.thigh_up)
    return {name: leaning.angles(case, axis) for name, axis in axes.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Leaning:
    """How the shank's long axis (n, 3) leans in the thigh's sensor, at ``time_s`` (n,)."""

    time_s: FloatArray
    shank_axis: FloatArray
    thigh_up: FloatArray

    def angles(self, case: LegCase, axis: FloatArray) -> LegAngles:
        """Read flexion and valgus (Grood and Suntay) with this flexion axis, zero at standing."""
        standing = during(self.time_s, case.standing[:1])
        forwards = np.cross(self.thigh_up, axis)
        flexion_deg = np.degrees(
            np.arctan2(self.shank_axis @ forwards, self.shank_axis @ self.thigh_up)
        )
        valgus_deg = np.degrees(-mirror_of(case.side) * np.arcsin(self.shank_axis @ axis))
        return LegAngles(
            time_s=self.time_s,
            flexion_deg=flexion_deg - flexion_deg[standing].mean(),
            valgus_deg=valgus_deg - valgus_deg[standing].mean(),
        )


def segment_axes(up: FloatArray, right: FloatArray) -> Rotation:
    """Return sensor → segment (x forward, y up, z right) from its long axis and one rightwards."""
    right = across(right, up)
    return Rotation.from_matrix(np.stack([np.cross(up, right), up, right]))


def rough_segments(pair: Pair) -> tuple[Rotation, Rotation]:
    """Align each sensor by itself: gravity at standing, principal axis of its own rate in gait.

    Which way each axis points is told by both together: a knee bends one way.
    """
    rates = (pair.thigh_gyr_radps, pair.shank_gyr_radps)
    forces = (pair.thigh_acc_mps2, pair.shank_acc_mps2)
    ups = (pair.thigh_up, pair.shank_up)
    axes: list[FloatArray] = []
    leans: list[FloatArray] = []
    for rate, force, up in zip(rates, forces, ups, strict=True):
        smooth = low_pass(rate, pair.time_s, cutoff_hz=RATE_CUTOFF_HZ)[pair.gait]
        axis = across(principal(smooth), up)
        upwards = sensor_to_earth(rate, force, pair.rate_hz).inv().apply([0, 0, 1])[pair.gait]
        axes.append(axis)
        leans.append(np.arctan2(upwards @ np.cross(up, axis), upwards @ up))
    signs = [(thigh, shank) for thigh in (1.0, -1.0) for shank in (1.0, -1.0)]
    straightest = [np.percentile(s * leans[0] - t * leans[1], 5) for s, t in signs]
    thigh_sign, shank_sign = signs[int(np.argmax(straightest))]
    return segment_axes(ups[0], thigh_sign * axes[0]), segment_axes(ups[1], shank_sign * axes[1])


def sensor_to_earth(gyr_radps: FloatArray, acc_mps2: FloatArray, rate_hz: float) -> Rotation:
    """Run VQF 6D over one gap-free stretch."""
    gyr, acc = np.ascontiguousarray(gyr_radps), np.ascontiguousarray(acc_mps2)
    return Rotation.from_quat(VQF(1.0 / rate_hz).updateBatch(gyr, acc)["quat6D"], scalar_first=True)


def relative_heading(thigh: Rotation, shank: Rotation) -> float:
    """Return the turn about the vertical that brings the shank's forwards to the thigh's, in rad.

    Both are segment → earth over some samples of standing.
    """
    headings = [
        np.arctan2(forwards[:, 1].mean(), forwards[:, 0].mean())
        for forwards in (segment.apply([1.0, 0.0, 0.0]) for segment in (thigh, shank))
    ]
    return float(headings[0] - headings[1])


def about_vertical(angle_rad: FloatArray | float) -> Rotation:
    """Return the turns about the vertical by these angles."""
    return Rotation.from_rotvec(np.atleast_1d(angle_rad)[:, None] * [0.0, 0.0, 1.0])


def principal(vectors: FloatArray) -> FloatArray:
    """Return the direction (3,) along which (n, 3) vectors are largest."""
    return np.asarray(np.linalg.eigh(vectors.T @ vectors)[1][:, -1])


def across(axis: FloatArray, up: FloatArray) -> FloatArray:
    """Return the unit vector along ``axis`` less its part along ``up``."""
    rest = axis - up * (axis @ up)
    return np.asarray(rest / np.linalg.norm(rest))


def rightwards(axis: FloatArray, shank_axis: FloatArray, up: FloatArray) -> FloatArray:
    """Lay an axis across the thigh and turn it so that flexion comes out positive."""
    axis = across(axis, up)
    return axis if np.mean(shank_axis @ np.cross(up, axis)) > 0 else -axis


def _least_spread(shank_axis: FloatArray, up: FloatArray) -> FloatArray:
    first = across(np.eye(3)[np.argmin(np.abs(up))], up)
    second = np.cross(up, first)
    plane = np.stack([shank_axis @ first, shank_axis @ second], axis=1)
    plane -= plane.mean(axis=0)
    least = np.linalg.eigh(plane.T @ plane)[1][:, 0]
    return np.asarray(least[0] * first + least[1] * second)

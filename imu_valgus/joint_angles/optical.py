"""Markers on a leg → the same knee angles, as an optical system sees them."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import BoolArray, FloatArray, KneeAngles, LegLandmarks, fit_rigid
from imu_valgus.joint_angles.angles import knee_angles

_LEAST_MARKERS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Shell:
    """The markers of a segment: ``standing`` (m, 3) and over a trial ``places`` (n, m, 3), in m.

    NaN where a marker was lost.
    """

    standing: FloatArray
    places: FloatArray


def optical_knee_angles(leg: LegLandmarks, *, thigh: Shell, shank: Shell) -> KneeAngles:
    """Fit both shells to each frame and resolve the knee, as :func:`knee_angles` does.

    Parameters
    ----------
    leg : LegLandmarks
        The bony points while standing: the segments' axes (ISB).
    thigh, shank : Shell
        Each frame takes the markers that are seen, three or more.

    Returns
    -------
    KneeAngles
        Degrees from the anatomical axes, (n,) each; NaN in frames that see too few markers.
    """
    axes = leg.segment_axes()
    turns, seen = zip(*(_fit(shell) for shell in (thigh, shank)), strict=True)
    poses = [turn * own for turn, own in zip(turns, axes, strict=True)]
    found = knee_angles(poses[0], poses[1], side=leg.side)
    lost = ~(seen[0] & seen[1])
    return KneeAngles(
        *(
            np.where(lost, np.nan, values)
            for values in (found.flexion_deg, found.valgus_deg, found.internal_rotation_deg)
        )
    )


def standing_knee_angles(leg: LegLandmarks) -> KneeAngles:
    """Return the angles between the anatomical axes of the standing leg, (1,) each."""
    thigh, shank = leg.segment_axes()
    return knee_angles(Rotation.concatenate([thigh]), Rotation.concatenate([shank]), side=leg.side)


def _fit(shell: Shell) -> tuple[Rotation, BoolArray]:
    """Fit the frames that see the same markers together; return turns and which frames have one."""
    # A sum is finite where all three coordinates are.
    seen: BoolArray = np.isfinite(shell.places.sum(axis=2) + shell.standing.sum(axis=1))
    turns = np.tile(np.eye(3), (len(seen), 1, 1))
    for pattern in np.unique(seen, axis=0):
        if pattern.sum() >= _LEAST_MARKERS:
            frames = (seen == pattern).all(axis=1)
            turn, _ = fit_rigid(shell.standing[pattern], shell.places[frames][:, pattern])
            turns[frames] = turn.as_matrix()
    return Rotation.from_matrix(turns), seen.sum(axis=1) >= _LEAST_MARKERS

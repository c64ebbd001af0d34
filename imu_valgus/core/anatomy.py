"""Optical markers on a leg: rigid shells, joint centres, and the segments' axes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core.placements import Side, mirror_of
from imu_valgus.core.signals import FloatArray

Markers = Mapping[str, FloatArray]
"""By name the places (n, 3) in m, laboratory axes x forward, y up, z right."""

_HIP: Final = np.array([-0.19, -0.30, 0.36])
"""Hip centre from the middle of the ASIS over their distance: forward, up, outwards (Bell et al.
1990, doi:10.1016/0021-9290(90)90054-7)."""


@dataclass(frozen=True, slots=True, eq=False)
class Pelvis:
    """The four spines of the pelvis, (3,) each in m: anterior (ASIS) and posterior (PSIS)."""

    left_asis: FloatArray
    right_asis: FloatArray
    left_psis: FloatArray
    right_psis: FloatArray

    def hip_centre(self, side: Side) -> FloatArray:
        """Return the centre of a hip (3,) in m, by the regression of Bell et al. (1990)."""
        front_m = (self.right_asis + self.left_asis) / 2
        back_m = (self.right_psis + self.left_psis) / 2
        across_m = self.right_asis - self.left_asis
        axes = axes_along(np.cross(across_m, front_m - back_m), across_m)
        share = _HIP * [1, 1, mirror_of(side)]
        return front_m + axes.apply(share) * np.linalg.norm(across_m)


@dataclass(frozen=True, slots=True, eq=False)
class LegLandmarks:
    """The bony points of one standing leg, (3,) each in m, in one right-handed laboratory frame."""

    side: Side
    hip: FloatArray
    lateral_epicondyle: FloatArray
    medial_epicondyle: FloatArray
    lateral_malleolus: FloatArray
    medial_malleolus: FloatArray

    @property
    def knee(self) -> FloatArray:
        """The knee's centre, midway between the epicondyles."""
        return (self.lateral_epicondyle + self.medial_epicondyle) / 2

    @property
    def ankle(self) -> FloatArray:
        """The ankle's centre, midway between the malleoli."""
        return (self.lateral_malleolus + self.medial_malleolus) / 2

    def segment_axes(self) -> tuple[Rotation, Rotation]:
        """Return the ISB's axes of thigh and shank, in the laboratory.

        y runs up through the joint centres, x is at right angles to y and to the line through the
        bony points (Wu & Cavanagh 1995, doi:10.1016/0021-9290(95)00017-C).
        """
        mirror = mirror_of(self.side)
        across_knee = mirror * (self.lateral_epicondyle - self.medial_epicondyle)
        across_ankle = mirror * (self.lateral_malleolus - self.medial_malleolus)
        return axes_along(self.hip - self.knee, across_knee), axes_along(
            self.knee - self.ankle, across_ankle
        )


def axes_along(up: FloatArray, right: FloatArray) -> Rotation:
    """Return the frame whose y is ``up`` and whose z leans to the ``right``."""
    y = up / np.linalg.norm(up)
    x = np.cross(y, right)
    x /= np.linalg.norm(x)
    return Rotation.from_matrix(np.column_stack([x, y, np.cross(x, y)]))


def fit_rigid(reference: FloatArray, places: FloatArray) -> tuple[Rotation, FloatArray]:
    """Fit the rigid motion that carries a shell from its reference onto each frame.

    Least squares by singular values [1]_ [2]_.

    Parameters
    ----------
    reference : (markers, 3)
    places : (n, markers, 3)

    Returns
    -------
    Rotation, (n, 3)
        ``turn.apply(point) + shift`` carries a point of the reference along.

    References
    ----------
    .. [1] Kabsch (1976), Acta Cryst A32, 922–923, doi:10.1107/S0567739476001873.
    .. [2] Söderkvist & Wedin (1993), J Biomech 26(12), 1473–1477,
       doi:10.1016/0021-9290(93)90098-Y.
    """
    centre, centres = reference.mean(axis=0), places.mean(axis=1)
    covariance = np.einsum("nmi,mj->nij", places - centres[:, None], reference - centre)
    left, _, right = np.linalg.svd(covariance)
    left[:, :, 2] *= np.linalg.det(left @ right)[:, None]
    turn = Rotation.from_matrix(left @ right)
    return turn, centres - turn.apply(centre)

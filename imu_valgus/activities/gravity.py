"""Which way gravity points in the sensors during a bout: the pose, whatever the mounting."""

from collections.abc import Mapping, Sequence

import numpy as np

from imu_valgus.activities.intervals import outside
from imu_valgus.activities.motion import Motion
from imu_valgus.core import Bout, FloatArray, Placement


def gravity_of(
    motions: Mapping[Placement, Motion], grid_s: FloatArray, bouts: Sequence[Bout]
) -> dict[Placement, FloatArray]:
    """Return the mean direction of gravity in each sensor over the bouts: unit vectors (3,)."""
    inside = ~outside(grid_s, bouts)
    mean: dict[Placement, FloatArray] = {}
    for placement, motion in motions.items():
        chosen = motion.gravity[inside & motion.present]
        if len(chosen):
            total = chosen.mean(axis=0)
            mean[placement] = total / max(float(np.linalg.norm(total)), 1e-9)
    return mean


def gravity_is_near(
    motions: Mapping[Placement, Motion],
    grid_s: FloatArray,
    bout: Bout,
    reference: Mapping[Placement, FloatArray],
    limit_deg: float,
) -> bool:
    """Tell whether gravity lies near the reference in every sensor that both know."""
    here = gravity_of(motions, grid_s, [bout])
    shared = here.keys() & reference.keys()
    cosines = [float(here[p] @ reference[p]) for p in shared]
    return all(cosine > np.cos(np.deg2rad(limit_deg)) for cosine in cosines)

"""How sure the valgus angle is, sample by sample."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, KneeAngles


@dataclass(frozen=True, slots=True)
class AngleErrorParams:
    """Standard deviations of what makes valgus wrong, as seen on real legs against optics.

    ``azimuth_deg``: the flexion axis' turn about the thigh; it puts flexion's sine into valgus.
    ``tilt_deg``: the long axes against the bone's; it puts flexion's cosine into valgus.
    ``standing_deg``: how differently a runner stands each time. ``noise_deg``: sample to sample.
    """

    azimuth_deg: float = 5.0
    tilt_deg: float = 4.0
    standing_deg: float = 1.0
    noise_deg: float = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class ValgusError:
    """The parts of valgus' standard deviation, (n,) degrees, apart by what they have in common.

    The sines and cosines of flexion carry the axis' error, one and the same for all strides of a
    session: the signed factors are kept so that errors of differences can be told.
    """

    azimuth_factor: FloatArray
    tilt_factor: FloatArray
    heading_deg: FloatArray
    sync_deg: FloatArray
    params: AngleErrorParams

    @property
    def sd_deg(self) -> FloatArray:
        """All of it, (n,)."""
        p = self.params
        return np.sqrt(
            (p.azimuth_deg * self.azimuth_factor) ** 2
            + (p.tilt_deg * self.tilt_factor) ** 2
            + self.heading_deg**2
            + self.sync_deg**2
            + p.standing_deg**2
            + p.noise_deg**2
        )


def valgus_error(
    angles: KneeAngles,
    *,
    time_s: FloatArray,
    thigh: Rotation,
    shank: Rotation,
    heading_sd_rad: FloatArray,
    lateness_sd_s: FloatArray,
    params: AngleErrorParams | None = None,
) -> ValgusError:
    """Carry the errors of axis, heading, clock and standing into valgus.

    Parameters
    ----------
    angles : KneeAngles, n
    time_s : (n,)
    thigh, shank : Rotation, n
        Segment to earth.
    heading_sd_rad, lateness_sd_s : (n,)
        Of the relative heading and of the clocks within the leg.
    params : AngleErrorParams, optional
    """
    flexion = np.radians(angles.flexion_deg)
    # Turning the shank about the vertical moves its long axis across the knee only as far as it
    # leans: upright, the heading does not matter.
    moved = np.cross([0.0, 0.0, 1.0], shank.apply([0.0, 1.0, 0.0]))
    lever = np.abs(np.sum(moved * thigh.apply([0.0, 0.0, 1.0]), axis=1))
    rate = np.abs(np.gradient(angles.valgus_deg, time_s))
    return ValgusError(
        azimuth_factor=np.sin(flexion),
        tilt_factor=np.cos(flexion) - 1.0,
        heading_deg=np.degrees(heading_sd_rad) * lever,
        sync_deg=rate * lateness_sd_s,
        params=params or AngleErrorParams(),
    )

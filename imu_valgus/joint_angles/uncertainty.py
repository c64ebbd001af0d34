"""How sure the valgus angle is, sample by sample."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, KneeAngles, turned_axis


@dataclass(frozen=True, slots=True)
class AngleErrorParams:
    """Standard deviations of what makes valgus wrong, as seen on real legs against optics.

    Azimuth, tilt and standing are what the calibration left on three legs (the zero: on two), root
    mean squares of 2.9°, 2.3° and 1.0°, widened to what Student's t grants so few.

    ``azimuth_deg``: the flexion axis' turn about the thigh; it puts flexion's sine into valgus.
    ``tilt_deg``: the long axes against the bone's; it puts flexion's cosine into valgus.
    ``shape_deg``: what soft tissue still does to the curve's shape with the axis known, the same
    way in every stride: 0.8–1.2° walking and running, with the azimuth fitted to the optical
    angles. ``standing_deg``: the zero, how differently a runner stands. ``noise_deg``: sample to
    sample.
    """

    azimuth_deg: float = 5.0
    tilt_deg: float = 4.0
    shape_deg: float = 1.2
    standing_deg: float = 2.0
    noise_deg: float = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class ValgusError:
    """What one standard deviation of each error source does to valgus, (n,) degrees, signed.

    Each source pulls all samples of a stride together: its effect on a difference is the
    difference of its effects. ``azimuth_deg``, ``tilt_deg`` (the axes), ``flesh_deg`` (what flesh
    does to every stride's heading) and ``standing_deg`` are one and the same for all strides of a
    session; so is ``shape_deg``, but another at each phase of the stride. ``heading_deg`` and
    ``sync_deg`` wander through the session; ``noise_deg`` is each sample's own.
    """

    time_s: FloatArray
    azimuth_deg: FloatArray
    tilt_deg: FloatArray
    flesh_deg: FloatArray
    heading_deg: FloatArray
    sync_deg: FloatArray
    shape_deg: float
    standing_deg: float
    noise_deg: float

    @property
    def sd_deg(self) -> FloatArray:
        """All of it, (n,)."""
        axes = self.azimuth_deg**2 + self.tilt_deg**2 + self.flesh_deg**2
        shared = axes + self.shape_deg**2 + self.standing_deg**2
        return np.sqrt(shared + self.heading_deg**2 + self.sync_deg**2 + self.noise_deg**2)


def valgus_error(
    angles: KneeAngles,
    *,
    time_s: FloatArray,
    thigh: Rotation,
    shank: Rotation,
    heading_sd_rad: FloatArray,
    lateness_sd_s: FloatArray,
    valgus_rate_degps: FloatArray,
    flesh_rad: float = 0.0,
    params: AngleErrorParams | None = None,
) -> ValgusError:
    """Carry the errors of axes, heading, clock and standing into valgus.

    Parameters
    ----------
    angles : KneeAngles, n
    time_s : (n,)
    thigh, shank : Rotation, n
        Segment to earth.
    heading_sd_rad, lateness_sd_s : (n,)
        Of the relative heading and of the clocks within the leg.
    valgus_rate_degps : (n,)
        How fast valgus changes: what a clock that is off costs.
    flesh_rad : float
        The part of the heading's standard deviation that all strides have in common.
    params : AngleErrorParams, optional
    """
    params = params or AngleErrorParams()
    flexion = np.radians(angles.flexion_deg)
    # Turning the shank about the vertical moves its long axis across the knee only as far as it
    # leans: upright, the heading does not matter.
    shank_long, thigh_right = turned_axis(shank, "y"), turned_axis(thigh, "z")
    lever = shank_long[0] * thigh_right[1] - shank_long[1] * thigh_right[0]
    return ValgusError(
        time_s=time_s,
        azimuth_deg=params.azimuth_deg * np.sin(flexion),
        tilt_deg=params.tilt_deg * (np.cos(flexion) - 1.0),
        flesh_deg=np.degrees(flesh_rad) * lever,
        heading_deg=np.degrees(np.sqrt(np.maximum(heading_sd_rad**2 - flesh_rad**2, 0.0))) * lever,
        sync_deg=valgus_rate_degps * lateness_sd_s,
        shape_deg=params.shape_deg,
        standing_deg=params.standing_deg,
        noise_deg=params.noise_deg,
    )

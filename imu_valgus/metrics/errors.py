"""How sure each stride's peak and excursion are."""

from dataclasses import dataclass

import numpy as np

from imu_valgus.core import FloatArray
from imu_valgus.joint_angles import ValgusError
from imu_valgus.strides import normalise


@dataclass(frozen=True, slots=True, eq=False)
class StrideErrors:
    """Standard deviations of each stride's valgus in degrees, (k,) each; NaN where no toe-off is.

    ``shared``: what all strides of the session have in common (axes, flesh, standing pose).
    ``own``: what differs between them (heading, clocks, noise).
    """

    peak_shared_deg: FloatArray
    peak_own_deg: FloatArray
    excursion_shared_deg: FloatArray
    excursion_own_deg: FloatArray

    @property
    def peak_deg(self) -> FloatArray:
        """All of the peak's."""
        return np.hypot(self.peak_shared_deg, self.peak_own_deg)

    @property
    def excursion_deg(self) -> FloatArray:
        """All of the excursion's."""
        return np.hypot(self.excursion_shared_deg, self.excursion_own_deg)


def stride_errors(
    valgus_deg: FloatArray, error: ValgusError, *, start_s: FloatArray, toe_off_s: FloatArray
) -> StrideErrors:
    """Carry the errors of valgus into peak and excursion of each stance.

    An error that tilts the curve can make another sample the peak: each source is therefore added
    to the curve and taken from it, one standard deviation, and both numbers are read again.

    Parameters
    ----------
    valgus_deg : (n,)
        At the samples of ``error``.
    error : ValgusError, n
    start_s, toe_off_s : (k,)
        Of each stance.
    """

    def stance(values: FloatArray) -> FloatArray:
        return normalise(error.time_s, values, start_s, toe_off_s)[:, :-1]

    curves = stance(valgus_deg)
    spread = {
        name: _spread(curves, stance(effect))
        for name, effect in (
            ("azimuth", error.azimuth_deg),
            ("tilt", error.tilt_deg),
            ("flesh", error.flesh_deg),
            ("heading", error.heading_deg),
            ("sync", error.sync_deg),
        )
    }
    shared = np.hypot(np.hypot(spread["azimuth"], spread["tilt"]), spread["flesh"])
    own = np.hypot(spread["heading"], spread["sync"])
    return StrideErrors(
        peak_shared_deg=np.hypot(shared[0], np.hypot(error.shape_deg, error.standing_deg)),
        peak_own_deg=np.hypot(own[0], error.noise_deg),
        excursion_shared_deg=np.hypot(shared[1], np.sqrt(2.0) * error.shape_deg),
        excursion_own_deg=np.hypot(own[1], np.sqrt(2.0) * error.noise_deg),
    )


def _spread(curves: FloatArray, effect: FloatArray) -> FloatArray:
    """Return how far an effect of one standard deviation moves peak and excursion, (2, k)."""
    moved = [_peak_and_excursion(curves + sign * effect) for sign in (-1.0, 0.0, 1.0)]
    return np.sqrt(0.5 * ((moved[0] - moved[1]) ** 2 + (moved[2] - moved[1]) ** 2))


def _peak_and_excursion(curves: FloatArray) -> FloatArray:
    peak = curves.max(axis=1)
    return np.stack([peak, peak - curves[:, 0]])

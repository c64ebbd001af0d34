"""Curves of one stride, running and walking, as functions of its phase.

The tables beside this file say whose curves they are.
"""

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from imu_valgus.core import FloatArray

CURVE_COLUMNS: Final = (
    "thigh_flexion_deg",
    "thigh_adduction_deg",
    "thigh_rotation_deg",
    "knee_flexion_deg",
    "valgus_stance",
    "valgus_swing",
    "hip_forward_m",
    "hip_up_m",
    "hip_outward_m",
)
"""In this order: the thigh in earth (internal rotation positive), the knee, the hip's path."""

RUNNING_TOE_OFF_PHASE: Final = 0.39
"""Where the foot leaves the ground in the table of running: between the knee's second extension
peak (Fellin et al. 2010, doi:10.1016/j.jsams.2010.03.006) and the forefoot's jump in RBDS001."""
RUNNING_CONTACT_PHASE: Final = 0.02
"""Where the foot lands: the table starts at its most forward, and the foot comes back a little
before it lands. 0.01 in RBDS001 (midfoot), about 0.05 before a late heel strike."""
RUNNING_PEAK_PHASE: Final = 0.13
"""Where the table of running has its stance maximum of valgus."""
GAIT_TABLES: Final = {"run": "running", "walk": "walking"}
_HARMONICS: Final = {"running": 12, "walking": 8}


@dataclass(frozen=True, slots=True, eq=False)
class StrideCurves:
    """Periodic curves as Fourier series.

    Parameters
    ----------
    coefficients : (harmonics + 1, curves) complex
        The real part of ``coefficients[h] * exp(2πi h phase)``, summed, is the curve.
    """

    coefficients: NDArray[np.complex128]

    def __call__(self, phase: FloatArray) -> FloatArray:
        """Return all curves at ``phase`` (n,) in strides: (curves, n)."""
        turn = np.exp(2j * np.pi * np.mod(phase, 1.0))
        powers = np.vander(turn, len(self.coefficients), increasing=True)
        size = self.coefficients.T
        return np.asarray(size.real @ np.real(powers).T - size.imag @ np.imag(powers).T)

    def delayed(self, column: int, phase: float) -> Self:
        """Return the same curves, one of them later by ``phase``."""
        coefficients = self.coefficients.copy()
        harmonics = np.arange(len(coefficients))
        coefficients[:, column] *= np.exp(-2j * np.pi * harmonics * phase)
        return replace(self, coefficients=coefficients)


def curves_from_samples(samples: FloatArray, *, harmonics: int) -> StrideCurves:
    """Fit series of so many harmonics through even samples (n, curves) of one stride."""
    coefficients = np.fft.rfft(samples, axis=0)[: harmonics + 1] / len(samples)
    coefficients[1:] *= 2
    return StrideCurves(np.asarray(coefficients))


@cache
def stride_curves(gait: str) -> StrideCurves:
    """Read the curves of ``gait``, "running" or "walking", in the order of CURVE_COLUMNS."""
    with (files("imu_valgus.simulation") / f"{gait}_stride.csv").open(encoding="utf-8") as table:
        samples = pd.read_csv(table, comment="#")
    return curves_from_samples(
        samples[list(CURVE_COLUMNS)].to_numpy(dtype=np.float64), harmonics=_HARMONICS[gait]
    )

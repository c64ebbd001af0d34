"""Where the runner goes: a 400 m track, or in place on a treadmill."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline

from imu_valgus.core import GRAVITY_MPS2, FloatArray
from imu_valgus.simulation.params import Course

LAP_M: Final = 400.0
BEND_RADIUS_M: Final = 36.5
_EASE_M: Final = 4.0
"""Nobody's heading rate jumps: curvature comes and goes over this length."""
_STEP_M: Final = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A way over the ground as a function of the distance run."""

    place: CubicSpline | None
    """Distance → (forward, left) in m of the first straight; None stays in place."""

    def at(self, distance_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return place (n, 2) in m, heading (n,) in rad and curvature (n,) in 1/m of a track."""
        if self.place is None:
            raise ValueError("a treadmill goes nowhere")
        on_lap = np.mod(distance_m, LAP_M)
        place, way, bend = (self.place(on_lap, order) for order in (0, 1, 2))
        heading = np.arctan2(way[:, 1], way[:, 0])
        return place, heading, way[:, 0] * bend[:, 1] - way[:, 1] * bend[:, 0]

    def lean(self, curvature_pm: FloatArray, speed_mps: FloatArray) -> FloatArray:
        """Return how far the body leans into the bend (n,) in rad."""
        return np.arctan(speed_mps**2 * curvature_pm / GRAVITY_MPS2)


def lay_course(course: Course) -> Path:
    """Lay the course; a track starts at the beginning of a straight and turns left."""
    if course == "treadmill":
        return Path(None)
    bend_m = np.pi * BEND_RADIUS_M
    straight_m = LAP_M / 2 - bend_m
    distance_m = np.linspace(0.0, LAP_M, round(LAP_M / _STEP_M) + 1)
    on_half = np.mod(distance_m, LAP_M / 2)
    into = np.clip((on_half - straight_m) / _EASE_M + 0.5, 0, 1)
    out_of = np.clip((on_half - LAP_M / 2) / _EASE_M + 0.5, 0, 1)
    left_over = np.clip(0.5 - on_half / _EASE_M, 0, 1)
    curvature_pm = (_ease(into) - _ease(out_of) + _ease(left_over)) / BEND_RADIUS_M
    heading = _running_integral(curvature_pm)
    heading *= 2 * np.pi / heading[-1]
    place = np.column_stack(
        [_running_integral(np.cos(heading)), _running_integral(np.sin(heading))]
    )
    place -= np.linspace(0, 1, len(place))[:, None] * place[-1]
    place[-1] = place[0]
    return Path(CubicSpline(distance_m, place, bc_type="periodic"))


def _ease(share: FloatArray) -> FloatArray:
    return share**3 * (10 - 15 * share + 6 * share**2)


def _running_integral(values: FloatArray) -> FloatArray:
    return np.concatenate([[0.0], np.cumsum(0.5 * (values[1:] + values[:-1]))]) * _STEP_M

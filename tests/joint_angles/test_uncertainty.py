"""The error of valgus follows from what the angle depends on."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import KneeAngles
from imu_valgus.joint_angles import AngleErrorParams, ValgusError, valgus_error

NO_ERROR = AngleErrorParams(azimuth_deg=0, tilt_deg=0, shape_deg=0, standing_deg=0, noise_deg=0)
UPRIGHT = Rotation.from_matrix([[1, 0, 0], [0, 0, -1], [0, 1, 0]])


def error_at(flexion_deg: float, *, params: AngleErrorParams, heading_deg: float) -> ValgusError:
    n = 5
    lean = Rotation.from_euler("z", np.full((n, 1), -flexion_deg), degrees=True)
    flat = np.zeros(n)
    return valgus_error(
        KneeAngles(np.full(n, flexion_deg), flat, flat),
        time_s=np.linspace(0.0, 0.02, n),
        thigh=UPRIGHT * Rotation.identity(n),
        shank=UPRIGHT * lean,
        heading_sd_rad=np.full(n, np.radians(heading_deg)),
        lateness_sd_s=flat,
        valgus_rate_degps=flat,
        params=params,
    )


def test_an_axis_turned_about_the_thigh_puts_the_sine_of_flexion_into_valgus():
    params = AngleErrorParams(azimuth_deg=5, tilt_deg=0, shape_deg=0, standing_deg=0, noise_deg=0)

    assert error_at(30, params=params, heading_deg=0).sd_deg == pytest.approx(2.5)


def test_the_heading_of_an_upright_shank_does_not_matter():
    assert error_at(0, params=NO_ERROR, heading_deg=10).sd_deg == pytest.approx(0, abs=1e-9)


def test_the_heading_of_a_level_shank_is_all_in_valgus():
    assert error_at(90, params=NO_ERROR, heading_deg=3).sd_deg == pytest.approx(3)

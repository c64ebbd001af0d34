"""Rigid shells of markers, joint centres, and the axes of a standing leg."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import SIDES, LegLandmarks, Pelvis, Side, fit_rigid, mirror_of


def upright_leg(side: Side) -> LegLandmarks:
    """A plumb leg: x forward, y up, z right."""
    out = mirror_of(side)
    return LegLandmarks(
        side=side,
        hip=np.array([0.0, 0.9, 0.1 * out]),
        lateral_epicondyle=np.array([0.0, 0.5, 0.15 * out]),
        medial_epicondyle=np.array([0.0, 0.5, 0.05 * out]),
        lateral_malleolus=np.array([0.0, 0.1, 0.14 * out]),
        medial_malleolus=np.array([0.0, 0.1, 0.06 * out]),
    )


def test_a_rigid_fit_finds_the_motion_that_was_made():
    rng = np.random.default_rng(0)
    shell, turn, shift = rng.normal(size=(4, 3)), Rotation.random(5, rng=rng), rng.normal(size=3)
    places = np.stack([one.apply(shell) + shift for one in turn])

    found, _ = fit_rigid(shell, places)

    assert np.max((turn.inv() * found).magnitude()) < 1e-9


def test_a_flat_shell_is_turned_and_never_mirrored():
    shell = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], dtype=np.float64)

    found, _ = fit_rigid(shell, shell[None])

    assert np.max(found.magnitude()) < 1e-9


@pytest.mark.parametrize("side", SIDES)
def test_the_axes_of_a_plumb_leg_are_those_of_the_room(side: Side):
    thigh, shank = upright_leg(side).segment_axes()

    assert max(thigh.magnitude(), shank.magnitude()) < 1e-9


@pytest.mark.parametrize("side", SIDES)
def test_the_hip_lies_behind_below_and_inwards_of_its_spine(side: Side):
    pelvis = Pelvis(
        left_asis=np.array([0.0, 1.0, -0.12]),
        right_asis=np.array([0.0, 1.0, 0.12]),
        left_psis=np.array([-0.15, 1.0, -0.04]),
        right_psis=np.array([-0.15, 1.0, 0.04]),
    )

    hip_m = pelvis.hip_centre(side)

    expected_m = 0.24 * np.array([-0.19, -0.30, 0.36 * mirror_of(side)]) + [0.0, 1.0, 0.0]
    np.testing.assert_allclose(hip_m, expected_m, atol=1e-12)

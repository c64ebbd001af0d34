"""What the user says of a strap against what standing and gait say."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.calibration import SensorAxis, StrapParams, StrapPrior, fuse_strap
from imu_valgus.core import Side

ALIGNED = Rotation.identity()
"""A sensor whose axes are the segment's: x forward, y up, z right."""
LIKE = StrapParams(tilt_sd_deg=15.0, azimuth_sd_deg=15.0, flesh_deg=0.0)
"""As unsure as the strap: the truth is taken to lie half way."""


def turned(axis: str, deg: float) -> Rotation:
    return Rotation.from_euler(axis, deg, degrees=True)


def test_two_sources_of_the_long_axis_meet_half_way_where_they_are_as_sure():
    fit = fuse_strap(turned("z", 20), StrapPrior(up="y"), side="right", params=LIKE)

    np.testing.assert_allclose(fit.up, turned("z", -10).apply([0.0, 1.0, 0.0]), atol=1e-9)


@pytest.mark.parametrize("prior", [StrapPrior(outwards="z"), StrapPrior(forwards="x")])
def test_two_sources_of_the_azimuth_meet_half_way_where_they_are_as_sure(prior):
    fit = fuse_strap(turned("y", 20), prior, side="right", params=LIKE)

    np.testing.assert_allclose(fit.right, turned("y", -10).apply([0.0, 0.0, 1.0]), atol=1e-9)


def test_a_strap_of_15_degrees_hardly_moves_the_azimuth_that_gait_gives():
    fit = fuse_strap(turned("y", 20), StrapPrior(outwards="z"), side="right")

    moved_deg = np.degrees(np.arccos(fit.right @ turned("y", -20).apply([0.0, 0.0, 1.0])))
    assert moved_deg == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("side", "outwards"), [("left", "-z"), ("right", "z")])
def test_outwards_is_to_the_left_of_a_left_leg(side: Side, outwards: SensorAxis):
    fit = fuse_strap(ALIGNED, StrapPrior(outwards=outwards), side=side)

    assert fit.turn_off_deg == pytest.approx(0.0)


def test_an_upside_down_sensor_is_told():
    fit = fuse_strap(turned("z", 180), StrapPrior(up="y"), side="left")

    assert (fit.upside_down, fit.agrees) == (True, False)


def test_a_sensor_that_faces_the_other_leg_is_told():
    fit = fuse_strap(ALIGNED, StrapPrior(outwards="z"), side="left")

    assert (fit.faces_inwards, fit.agrees) == (True, False)


def test_what_does_not_agree_is_left_out():
    fit = fuse_strap(turned("z", 60), StrapPrior(up="y"), side="left")

    np.testing.assert_allclose(fit.up, turned("z", -60).apply([0.0, 1.0, 0.0]), atol=1e-12)


def test_one_axis_cannot_point_two_ways():
    with pytest.raises(ValueError, match="two ways"):
        StrapPrior(up="x", outwards="-x")

"""Turning the flexion axis until valgus no longer goes with flexion."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.calibration import LegAlignment, crosstalk_turn, turn_alignment
from imu_valgus.core import CalibrationError, FloatArray

PHASE = np.linspace(0, 20 * np.pi, 2000, endpoint=False)
FLEXION_DEG = 40 - 30 * np.cos(PHASE)


def long_axis(valgus_deg: FloatArray) -> FloatArray:
    """The shank's long axis in the thigh of a right leg."""
    turns = np.stack([-FLEXION_DEG, -valgus_deg], axis=1)
    return Rotation.from_euler("ZX", turns, degrees=True).apply([0.0, 1.0, 0.0])


@pytest.mark.parametrize("off_deg", [-12.0, 8.0])
def test_a_false_axis_is_turned_back(off_deg):
    apart_from_flexion = 3 * np.sin(2 * PHASE)
    seen = Rotation.from_euler("y", off_deg, degrees=True).apply(long_axis(apart_from_flexion))

    assert np.degrees(crosstalk_turn(seen)) == pytest.approx(off_deg, abs=0.5)


def test_valgus_that_truly_comes_with_flexion_is_taken_for_a_false_axis():
    turn_deg = np.degrees(crosstalk_turn(long_axis(0.1 * FLEXION_DEG)))

    assert abs(turn_deg) > 5.0


def test_a_knee_that_does_not_bend_is_refused():
    still = np.tile([0.0, 1.0, 0.0], (100, 1))

    with pytest.raises(CalibrationError, match="no turn"):
        crosstalk_turn(still)


def test_internal_rotation_keeps_its_zero():
    strap = Rotation.from_euler("xyz", [20, 70, -35], degrees=True)
    aligned = LegAlignment(thigh=strap, shank=strap.inv())

    turned = turn_alignment(aligned, 0.2)

    neutral = aligned.thigh.inv() * aligned.shank
    assert (turned.thigh * neutral * turned.shank.inv()).magnitude() == pytest.approx(0, abs=1e-9)

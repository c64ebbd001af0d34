"""The flexion axis of a knee whose axis is known."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.calibration import KneeMotion, align_leg, flexion_axis, segment_frame
from imu_valgus.core import CalibrationError
from imu_valgus.joint_angles import knee_angles

TIME_S = np.arange(0, 30, 0.01)
STRAP = Rotation.from_euler("xyz", [20, 70, -35], degrees=True)
"""Thigh segment → thigh sensor; the shank's is its inverse."""


def knee(flexion_deg: np.ndarray, valgus_deg: np.ndarray) -> KneeMotion:
    """A right knee on a thigh that swings half as far, seen from strapped sensors."""
    thigh = Rotation.from_euler("z", 0.4 * flexion_deg[:, None], degrees=True)
    turns = np.stack([-flexion_deg, -valgus_deg, 0 * flexion_deg], axis=1)
    pose = Rotation.from_euler("ZXY", turns, degrees=True)
    rates = []
    for attitude, strap in ((thigh, STRAP), (thigh * pose, STRAP.inv())):
        step = (attitude[:-1].inv() * attitude[1:]).as_rotvec() / 0.01
        rates.append(strap.apply(np.vstack([step, step[-1:]])))
    up = np.array([0.0, 1.0, 0.0])
    return KneeMotion(
        time_s=TIME_S,
        shank_to_thigh=STRAP * pose * STRAP,
        thigh_gyr_radps=rates[0],
        shank_gyr_radps=rates[1],
        thigh_up=STRAP.apply(up),
        shank_up=STRAP.inv().apply(up),
    )


FLEXION_DEG = 30 - 30 * np.cos(2 * np.pi * TIME_S)
HINGE = knee(FLEXION_DEG, 0 * TIME_S)
ALL = {"walk": np.ones(len(TIME_S), dtype=np.bool_)}


def test_every_source_finds_the_axis_of_a_hinge():
    found = flexion_axis(HINGE, ALL, weights={"walk": 1.0})

    assert found.spread_deg == pytest.approx(0, abs=0.01)


def test_the_axis_points_to_the_runners_right():
    found = flexion_axis(HINGE, ALL, weights={"walk": 1.0})

    np.testing.assert_allclose(found.axis, STRAP.apply([0.0, 0.0, 1.0]), atol=1e-3)


def test_valgus_that_swings_apart_from_flexion_is_kept():
    valgus = 4 * np.sin(4 * np.pi * TIME_S)
    motion = knee(FLEXION_DEG, valgus)

    found = flexion_axis(motion, ALL, weights={"walk": 1.0})
    aligned = align_leg(
        thigh_up=motion.thigh_up,
        shank_up=motion.shank_up,
        flexion_axis=found.axis,
        neutral=STRAP * STRAP,
    )
    shank = motion.shank_to_thigh * aligned.shank.inv()
    thigh = Rotation.identity(len(TIME_S)) * aligned.thigh.inv()

    np.testing.assert_allclose(knee_angles(thigh, shank, side="right").valgus_deg, valgus, atol=0.5)


def test_a_knee_that_only_twists_is_refused():
    twist = Rotation.from_euler("y", 30 * np.sin(2 * np.pi * TIME_S)[:, None], degrees=True)
    rate = 30 * np.cos(TIME_S)[:, None] * [0.0, 1.0, 0.0]
    up = np.array([0.0, 1.0, 0.0])
    motion = KneeMotion(TIME_S, twist, rate, rate, up, up)

    with pytest.raises(CalibrationError, match="does not flex"):
        flexion_axis(motion, ALL, weights={"walk": 1.0})


def test_a_segment_frame_keeps_the_long_axis():
    frame = segment_frame(np.array([0.0, 0.0, 2.0]), np.array([1.0, 0.0, 0.3]))

    np.testing.assert_allclose(frame.apply([0.0, 0.0, 1.0]), [0.0, 1.0, 0.0], atol=1e-12)

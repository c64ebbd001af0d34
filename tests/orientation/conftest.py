"""A leg of two rigid rods on one joint that is thrown about: everything about it is known."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import GRAVITY_MPS2, FloatArray, ImuSignal, SegmentOrientation

RATE_HZ = 200.0
THIGH_ARM_M = np.array([0.02, 0.17, 0.05])
SHANK_ARM_M = np.array([0.01, -0.25, 0.04])


@dataclass(frozen=True)
class Rig:
    """Both sensors' signals and true attitudes; the shank's earth is turned by ``heading_rad``."""

    thigh: ImuSignal
    shank: ImuSignal
    thigh_to_earth: Rotation
    shank_to_earth: Rotation

    def attitudes(self, heading_rad: FloatArray) -> tuple[SegmentOrientation, SegmentOrientation]:
        back = Rotation.from_rotvec(-heading_rad[:, None] * [0.0, 0.0, 1.0])
        return (
            SegmentOrientation(self.thigh.time_s, self.thigh_to_earth),
            SegmentOrientation(self.shank.time_s, back * self.shank_to_earth),
        )


def swing(time_s: FloatArray, amplitudes: list[float], phases: list[float]) -> FloatArray:
    """A stride's swing with its overtones, not quite periodic."""
    slow = 0.1 * np.sin(2 * np.pi * 0.07 * time_s)
    waves = [
        a * np.sin(2 * np.pi * 1.37 * (k + 1) * time_s + p + slow)
        for k, (a, p) in enumerate(zip(amplitudes, phases, strict=True))
    ]
    return np.sum(waves, axis=0)


def sensor(time_s: FloatArray, attitude: Rotation, position_m: FloatArray) -> ImuSignal:
    """What an ideal sensor at a position (n, 3) with an attitude (n) reads."""
    step_s = time_s[1] - time_s[0]
    acceleration = np.gradient(np.gradient(position_m, step_s, axis=0), step_s, axis=0)
    rate = (attitude[:-2].inv() * attitude[2:]).as_rotvec() / (2 * step_s)
    rate = np.vstack([rate[:1], rate, rate[-1:]])
    acc = attitude.inv().apply(acceleration + np.array([0.0, 0.0, GRAVITY_MPS2]))
    return ImuSignal(time_s, acc, rate)


@dataclass(frozen=True)
class Turner:
    """One sensor that turns about its own place: no acceleration but gravity."""

    signal: ImuSignal
    to_earth: Rotation


@pytest.fixture(scope="session")
def turner() -> Turner:
    time_s = np.arange(0, 30, 1 / RATE_HZ)
    slow = time_s / 3
    turns = [
        swing(slow, [0.6, 0.2], [0, 1]),
        swing(slow, [0.4], [1]),
        swing(slow, [0.3, 0.1], [2, 0]),
    ]
    to_earth = Rotation.from_euler("ZYX", np.stack(turns, axis=1))
    return Turner(sensor(time_s, to_earth, np.zeros((len(time_s), 3))), to_earth)


@pytest.fixture(scope="session")
def rig() -> Rig:
    fine_s = np.arange(0, 90, 0.1 / RATE_HZ)
    upright = Rotation.from_matrix([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    thigh = upright * Rotation.from_euler(
        "ZXY",
        np.stack(
            [
                swing(fine_s, [0.5, 0.1], [0, 1]),
                swing(fine_s, [0.1, 0.05], [1, 2]),
                swing(fine_s, [0.1], [2]),
            ],
            axis=1,
        ),
    )
    shank = thigh * Rotation.from_euler(
        "ZXY",
        np.stack(
            [
                -0.7 + swing(fine_s, [0.6, 0.2], [2, 0]),
                swing(fine_s, [0.08], [0]),
                swing(fine_s, [0.1], [1]),
            ],
            axis=1,
        ),
    )
    knee_m = np.stack(
        [
            swing(fine_s, [0.1, 0.03], [0.3, 0]),
            swing(fine_s, [0.03, 0.02], [1.3, 2]),
            swing(fine_s, [0.01, 0.04], [2, 0.5]),
        ],
        axis=1,
    )
    every = slice(None, None, 10)
    signals = [
        sensor(fine_s, attitude, knee_m + attitude.apply(arm))[every]
        for attitude, arm in ((thigh, THIGH_ARM_M), (shank, SHANK_ARM_M))
    ]
    return Rig(signals[0], signals[1], thigh[every], shank[every])

"""dfjimu: the joint's acceleration links the sensors, by a filter (MEKF) or a smoother (MAP).

Weygers & Kok (2020), doi:10.1109/JSEN.2020.2982459. Served as well as it could be: the sensors are
turned into rough segments first, so that both start at the same attitude, as the package demands;
the signals are low-passed at 20 Hz, without which impacts spoil it; noise as in the paper, the
gyroscope's from standing.
"""

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import dfjimu
import numpy as np
from accuracy.pair import Pair, during
from accuracy.resolve import rough_segments
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray
from imu_valgus.sync import low_pass

CUTOFF_HZ: Final = 20.0
LINK_VARIANCE: Final = 1.0
START_VARIANCE: Final = 1.0
MAP_GYRO_VARIANCE: Final = 1e-4
MAP_START_VARIANCE: Final = 0.1
MAP_ITERATIONS: Final = 15
"""By then the angles have settled to 0.02°."""
UPRIGHT: Final = np.array([np.sqrt(0.5), np.sqrt(0.5), 0.0, 0.0])
"""A segment that stands (y up) in an earth with z up, scalar first."""

Arms = tuple[FloatArray, FloatArray]
EXPECTED_ARMS: Final[Arms] = (np.array([0.0, 0.18, 0.0]), np.array([0.0, -0.26, 0.0]))
"""What our method expects before it looks."""


def mekf_own_arms(pair: Pair) -> Rotation:
    """Return the shank's sensor in the thigh's by the filter, lever arms by the package."""
    return _linked(pair, _mekf, arms=None)


def mekf_expected_arms(pair: Pair) -> Rotation:
    """Return the same with the lever arms that anatomy expects."""
    return _linked(pair, _mekf, arms=EXPECTED_ARMS)


def map_own_arms(pair: Pair) -> Rotation:
    """Return the shank's sensor in the thigh's by the smoother, lever arms by the package."""
    return _linked(pair, _map, arms=None)


def map_expected_arms(pair: Pair) -> Rotation:
    """Return the same with the lever arms that anatomy expects."""
    return _linked(pair, _map, arms=EXPECTED_ARMS)


def _linked(
    pair: Pair, run: Callable[[Pair, Arms, FloatArray], Rotation], *, arms: Arms | None
) -> Rotation:
    thigh_segment, shank_segment = rough_segments(pair)
    turned = _smooth(
        replace(
            pair,
            thigh_acc_mps2=thigh_segment.apply(pair.thigh_acc_mps2),
            thigh_gyr_radps=thigh_segment.apply(pair.thigh_gyr_radps),
            shank_acc_mps2=shank_segment.apply(pair.shank_acc_mps2),
            shank_gyr_radps=shank_segment.apply(pair.shank_gyr_radps),
        )
    )
    rest = during(pair.time_s, pair.standing[:1])
    rates = (pair.thigh_gyr_radps[rest], pair.shank_gyr_radps[rest])
    noise = np.repeat([float(np.var(rate)) for rate in rates], 3)
    found = arms or _own_arms(turned)
    poses = [run(part, found, noise) for part in turned.stretches()]
    return thigh_segment.inv() * Rotation.concatenate(poses) * shank_segment


def _smooth(pair: Pair) -> Pair:
    names = ("thigh_acc_mps2", "thigh_gyr_radps", "shank_acc_mps2", "shank_gyr_radps")
    smooth = {
        name: low_pass(getattr(pair, name), pair.time_s, cutoff_hz=CUTOFF_HZ) for name in names
    }
    return replace(pair, **smooth)


def _own_arms(pair: Pair) -> Arms:
    gait = pair.gait
    return dfjimu.estimate_lever_arms(
        pair.thigh_gyr_radps[gait],
        pair.shank_gyr_radps[gait],
        pair.thigh_acc_mps2[gait],
        pair.shank_acc_mps2[gait],
        pair.rate_hz,
    )


def _mekf(part: Pair, arms: Arms, noise: FloatArray) -> Rotation:
    thigh, shank = dfjimu.mekf_acc(
        part.thigh_gyr_radps,
        part.shank_gyr_radps,
        part.thigh_acc_mps2,
        part.shank_acc_mps2,
        *arms,
        part.rate_hz,
        UPRIGHT,
        Q_cov=noise,
        R_diag=LINK_VARIANCE,
        P_init_diag=START_VARIANCE,
    )
    return relative(thigh, shank)


def _map(part: Pair, arms: Arms, _noise: FloatArray) -> Rotation:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dfjimu.ConvergenceWarning)
        thigh, shank = dfjimu.map_acc_stable(
            part.thigh_gyr_radps,
            part.shank_gyr_radps,
            part.thigh_acc_mps2,
            part.shank_acc_mps2,
            *arms,
            part.rate_hz,
            UPRIGHT,
            cov_w=MAP_GYRO_VARIANCE * np.eye(6),
            cov_i=MAP_START_VARIANCE * np.eye(3),
            cov_lnk=LINK_VARIANCE * np.eye(3),
            iterations=MAP_ITERATIONS,
        )
    return relative(thigh, shank)


def relative(thigh: FloatArray, shank: FloatArray) -> Rotation:
    """Turn two attitudes in one earth (n, 4), scalar first, into the second in the first."""
    to_earth = [Rotation.from_quat(np.asarray(q), scalar_first=True) for q in (thigh, shank)]
    return to_earth[0].inv() * to_earth[1]

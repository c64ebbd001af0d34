"""How a simulated run's sensors truly stood."""

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, Side, placement_of
from imu_valgus.simulation import RunnerParams, SimulatedRun
from imu_valgus.simulation.run import SEGMENTS, build_legs, worn_site

_CHUNK = 50_000


def true_attitudes(
    run: SimulatedRun, runner: RunnerParams, side: Side, true_s: FloatArray
) -> tuple[Rotation, Rotation]:
    """Return thigh's and shank's sensor to earth (n each) at true session times (n,)."""
    _, legs = build_legs(runner)
    attitudes: list[Rotation] = []
    for segment in SEGMENTS:
        name = placement_of(side, segment)
        mounting = run.mountings[name]
        site = worn_site(legs[side], segment, mounting.position_m)
        pieces = np.split(true_s, range(_CHUNK, len(true_s), _CHUNK))
        bones = Rotation.concatenate([site(piece)[0] for piece in pieces])
        attitudes.append(bones * mounting.sensor_to_segment)
    return attitudes[0], attitudes[1]

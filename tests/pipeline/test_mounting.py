"""Sensors may be strapped on any way round: the angles do not change."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from truth import recording_of

from imu_valgus.core import FloatArray, ImuSignal, Placement
from imu_valgus.pipeline import Analysis, analyze
from imu_valgus.recording import Recording
from imu_valgus.simulation import RunnerParams, SensorParams, simulate_run

RUNNER = RunnerParams(
    seed=41,
    run_minutes=0.5,
    sides=("left",),
    walk_s=20.0,
    squats=0,
    sensor=SensorParams(sampling_rate_hz=100.0, mounting_error_max_deg=15.0),
)
RECORDING = recording_of(simulate_run(RUNNER))
AS_WORN = analyze(RECORDING)
PLACEMENTS: tuple[Placement, ...] = ("left_thigh", "left_shank")


def about_the_leg(signal: ImuSignal) -> Rotation:
    """Half a turn about the long axis: the sensor's face looks the other way."""
    up = signal.acc_mps2[signal.between(1.0, 8.0)].mean(axis=0)
    return Rotation.from_rotvec(np.pi * up / np.linalg.norm(up))


def upside_down(_signal: ImuSignal) -> Rotation:
    """Half a turn about the axis that looks away from the leg."""
    return Rotation.from_rotvec([0.0, 0.0, np.pi])


def remounted(placement: Placement, way: Callable[[ImuSignal], Rotation]) -> Recording:
    signal = RECORDING.signals[placement]
    turn = way(signal)
    turned = replace(
        signal, acc_mps2=turn.apply(signal.acc_mps2), gyr_radps=turn.apply(signal.gyr_radps)
    )
    return replace(RECORDING, signals={**RECORDING.signals, placement: turned})


def all_angles(found: Analysis) -> FloatArray:
    return found.angles[["flexion_deg", "valgus_deg", "internal_rotation_deg"]].to_numpy()


@pytest.mark.parametrize("way", [about_the_leg, upside_down])
@pytest.mark.parametrize("placement", PLACEMENTS)
def test_a_sensor_turned_by_half_a_turn_gives_the_same_angles(placement, way):
    found = analyze(remounted(placement, way))

    np.testing.assert_allclose(all_angles(found), all_angles(AS_WORN), atol=0.5)

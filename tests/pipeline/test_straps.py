"""What is said of the straps: a check that catches wrong mounting, and never makes angles worse."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from truth import recording_of, valgus_error_deg

from imu_valgus.calibration import StrapPrior
from imu_valgus.core import SIDES, ImuSignal, Placement, placement_of
from imu_valgus.pipeline import Analysis, AnalysisParams, MisplacedSensorsError, analyze
from imu_valgus.recording import Recording
from imu_valgus.simulation import RunnerParams, SensorParams, SimulatedRun, simulate_run
from imu_valgus.simulation.run import SEGMENTS

LATERAL = StrapPrior(up="-x", outwards="z")
"""How simulated sensors are strapped: x down, z outwards."""
STATED = AnalysisParams(thigh_strap=LATERAL, shank_strap=LATERAL)
SENSOR = SensorParams(sampling_rate_hz=100.0, mounting_error_max_deg=26.0)
"""Uniform within 26° about each axis is 15° (SD)."""


@cache
def simulated(seed: int) -> SimulatedRun:
    return simulate_run(
        RunnerParams(seed=seed, run_minutes=0.5, walk_s=20.0, squats=0, sensor=SENSOR)
    )


def with_turned(run: SimulatedRun, placements: tuple[Placement, ...], axis: str) -> Recording:
    """The same recording with sensors turned by half a turn about one of their axes."""
    turn = Rotation.from_euler(axis, 180, degrees=True)
    signals = dict(run.signals)
    for placement in placements:
        one = signals[placement]
        signals[placement] = replace(
            one, acc_mps2=turn.apply(one.acc_mps2), gyr_radps=turn.apply(one.gyr_radps)
        )
    return recording_of(replace(run, signals=signals))


@cache
def with_a_shank_upside_down() -> Analysis:
    return analyze(with_turned(simulated(51), ("left_shank",), "z"), params=STATED)


def rmse_deg(run: SimulatedRun, found: Analysis) -> list[float]:
    return [float(np.sqrt(np.mean(valgus_error_deg(run, found, side) ** 2))) for side in SIDES]


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param((51, 52), id="two"),
        pytest.param(range(51, 63), id="12", marks=pytest.mark.slow),
    ],
)
def test_a_true_strap_of_15_degrees_makes_nothing_worse(seeds):
    runs = [simulated(seed) for seed in seeds]

    without = [rmse_deg(run, analyze(recording_of(run))) for run in runs]
    stated = [rmse_deg(run, analyze(recording_of(run), params=STATED)) for run in runs]

    assert np.mean(stated) <= np.mean(without) + 0.1


def test_a_sensor_worn_upside_down_is_named():
    found = with_a_shank_upside_down()

    assert any("left shank's sensor sits upside down" in note for note in found.summary.notes)


def test_a_sensor_worn_upside_down_is_aligned_without_its_strap():
    found = with_a_shank_upside_down()

    calibration = found.summary.sides["left"].calibration
    assert calibration is not None
    assert not calibration.straps["shank"].taken_in


def test_sensors_as_they_were_said_to_be_are_not_named():
    found = analyze(recording_of(simulated(51)), params=STATED)

    assert not any("strap" in note for note in found.summary.notes)


def test_legs_exchanged_as_a_whole_are_refused_where_the_straps_were_stated():
    run = simulated(51)
    crossed: dict[Placement, ImuSignal] = {
        placement_of(side, segment): run.signals[placement_of(other, segment)]
        for side, other in zip(SIDES, reversed(SIDES), strict=True)
        for segment in SEGMENTS
    }

    with pytest.raises(MisplacedSensorsError, match="left and right are exchanged"):
        analyze(recording_of(replace(run, signals=crossed)), params=STATED)


def test_a_strap_that_cannot_be_is_refused_with_the_way_to_write_it(run_command, tmp_path):
    answer = run_command("analyze", tmp_path, "--strap", "x=sideways")

    assert (answer.exit_code, "write x=down,z=out" in answer.stderr) == (2, True)

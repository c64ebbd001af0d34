"""A simulated session is parted as it was planned, whatever is worn."""

import numpy as np
import pytest

from imu_valgus.activities import find_bouts
from imu_valgus.core import ImuSignal, Placement
from imu_valgus.simulation import RunnerParams, SensorParams, SimulatedRun, simulate_run

LEFT: tuple[Placement, ...] = ("left_thigh", "left_shank")
RIGHT: tuple[Placement, ...] = ("right_thigh", "right_shank")


@pytest.fixture(scope="module")
def run() -> SimulatedRun:
    return simulate_run(
        RunnerParams(
            seed=11,
            run_minutes=0.5,
            walk_s=12.0,
            standing_s=5.0,
            squats=3,
            sensor=SensorParams(mounting_error_max_deg=15.0),
        )
    )


def worn(run: SimulatedRun, placements: tuple[Placement, ...]) -> dict[Placement, ImuSignal]:
    """The sensors' signals, on one clock."""
    return {
        placement: run.signals[placement].retimed(
            run.clocks[placement].true_time(run.signals[placement].time_s)
        )
        for placement in placements
    }


@pytest.mark.parametrize(
    "placements", [LEFT + RIGHT, LEFT, RIGHT, ("left_thigh",), ("right_thigh",)]
)
def test_both_legs_one_leg_or_one_thigh_tell_the_activities(run, placements):
    found = find_bouts(worn(run, placements))

    assert [bout.kind for bout in found] == [bout.kind for bout in run.bouts]


def test_the_run_begins_and_ends_within_a_second_and_a_half(run):
    (truth,) = (bout for bout in run.bouts if bout.kind == "run")

    (found,) = (bout for bout in find_bouts(worn(run, LEFT + RIGHT)) if bout.kind == "run")

    np.testing.assert_allclose(
        [found.start_s, found.stop_s], [truth.start_s, truth.stop_s], atol=1.5
    )


def test_a_standing_holds_no_step(run):
    stands = [bout for bout in find_bouts(worn(run, LEFT + RIGHT)) if bout.kind == "stand"]

    gyr = run.signals["left_thigh"]
    fastest = [
        np.rad2deg(np.abs(gyr.gyr_radps[gyr.between(bout.start_s + 0.2, bout.stop_s - 0.2)])).max()
        for bout in stands
    ]
    assert max(fastest) < 30.0

"""Short runs that the tests share."""

import pytest

from imu_valgus.simulation import (
    RunnerParams,
    SensorParams,
    SimulatedRun,
    TissueParams,
    simulate_run,
)

BARE = TissueParams(squat_turn_deg=0.0, muscle_turn_deg=0.0, impact_turn_deg=0.0, shank_share=0.0)
PERFECT = SensorParams(
    strap="aligned",
    mounting_error_max_deg=0.0,
    gyr_bias_dps=0.0,
    acc_bias_mg=0.0,
    gyr_bias_walk_dps_sqrt_h=0.0,
    scale_error_percent=0.0,
    cross_axis_percent=0.0,
    gyr_noise_dps_sqrt_hz=0.0,
    acc_noise_ug_sqrt_hz=0.0,
    gyr_range_dps=float("inf"),
    acc_range_g=float("inf"),
    clock_offset_s=0.0,
    clock_drift_ppm=0.0,
)


@pytest.fixture(scope="session")
def perfect_sensor() -> SensorParams:
    """Return sensors without any error, their axes the segment's."""
    return PERFECT


@pytest.fixture(scope="session")
def bare_runner() -> RunnerParams:
    """Return a runner without flesh or shocks, in perfect sensors."""
    return RunnerParams(
        seed=3,
        run_minutes=0.4,
        walk_s=10.0,
        squats=2,
        tibial_shock_g=0.0,
        tissue=BARE,
        sensor=PERFECT,
    )


@pytest.fixture(scope="session")
def bare_run(bare_runner: RunnerParams) -> SimulatedRun:
    return simulate_run(bare_runner)


@pytest.fixture(scope="session")
def real_run() -> SimulatedRun:
    """Return a run with all that goes wrong in reality."""
    return simulate_run(RunnerParams(seed=5, run_minutes=1.0, right_valgus_drift_deg=3.0))

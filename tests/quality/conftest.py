"""Simulated sessions, and what is found of them."""

from collections.abc import Callable, Mapping

import pytest

from imu_valgus.core import ImuSignal, Placement
from imu_valgus.pipeline.check import check_recording
from imu_valgus.quality import Finding
from imu_valgus.recording import Clock, SensorInfo, assemble_recording
from imu_valgus.simulation import RunnerParams, SensorParams, simulate_run

Signals = dict[Placement, ImuSignal]
Check = Callable[..., tuple[Finding, ...]]


def check_signals(
    signals: Mapping[Placement, ImuSignal], *, clock: Clock = "own", impacts: bool = True
) -> tuple[Finding, ...]:
    """Check signals as a session of sensors with their own clocks."""
    sensors = [
        SensorInfo(
            placement=placement,
            sampling_rate_hz=signal.sampling_rate_hz,
            clock=clock,
            impacts=impacts,
        )
        for placement, signal in signals.items()
    ]
    return check_recording(assemble_recording(sensors, signals))


@pytest.fixture(scope="session")
def check() -> Check:
    return check_signals


@pytest.fixture(scope="session")
def two_legs() -> Signals:
    """Both legs, standing → walking → squats → running → standing, sensors on the outer leg."""
    runner = RunnerParams(
        seed=2, run_minutes=1.2, walk_s=20.0, sensor=SensorParams(sampling_rate_hz=100.0)
    )
    return dict(simulate_run(runner).signals)


@pytest.fixture(scope="session")
def one_leg(two_legs: Signals) -> Signals:
    return {p: signal for p, signal in two_legs.items() if p.startswith("left")}

"""Simulated runners: one thing at a time made hard, the truth known to the last sample."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from accuracy.cache import code, kept
from accuracy.case import Group, LegCase, Truth
from scipy.spatial.transform import Rotation
from sensor_truth import true_attitudes

from imu_valgus import simulation
from imu_valgus.core import SIDES, Bout, FloatArray, Side, placement_of
from imu_valgus.simulation import (
    RunnerParams,
    SensorClock,
    SensorParams,
    SimulatedRun,
    TissueParams,
    simulate_run,
)

MINUTES: Final = 6.0
FIRST_SEED: Final = 101

_CODE: Final = code(Path(str(simulation.__file__)).parent)
"""Another simulator makes other signals."""
_SENSOR: Final = SensorParams()
_USUAL: Final = RunnerParams(run_minutes=MINUTES)
_SOFT: Final = 3.0 / TissueParams().squat_turn_deg
_TISSUE: Final = TissueParams()

RUNNERS: Final[Mapping[str, RunnerParams]] = {
    "usual": _USUAL,
    "mounting 25°": replace(_USUAL, sensor=replace(_SENSOR, mounting_error_max_deg=25.0)),
    "soft tissue 3°": replace(
        _USUAL,
        tissue=replace(
            _TISSUE,
            squat_turn_deg=3.0,
            muscle_turn_deg=_SOFT * _TISSUE.muscle_turn_deg,
            impact_turn_deg=_SOFT * _TISSUE.impact_turn_deg,
        ),
    ),
    "bias 2 °/s, scale 1 %": replace(
        _USUAL, sensor=replace(_SENSOR, gyr_bias_dps=2.0, scale_error_percent=1.0)
    ),
    "100 Hz": replace(_USUAL, sensor=replace(_SENSOR, sampling_rate_hz=100.0)),
    "15 minutes": replace(_USUAL, run_minutes=15.0),
    "treadmill": replace(_USUAL, course="treadmill"),
    "clocks ± 80 ppm, 3 s": replace(
        _USUAL, sensor=replace(_SENSOR, clock_drift_ppm=80.0, clock_offset_s=3.0)
    ),
    "no squats": replace(_USUAL, squats=0),
    "valgus 0.5°": replace(_USUAL, left_valgus_peak_deg=0.5, right_valgus_peak_deg=0.5),
    "valgus 12°": replace(_USUAL, left_valgus_peak_deg=12.0, right_valgus_peak_deg=12.0),
    "valgus drifts": replace(_USUAL, left_valgus_drift_deg=-2.0, right_valgus_drift_deg=3.0),
}
"""By name; each gets a seed of its own, hence other legs, other flesh, other sensors."""


def runner_of(name: str) -> RunnerParams:
    """Return one of ``RUNNERS`` with its seed."""
    return replace(RUNNERS[name], seed=FIRST_SEED + list(RUNNERS).index(name))


def simulated_legs(name: str) -> Iterator[LegCase]:
    """Return both legs of one of ``RUNNERS``."""
    key = _key(runner_of(name))
    run = _run(runner_of(name))
    for side in SIDES:
        yield leg_of(run, side, group="simulated", name=name, key=f"{key} {side}")


def true_relative_orientation(case: LegCase, time_s: FloatArray) -> Rotation:
    """Return how the shank's sensor truly stood in the thigh's at times on the thigh's clock."""
    runner = runner_of(case.name)
    run = _run(runner)
    true_s = run.clocks[placement_of(case.side, "thigh")].true_time(time_s)
    thigh, shank = true_attitudes(run, runner, case.side, true_s)
    return thigh.inv() * shank


def _run(runner: RunnerParams) -> SimulatedRun:
    return kept(lambda: simulate_run(runner), "simulated run", _key(runner))


def _key(runner: RunnerParams) -> str:
    return hashlib.sha256(f"{runner!r} {_CODE}".encode()).hexdigest()[:16]


def leg_of(run: SimulatedRun, side: Side, *, group: Group, name: str, key: str) -> LegCase:
    """Take one leg out of a simulated run and put its truth on the thigh's own clock."""
    thigh, shank = placement_of(side, "thigh"), placement_of(side, "shank")
    clock = run.clocks.get(thigh, SensorClock())
    own = run.truth[run.truth["side"] == side]
    contacts = run.contacts[run.contacts["side"] == side]
    bouts = [_on_clock(bout, clock) for bout in run.bouts]
    runs = [bout for bout in bouts if bout.kind == "run"]
    time_s = clock.device_time(own["time_s"].to_numpy())
    running = np.zeros(len(time_s), dtype=np.bool_)
    for bout in runs:
        running |= (time_s >= bout.start_s) & (time_s < bout.stop_s)
    # The outer tenths are left out: the runner comes to rest and makes to go there.
    still = next(bout for bout in bouts if bout.kind == "stand")
    margin_s = 0.1 * still.duration_s
    return LegCase(
        group=group,
        name=name,
        side=side,
        key=key,
        thigh=run.signals[thigh],
        shank=run.signals[shank],
        shank_s=clock.device_time(run.clocks[shank].true_time(run.signals[shank].time_s)),
        standing=(Bout(still.start_s + margin_s, still.stop_s - margin_s, "stand"),),
        gaits=tuple(bout for bout in bouts if bout.kind in ("walk", "run")),
        truth=Truth(
            time_s=time_s[running],
            flexion_deg=_column(own["flexion_deg"].to_numpy()[running]),
            valgus_deg=_column(own["valgus_deg"].to_numpy()[running]),
            trial=np.zeros(int(running.sum())),
            initial_contact_s=clock.device_time(contacts["initial_contact_s"].to_numpy()),
            toe_off_s=clock.device_time(contacts["toe_off_s"].to_numpy()),
        ),
        clock="own",
        signals="measured" if group == "simulated" else "computed",
        impacts=group == "simulated",
    )


def _on_clock(bout: Bout, clock: SensorClock) -> Bout:
    start_s, stop_s = clock.device_time(np.array([bout.start_s, bout.stop_s]))
    return Bout(float(start_s), float(stop_s), bout.kind)


def _column(values: FloatArray) -> FloatArray:
    return np.asarray(values, dtype=np.float64)

"""Simulated runners who put the sensors on again and again, each session through the whole road.

What is a runner's own stays (gait, knees, height, how much her flesh turns); what a donning brings
is drawn anew (``RunnerParams.donning``). Sessions are short: standing, 30 s of walking, squats, a
minute of running, standing. What was computed once is kept in the temporary folder.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from accuracy.cache import code, kept, releases
from truth import recording_of

import imu_valgus
from imu_valgus.core import SIDES, Side
from imu_valgus.metrics import stance_numbers
from imu_valgus.pipeline import Derived, analyze
from imu_valgus.simulation import (
    Course,
    RunnerParams,
    SensorParams,
    SimulatedRun,
    TissueParams,
    simulate_run,
)

FIRST_SEED: Final = 4001
RUNNERS: Final = 12
DONNINGS: Final = 20
_STAGES: Final = (
    "core",
    "simulation",
    "recording",
    "sync",
    "activities",
    "orientation",
    "calibration",
    "joint_angles",
    "strides",
    "metrics",
    "quality",
    "pipeline",
)
_CODE: Final = code(*(Path(imu_valgus.__file__).parent / stage for stage in _STAGES))
_FIRST_DAY: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Redonned:
    """One session of a simulated runner: what the analysis found, and what was true.

    Parameters
    ----------
    derived : Derived
        Without the angles sample by sample: 240 sessions of them would fill a disk.
    true_deg : DataFrame
        Index side; columns ``valgus_excursion_deg``, ``valgus_peak_deg``: means over all strides.
    """

    derived: Derived
    true_deg: pd.DataFrame


def runner_of(seed: int) -> RunnerParams:
    """Draw a recreational runner; spreads as in the 46 runners and in RBDS, cut to the sensible."""
    rng = np.random.default_rng(seed)
    peak_deg = rng.normal(8.0, 3.5)
    left_deg, right_deg = np.clip(peak_deg + rng.normal(0, 2.0, 2), 0.5, 18.0)
    course: Course = "track" if rng.random() < 0.5 else "treadmill"
    return RunnerParams(
        seed=seed,
        course=course,
        run_minutes=1.0,
        speed_mps=float(rng.uniform(2.5, 3.5)),
        cadence_spm=float(rng.normal(168, 7)),
        stance_fraction=float(rng.uniform(0.33, 0.39)),
        height_m=float(np.clip(rng.normal(1.73, 0.09), 1.52, 1.95)),
        left_valgus_peak_deg=float(left_deg),
        right_valgus_peak_deg=float(right_deg),
        tissue=TissueParams(
            squat_turn_deg=float(rng.uniform(6, 16)),
            muscle_turn_deg=float(rng.uniform(1.5, 3.5)),
            impact_turn_deg=float(rng.uniform(2.5, 6.0)),
        ),
        sensor=SensorParams(
            sampling_rate_hz=100.0, mounting_error_max_deg=15.0, strap_slip_deg=1.0
        ),
    )


def redonned(seed: int, donning: int, *, change_deg: float = 0.0) -> Redonned:
    """Return one session: the ``donning``-th of a runner, her peaks changed by so many degrees."""
    own = runner_of(seed)
    runner = replace(
        own,
        donning=donning,
        left_valgus_peak_deg=own.left_valgus_peak_deg + change_deg,
        right_valgus_peak_deg=own.right_valgus_peak_deg + change_deg,
    )
    return kept(
        lambda: _session(runner),
        "redonned",
        repr(runner),
        _CODE,
        releases("numpy", "scipy", "pandas", "vqf"),
    )


def all_redonned(
    seeds: Sequence[int], donnings: int, *, change_deg: float = 0.0
) -> Iterator[tuple[int, int, Redonned]]:
    """Yield seed, donning (from 1) and session of each."""
    for seed in seeds:
        for donning in range(1, donnings + 1):
            yield seed, donning, redonned(seed, donning, change_deg=change_deg)


def _session(runner: RunnerParams) -> Redonned:
    run = simulate_run(runner)
    recording = recording_of(run)
    found = analyze(recording)
    info = replace(
        recording.info,
        athlete=f"a{runner.seed}",
        start=_FIRST_DAY + timedelta(days=runner.donning),
    )
    derived = Derived(
        info=info,
        summary=replace(found.summary, session=f"a{runner.seed}_{runner.donning:02d}"),
        strides=found.strides,
        repetitions=found.repetitions,
        angles=found.angles.iloc[:0],
    )
    return Redonned(derived, pd.DataFrame({side: _true_means(run, side) for side in SIDES}).T)


def _true_means(run: SimulatedRun, side: Side) -> pd.Series:
    truth, contacts = (table[table["side"] == side] for table in (run.truth, run.contacts))
    numbers = stance_numbers(
        truth["time_s"].to_numpy(),
        truth["valgus_deg"].to_numpy(),
        start_s=contacts["initial_contact_s"].to_numpy(),
        toe_off_s=contacts["toe_off_s"].to_numpy(),
    )
    return numbers.rename(
        columns={"excursion_deg": "valgus_excursion_deg", "peak_deg": "valgus_peak_deg"}
    ).mean()

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
from imu_valgus.core import ANGLE_COLUMNS, SIDES, Side
from imu_valgus.metrics import stance_numbers
from imu_valgus.pipeline import Derived, Summary, analyze
from imu_valgus.recording import SensorInfo, SessionInfo
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
METRICS: Final = ("valgus_excursion_deg", "valgus_peak_deg")
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
        Strides and repetitions, with neither the angles sample by sample nor a summary's facts.
    true_deg : DataFrame
        Index side; columns ``valgus_excursion_deg``, ``valgus_peak_deg``: means over all strides.
    """

    derived: Derived
    true_deg: pd.DataFrame

    def truth(self, side: Side, metric: str) -> float:
        """Return one leg's true mean in degrees."""
        return self.true_deg[metric].astype(float).to_dict()[side]


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


def redonned(
    seed: int, donning: int, *, change_deg: float = 0.0, kept_share: float | None = None
) -> Redonned:
    """Return one session: the ``donning``-th of a runner, her peaks changed by so many degrees."""
    own = runner_of(seed)
    runner = replace(
        own,
        donning=donning,
        kept_share=own.kept_share if kept_share is None else kept_share,
        left_valgus_peak_deg=own.left_valgus_peak_deg + change_deg,
        right_valgus_peak_deg=own.right_valgus_peak_deg + change_deg,
    )
    strides, repetitions, true_deg = kept(
        lambda: _tables(runner),
        "redonned tables",
        repr(runner),
        _CODE,
        releases("numpy", "scipy", "pandas", "vqf"),
    )
    info = SessionInfo(
        athlete=f"a{seed}",
        start=_FIRST_DAY + timedelta(days=donning),
        reference="left_thigh",
        sensors=(SensorInfo(placement="left_thigh", sampling_rate_hz=100.0),),
    )
    derived = Derived(
        info=info,
        summary=Summary(session=f"a{seed}_{donning:02d}"),
        strides=strides,
        repetitions=repetitions,
        angles=pd.DataFrame({name: pd.Series(dtype="float64") for name in ANGLE_COLUMNS}),
    )
    return Redonned(derived, true_deg)


def all_redonned(
    seeds: Sequence[int], donnings: int, *, kept_share: float | None = None
) -> Iterator[Redonned]:
    """Yield each runner's sessions."""
    for seed in seeds:
        for donning in range(1, donnings + 1):
            yield redonned(seed, donning, kept_share=kept_share)


def _tables(runner: RunnerParams) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Simulate and analyse one session: strides, repetitions, and the true means by side."""
    run = simulate_run(runner)
    found = analyze(recording_of(run))
    true_deg = pd.DataFrame({side: _true_means(run, side) for side in SIDES}).T
    return found.strides, found.repetitions, true_deg


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

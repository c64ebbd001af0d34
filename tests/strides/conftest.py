"""Legs in their segments' axes: simulated ones with true contacts, and a real one with marks."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import (
    SIDES,
    Bout,
    FloatArray,
    ImuSignal,
    Placement,
    Segment,
    Side,
    placement_of,
)
from imu_valgus.recording import import_files
from imu_valgus.simulation import (
    RunnerParams,
    SensorParams,
    SimulatedRun,
    read_markers,
    simulate_measured_run,
    simulate_run,
)

CALIBRATION_ERROR_DEG = 8.0


@dataclass(frozen=True, eq=False)
class TrueLeg:
    """One leg in running, its signals and its exact contacts."""

    shank: ImuSignal
    thigh: ImuSignal
    runs: tuple[Bout, ...]
    initial_contact_s: FloatArray
    toe_off_s: FloatArray


@dataclass(frozen=True, eq=False)
class MarkedLeg:
    """A real leg in running, and the contacts that were read by eye."""

    shank: ImuSignal
    thigh: ImuSignal
    marks_s: FloatArray


@pytest.fixture(scope="session")
def true_legs() -> list[TrueLeg]:
    """A leg of each of eight runners: side, pace, cadence, stance, mounting and course differ."""
    legs: list[TrueLeg] = []
    for seed in range(8):
        draw = np.random.default_rng(seed)
        side = SIDES[seed % 2]
        run = simulate_run(
            RunnerParams(
                seed=seed,
                sides=(side,),
                run_minutes=0.75,
                walk_s=0.0,
                standing_s=4.0,
                squats=0,
                course="track" if seed % 3 else "treadmill",
                speed_mps=draw.uniform(2.5, 4.0),
                cadence_spm=draw.uniform(155, 185),
                stance_fraction=draw.uniform(0.30, 0.40),
                sensor=SensorParams(mounting_error_max_deg=15.0),
            )
        )
        legs.append(_true_leg(run, side, draw))
    return legs


@pytest.fixture(scope="session")
def walking_leg() -> TrueLeg:
    """A leg that stands and walks for 20 s."""
    run = simulate_run(
        RunnerParams(
            seed=9, sides=("left",), run_minutes=0.1, walk_s=20.0, standing_s=4.0, squats=0
        )
    )
    leg = _true_leg(run, "left", np.random.default_rng(9))
    stop_s = next(bout.stop_s for bout in run.bouts if bout.kind == "walk") + 1.0
    shank, thigh = (one[one.between(-np.inf, stop_s)] for one in (leg.shank, leg.thigh))
    return replace(leg, shank=shank, thigh=thigh)


@pytest.fixture(scope="session")
def measured_legs(shared_data: Path) -> list[TrueLeg]:
    """Both legs of RBDS001: virtual sensors on its shells, contacts by its foot markers."""
    folder = shared_data / "rbds001"
    run = simulate_measured_run(
        read_markers(folder / "RBDS001static.txt.gz"),
        read_markers(folder / "RBDS001runT25markers.txt.gz"),
    )
    draw = np.random.default_rng(0)
    return [_true_leg(run, side, draw) for side in SIDES]


def _true_leg(run: SimulatedRun, side: Side, draw: np.random.Generator) -> TrueLeg:
    own = run.contacts[run.contacts["side"] == side]
    return TrueLeg(
        shank=_in_segment(run, side, "shank", draw),
        thigh=_in_segment(run, side, "thigh", draw),
        runs=tuple(bout for bout in run.bouts if bout.kind == "run"),
        initial_contact_s=own["initial_contact_s"].to_numpy(),
        toe_off_s=own["toe_off_s"].to_numpy(),
    )


def _in_segment(
    run: SimulatedRun, side: Side, segment: Segment, draw: np.random.Generator
) -> ImuSignal:
    """Turn a sensor into its segment's axes as a calibration would: nearly."""
    placement = placement_of(side, segment)
    signal = run.signals[placement]
    error = Rotation.from_rotvec(draw.uniform(-1, 1, 3) * CALIBRATION_ERROR_DEG, degrees=True)
    turn = error * run.mountings[placement].sensor_to_segment
    return ImuSignal(
        run.clocks[placement].true_time(signal.time_s),
        turn.apply(signal.acc_mps2),
        turn.apply(signal.gyr_radps),
        clipped=signal.clipped,
        frame="segment",
    )


@pytest.fixture(scope="session")
def marked_leg(shared_data: Path) -> MarkedLeg:
    """The 60 s treadmill run of nms-dyn, its sensors turned into the segments by their standing."""
    marks = pd.read_csv(Path(__file__).parent / "hand_marks_nmsdyn_run.csv", comment="#")
    folder = shared_data / "nmsdyn_s0040" / "MC10"
    files: list[tuple[Placement, Path]] = [
        (placement, path)
        for placement, location in LOCATIONS.items()
        for path in sorted(folder.glob(f"f68.*{location}.*.csv.gz"))
    ]
    signals = import_files(files).signals
    return MarkedLeg(
        shank=_stood_up(signals["right_shank"], to_the_right=np.array([0.0, 0.0, 1.0])),
        thigh=_stood_up(signals["right_thigh"], to_the_right=np.array([0.35, -0.92, -0.15])),
        marks_s=marks["initial_contact_s"].to_numpy(dtype=np.float64),
    )


LOCATIONS: dict[Placement, str] = {
    "right_shank": "distal_lateral_shank_right",
    "right_thigh": "anterior_thigh_right",
}


def _stood_up(signal: ImuSignal, *, to_the_right: FloatArray) -> ImuSignal:
    """Turn a sensor into its segment: up by its first second's standing, right about as said."""
    up = signal.acc_mps2[:250].mean(axis=0)
    forward = np.cross(up, to_the_right)
    axes = [forward, up, np.cross(forward, up)]
    turn = np.stack([axis / np.linalg.norm(axis) for axis in axes])
    return ImuSignal(
        signal.time_s, signal.acc_mps2 @ turn.T, signal.gyr_radps @ turn.T, frame="segment"
    )

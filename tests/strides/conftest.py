"""Legs in their segments' axes: simulated ones with true contacts, and a real one with marks."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import (
    GRAVITY_MPS2,
    SIDES,
    Bout,
    FloatArray,
    ImuSignal,
    Placement,
    Segment,
    Side,
    placement_of,
)
from imu_valgus.simulation import RunnerParams, SensorParams, SimulatedRun, simulate_run

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
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
def shared_data() -> Path:
    """The public recordings beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("the public recordings (../shared/data) are not here")
    return SHARED


@pytest.fixture(scope="session")
def true_legs() -> list[TrueLeg]:
    """Both legs of eight runners: pace, cadence, stance, mounting and course all differ."""
    legs: list[TrueLeg] = []
    for seed in range(8):
        draw = np.random.default_rng(seed)
        run = simulate_run(
            RunnerParams(
                seed=seed,
                run_minutes=0.75,
                walk_s=8.0,
                standing_s=4.0,
                squats=0,
                course="track" if seed % 2 else "treadmill",
                speed_mps=draw.uniform(2.5, 4.0),
                cadence_spm=draw.uniform(155, 185),
                stance_fraction=draw.uniform(0.30, 0.40),
                sensor=SensorParams(mounting_error_max_deg=15.0),
            )
        )
        legs += [_true_leg(run, side, draw) for side in SIDES]
    return legs


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
    shank = _read(shared_data, "right_shank", np.array([0.0, 0.0, 1.0]))
    return MarkedLeg(
        shank=shank,
        thigh=_read(shared_data, "right_thigh", np.array([0.35, -0.92, -0.15])),
        marks_s=marks["initial_contact_s"].to_numpy(dtype=np.float64),
    )


LOCATIONS: dict[Placement, str] = {
    "right_thigh": "anterior_thigh_right",
    "right_shank": "distal_lateral_shank_right",
}


def _read(shared_data: Path, placement: Placement, to_the_right: FloatArray) -> ImuSignal:
    """Read a sensor of the run; ``to_the_right`` is about where its flexion axis points."""
    folder = shared_data / "nmsdyn_s0040" / "MC10"
    first = _columns(folder, f"{LOCATIONS['right_shank']}.gyro")[0][0]
    time_s, gyr_dps = _columns(folder, f"{LOCATIONS[placement]}.gyro")
    acc_time_s, acc_g = _columns(folder, f"{LOCATIONS[placement]}.accel")
    acc = np.stack([np.interp(time_s, acc_time_s, axis) for axis in acc_g.T], axis=1)
    up = acc[:250].mean(axis=0)
    forward = np.cross(up, to_the_right)
    axes = [forward, up, np.cross(forward, up)]
    turn = np.stack([axis / np.linalg.norm(axis) for axis in axes])
    return ImuSignal(
        time_s - first,
        acc @ turn.T * GRAVITY_MPS2,
        np.deg2rad(gyr_dps) @ turn.T,
        frame="segment",
    )


def _columns(folder: Path, kind: str) -> tuple[FloatArray, FloatArray]:
    (path,) = folder.glob(f"f68.*{kind}.csv.gz")
    values = pd.read_csv(path).to_numpy(dtype=np.float64)
    return values[:, 0], values[:, 1:]

"""What should a guided calibration ask? How well each movement tells the knee's flexion axis.

``python tests/protocol_study.py`` prints it (``poe protocol``). For each movement and length, the
azimuth that it gives against the azimuth that suits the true valgus best: on six simulated runners
(both legs, default flesh) over running, on the real leg of nms-dyn over five walks seen by optics.
The relative orientation is that of the whole session, so that the axis alone is compared. Then the
whole analysis of sessions that hold more or less.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from accuracy.data import shared_data
from scipy.optimize import minimize_scalar
from scipy.spatial.transform import Rotation
from truth import analysed, found_time, recording_of, valgus_error_deg

from imu_valgus.activities import find_bouts
from imu_valgus.calibration import flexion_axis
from imu_valgus.core import (
    SIDES,
    BoolArray,
    Bout,
    FloatArray,
    Placement,
    Side,
    compose,
    mirror_of,
    placement_of,
)
from imu_valgus.pipeline import AnalysisParams, LegMotion, analyze, leg_motion
from imu_valgus.pipeline.leg import GAIT_WEIGHTS, _knee_motion, during, in_segment
from imu_valgus.pipeline.session_time import on_session_time
from imu_valgus.recording import Recording, import_files
from imu_valgus.simulation import RunnerParams, SensorParams, simulate_run

SEEDS: Final = range(201, 207)
LENGTHS_S: Final = (10.0, 20.0, 30.0, 60.0)
EXCURSION_PER_DEGREE: Final = 0.4
SENSORS: Final[Mapping[Placement, str]] = {
    "right_thigh": "anterior_thigh_right",
    "right_shank": "distal_lateral_shank_right",
}
TRIALS: Final = {
    "f16": "star (leg swings to all sides)",
    "f32": "squats",
    "f34": "walk",
    "f58": "walk",
    "f68": "run",
}
WALKS: Final = ("f36", "f38", "f40", "f42", "f44")


@dataclass(frozen=True, slots=True, eq=False)
class StudiedLeg:
    """A leg, when it did what, and the azimuth that suits the true angles best, radians."""

    motion: LegMotion
    bouts: Mapping[str, Sequence[Bout]]
    best_rad: float


def simulated_legs(seed: int) -> list[StudiedLeg]:
    """Simulate a runner who does all there is, and find both legs' best azimuths."""
    run = simulate_run(
        RunnerParams(
            seed=seed,
            run_minutes=3.0,
            walk_s=125.0,
            course="treadmill" if seed % 2 else "track",
            speed_mps=2.5 + 0.5 * (seed % 4),
            left_valgus_peak_deg=4.0,
            right_valgus_peak_deg=9.0,
            sensor=SensorParams(sampling_rate_hz=100.0, mounting_error_max_deg=15.0),
        )
    )
    recording = recording_of(run)
    found = analyze(recording)
    bouts = {kind: [b for b in found.summary.bouts if b.kind == kind] for kind in GAIT_WEIGHTS}
    bouts["squats"] = [b for b in found.summary.bouts if b.kind == "squat"]
    legs: list[StudiedLeg] = []
    for side in SIDES:
        truth = run.truth[run.truth["side"] == side]
        at_s = found_time(run, found, side, truth["time_s"].to_numpy(dtype=np.float64))
        motion = motion_of(recording, side)
        true_deg = np.interp(motion.time_s, at_s, truth["valgus_deg"].to_numpy(dtype=np.float64))
        error = partial(error_running, motion, true_deg, during(motion.time_s, bouts["run"]))
        legs.append(StudiedLeg(motion, bouts, best_azimuth(motion, error)))
    return legs


def error_running(
    motion: LegMotion, true_deg: FloatArray, running: BoolArray, valgus_deg: FloatArray
) -> float:
    """Return the mean square of valgus' error over running, zero at standing."""
    pose = motion.poses[0]
    still = during(motion.time_s, [Bout(pose.start_s, pose.stop_s, "stand")])
    return float(np.mean((valgus_deg - valgus_deg[still].mean() - true_deg)[running] ** 2))


def real_leg(data: Path) -> StudiedLeg:
    """Read the real leg; its best azimuth suits the shape of the optical angles in five walks."""
    folder = data / "nmsdyn_s0040"
    recording = import_files(
        [
            (placement, path)
            for placement, name in SENSORS.items()
            for trial in sorted(("f14", *TRIALS, *WALKS))
            for path in sorted((folder / "MC10").glob(f"{trial}.*.{name}.*"))
        ]
    )
    assert recording.info.start is not None
    zero_s = recording.info.start.timestamp()
    motion = motion_of(recording, "right")
    optical = pd.read_csv(folder / "optical_walks_1-5.csv")
    at_s, trial, true_deg = (
        optical[name].to_numpy(dtype=np.float64) for name in ("unix_s", "walk", "abduction_deg")
    )
    at_s = at_s - zero_s

    def error(valgus_deg: FloatArray) -> float:
        off = np.interp(at_s, motion.time_s, valgus_deg) - true_deg
        return float(np.mean([np.var(off[trial == n]) for n in np.unique(trial)]))

    bouts: dict[str, list[Bout]] = {}
    for name, what in TRIALS.items():
        path = next((folder / "MC10").glob(f"{name}.*.{SENSORS['right_thigh']}.gyro.*"))
        unix_s = pd.read_csv(path, usecols=[0]).to_numpy(dtype=np.float64)[[0, -1], 0] - zero_s
        bouts.setdefault(what, []).append(Bout(unix_s[0] + 2, unix_s[1] - 2, "walk"))
    return StudiedLeg(motion, bouts, best_azimuth(motion, error))


def motion_of(recording: Recording, side: Side) -> LegMotion:
    """Analyse one leg as a user does."""
    signals = on_session_time(recording).signals
    thigh, shank = (signals[placement_of(side, segment)] for segment in ("thigh", "shank"))
    return leg_motion(thigh, shank, find_bouts(signals), side=side, params=AnalysisParams())


def best_azimuth(motion: LegMotion, error: Callable[[FloatArray], float]) -> float:
    """Return the turn of the flexion axis from ours, radians, at which valgus errs least."""
    pose = compose(
        compose(motion.alignment.thigh, motion.relative.shank_to_thigh),
        motion.alignment.shank.inv(),
    )
    long_axis = pose.apply([0.0, 1.0, 0.0])

    def of_turn(turn_rad: float) -> float:
        across = Rotation.from_rotvec([0.0, -turn_rad, 0.0]).apply(long_axis)[:, 2]
        return error(np.degrees(-mirror_of(motion.side) * np.arcsin(np.clip(across, -1, 1))))

    return float(minimize_scalar(of_turn, bounds=(-0.7, 0.7), method="bounded").x)


def azimuth_off_deg(leg: StudiedLeg, chosen: Mapping[str, Sequence[Bout]]) -> float:
    """Return how far the axis from these bouts is off the best one, positive inwards.

    ``chosen``: gait → its bouts; each counts as in the analysis, what is no gait as running.
    """
    motion = leg.motion
    masks = {kind: during(motion.time_s, bouts) for kind, bouts in chosen.items()}
    whole = np.any(list(masks.values()), axis=0)
    thigh, shank = (
        in_segment(signal, frame.inv())
        for signal, frame in (
            (motion.thigh, motion.alignment.thigh),
            (motion.shank, motion.alignment.shank),
        )
    )
    found = flexion_axis(
        _knee_motion(thigh, shank, motion.relative, motion.poses, whole),
        {kind: mask[whole] for kind, mask in masks.items()},
        weights={kind: GAIT_WEIGHTS.get(kind, 1.0) for kind in masks},
    )
    forward, _, right = motion.alignment.thigh.apply(found.axis)
    off_rad = float(np.arctan2(forward, right)) - leg.best_rad
    return float(np.degrees(off_rad)) * mirror_of(motion.side)


def windows(bouts: Sequence[Bout], length_s: float) -> list[Bout]:
    """Cut bouts into windows of a length that do not overlap, up to six."""
    starts = [
        (bout, start_s)
        for bout in bouts
        for start_s in np.arange(bout.start_s, bout.stop_s - length_s + 0.01, length_s)
    ]
    return [Bout(float(at_s), float(at_s) + length_s, bout.kind) for bout, at_s in starts][:6]


def movements(leg: StudiedLeg) -> dict[str, list[dict[str, Sequence[Bout]]]]:
    """Return what to compare: name → the ways to take it from the session."""
    found: dict[str, list[dict[str, Sequence[Bout]]]] = {}
    for kind in GAIT_WEIGHTS:
        for length_s in LENGTHS_S:
            found[f"{kind} {length_s:.0f} s"] = [
                {kind: [window]} for window in windows(leg.bouts[kind], length_s)
            ]
        found[f"{kind}, all"] = [{kind: leg.bouts[kind]}]
    others = [kind for kind in leg.bouts if kind not in GAIT_WEIGHTS]
    found |= {kind: [{kind: leg.bouts[kind]}] for kind in others}
    walks = windows(leg.bouts["walk"], 30.0)
    run = leg.bouts["run"]
    found["walk 30 s and run"] = [{"walk": [walk], "run": run} for walk in walks]
    for other in others:
        also = leg.bouts[other]
        found[f"walk 30 s and {other}"] = [{"walk": [walk], other: also} for walk in walks]
    return found


def table(legs: Sequence[StudiedLeg]) -> dict[str, FloatArray]:
    """Return each movement's errors of azimuth over all legs and windows, degrees."""
    errors: dict[str, list[float]] = {}
    for leg in legs:
        for name, ways in movements(leg).items():
            errors.setdefault(name, []).extend(azimuth_off_deg(leg, way) for way in ways)
    return {name: np.array(found) for name, found in errors.items() if found}


SESSIONS: Final[Mapping[str, tuple[float, int]]] = {
    "stand, run": (0.0, 0),
    "stand, walk 15 s, run": (15.0, 0),
    "stand, walk 30 s, run": (30.0, 0),
    "stand, walk 60 s, run": (60.0, 0),
    "stand, walk 30 s, squats, run": (30.0, 5),
}
"""Seconds of walking and number of squats."""


def session_errors(walk_s: float, squats: int) -> FloatArray:
    """Return valgus' RMSE over running of sessions that hold this, both legs, degrees."""
    errors: list[float] = []
    for seed in SEEDS:
        runner = RunnerParams(seed=seed, run_minutes=1.5, walk_s=walk_s, squats=squats)
        found = analysed(runner)
        errors += [float(np.sqrt(np.mean(valgus_error_deg(*found, side) ** 2))) for side in SIDES]
    return np.array(errors)


def main() -> None:
    """Print one line a movement: bias, spread and root mean square of the azimuth's error."""
    print("azimuth of the flexion axis off the one that suits the true valgus best, degrees;")
    print(f"each degree moves the excursion in stance by about {EXCURSION_PER_DEGREE} degrees")
    studied = {
        "simulated legs, in running": list(chain.from_iterable(map(simulated_legs, SEEDS))),
        "real leg (nms-dyn), in walking": [real_leg(shared_data())],
    }
    for title, legs in studied.items():
        print(f"\n{title}: {len(legs)}")
        print(f"{'movement':48} n    mean     SD    RMS  worst")
        for name, off_deg in table(legs).items():
            rms = np.sqrt(np.mean(off_deg**2))
            print(
                f"{name:48} {len(off_deg):2d} {off_deg.mean():7.1f} {off_deg.std():6.1f} "
                f"{rms:6.1f} {np.abs(off_deg).max():6.1f}"
            )
    print("\nwhole analysis, simulated legs: RMSE of valgus over running, degrees")
    print(f"{'session':48} n    mean  worst")
    for name, (walk_s, squats) in SESSIONS.items():
        rmse_deg = session_errors(walk_s, squats)
        print(f"{name:48} {len(rmse_deg):2d} {rmse_deg.mean():7.2f} {rmse_deg.max():6.2f}")


if __name__ == "__main__":
    main()

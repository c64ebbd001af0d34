"""Does the stated error hold? Many donnings, their calibration as far off as on real legs.

``python -m accuracy.donnings``: each donning is a simulated runner with flesh, posture and sensors
of her own. Her axes are not those that the calibration finds on simulated legs but the true ones,
turned by an error drawn from what the calibration leaves on real legs. Those legs are few, and one
more may well be worse: the draws are Student's, with as many degrees of freedom as there are legs.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from accuracy.case import LegCase
from accuracy.data import shared_data
from accuracy.measured import MOUNTINGS_DEG, measured_legs
from accuracy.methods.ours import motion_of, ours
from accuracy.pair import during
from accuracy.simulated import leg_of
from accuracy.walks import walking_leg
from scipy.spatial.transform import Rotation

from imu_valgus.calibration import LegAlignment
from imu_valgus.core import SIDES, FloatArray, compose, mirror_of, placement_of
from imu_valgus.joint_angles import knee_angles, valgus_error
from imu_valgus.metrics import stride_errors
from imu_valgus.orientation import SmootherParams
from imu_valgus.pipeline import LegMotion
from imu_valgus.simulation import RunnerParams, SensorParams, SimulatedRun, simulate_run
from imu_valgus.strides import normalise

FIRST_SEED: Final = 2001
RUNNERS: Final = 100
"""Both legs of each: 200 donnings."""
CONFIDENCE: Final = 1.96
_SHIFT_S: Final = -0.015
"""By which the walks' optical clock is off (the flexion's best fit)."""


@dataclass(frozen=True, slots=True)
class CalibrationErrors:
    """What the calibration leaves: size of azimuth, tilt and zero, degrees, over ``legs``."""

    azimuth_deg: float
    tilt_deg: float
    zero_deg: float
    legs: int

    def draw(self, rng: np.random.Generator) -> FloatArray:
        """Return the three errors (3,) of one donning."""
        sizes = np.array([self.azimuth_deg, self.tilt_deg, self.zero_deg])
        return np.asarray(sizes * rng.standard_t(self.legs, 3))


@dataclass(frozen=True, slots=True)
class Donning:
    """Shares of one donning's samples of stance and of its strides that hold the truth.

    ``mean_excursion``: whether the session's mean excursion does, by its shared error.
    """

    samples: float
    peaks: float
    excursions: float
    mean_excursion: bool


def errors_on_real_legs(data: Path) -> CalibrationErrors:
    """Read off real legs what their calibration left in valgus, as azimuth, tilt and zero."""
    walk = walking_leg(data)
    by_leg = {"walks": [_left_over(walk, _SHIFT_S)]}
    for number in range(len(MOUNTINGS_DEG)):
        for case in measured_legs(data, number):
            by_leg.setdefault(f"poses, {case.side}", []).append(_left_over(case, 0.0))
    squares = np.array([np.mean(np.square(found), axis=0) for found in by_leg.values()])
    # The optical zero of the walks is not standing: it says nothing of ours.
    azimuth, tilt = np.sqrt(squares[:, :2].mean(axis=0))
    return CalibrationErrors(
        float(azimuth), float(tilt), float(np.sqrt(squares[1:, 2].mean())), len(by_leg)
    )


def _left_over(case: LegCase, shift_s: float) -> FloatArray:
    """Fit azimuth, tilt and zero (3,) in degrees to our error over the recording."""
    found, truth = ours(case)[""], case.truth
    at_s = truth.time_s + shift_s
    flexion = np.radians(np.interp(at_s, found.time_s, found.flexion_deg))
    error = np.interp(at_s, found.time_s, found.valgus_deg) - truth.valgus_deg
    shapes = np.stack([np.sin(flexion), np.cos(flexion) - 1.0, np.ones_like(flexion)], axis=1)
    return np.asarray(np.linalg.lstsq(shapes, error)[0], dtype=np.float64)


def donnings(errors: CalibrationErrors, seeds: Sequence[int]) -> Iterator[Donning]:
    """Don the sensors on both legs of each runner."""
    for seed in seeds:
        rng = np.random.default_rng(seed)
        left_deg, right_deg = rng.uniform(0.5, 12.0, 2)
        runner = RunnerParams(
            seed=seed,
            run_minutes=0.5,
            walk_s=12.0,
            standing_s=5.0,
            squats=0,
            left_valgus_peak_deg=float(left_deg),
            right_valgus_peak_deg=float(right_deg),
            sensor=replace(SensorParams(), sampling_rate_hz=100.0),
        )
        run = simulate_run(runner)
        for side in SIDES:
            case = leg_of(run, side, group="simulated", name="donning", key=f"{seed} {side}")
            yield _hold(case, _misaligned(case, run, errors.draw(rng)))


def _misaligned(case: LegCase, run: SimulatedRun, error_deg: FloatArray) -> "Worn":
    """Return the leg's motion by its true axes, the thigh's turned by azimuth and tilt."""
    motion = motion_of(case)
    mirror = mirror_of(case.side)
    azimuth, tilt, zero = error_deg
    off = Rotation.from_euler("YX", [mirror * azimuth, mirror * tilt], degrees=True)
    thigh, shank = (
        run.mountings[placement_of(case.side, segment)].sensor_to_segment
        for segment in ("thigh", "shank")
    )
    return Worn(motion, LegAlignment(off * thigh, shank), float(zero))


@dataclass(frozen=True, slots=True, eq=False)
class Worn:
    """A leg in motion with the sensors aligned in a way of one's own."""

    motion: LegMotion
    alignment: LegAlignment
    zero_deg: float


def _hold(case: LegCase, worn: Worn) -> Donning:
    """Hold angles and their stated errors against the truth, at the true contacts."""
    relative, truth = worn.motion.relative, case.truth
    time_s = relative.time_s + float(case.thigh.time_s[0])
    thigh = compose(relative.thigh_to_earth, worn.alignment.thigh.inv())
    shank = compose(relative.shank_to_earth, worn.alignment.shank.inv())
    angles = knee_angles(thigh, shank, side=case.side)
    still = during(time_s, case.standing[:1])
    valgus_deg = angles.valgus_deg - angles.valgus_deg[still].mean() + worn.zero_deg
    angles = replace(
        angles,
        flexion_deg=angles.flexion_deg - angles.flexion_deg[still].mean(),
        valgus_deg=valgus_deg,
    )
    error = valgus_error(
        angles,
        time_s=time_s,
        thigh=thigh,
        shank=shank,
        heading_sd_rad=relative.heading_sd_rad,
        lateness_sd_s=relative.lateness.sd_at(relative.time_s),
        valgus_rate_degps=np.gradient(valgus_deg, time_s),
        flesh_rad=SmootherParams().flesh_rad,
    )
    stances = truth.initial_contact_s, truth.toe_off_s
    stated = stride_errors(valgus_deg, error, start_s=stances[0], toe_off_s=stances[1])

    def stance(values: FloatArray, at_s: FloatArray) -> FloatArray:
        return normalise(at_s, values, *stances)[:, :-1]

    found, true = stance(valgus_deg, time_s), stance(truth.valgus_deg, truth.time_s)
    peaks, true_peaks = found.max(axis=1), true.max(axis=1)
    off_deg = (peaks - found[:, 0]) - (true_peaks - true[:, 0])
    shared_deg = float(np.nanmean(stated.excursion_shared_deg))
    return Donning(
        samples=_within(found - true, stance(error.sd_deg, time_s)),
        peaks=_within(peaks - true_peaks, stated.peak_deg),
        excursions=_within(off_deg, stated.excursion_deg),
        mean_excursion=bool(abs(np.nanmean(off_deg)) <= CONFIDENCE * shared_deg),
    )


def _within(error_deg: FloatArray, sd_deg: FloatArray) -> float:
    known = np.isfinite(error_deg) & np.isfinite(sd_deg)
    return float(np.mean(np.abs(error_deg[known]) <= CONFIDENCE * sd_deg[known]))


def main() -> None:
    """Print the study."""
    parser = argparse.ArgumentParser(prog="poe donnings", description=__doc__)
    parser.add_argument("--data", type=Path, default=shared_data())
    parser.add_argument("--runners", type=int, default=RUNNERS)
    options = parser.parse_args()
    errors = errors_on_real_legs(options.data)
    found = list(donnings(errors, range(FIRST_SEED, FIRST_SEED + options.runners)))
    sys.stdout.write(
        f"calibration's errors on {errors.legs} real legs, root mean square: azimuth"
        f" {errors.azimuth_deg:.1f}°, tilt {errors.tilt_deg:.1f}°, zero {errors.zero_deg:.1f}°\n"
        f"{len(found)} donnings; truth within {CONFIDENCE} standard deviations, pooled:\n"
        f"  samples of stance  {np.mean([one.samples for one in found]):.3f}\n"
        f"  stance peaks       {np.mean([one.peaks for one in found]):.3f}\n"
        f"  stance excursions  {np.mean([one.excursions for one in found]):.3f}\n"
        f"  mean excursion     {np.mean([one.mean_excursion for one in found]):.3f} of donnings\n"
    )


if __name__ == "__main__":
    main()

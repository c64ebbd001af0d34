"""How much change along a run the instrument makes of its own accord.

``python -m accuracy.drift``: the error of what is read off each stance is fitted with a line over
the run; how far that line goes from start to end is what a runner who did not change would be told.
Simulated runners with flesh and sensor errors; then such whose gyroscopes' offsets wander ten times
as far, as when they warm up; then such whose straps slip by 1° about axes drawn; last the ones who
truly change.
"""

import sys
from collections.abc import Iterator
from typing import Final

import numpy as np
from accuracy.case import LegCase
from accuracy.methods.ours import ours
from accuracy.simulated import MINUTES, RUNNERS, leg_of, simulated_legs

from imu_valgus.core import SIDES, FloatArray
from imu_valgus.simulation import RunnerParams, SensorParams, simulate_run
from imu_valgus.strides import normalise

FIRST_SEED: Final = 401
SEEDS: Final = 6
"""Both legs of each: 12."""

CHANGING: Final = "valgus drifts"
WARMING: Final = SensorParams(gyr_bias_walk_dps_sqrt_h=1.0)
SLIPPING: Final = SensorParams(strap_slip_deg=1.0)

NUMBERS: Final = ("excursion", "rom", "contact", "peak", "mean")


def change_faked(case: LegCase) -> FloatArray:
    """Return the change (5,) over the run, degrees, in the errors of one leg's ``NUMBERS``."""
    found, truth = ours(case)[""], case.truth
    stances = truth.initial_contact_s, truth.toe_off_s
    error_deg = _numbers(normalise(found.time_s, found.valgus_deg, *stances)[:, :-1]) - _numbers(
        normalise(truth.time_s, truth.valgus_deg, *stances)[:, :-1]
    )
    known = np.isfinite(error_deg).all(axis=1)
    contact_s = truth.initial_contact_s[known]
    run = (contact_s - contact_s.mean()) / np.ptp(contact_s)
    return run @ error_deg[known] / (run @ run)


def _numbers(stances: FloatArray) -> FloatArray:
    """Read NUMBERS (k, 5) off the curves (k, p)."""
    contact, peak = stances[:, 0], stances.max(axis=1)
    rom = peak - stances.min(axis=1)
    return np.stack([peak - contact, rom, contact, peak, stances.mean(axis=1)], axis=1)


def kinds() -> Iterator[tuple[str, list[LegCase]]]:
    """Return each kind of run's legs."""
    steady = [name for name in RUNNERS if name != CHANGING]
    yield "steady", [case for name in steady for case in simulated_legs(name)]
    yield "offsets wander", list(_legs("offsets wander", WARMING))
    yield "straps slip by 1°", list(_legs("straps slip", SLIPPING))
    yield "true change -2° and 3°", list(simulated_legs(CHANGING))


def _legs(name: str, sensor: SensorParams) -> Iterator[LegCase]:
    for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
        run = simulate_run(RunnerParams(seed=seed, run_minutes=MINUTES, sensor=sensor))
        for side in SIDES:
            yield leg_of(run, side, group="simulated", name=name, key=f"{name} {seed} {side}")


def main() -> None:
    """Print the table."""
    sys.stdout.write(
        "change over the run that is not the knee's, degrees: root mean square / worst\n"
        f"{'runs':24s}legs{''.join(f'{name:>13s}' for name in NUMBERS)}\n"
    )
    for name, legs in kinds():
        faked = np.array([change_faked(case) for case in legs])
        rms, worst = np.sqrt(np.mean(faked**2, axis=0)), np.abs(faked).max(axis=0)
        told = "".join(f"{a:6.2f} /{b:5.2f}" for a, b in zip(rms, worst, strict=True))
        sys.stdout.write(f"{name:24s}{len(legs):4d}{told}\n")


if __name__ == "__main__":
    main()

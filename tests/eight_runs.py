"""The eight simulated runs on which the figures of contacts and valgus are stated.

``python tests/eight_runs.py`` prints them (``poe runs``).
"""

import numpy as np
from truth import analysed, contact_score, valgus_error_deg

from imu_valgus.core import SIDES
from imu_valgus.simulation import RunnerParams, SensorParams

SPEEDS_MPS = (2.5, 3.0, 3.5, 4.0)
LEFT_PEAKS_DEG = (4.0, 7.0, 10.0, 1.0)
RIGHT_PEAKS_DEG = (8.0, 2.0, 6.0, 12.0)


def runner(number: int, *, minutes: float) -> RunnerParams:
    """The n-th run: mounting up to 15°, 200 Hz, clocks off by 0.3 s and 30 ppm."""
    return RunnerParams(
        seed=100 + number,
        run_minutes=minutes,
        course="track" if number % 2 == 0 else "treadmill",
        speed_mps=SPEEDS_MPS[number % 4],
        left_valgus_peak_deg=LEFT_PEAKS_DEG[number % 4],
        right_valgus_peak_deg=RIGHT_PEAKS_DEG[number % 4],
        sensor=SensorParams(mounting_error_max_deg=15.0),
    )


EIGHT = [runner(number, minutes=3.0) for number in range(8)]


def main() -> None:
    """Print one line a leg, then the median and the worst."""
    print(
        "run side  contacts matched false  bias ms  toe-off<40ms  contact time ms  valgus RMSE deg"
    )
    errors: list[float] = []
    for one in EIGHT:
        found = analysed(one)
        for side in SIDES:
            score = contact_score(*found, side)
            errors.append(float(np.sqrt(np.mean(valgus_error_deg(*found, side) ** 2))))
            print(
                f"{one.seed} {side:5} {score.n_true:8d} {score.matched_share:7.1%} "
                f"{score.false_share:5.1%} {1e3 * score.bias_s:8.1f} {score.toe_off_matched:13.1%} "
                f"{1e3 * score.contact_time_bias_s:16.1f} {errors[-1]:16.2f}"
            )
    print(f"valgus RMSE: median {np.median(errors):.2f} deg, worst {max(errors):.2f} deg")


if __name__ == "__main__":
    main()

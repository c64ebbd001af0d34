"""``python -m accuracy.relative``: ways to tie thigh and shank, the relative orientation scored.

Valgus hides them: most of its error is the axis' and the flesh's. So what is scored is the angle of
the relative orientation's error, its mean removed, in running, against the sensors' true attitudes;
valgus with the azimuth of the axis fitted to the truth; and flexion.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from unittest.mock import patch

import numpy as np
from accuracy.case import LegAngles, LegCase
from accuracy.chain import RECORDINGS, read_chain, rms_deg, score_ours
from accuracy.data import shared_data
from accuracy.measured import MOUNTINGS_DEG, measured_legs
from accuracy.measures import score
from accuracy.methods import dfjimu_link, oracle, related, vqf_standing
from accuracy.methods.ours import motion_of
from accuracy.methods.relators import RELATORS, in_the_pipeline
from accuracy.pair import pair_of
from accuracy.run import LONG_CASE
from accuracy.simulated import RUNNERS, simulated_legs, true_relative_orientation
from accuracy.walks import walking_leg
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray

PEERS: Final = {
    "dfjimu MEKF": dfjimu_link.mekf_expected_arms,
    "dfjimu MAP": dfjimu_link.map_expected_arms,
    "VQF + standing": vqf_standing.vqf_with_standing,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One way on one leg, degrees; NaN where the case does not tell."""

    group: str
    way: str
    orientation_deg: float
    valgus_deg: float = np.nan
    flexion_deg: float = np.nan
    seconds: float = np.nan


def main() -> None:
    """Score the ways on the groups asked for and write the medians and worst."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", nargs="+", default=["simulated", "measured", "walks", "chains"])
    parser.add_argument("--ways", nargs="+", default=[*RELATORS, *PEERS])
    parser.add_argument("--data", type=Path, default=shared_data())
    options = parser.parse_args()
    rows: list[Row] = []
    for case in _cases(options.data, options.groups):
        found = [*_ours(case, options.ways), *_peers(case, options.ways)]
        rows += found
        sys.stderr.write(f"{case.label}: {[round(row.orientation_deg, 2) for row in found]}\n")
    if "chains" in options.groups:
        rows += _chains(options.data, options.ways)
    for group in dict.fromkeys(row.group for row in rows):
        for way in options.ways:
            own = [row for row in rows if (row.group, row.way) == (group, way)]
            if own:
                sys.stdout.write(f"| {group} | {way} | {_summary(own)} |\n")


def _cases(data: Path, groups: Sequence[str]) -> Iterator[LegCase]:
    """Return one leg of each recording, left and right in turn."""
    if "simulated" in groups:
        short = [name for name in RUNNERS if name != LONG_CASE]
        for number, name in enumerate(short):
            yield list(simulated_legs(name))[number % 2]
    if "measured" in groups:
        for number in range(len(MOUNTINGS_DEG)):
            yield list(measured_legs(data, number))[number % 2]
    if "walks" in groups:
        yield walking_leg(data)


def _ours(case: LegCase, ways: Sequence[str]) -> Iterator[Row]:
    """Score what the whole analysis makes of each way."""
    for way in (way for way in RELATORS if way in ways):
        with in_the_pipeline(RELATORS[way]):
            start_s = time.process_time()
            motion = motion_of(case)
            seconds = time.process_time() - start_s
            zero_s = float(case.thigh.time_s[0])
            at_s = motion.time_s + zero_s
            angles = LegAngles(at_s, motion.angles.flexion_deg, motion.angles.valgus_deg)
            fitted = score(case, oracle.ours_with_fitted_azimuth(case)[""])
            yield Row(
                case.group,
                way,
                _orientation_deg(case, at_s, motion.relative.shank_to_thigh),
                float(fitted.shape_rmse_deg or np.nan),
                float(score(case, angles).flexion_rmse_deg or np.nan),
                seconds,
            )


def _peers(case: LegCase, ways: Sequence[str]) -> Iterator[Row]:
    if case.group != "simulated":
        return
    pair = pair_of(case)
    for way in (way for way in PEERS if way in ways):
        turn = related(PEERS[way], pair, case.key)
        yield Row(case.group, way, _orientation_deg(case, pair.time_s, turn))


def _orientation_deg(case: LegCase, time_s: FloatArray, shank_to_thigh: Rotation) -> float:
    """Return the error's angle in running, root mean square, its mean removed."""
    if case.group != "simulated":
        return np.nan
    truth_s = case.truth.time_s
    running = np.flatnonzero((time_s >= truth_s[0]) & (time_s <= truth_s[-1]))
    off = true_relative_orientation(case, time_s[running]).inv() * shank_to_thigh[running]
    return rms_deg(off * off.mean().inv())


def _chains(data: Path, ways: Sequence[str]) -> Iterator[Row]:
    for name in RECORDINGS:
        chain = read_chain(data, name)
        for way in (way for way in RELATORS if way in ways):
            with patch("accuracy.chain.relate_segments", RELATORS[way]):
                yield Row("chains", way, score_ours(chain).error_deg)


def _summary(rows: Sequence[Row]) -> str:
    columns = ("orientation_deg", "valgus_deg", "flexion_deg", "seconds")
    values = [np.array([getattr(row, name) for row in rows]) for name in columns]
    number = partial(np.format_float_positional, precision=2, min_digits=2)
    return " | ".join(
        f"{number(float(np.median(column)))} / {number(float(np.max(column)))}"
        if np.isfinite(column).all()
        else "-"
        for column in values
    )


if __name__ == "__main__":
    main()

"""How far do our numbers repeat when the sensors are put on anew? Simulated runners, real code.

``python tests/redonnings.py`` prints it (``poe redonnings``); ``--write`` makes the errors that the
package ships of it. Each session is simulated and analysed as a user's would be; what was computed
once is kept in the temporary folder.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from redonned import (
    DONNINGS,
    FIRST_SEED,
    METRICS,
    RUNNERS,
    Redonned,
    all_redonned,
    redonned,
)

from imu_valgus.core import SIDES, FloatArray, Side
from imu_valgus.library import (
    MetricError,
    Reliability,
    estimate_reliability,
    reliability,
    session_means,
    write_errors,
)
from imu_valgus.library.reliability.shipped_error import SHIPPED_NAME

ORIGIN: Final = "shipped: simulation"
_ALL_ANEW: Final = 2
"""Donnings in which nothing of flesh and posture stays."""
_CHANGED: Final = 2
"""Donnings of each runner that are simulated again with a changed knee."""
_PEAK_CHANGES_DEG: Final = (5.0, 12.0)


def means(sessions: Iterable[Redonned]) -> pd.DataFrame:
    """Return the sessions' means, as ``estimate_reliability`` takes them."""
    return pd.concat(
        [
            session_means(one.derived).assign(
                athlete=one.derived.info.athlete, session=one.derived.summary.session
            )
            for one in sessions
        ],
        ignore_index=True,
    )


def either_leg(table: pd.DataFrame) -> tuple[MetricError, ...]:
    """Return the errors of a leg, be it left or right: the simulation knows no difference.

    ``table``: that of ``means``.
    """
    legs = table.assign(athlete=table["athlete"] + table["side"], side="left")
    return tuple(
        replace(
            one.error,
            side=None,
            n_runners=table["athlete"].nunique(),
            n_sessions=table["session"].nunique(),
        )
        for one in estimate_reliability(legs, origin=ORIGIN)
    )


def error_lines(errors: Sequence[MetricError]) -> list[str]:
    """Return one line a headline: what is shipped."""
    return [
        "either leg, as shipped (df: effective degrees of freedom)",
        *(
            f"{error.activity:5} {error.metric:22} SEM {error.sd_between_sessions_deg:.2f}, MDC95"
            f" {error.mdc95_deg:.2f} ({error.mdc95_low_deg:.2f}, {error.mdc95_high_deg:.2f}),"
            f" df {error.df:.0f}"
            for error in errors
            if error.metric in METRICS
        ),
    ]


def reliability_lines(found: Sequence[Reliability]) -> list[str]:
    """Return one line a leg of excursion and peak, in running and squats."""
    lines = [
        f"{'':29} leg   mean   SEM  MDC95 (95 % interval)  ICC(2,1)            ICC(2,k)",
    ]
    for one in found:
        error = one.error
        if error.metric in METRICS and one.icc_single and one.icc_mean:
            icc = one.icc_single
            lines.append(
                f"{error.activity:5} {error.metric.removesuffix('_deg'):20} {error.side:>6}"
                f" {one.mean_deg:6.1f} {error.sd_between_sessions_deg:5.2f}"
                f"  {error.mdc95_deg:5.2f} ({error.mdc95_low_deg:.2f}, {error.mdc95_high_deg:.2f})"
                f"      {icc.value:.2f} ({icc.low:.2f}, {icc.high:.2f})"
                f"   {one.icc_mean.value:.2f} (k = {one.icc_sessions})"
            )
    return lines


def truth_lines(sessions: Sequence[Redonned]) -> list[str]:
    """Part the sessions' errors against the truth: what stays with a leg, what a donning brings."""
    lines = ["running, session mean minus truth: of all  of a leg's mean  within a leg (RMS, SDs)"]
    for metric in METRICS:
        off = pd.DataFrame(
            [
                {"leg": f"{one.derived.info.athlete} {side}", "off": _found(one, side, metric)}
                for one in sessions
                for side in SIDES
            ]
        )
        by_leg = off.groupby("leg")["off"]
        within = float(np.sqrt(by_leg.var().mean()))
        lines.append(
            f"{metric:34} {np.sqrt(np.mean(off['off'] ** 2)):8.2f} {by_leg.mean().std():17.2f}"
            f" {within:14.2f}"
        )
    return lines


def _found(one: Redonned, side: Side, metric: str) -> float:
    log = one.derived.strides
    good = log[(log["side"] == side) & (log["quality"] == "good")]
    return float(good[metric].mean()) - one.truth(side, metric)


def linearity_lines(seeds: Sequence[int]) -> list[str]:
    """Hold the change that is found against the true one, the runner simulated with another knee.

    The donnings are the same before and after, so that nothing but the knee differs.
    """
    lines = ["a changed knee, the same donning: change found on change true"]
    for metric in METRICS:
        pairs: list[tuple[float, float]] = []
        for seed in seeds:
            for donning in range(1, _CHANGED + 1):
                before = redonned(seed, donning)
                for change_deg in _PEAK_CHANGES_DEG:
                    after = redonned(seed, donning, change_deg=change_deg)
                    pairs += [_changes(before, after, side, metric) for side in SIDES]
        true_deg, found_deg = np.array(pairs).T
        slope = float(true_deg @ found_deg / (true_deg @ true_deg))
        left = found_deg - slope * true_deg
        lines.append(
            f"{metric:22} {len(pairs)} legs, true {true_deg.min():.1f} to {true_deg.max():.1f}:"
            f" slope {slope:.3f}, residual SD {left.std():.2f}, worst {_worst(left):.2f}"
        )
    return lines


def _changes(before: Redonned, after: Redonned, side: Side, metric: str) -> tuple[float, float]:
    true_deg = after.truth(side, metric) - before.truth(side, metric)
    return true_deg, true_deg + _found(after, side, metric) - _found(before, side, metric)


def _worst(values: FloatArray) -> float:
    return float(np.abs(values).max())


def main() -> None:
    """Print the study, and with ``--write`` ship what it found."""
    parser = argparse.ArgumentParser(prog="poe redonnings", description=__doc__)
    parser.add_argument("--runners", type=int, default=RUNNERS)
    parser.add_argument("--donnings", type=int, default=DONNINGS)
    parser.add_argument("--write", action="store_true", help="make the shipped errors of it")
    options = parser.parse_args()
    seeds = range(FIRST_SEED, FIRST_SEED + options.runners)
    sessions = list(all_redonned(seeds, options.donnings))
    table = means(sessions)
    found = estimate_reliability(table, origin=ORIGIN)
    errors = either_leg(table)
    anew = estimate_reliability(
        means(all_redonned(seeds, _ALL_ANEW, kept_share=0.0)), origin=ORIGIN
    )
    blocks = [
        [f"{options.runners} runners, {options.donnings} donnings each; degrees"],
        reliability_lines(found),
        error_lines(errors),
        truth_lines(sessions),
        [f"nothing of flesh and posture kept, {_ALL_ANEW} donnings each"],
        reliability_lines(anew),
        linearity_lines(seeds),
    ]
    sys.stdout.write("\n\n".join("\n".join(block) for block in blocks) + "\n")
    if options.write:
        path = Path(str(reliability.__path__[0])) / SHIPPED_NAME
        write_errors(path, errors)


if __name__ == "__main__":
    main()

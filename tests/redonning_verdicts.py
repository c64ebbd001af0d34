"""Are the verdicts of ``compare`` right? Pairs of simulated donnings with a known true change.

``python tests/redonning_verdicts.py`` prints it (``poe verdicts``). Each runner of the study of
re-donnings is judged by the errors of the eleven others. The knee that changed is simulated again,
sensors put on anew before and after; a change of 1° is added to each stride's excursion and peak.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from redonned import DONNINGS, FIRST_SEED, METRICS, RUNNERS, Redonned, redonned
from redonnings import either_leg, means

from imu_valgus.core import SIDES, Side
from imu_valgus.library import MetricError
from imu_valgus.library.change.comparing import compare_sessions
from imu_valgus.library.change.verdicts import VerdictParams
from imu_valgus.pipeline import Derived

PEAK_CHANGES_DEG: Final[Mapping[str, Mapping[float, str]]] = {
    "valgus_excursion_deg": {8.2: "1.5 MDC95", 10.9: "5°"},
    "valgus_peak_deg": {5.0: "5°, 1.5 MDC95"},
}
"""By metric: how many degrees more the simulated knee's peak has, and what that is called. The
excursion changes by 0.46 of it, and 1.5 times the peak's MDC95 happens to be 5.0°."""
TrueChange = Mapping[tuple[Side, str], float]
"""By leg and metric, degrees."""

ADDED_DEG: Final = (0.0, 1.0)
_CHANGED_DONNINGS: Final = (1, 2)
_BEFORE: Final = 3
"""Donnings before each changed one."""
_MARGIN_DEG: Final = VerdictParams().margin_deg


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What was said of one metric of one leg of a pair, and what was true, degrees."""

    runner: int
    metric: str
    change: str
    true_deg: float
    found_deg: float
    mdc95_deg: float
    verdict: str

    @property
    def is_claim(self) -> bool:
        """Whether anything was claimed: "no detectable change" claims nothing."""
        return self.verdict != "no detectable change"

    @property
    def is_right(self) -> bool:
        """Changed: there is a change, and that way. Equivalent: it lies within the margin."""
        if self.verdict == "changed":
            return self.true_deg * self.found_deg > 0
        return abs(self.true_deg) < _MARGIN_DEG


def claims() -> Iterator[Claim]:
    """Judge all pairs."""
    seeds = range(FIRST_SEED, FIRST_SEED + RUNNERS)
    worn = {seed: [redonned(seed, n) for n in range(1, DONNINGS + 1)] for seed in seeds}
    table = means(one for own in worn.values() for one in own)
    table = table[(table["activity"] == "run") & table["metric"].isin(METRICS)]
    for seed in seeds:
        errors = either_leg(table[table["athlete"] != f"a{seed}"])
        yield from _unchanged_and_added(seed, worn[seed], errors)
        for donning in _CHANGED_DONNINGS:
            yield from _changed_knee(seed, donning, worn[seed], errors)


def _unchanged_and_added(
    seed: int, worn: Sequence[Redonned], errors: Sequence[MetricError]
) -> Iterator[Claim]:
    for before, after in zip(worn[::2], worn[1::2], strict=True):
        for more_deg in ADDED_DEG:
            pair = before.derived, _with(after.derived, more_deg)
            true_deg: TrueChange = {(side, name): more_deg for side in SIDES for name in METRICS}
            yield from _judged(pair, true_deg, errors, runner=seed, change=f"{more_deg:.0f}°")


def _changed_knee(
    seed: int, donning: int, worn: Sequence[Redonned], errors: Sequence[MetricError]
) -> Iterator[Claim]:
    """Judge one donning with a changed knee against some others in which it had not changed."""
    first = len(_CHANGED_DONNINGS) + _BEFORE * (donning - 1)
    for metric, changes in PEAK_CHANGES_DEG.items():
        own_errors = [error for error in errors if error.metric == metric]
        for peak_deg, change in changes.items():
            after, same = redonned(seed, donning, change_deg=peak_deg), worn[donning - 1]
            true_deg: TrueChange = {
                (side, metric): after.truth(side, metric) - same.truth(side, metric)
                for side in SIDES
            }
            for before in worn[first : first + _BEFORE]:
                pair = before.derived, after.derived
                yield from _judged(pair, true_deg, own_errors, runner=seed, change=change)


def _judged(
    pair: tuple[Derived, Derived],
    true_deg: TrueChange,
    errors: Sequence[MetricError],
    *,
    runner: int,
    change: str,
) -> Iterator[Claim]:
    # Only running is judged: squats would be compared for nothing.
    before, after = (replace(one, repetitions=one.repetitions.iloc[:0]) for one in pair)
    for one in compare_sessions([before], [after], errors=errors).changes:
        yield Claim(
            runner=runner,
            metric=one.metric,
            change=change,
            true_deg=true_deg[one.side, one.metric],
            found_deg=one.estimate_deg,
            mdc95_deg=one.mdc95_deg,
            verdict=one.verdict,
        )


def _with(derived: Derived, more_deg: float) -> Derived:
    """Return the session with so many degrees more of excursion and peak in each stride."""
    more = {metric: derived.strides[metric] + more_deg for metric in METRICS}
    return replace(derived, strides=derived.strides.assign(**more))


def table_of(found: Iterable[Claim]) -> pd.DataFrame:
    """Return a row a claim and change, what it claims, and whether that is wrong."""
    rows = [
        {
            **asdict(one),
            "change": change,
            "changed": one.verdict == "changed",
            "equivalent": one.verdict == "equivalent",
            "claimed": one.is_claim,
            "wrong": one.is_claim and not one.is_right,
        }
        for one in found
        for change in one.change.split(", ")
    ]
    return pd.DataFrame(rows)


def score_lines(table: pd.DataFrame) -> list[str]:
    """Return one line a metric and change, and one a metric in which all changes weigh alike."""
    lines = [
        f"equivalent is within {_MARGIN_DEG:g}°; shares of all pairs of a leg, the wrong ones with"
        " their standard error over runners",
        f"{'':22} {'change':10} pairs   true  of MDC95  changed  equivalent  wrong"
        "            right of what is claimed",
    ]
    for metric, own in table.groupby("metric", sort=False):
        lines += [
            f"{metric:22} {change:10} {_shares(own[own['change'] == change])}"
            for change in ("0°", "1°", "5°", "1.5 MDC95")
        ]
        share = own.groupby("change")[["claimed", "wrong"]].mean().mean()
        lines.append(
            f"{metric:22} all four, weighing alike: {1 - share['wrong'] / share['claimed']:.3f}"
            " of what is claimed is right"
        )
    return lines


def _shares(own: pd.DataFrame) -> str:
    wrong = own.groupby("runner")["wrong"].mean()
    n_claimed = int(own["claimed"].sum())
    right = f"{1 - own['wrong'].sum() / n_claimed:.3f} of {n_claimed}" if n_claimed else "-"
    of_mdc95 = float((own["true_deg"] / own["mdc95_deg"]).mean())
    return (
        f"{len(own):5d} {own['true_deg'].mean():6.2f} {of_mdc95:9.2f}"
        f" {own['changed'].mean():8.3f} {own['equivalent'].mean():11.3f}"
        f"  {own['wrong'].mean():.3f} (SE {wrong.std() / np.sqrt(len(wrong)):.3f})  {right}"
    )


def main() -> None:
    """Print the scores."""
    sys.stdout.write("\n".join(score_lines(table_of(claims()))) + "\n")


if __name__ == "__main__":
    main()

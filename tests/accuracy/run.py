"""All methods on all cases: the raw scores, one a leg, method and variant."""

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from accuracy.case import Group, LegCase
from accuracy.measured import MOUNTINGS_DEG, measured_legs
from accuracy.measures import score
from accuracy.methods import METHODS
from accuracy.rows import Row
from accuracy.simulated import RUNNERS, simulated_legs
from accuracy.walks import walking_leg

LONG_CASE = "15 minutes"
TOO_SLOW_FOR_LONG = ("Madgwick + standing",)


@dataclass(frozen=True, slots=True)
class Task:
    """The legs of one recording."""

    group: Group
    name: str
    number: int = 0


def tasks(groups: Sequence[str]) -> list[Task]:
    """Return what there is to do, the longest first."""
    every = [
        *(Task("simulated", name) for name in sorted(RUNNERS, key=lambda name: name != LONG_CASE)),
        *(Task("measured", "rbds001", number) for number in range(len(MOUNTINGS_DEG))),
        Task("walks", "nms-dyn"),
    ]
    return [task for task in every if task.group in groups]


def run_all(data: Path, todo: Sequence[Task], methods: Sequence[str], *, jobs: int) -> list[Row]:
    """Score every method on every leg; what is done is said on stderr."""
    with ProcessPoolExecutor(jobs) as pool:
        futures = [pool.submit(_run, data, tuple(methods), task) for task in todo]
        for number, future in enumerate(as_completed(futures), start=1):
            task = todo[futures.index(future)]
            sys.stderr.write(
                f"{number} of {len(todo)}: {task.name}, {len(future.result())} scores\n"
            )
    return [row for future in futures for row in future.result()]


def _run(data: Path, methods: tuple[str, ...], task: Task) -> list[Row]:
    rows: list[Row] = []
    for case in _legs(data, task):
        for method in methods:
            if case.name == LONG_CASE and method in TOO_SLOW_FOR_LONG:
                continue
            start_s = time.perf_counter()
            found = METHODS[method](case)
            seconds = time.perf_counter() - start_s
            rows += [
                Row(task.group, case.name, case.side, method, variant, seconds, score(case, angles))
                for variant, angles in found.items()
            ]
    return rows


def _legs(data: Path, task: Task) -> Iterator[LegCase]:
    if task.group == "simulated":
        yield from simulated_legs(task.name)
    elif task.group == "measured":
        yield from measured_legs(data, task.number)
    else:
        yield walking_leg(data)

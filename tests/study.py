"""Simulated studies through the real code: what a cohort's verdict is worth. ``poe study``.

Stride tables are drawn from the error model of the measurement, not from its signals: a runner's
level and legs, the donning of each leg and the day, which all strides of a session share, and
strides that remember each other. Then the library's own way: means of a session and leg, rows,
mixed model, verdict.
"""

from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Final

import numpy as np
import pandas as pd
from scipy import signal, stats

from imu_valgus.library.groups.cohort import CohortEffect, CohortResult, fit_cohort
from imu_valgus.library.groups.cohort_table import cohort_table, study_rows
from imu_valgus.library.groups.planning import (
    StudyDesign,
    StudyErrors,
    detectable_change,
    power_of_equivalence,
    power_to_find,
    runners_needed,
    sd_of_change,
)

METRIC: Final = "valgus_excursion_deg"
SEED: Final = 20261122
COHORTS: Final = 1000
PHASES: Final = ("pre", "post")
DATES: Final = {"pre": "2026-03-02", "post": "2026-04-06"}
GROUPS: Final = ("control", "training")
DESIGN: Final = StudyDesign(runners=29, groups=2, sessions=1, strides=60, legs=2)


@dataclass(frozen=True, kw_only=True)
class World:
    """A population, a measurement and a study of it; degrees.

    ``change_deg`` is that of the control and the training group. Level, legs and the slopes over
    speed and cadence are there to be in the way: no power depends on them.
    """

    design: StudyDesign = DESIGN
    errors: StudyErrors = field(default_factory=lambda: StudyErrors(sd_between_sessions_deg=2.0))
    change_deg: tuple[float, float] = (0.0, 0.0)
    level_deg: float = 12.0
    sd_runner_deg: float = 3.3  # of the excursion, 46 runners, doi:10.7717/peerj.3298
    sd_leg_deg: float = 1.5
    deg_per_mps: float = 1.0
    deg_per_spm: float = -0.1
    lost: float = 0.0  # share of sessions that never took place

    @property
    def asked_deg(self) -> float:
        """What the study's own question has as its true answer."""
        return self.change_deg[1] - (self.change_deg[0] if self.design.groups > 1 else 0.0)

    @property
    def foretold(self) -> float:
        return power_to_find(self.asked_deg, self.design, errors=self.errors)


def draw(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw one cohort: its strides, and one row a session."""
    design, errors = world.design, world.errors
    n, per = design.runners, 2 * design.sessions
    runner, number = (part.ravel() for part in np.mgrid[0:n, 0:per])
    after = number >= design.sessions
    trained = (runner % 2 == 1) if design.groups > 1 else np.ones(n * per, dtype=np.bool_)
    mean_change = np.where(trained, world.change_deg[1], world.change_deg[0])
    response = rng.normal(0, errors.sd_response_deg, n)[runner]
    speed = 3.0 + rng.normal(0, 0.3, n)[runner] + rng.normal(0, 0.1, n * per)
    cadence = 168.0 + rng.normal(0, 6, n)[runner] + rng.normal(0, 2, n * per)
    session = (
        world.level_deg
        + rng.normal(0, world.sd_runner_deg, n)[runner]
        + after * (mean_change + response)
        + rng.normal(0, errors.sd_between_days_deg, n * per)
        + world.deg_per_mps * (speed - 3.0)
        + world.deg_per_spm * (cadence - 168.0)
    )
    leg = rng.normal(0, world.sd_leg_deg, (n, 2))[runner]
    donning = rng.normal(0, errors.sd_between_sessions_deg, (n * per, 2))
    means = (session[:, None] + leg + donning)[:, : design.legs]
    sessions = pd.DataFrame(
        {
            "session": [f"{a:02d}-{k}" for a, k in zip(runner, number, strict=True)],
            "athlete": [f"a{a:02d}" for a in runner],
            "phase": np.where(after, PHASES[1], PHASES[0]),
            "group": np.where(trained, GROUPS[1], GROUPS[0]) if design.groups > 1 else "",
        }
    )
    sessions["date"] = pd.to_datetime(sessions["phase"].map(DATES))
    strides = _strides(means, world, rng)
    shape = means.shape
    per_stride = {
        "session": np.repeat(sessions["session"].to_numpy(), shape[1] * design.strides),
        "side": np.tile(np.repeat(["left", "right"][: shape[1]], design.strides), shape[0]),
        "quality": np.where(rng.random(strides.size) < 0.1, "suspect", "good"),
        "speed_mps": np.repeat(speed, shape[1] * design.strides),
        "cadence_spm": np.repeat(cadence, shape[1] * design.strides),
        METRIC: strides.ravel(),
    }
    took_place = rng.random(len(sessions)) >= world.lost
    return pd.DataFrame(per_stride), sessions[took_place]


def _strides(
    means: np.ndarray, world: World, rng: np.random.Generator
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Draw each leg's strides about its mean, each remembering the one before it."""
    errors = world.errors
    memory = errors.stride_correlation
    noise = rng.normal(0, errors.sd_strides_deg, (*means.shape, world.design.strides))
    noise[..., 1:] *= sqrt(1 - memory**2)
    return means[..., None] + signal.lfilter([1.0], [1.0, -memory], noise, axis=-1)


def run(world: World, rng: np.random.Generator) -> CohortResult:
    """Let the library judge one cohort."""
    strides, sessions = draw(world, rng)
    return fit_cohort(cohort_table(study_rows(strides, sessions, metric=METRIC), metric=METRIC))


def repeat(world: World, *, cohorts: int, seed: int) -> list[tuple[CohortEffect, ...]]:
    """Return every cohort's answers."""
    return [run(world, np.random.default_rng([SEED, seed, k])).effects for k in range(cohorts)]


def share_changed(answers: list[tuple[CohortEffect, ...]], which: int = 0) -> float:
    """Return how many of the cohorts say "changed", of the study's own question if not said."""
    return float(np.mean([effects[which].verdict == "changed" for effects in answers]))


EASY: Final = StudyErrors(sd_between_sessions_deg=1.0)
DAYS: Final = StudyErrors(sd_between_sessions_deg=2.0, sd_between_days_deg=1.5, sd_response_deg=2.0)
SCENES: Final[dict[str, World]] = {
    "no effect, two groups, days and people differ": World(errors=DAYS),
    "no effect, two groups, 10 % of sessions lost": World(errors=DAYS, lost=0.1),
    "no effect, two groups, two sessions a phase": World(
        errors=DAYS, design=replace(DESIGN, sessions=2)
    ),
    "no effect, one group": World(design=replace(DESIGN, groups=1)),
    "no effect, one group, one leg, people differ": World(
        errors=DAYS, design=replace(DESIGN, groups=1, legs=1)
    ),
    "3° more in one of two groups, donning 1°": World(errors=EASY, change_deg=(0.0, 3.0)),
    "3° more in one of two groups, days and people differ": World(
        errors=DAYS, change_deg=(0.0, 3.0)
    ),
    "3° in one group of 12, days and people differ": World(
        errors=DAYS, change_deg=(0.0, 3.0), design=replace(DESIGN, groups=1, runners=12)
    ),
    "3° in one group of 12, only the donning errs, 3.5°": World(
        errors=StudyErrors(sd_between_sessions_deg=3.5),
        change_deg=(0.0, 3.0),
        design=replace(DESIGN, groups=1, runners=12),
    ),
}


@dataclass(frozen=True)
class Trial:
    """What Palmer, Hebron and Williams (2015) published, doi:10.1186/s12891-015-0563-9.

    29 people, 5 weeks, single-leg squats and landings, one leg, inertial sensors: valgus fell by
    10° with movement control and by 5° with strength training, neither significantly. Standard
    errors of measurement of the angles 3.3° to 4.2°, ICC(3,1) 0.96 to 0.98 (abstract and
    reliability table; 15 were allotted to each group). The standard deviations of the changes were
    not at hand: what follows takes the least with which the changes are not significant.
    """

    sizes: tuple[int, int] = (14, 15)
    falls_deg: tuple[float, float] = (10.0, 5.0)
    sem_deg: tuple[float, float] = (3.3, 4.2)


def least_sd(fall_deg: float, n: int) -> float:
    """Return the least standard deviation of n people's changes that leaves p at 0.05."""
    return fall_deg * sqrt(n) / float(stats.t.ppf(0.975, n - 1))


def account_of(trial: Trial) -> tuple[list[str], World]:
    """Let the planner say what the trial could have found; return it as a world, too."""
    one = StudyDesign(runners=trial.sizes[0], groups=1, strides=5, legs=1)
    both = replace(one, runners=sum(trial.sizes), groups=2)
    lines: list[str] = []
    for sem in trial.sem_deg:
        own = StudyErrors(sd_between_sessions_deg=sem, sd_strides_deg=0.0)
        found = [
            power_to_find(fall, replace(one, runners=n), errors=own)
            for fall, n in zip(trial.falls_deg, trial.sizes, strict=True)
        ]
        lines.append(
            f"If only the measurement erred (SEM {sem}°, a change errs by "
            f"{sd_of_change(one, errors=own):.1f}°), 10° in {trial.sizes[0]} people were found "
            f"with {found[0]:.0%} and 5° in {trial.sizes[1]} with {found[1]:.0%}."
        )
    sds = [least_sd(fall, n) for fall, n in zip(trial.falls_deg, trial.sizes, strict=True)]
    lines.append(
        f"Neither was significant: the changes differed between people by {sds[0]:.1f}° or more "
        f"(movement control) and {sds[1]:.1f}° or more (strength), far beyond that error."
    )
    spread = sqrt(sum((n - 1) * sd**2 for n, sd in zip(trial.sizes, sds, strict=True)) / 27)
    rest = sqrt(spread**2 - 2 * trial.sem_deg[1] ** 2)
    errors = StudyErrors(
        sd_between_sessions_deg=trial.sem_deg[1], sd_response_deg=rest, sd_strides_deg=0.0
    )
    within = [5.0, 10.0, 15.0]
    equal = [power_of_equivalence(margin, both, errors=errors) for margin in within]
    lines += [
        f"With that spread ({spread:.1f}° pooled) the difference of 5° between the groups was "
        f"found with {power_to_find(5.0, both, errors=errors):.0%}; with 80 % only "
        f"{detectable_change(both, errors=errors):.1f}° between groups, or "
        f"{detectable_change(one, errors=errors):.1f}° within one.",
        "Had nothing changed, 'equivalent' within "
        + ", ".join(f"±{m:g}° with {p:.0%}" for m, p in zip(within, equal, strict=True))
        + ": 'no significant change' says next to nothing.",
        f"A difference of 5° needs {runners_needed(5.0, both, errors=errors)} people; with this "
        f"project's error (SEM 1°) in place of theirs "
        f"{runners_needed(5.0, both, errors=replace(errors, sd_between_sessions_deg=1.0))}, "
        "since it is the people that differ: most of the spread is no error of the sensors, unless "
        "putting them on anew after five weeks errs more than their reliability study shows.",
    ]
    # 30 strides stand for the few squats: fewer make no mean of a leg, and their noise is small.
    world = World(
        design=replace(both, strides=30), errors=errors, change_deg=(-5.0, -10.0), level_deg=40.0
    )
    return lines, world


def main() -> None:
    """Print the study."""
    print(
        f"{COHORTS} cohorts a row, of 29 if not said, five weeks apart, "
        f"{DESIGN.strides} strides a leg"
    )
    print(f"{'':58}{'foretold':>10}{'changed':>10}{'a group':>10}")
    for number, (name, world) in enumerate(SCENES.items()):
        answers = repeat(world, cohorts=COHORTS, seed=number)
        own = [effects[1:] or effects for effects in answers]
        any_group = np.mean([any(e.verdict == "changed" for e in one) for one in own])
        print(
            f"{name:58}{world.foretold:10.1%}{share_changed(answers):10.1%}{any_group:10.1%}",
            flush=True,
        )
    print(
        "changed: the verdict on the study's own question (two groups: the difference of their "
        "changes).\na group: at least one group's own change is called changed."
    )
    lines, world = account_of(Trial())
    print("\nThe published trial (Palmer, Hebron & Williams 2015), by the planner:")
    print(*(f"- {line}" for line in lines), sep="\n")
    answers = repeat(world, cohorts=COHORTS, seed=len(SCENES))
    print(
        f"- {COHORTS} such trials through the real code: the difference is called changed in "
        f"{share_changed(answers):.1%} (foretold {world.foretold:.1%}), movement control's own "
        f"fall in {share_changed(answers, 2):.1%}, strength's in {share_changed(answers, 1):.1%}."
    )


if __name__ == "__main__":
    main()

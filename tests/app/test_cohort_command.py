import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_sessions import MadeSession

from imu_valgus.core import REP_COLUMNS
from imu_valgus.library.groups.cohort import CohortResult, fit_cohort
from imu_valgus.library.groups.cohort_checks import check_cohort
from imu_valgus.library.groups.cohort_table import cohort_table
from imu_valgus.library.groups.study_sessions import library_rows
from imu_valgus.library.sessions.covariates import Covariate, CovariateName, add_covariates
from imu_valgus.metrics import write_log_parquet
from imu_valgus.report.cohort import effect_sentence, write_cohort

RUNNERS = 6
DAYS = {"pre": "2026-03-02", "post": "2026-04-06"}


def noted(name: CovariateName, value: str, day: str) -> Covariate:
    moment = dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")
    return Covariate(date=dt.date.fromisoformat(day), name=name, value=value, noted=moment)


def write_library(library: Path, *, change_deg: float) -> Path:
    """Write six runners before and after; every other one trains and changes."""
    rng = np.random.default_rng(20261122)
    for runner in range(RUNNERS):
        level = 6.0 + rng.normal(0, 1)
        group = "training" if runner % 2 else "control"
        for phase, day in DAYS.items():
            mean = level + (change_deg if phase == "post" and group == "training" else 0.0)
            made = MadeSession(
                athlete=f"a{runner:02d}",
                start=f"{day}T09:00:00+01:00",
                excursion_deg={
                    "left": mean + rng.normal(0, 0.05),
                    "right": mean + rng.normal(0, 0.05),
                },
            )
            session = made.write(library / f"{day}_a{runner:02d}_track-run")
            add_covariates(
                session / "covariates.tsv",
                [noted("phase", phase, day), noted("group", group, day)],
            )
    return library


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Path:
    return write_library(tmp_path_factory.mktemp("library") / "runs", change_deg=-3.0)


@pytest.fixture(scope="module")
def result(library) -> CohortResult:
    metric = "valgus_excursion_deg"
    return fit_cohort(cohort_table(library_rows(library, metric=metric), metric=metric))


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory) -> Path:
    to = tmp_path_factory.mktemp("answer") / "paper"
    write_cohort(to, result, check_cohort(result))
    return to


def test_the_answer_of_the_study_comes_first(library, run_command):
    line = run_command("cohort", library).stdout.splitlines()[0]

    assert line.startswith("training more than control: post minus pre: \N{MINUS SIGN}3.0° (95 %")


def test_the_page_and_the_tables_are_written(folder):
    names = sorted(path.name for path in folder.iterdir())

    assert names == ["cohort.html", "effects.csv", "influence.csv", "model.csv", "rows.csv"]


def test_the_page_fetches_nothing(folder):
    assert "default-src 'none'" in (folder / "cohort.html").read_text(encoding="utf-8")


def test_the_page_gives_each_answer_in_words(folder, result):
    page = (folder / "cohort.html").read_text(encoding="utf-8")

    assert all(effect_sentence(one) in page for one in result.effects)


def test_the_table_of_effects_has_a_row_an_answer(folder):
    verdicts = pd.read_csv(folder / "effects.csv")["verdict"]

    assert verdicts.tolist() == ["changed", "equivalent", "changed"]


def test_an_answer_that_is_there_is_not_replaced_unasked(library, folder, run_command):
    said = run_command("cohort", library, "--to", folder)

    assert said.stderr.endswith("hint: --force replaces it\n")


def test_json_gives_verdict_estimate_and_interval(library, run_command):
    said = json.loads(run_command("cohort", library, "--json").stdout)

    assert {"verdict", "estimate", "level"} <= set(said["effects"][0])


def test_a_library_without_phases_is_told_how_to_note_them(tmp_path, run_command):
    MadeSession().write(tmp_path / "runs" / "2026-11-22_a03_track-run")

    said = run_command("cohort", str(tmp_path / "runs"))

    assert "note SESSION --phase pre" in said.stderr


def test_a_metric_that_no_stride_has_is_refused(library, run_command):
    assert run_command("cohort", str(library), "--metric", "joy").exit_code == 1


def test_a_phase_noted_of_the_athlete_holds_from_that_day_on(tmp_path):
    library = tmp_path / "runs"
    for day in DAYS.values():
        MadeSession(start=f"{day}T09:00:00+01:00").write(library / f"{day}_a03_track-run")
    (library / "athletes").mkdir()
    add_covariates(library / "athletes" / "a03.tsv", [noted("phase", "post", "2026-04-01")])

    rows = library_rows(library, metric="valgus_peak_deg")

    assert rows["phase"].tolist() == ["", "", "post", "post"]


def write_squats(session: Path, *, valgus_deg: float) -> None:
    numbers = np.arange(5)
    reps = pd.DataFrame(np.nan, index=numbers, columns=list(REP_COLUMNS)).assign(
        session="s",
        side="left",
        repetition=numbers + 1,
        kind="squat",
        start_s=10.0 + 3 * numbers,
        deepest_s=11.0 + 3 * numbers,
        end_s=12.0 + 3 * numbers,
        duration_s=2.0,
        valgus_excursion_deg=valgus_deg + 0.2 * numbers,
        quality="good",
        reason="",
    )
    write_log_parquet(session / "derived" / "reps.parquet", reps, {})


@pytest.fixture(scope="module")
def with_squats(tmp_path_factory) -> Path:
    """Return runners who squat 4° further inwards than they run."""
    library = tmp_path_factory.mktemp("squats") / "runs"
    for runner in range(5):
        made = replace(
            MadeSession(),
            athlete=f"a{runner:02d}",
            excursion_deg={"left": 3.0 + runner, "right": 4.0},
        )
        write_squats(made.write(library / f"2026-03-02_a{runner}"), valgus_deg=6.6 + runner)
    return library


def test_squats_are_held_beside_the_run_across_runners(with_squats, run_command):
    said = json.loads(run_command("squats", str(with_squats), "--json").stdout)

    assert said["across_runners"][0]["agreement"]["bias_deg"] == pytest.approx(4.0)


def test_one_session_has_its_own_difference(with_squats, run_command):
    said = json.loads(run_command("squats", str(with_squats / "2026-03-02_a1"), "--json").stdout)

    assert [one["n_repetitions"] for one in said["sessions"]] == [5]


def test_the_table_of_squats_names_each_session(with_squats, run_command):
    assert "2026-03-02_a4" in run_command("squats", with_squats).stdout


def test_a_library_without_squats_is_told_so(library, run_command):
    assert "holds a run and squats" in run_command("squats", library).stderr


def test_the_plan_says_what_a_design_finds(run_command):
    said = run_command("plan", "--change", "3", "--error", "2", "--runners", "8")

    assert "a change of 3° is found with a chance of" in said.stdout


def test_the_plan_names_whose_error_it_takes(run_command):
    said = json.loads(run_command("plan", "--change", "3", "--json").stdout)

    assert said["error_origin"] == "shipped: simulation"


def test_a_metric_without_a_known_error_asks_for_one(run_command):
    said = run_command("plan", "--change", "3", "--metric", "joy")

    assert "give one: --error DEG" in said.stderr

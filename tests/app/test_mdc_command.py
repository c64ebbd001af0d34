"""``imu-valgus mdc`` as a user types it."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from made_sessions import MadeSession

from imu_valgus.library import find_error, library_errors
from imu_valgus.library.sessions.covariates import COVARIATES_NAME, Covariate, add_covariates

EXCURSIONS = {"a03": (5.0, 6.0, 7.0), "a04": (2.0, 2.5, 3.0), "a05": (9.0, 8.0, 8.5)}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three runners, three sessions each on days one after the other."""
    for athlete, values in EXCURSIONS.items():
        for number, excursion_deg in enumerate(values, start=1):
            MadeSession(
                athlete=athlete,
                start=f"2026-11-0{number}T09:00:00+01:00",
                excursion_deg={"left": excursion_deg},
            ).write(tmp_path / f"2026-11-0{number}_{athlete}")
    return tmp_path


def test_the_sem_of_a_library_is_the_spread_within_its_runners(run_command, library):
    answer = run_command("mdc", library, "--json")

    excursion = next(
        one["error"]
        for one in json.loads(answer.stdout)["metrics"]
        if one["error"]["metric"] == "valgus_excursion_deg"
    )
    within = np.mean([np.var(values, ddof=1) for values in EXCURSIONS.values()])
    assert excursion["sd_between_sessions_deg"] == pytest.approx(np.sqrt(within))


def test_the_answer_says_which_sessions_were_taken(run_command, library):
    answer = run_command("mdc", library)

    first = answer.stdout.splitlines()[0]
    assert first == "a03: 3 repeats: 2026-11-01_a03, 2026-11-02_a03, 2026-11-03_a03"


def test_a_session_in_another_phase_is_left_out_and_said_so(run_command, library):
    session = library / "2026-11-03_a03"
    noted = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)
    note = Covariate(date=noted.date(), name="phase", value="after", noted=noted)
    add_covariates(session / COVARIATES_NAME, [note])

    answer = run_command("mdc", library)

    assert "left out: 2026-11-03_a03: another setting (phase after noted" in answer.stdout


def test_sessions_that_are_named_are_all_taken(run_command, library):
    sessions = [library / f"2026-11-0{number}_a03" for number in (1, 3)]

    answer = run_command("mdc", *sessions, "--json")

    assert json.loads(answer.stdout)["taken"] == {"a03": [session.name for session in sessions]}


def test_one_runner_has_no_icc_and_the_answer_says_so(run_command, library):
    sessions = [library / f"2026-11-0{number}_a03" for number in (1, 2, 3)]

    answer = run_command("mdc", *sessions)

    assert "An ICC compares runners" in answer.stdout


def test_no_repeats_is_an_error_with_a_cure(run_command, library):
    sessions = [library / f"2026-11-01_{athlete}" for athlete in EXCURSIONS]

    answer = run_command("mdc", *sessions)

    assert (answer.exit_code, answer.stderr.splitlines()[0]) == (
        1,
        "error: no runner has two sessions that repeat one another",
    )


def test_errors_that_were_kept_come_before_the_shipped_ones(run_command, library):
    run_command("mdc", library, "--write", library)

    found = find_error(
        library_errors(library), metric="valgus_excursion_deg", side="left", activity="run"
    )
    assert found is not None
    assert found.origin == "own: 3 runners, 9 sessions"


def test_errors_that_were_kept_are_not_replaced_unasked(run_command, library):
    run_command("mdc", library, "--write", library)

    answer = run_command("mdc", library, "--write", library)

    assert (answer.exit_code, "is there already" in answer.stderr) == (1, True)


def test_too_few_repeats_are_not_kept(run_command, library):
    sessions = [library / f"2026-11-0{number}_a03" for number in (1, 2)]

    answer = run_command("mdc", *sessions, "--write", library)

    assert (answer.exit_code, (library / "errors.json").exists()) == (1, False)

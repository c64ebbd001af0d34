"""``imu-valgus compare`` as a user types it."""

import datetime as dt
import json
from pathlib import Path

import pytest
from made_sessions import MadeSession

from imu_valgus.library.sessions.covariates import (
    COVARIATES_NAME,
    Covariate,
    CovariateName,
    add_covariates,
)


def session(library: Path, day: int, left_deg: float, **told) -> Path:
    """Write one session of a day in November 2026."""
    path = library / f"2026-11-{day:02d}"
    start = f"{path.name}T09:00:00+01:00"
    return MadeSession(start=start, excursion_deg={"left": left_deg}, **told).write(path)


def note(path: Path, name: CovariateName, value: str, unit: str = "") -> None:
    noted = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
    covariate = Covariate(date=noted.date(), name=name, value=value, unit=unit, noted=noted)
    add_covariates(path / COVARIATES_NAME, [covariate])


@pytest.mark.parametrize(
    ("after_deg", "line"),
    [
        (
            9.0,
            "left knee, running: changed. It goes inwards 4.0° further than before (5.0° → 9.0°).",
        ),
        (6.0, "left knee, running: no detectable change (5.0° → 6.0°)."),
    ],
)
def test_the_first_thing_said_is_the_verdict_in_plain_words(
    run_command, tmp_path, after_deg: float, line: str
):
    answer = run_command("compare", session(tmp_path, 1, 5.0), session(tmp_path, 8, after_deg))

    assert answer.stdout.splitlines()[1] == line


def test_a_blunt_measurement_says_how_many_sessions_equivalence_takes(run_command, tmp_path):
    answer = run_command("compare", session(tmp_path, 1, 5.0), session(tmp_path, 8, 5.0))

    assert "too blunt to show that it is the same to within ± 2°" in answer.stdout


def test_a_wider_margin_makes_the_same_sessions_equivalent(run_command, tmp_path):
    sessions = session(tmp_path, 1, 5.0), session(tmp_path, 8, 5.0)

    answer = run_command("compare", *sessions, "--margin", 5)

    assert "left knee, running: equivalent. It is the same to within 5° " in answer.stdout


def test_json_holds_verdict_estimate_interval_and_mdc_of_each_metric(run_command, tmp_path):
    answer = run_command("compare", session(tmp_path, 1, 5.0), session(tmp_path, 8, 9.0), "--json")

    first = json.loads(answer.stdout)["changes"][0]
    assert {"metric", "verdict", "estimate_deg", "low_deg", "high_deg", "mdc95_deg"} <= set(first)


def test_the_first_session_is_held_against_the_last(run_command, tmp_path):
    sessions = [session(tmp_path, day, value) for day, value in ((1, 5.0), (2, 99.0), (3, 7.0))]

    answer = run_command("compare", *sessions)

    assert "(5.0° → 7.0°)" in answer.stdout
    assert "note: 2026-11-02 lie between and were not judged" in answer.stdout


def test_several_sessions_before_and_after_are_averaged(run_command, tmp_path):
    one, two, three = (session(tmp_path, day, value) for day, value in ((1, 4), (2, 6), (3, 9)))

    answer = run_command("compare", "--before", one, "--before", two, "--after", three)

    assert "(5.0° → 9.0°)" in answer.stdout


def test_sessions_are_parted_by_the_phase_that_was_noted(run_command, tmp_path):
    sessions = [session(tmp_path, day, value) for day, value in ((1, 5.0), (2, 99.0), (3, 7.0))]
    for path, phase in zip(sessions, ("pre", "mid", "post"), strict=True):
        note(path, "phase", phase)

    answer = run_command("compare", *sessions, "--phases", "pre,post")

    assert "(5.0° → 7.0°)" in answer.stdout


def test_a_phase_that_nobody_noted_is_said_with_its_cure(run_command, tmp_path):
    answer = run_command(
        "compare", session(tmp_path, 1, 5.0), session(tmp_path, 2, 5.0), "--phases", "pre,post"
    )

    assert (answer.exit_code, answer.stderr.splitlines()) == (
        1,
        [
            "error: no session is noted to be of phase pre; phases noted: none",
            "hint: `imu-valgus note SESSION --phase pre`",
        ],
    )


def test_a_noted_speed_counts_where_the_strides_have_none(run_command, tmp_path):
    sessions = session(tmp_path, 1, 5.0), session(tmp_path, 8, 5.0)
    for path, speed in zip(sessions, ("3.0", "3.3"), strict=True):
        note(path, "speed", speed, "m/s")

    answer = run_command("compare", *sessions)

    assert "mind: speed 3.00 → 3.30 m/s (+10.0%): this alone moves the angle" in answer.stdout


def test_two_athletes_are_refused_in_one_line(run_command, tmp_path):
    other = session(tmp_path, 8, 5.0, athlete="a07")

    answer = run_command("compare", session(tmp_path, 1, 5.0), other)

    assert (answer.exit_code, answer.stderr.splitlines()[0]) == (
        1,
        "error: 2026-11-01 is of a03, 2026-11-08 of a07: one runner is compared with herself only",
    )


def test_a_session_named_twice_is_refused(run_command, tmp_path):
    path = session(tmp_path, 1, 5.0)

    answer = run_command("compare", path, path)

    assert answer.stderr.splitlines()[0] == f"error: {path} is named twice"


def test_one_session_alone_holds_left_against_right(run_command, tmp_path):
    path = MadeSession(sd_shared_deg=0.2).write(tmp_path / "one")

    answer = run_command("compare", path)

    assert answer.stdout.splitlines()[1] == (
        "valgus excursion: the left knee goes inwards 1.0° further (left 5.0°, right 4.0°)."
    )


def test_one_leg_alone_has_no_other(run_command, tmp_path):
    answer = run_command("compare", session(tmp_path, 1, 5.0))

    assert (answer.exit_code, "there are no two legs to compare" in answer.stderr) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [(), ("--before", "a"), ("a", "--before", "b", "--after", "c"), ("--phases", "pre")],
)
def test_sessions_named_in_no_clear_way_are_wrong_usage(run_command, arguments):
    assert run_command("compare", *arguments).exit_code == 2

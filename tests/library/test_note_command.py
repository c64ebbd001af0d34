"""imu-valgus note: what is kept, where, and what is refused."""

import pytest
from made_sessions import MadeSession

from imu_valgus.core import Event
from imu_valgus.library import Catalogue
from imu_valgus.library.sessions.covariates import read_covariates
from imu_valgus.recording import read_events


@pytest.fixture
def session(tmp_path):
    return MadeSession(athlete="a03").write(tmp_path / "library" / "run", analysed=False)


@pytest.fixture
def library(session):
    return session.parent


def noted(path):
    return [
        (str(one.date), one.name, one.value, one.unit, one.side, one.when)
        for one in read_covariates(path)
    ]


@pytest.mark.parametrize(
    ("options", "row"),
    [
        ("--pain 3 --side left --when during", ("pain", "3", "of 10", "left", "during")),
        ("--strength 320 --unit N --side right", ("strength", "320", "N", "right", None)),
        ("--strength 1.9 --unit Nm/kg", ("strength", "1.9", "Nm/kg", None, None)),
        ("--mass 62.5", ("mass", "62.5", "kg", None, None)),
        ("--speed 3.4", ("speed", "3.4", "m/s", None, None)),
        ("--surface track", ("surface", "track", "", None, None)),
        ("--group hip", ("group", "hip", "", None, None)),
        ("--phase pre", ("phase", "pre", "", None, None)),
    ],
)
def test_a_note_is_kept_with_its_unit_and_the_day_of_the_session(
    session, run_command, options, row
):
    run_command("note", session, *options.split())

    assert noted(session / "covariates.tsv") == [("2026-11-22", *row)]


def test_several_notes_are_taken_at_once(session, run_command):
    run_command("note", session, "--mass", 62, "--shoes", "worn\tout", "--group", "hip")

    assert [row[1:3] for row in noted(session / "covariates.tsv")] == [
        ("mass", "62"),
        ("shoes", "worn out"),
        ("group", "hip"),
    ]


def test_the_answer_says_what_was_noted_where(session, run_command):
    answer = run_command("note", session, "--pain", 3, "--side", "left", "--when", "after")

    assert (answer.exit_code, answer.stdout) == (
        0,
        f"{session}/covariates.tsv: 2026-11-22 pain 3 of 10 left after\n",
    )


def test_of_an_athlete_between_sessions_the_note_stands_in_the_library(library, run_command):
    run_command("note", library, *["--athlete", "a03", "--date", "2026-12-01", "--mass", "61"])

    assert noted(library / "athletes" / "a03.tsv") == [
        ("2026-12-01", "mass", "61", "kg", None, None)
    ]


def test_pain_of_a_moment_is_an_event_and_no_covariate(session, run_command):
    run_command("note", session, *["--pain", "4", "--side", "left", "--at", "10:12.5"])

    assert (read_events(session / "events.tsv"), noted(session / "covariates.tsv")) == (
        (Event(612.5, 0.0, "pain", side="left", value="4"),),
        [],
    )


def test_words_of_a_moment_join_the_events_that_are_there(session, run_command):
    run_command("note", session, "--text", "dog", "--at", "61")
    run_command("note", session, "--text", "gate", "--at", "30")

    assert [(one.onset_s, one.trial_type, one.value) for one in read_events(session / "events.tsv")
    ] == [(30.0, "note", "gate"), (61.0, "note", "dog")]  # fmt: skip


def test_a_later_note_of_the_same_thing_holds(session, run_command):
    for pain in (8, 3):
        run_command("note", session, "--pain", pain, "--when", "after")

    with Catalogue.open(session.parent) as catalogue:
        pain, table = catalogue.sessions()["pain"][0], catalogue.covariates()

    assert (pain, table[["value", "holds"]].to_numpy().tolist()) == (
        3.0,
        [["8", False], ["3", True]],
    )


def test_the_catalogue_tells_notes_of_the_athlete_from_those_of_a_session(
    session, library, run_command
):
    run_command("note", session, "--mass", 62)
    run_command("note", library, *["--athlete", "a03", "--date", "2026-12-01", "--mass", "61"])

    with Catalogue.open(library) as catalogue:
        table = catalogue.covariates()

    assert table[["athlete", "session", "date", "number"]].to_numpy().tolist() == [
        ["a03", "", "2026-12-01", 61.0],
        ["a03", "run", "2026-11-22", 62.0],
    ]


def test_the_list_shows_what_holds_and_what_does_not(session, run_command):
    run_command("note", session, "--mass", 62)
    run_command("note", session, "--text", "wet", "--at", 5)

    answer = run_command("note", session, "--mass", 63, "--list")

    assert answer.stdout.splitlines()[1:] == [
        "2026-11-22 mass 62 kg (replaced)",
        "2026-11-22 mass 63 kg",
        "5 s note wet",
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("", "error: nothing to note"),
        ("--pain 11 --when after", "error: pain of 11 of 10 cannot be noted"),
        ("--pain 3.5 --when after", "error: pain of 3.5 of 10 cannot be noted"),
        ("--pain nan --when after", "error: pain of nan of 10 cannot be noted"),
        ("--pain 3", "error: when was the pain?"),
        ("--pain 3 --when after --at 5", "error: when was the pain?"),
        ("--strength 320", "error: strength in no unit"),
        ("--strength 320 --unit kg", "error: strength in kg"),
        ("--strength 320 --unit Nm/kg", "error: strength of 320 Nm/kg cannot be noted"),
        ("--mass 620", "error: mass of 620 kg cannot be noted"),
        ("--mass 62 --side left", "error: --side says nothing without --pain or --strength"),
        ("--mass 62 --when after", "error: --when says nothing without --pain"),
        ("--mass 62 --unit kg", "error: --unit says nothing without --strength"),
        ("--mass 62 --at 3", "error: --at says nothing without --pain or --text"),
        ("--text wet --at soon", "error: --at soon is no moment of a run"),
        ("--shoes n/a", "error: shoes says nothing"),
        ("--mass 62 --athlete a04", "of a03, not of a04"),
    ],
)
def test_what_cannot_be_noted_is_one_line_and_a_hint_and_changes_nothing(
    session, run_command, options, said
):
    answer = run_command("note", session, *options.split())

    lines = answer.stderr.splitlines()
    kept = (session / "covariates.tsv").exists()
    assert (answer.exit_code, len(lines), said in lines[0], kept) == (1, 2, True, False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--mass 62", "is no session"),
        ("--mass 62 --athlete a03", "does not say of which day"),
        ("--mass 62 --athlete Jane --date 2026-12-01", "'Jane' is no pseudonymous athlete code"),
        ("--text x --at 3 --athlete a03 --date 2026-12-01", "--at names a moment of a run"),
    ],
)
def test_a_note_of_an_athlete_needs_whom_and_when(library, run_command, options, said):
    answer = run_command("note", library, *options.split())

    assert (answer.exit_code, said in answer.stderr) == (1, True)


def test_a_damaged_table_is_not_written_over(session, run_command):
    table = session / "covariates.tsv"
    run_command("note", session, "--mass", 62)
    table.write_text(table.read_text().replace("62", "heavy"))

    answer = run_command("note", session, "--mass", 63)

    assert (answer.exit_code, "line 2" in answer.stderr, "heavy" in table.read_text()) == (
        1,
        True,
        True,
    )


@pytest.mark.parametrize("linked", ["covariates.tsv", "events.tsv"])
def test_no_note_is_written_through_a_link(session, run_command, tmp_path, linked):
    outside = tmp_path / "outside.tsv"
    outside.write_text("mine\n")
    (session / linked).unlink(missing_ok=True)
    (session / linked).symlink_to(outside)

    answers = [
        run_command("note", session, *options.split())
        for options in ("--mass 62", "--text x --at 3")
    ]

    assert (1 in [answer.exit_code for answer in answers], outside.read_text()) == (True, "mine\n")


def test_markup_in_a_note_is_only_text(session, run_command):
    run_command("note", session, "--text", "[red]<script>=1+1[/]")

    answer = run_command("note", session, "--list")

    assert answer.stdout == "2026-11-22 text [red]<script>=1+1[/]\n"

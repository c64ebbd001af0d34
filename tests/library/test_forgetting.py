"""imu-valgus forget: everything of one person, and nothing else."""

import io
import json

import pytest
from made_sessions import MadeSession

from imu_valgus.library import Catalogue


@pytest.fixture
def library(tmp_path):
    """Two athletes with notes, looked at once."""
    folder = tmp_path / "library"
    MadeSession(athlete="a03").write(folder / "one")
    MadeSession(athlete="a03").write(folder / "two", analysed=False)
    MadeSession(athlete="a04").write(folder / "other")
    (folder / "athletes").mkdir()
    for code in ("a03", "a04"):
        (folder / "athletes" / f"{code}.tsv").write_text("")
    Catalogue.open(folder).close()
    return folder


def left(library):
    return sorted(str(path.relative_to(library)) for path in library.rglob("*") if path.is_file())


def test_everything_of_the_athlete_goes_and_nothing_of_another(library, run_command):
    others = [name for name in left(library) if name.startswith(("other", "athletes/a04"))]

    answer = run_command("forget", "a03", library, "--yes")

    assert (answer.exit_code, left(library)) == (0, others)


def test_no_file_that_is_left_knows_the_code(library, run_command):
    run_command("forget", "a03", library, "--yes")

    Catalogue.open(library).close()

    assert [name for name in left(library) if b"a03" in (library / name).read_bytes()] == []


def test_it_says_what_it_removed(library, run_command):
    answer = run_command("forget", "a03", library, "--yes")

    lines = answer.stdout.splitlines()
    assert lines[:3] == [
        f"removed: {library}/one",
        f"removed: {library}/two",
        f"removed: {library}/athletes/a03.tsv",
    ]
    assert lines[3].startswith("removed: sessions 2, tables of notes 1, ")


def test_a_dry_run_removes_nothing(library, run_command):
    before = left(library)

    answer = run_command("forget", "a03", library, "--dry-run", "--yes")

    assert (f"to remove: {library}/one" in answer.stdout, left(library)) == (True, before)


@pytest.mark.parametrize(("reply", "n_left"), [("n\n", 3), ("", 3), ("y\n", 1)])
def test_it_asks_before_it_removes(library, run_command, monkeypatch, reply, n_left):
    monkeypatch.setattr("sys.stdin", io.StringIO(reply))

    answer = run_command("forget", "a03", library)

    sessions = list(library.glob("*/session.json"))
    assert (answer.exit_code, len(sessions)) == (0 if n_left == 1 else 1, n_left)


def test_a_session_broken_elsewhere_still_tells_whose_it_is(library, run_command):
    info = library / "one" / "session.json"
    info.write_text(json.dumps(json.loads(info.read_text()) | {"format_version": 99}))

    run_command("forget", "a03", library, "--yes")

    assert not (library / "one").exists()


def test_a_session_that_does_not_tell_whose_it_is_stays_and_is_named(library, run_command):
    (library / "one" / "session.json").write_text("{ not")

    answer = run_command("forget", "a03", library, "--yes")

    assert (
        f"left alone: {library}/one: whose is it? session.json cannot be read" in answer.stdout,
        (library / "one" / "derived" / "strides.parquet").exists(),
    ) == (True, True)


def test_what_a_broken_off_writing_left_behind_goes_too(library, run_command):
    (library / "one").rename(library / ".retired-01234567-one")

    run_command("forget", "a03", library, "--yes")

    assert not (library / ".retired-01234567-one").exists()


def test_nothing_outside_the_library_is_touched(library, tmp_path, run_command):
    outside = MadeSession(athlete="a03").write(tmp_path / "outside")
    (library / "linked").symlink_to(outside)
    (library / "one" / "raw").symlink_to(outside)
    (library / "one" / "notes.txt").symlink_to(outside / "session.json")
    before = left(outside)

    answer = run_command("forget", "a03", library, "--yes")

    assert (
        f"left alone: {library}/linked: a link, not followed" in answer.stdout,
        left(outside) == before,
        (library / "one").exists(),
    ) == (True, True, False)


def test_a_table_of_notes_behind_a_link_is_left_alone(library, tmp_path, run_command):
    (library / "athletes").rename(tmp_path / "athletes")
    (library / "athletes").symlink_to(tmp_path / "athletes")

    run_command("forget", "a03", library, "--yes")

    assert (tmp_path / "athletes" / "a03.tsv").exists()


@pytest.mark.parametrize(
    ("athlete", "said"),
    [("a09", "holds nothing of a09"), ("Jane", "'Jane' is no pseudonymous athlete code")],
)
def test_an_athlete_who_is_not_there_is_one_line_and_a_hint(library, run_command, athlete, said):
    answer = run_command("forget", athlete, library, "--yes")

    lines = answer.stderr.splitlines()
    assert (answer.exit_code, len(lines), said in lines[0]) == (1, 2, True)

"""Notes, pain, laps and the word on strides are edited in events.tsv; nothing else is lost."""

import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu_valgus.core import Event, EventKind, ImuValgusError, Side
from imu_valgus.recording import (
    MarksChangedError,
    add_mark,
    change_mark,
    judge_stride,
    read_events,
    read_marks,
    redo,
    remove_mark,
    undo,
)

FOREIGN = (
    "onset\tduration\ttrial_type\tcoach\tside\tvalue\n"
    "3.5\t0\tjump\tK\tn/a\thigh\n"
    "12.5\t0\tnote\tK\tn/a\twind\n"
    "20.0\t0.0\tlap\tn/a\tn/a\tn/a\n"
)
NOTE = Event(30.0, 0.0, "note", None, "tired")


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A folder with marks that another program made, one of a kind unknown to us."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "events.tsv").write_text(FOREIGN, newline="")
    return tmp_path


def version(session: Path) -> str:
    return read_marks(session).version


def lines(session: Path) -> list[str]:
    return (session / "events.tsv").read_text().splitlines()


def add(session: Path, event: Event = NOTE) -> None:
    add_mark(session, event, version=version(session))


def judge(session: Path, start_s: float, word=None, side: Side = "left") -> None:
    judge_stride(session, start_s, word, side=side, version=version(session), within_s=0.1)


def test_a_new_note_leaves_every_other_line_as_it_is(session: Path):
    before = lines(session)

    add(session)

    assert lines(session) == [*before, "30.0\t0.0\tnote\tn/a\tn/a\ttired"]


def test_a_mark_takes_its_place_in_time(session: Path):
    add(session, Event(15.0, 0.0, "lap"))

    assert [line.split("\t")[0] for line in lines(session)[1:]] == ["3.5", "12.5", "15.0", "20.0"]


def test_a_changed_note_keeps_what_others_wrote_beside_it(session: Path):
    change_mark(session, 1, Event(12.5, 0.0, "note", "left", "gust"), version=version(session))

    assert lines(session)[2] == "12.5\t0.0\tnote\tK\tleft\tgust"


def test_a_removed_lap_is_gone(session: Path):
    remove_mark(session, 2, version=version(session))

    assert "lap" not in "".join(lines(session))


def test_rows_of_other_kinds_are_no_marks_to_remove(session: Path):
    with pytest.raises(ImuValgusError, match="row 0 is no note, pain or lap"):
        remove_mark(session, 0, version=version(session))


def test_columns_that_lack_are_added(session: Path):
    (session / "events.tsv").write_text("onset\tduration\ttrial_type\n1.0\t0\tlap\n")

    add(session, Event(2.0, 0.0, "pain", "left", "4 knee"))

    assert read_events(session / "events.tsv")[1] == Event(2.0, 0.0, "pain", "left", "4 knee")


def test_a_session_without_marks_gets_a_file(session: Path):
    (session / "events.tsv").unlink()

    add(session)

    assert read_events(session / "events.tsv") == (NOTE,)


def test_who_looked_before_a_change_is_refused(session: Path):
    shown = version(session)
    add(session)

    with pytest.raises(MarksChangedError):
        add_mark(session, NOTE, version=shown)


def test_of_many_editors_at_once_one_is_heard_and_the_others_are_told(session: Path):
    shown = version(session)
    outcomes: list[str] = []

    def edit(number: int) -> None:
        try:
            add_mark(session, Event(float(number), 0.0, "lap"), version=shown)
            outcomes.append("heard")
        except MarksChangedError:
            outcomes.append("told")

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    laps = sum("lap" in line for line in lines(session))
    assert (sorted(outcomes), laps) == (["heard", *["told"] * 19], 2)


def test_undo_gives_the_file_back_byte_for_byte(session: Path):
    before = (session / "events.tsv").read_bytes()
    remove_mark(session, 1, version=version(session))

    undo(session, version=version(session))

    assert (session / "events.tsv").read_bytes() == before


def test_redo_makes_the_change_again(session: Path):
    add(session)
    after = lines(session)
    undo(session, version=version(session))

    redo(session, version=version(session))

    assert lines(session) == after


def test_a_new_change_ends_what_could_be_redone(session: Path):
    add(session)
    undo(session, version=version(session))
    add(session, Event(31.0, 0.0, "lap"))

    assert read_marks(session).redo is None


def test_what_can_be_undone_is_named(session: Path):
    add(session)

    found = read_marks(session).undo

    assert found is not None
    assert (found.act, found.event) == ("add", NOTE)


def test_undo_leaves_alone_what_another_program_wrote_since(session: Path):
    add(session)
    with (session / "events.tsv").open("a") as file:
        file.write("40.0\t0\tnote\tM\tn/a\tby hand\n")

    undo(session, version=version(session))

    assert [line.split("\t")[0] for line in lines(session)[1:]] == ["3.5", "12.5", "20.0", "40.0"]


def test_what_another_program_took_away_cannot_be_undone(session: Path):
    add(session)
    (session / "events.tsv").write_text(FOREIGN)

    with pytest.raises(ImuValgusError, match="not there any more"):
        undo(session, version=version(session))


def test_nothing_done_is_nothing_to_undo(session: Path):
    with pytest.raises(ImuValgusError, match="nothing to undo"):
        undo(session, version=version(session))


def test_a_damaged_journal_means_nothing_to_undo(session: Path):
    add(session)
    (session / "events.journal.json").write_text("{")

    assert read_marks(session).undo is None


def test_the_last_word_on_a_stride_stands_alone(session: Path):
    judge(session, 15.02, "reject")
    judge(session, 15.0, "restore")

    found = [e for e in read_marks(session).events if e.trial_type in ("reject", "restore")]
    assert found == [Event(15.0, 0.0, "restore", "left")]


def test_a_word_taken_back_leaves_the_file_as_it_was(session: Path):
    before = lines(session)
    judge(session, 15.0, "reject")

    judge(session, 15.0, None)

    assert lines(session) == before


def test_a_word_on_both_legs_is_taken_back_for_one(session: Path):
    with (session / "events.tsv").open("a") as file:
        file.write("25.0\t0\treject\tK\tn/a\tkerb\n")

    judge(session, 25.0, None, side="left")

    assert lines(session)[-1] == "25.0\t0\treject\tK\tright\tkerb"


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (Event(1.0, 0.0, "note", None, "x" * 10_000), "the text has 10000 characters"),
        (Event(1.0, 0.0, "note", None, " \t\n "), "a note needs words"),
        (Event(1.0, 0.0, "pain", "left", "11"), "pain is a whole number from 0 to 10"),
        (Event(1.0, 0.0, "pain", "left", "=1+1"), "pain is a whole number from 0 to 10"),
        (Event(float("nan"), 0.0, "lap"), "that is no time in this session"),
        (Event(1e9, 0.0, "lap"), "that is no time in this session"),
        (Event(1.0, 0.0, "stand"), "'stand' is no mark"),
    ],
)
def test_what_is_no_mark_is_refused_and_nothing_written(session: Path, event: Event, message: str):
    with pytest.raises(ImuValgusError, match=message):
        add_mark(session, event, version=version(session))

    assert (session / "events.tsv").read_text() == FOREIGN


def test_what_is_no_text_in_a_note_is_left_out(session: Path):
    add(session, Event(1.0, 0.0, "note", None, "\ud800a\x00\x1b[31m\u2028b\tc"))

    assert lines(session)[1].endswith("\ta[31m b c")


def test_a_broken_table_is_named_and_left_alone(session: Path):
    (session / "events.tsv").write_text(FOREIGN + "1.0\tlap\n")

    with pytest.raises(ImuValgusError, match="line 5: 2 values"):
        read_marks(session)


def test_raw_is_never_touched(session: Path):
    before = (session / "raw").stat().st_mtime_ns

    add(session)

    assert (session / "raw").stat().st_mtime_ns == before


hostile = st.text(max_size=40).filter(lambda text: text.strip() not in ("", "n/a"))
kinds = st.sampled_from(["note", "lap"])


@settings(deadline=None, max_examples=12)
@given(texts=st.lists(st.tuples(kinds, hostile, st.floats(0, 99)), min_size=1, max_size=5))
def test_whatever_is_written_is_one_row_and_undone_without_trace(
    texts: list[tuple[EventKind, str, float]],
):
    with tempfile.TemporaryDirectory() as folder:
        session = Path(folder)
        (session / "events.tsv").write_text(FOREIGN)
        added = 0
        for kind, text, at_s in texts:
            try:
                add(session, Event(at_s, 0.0, kind, None, text))
            except ImuValgusError:
                continue
            added += 1
        rows = len(lines(session)) - 4
        for _ in range(added):
            undo(session, version=version(session))
        left = (session / "events.tsv").read_text()

    assert (rows, left) == (added, FOREIGN)

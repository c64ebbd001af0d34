"""Editing ``events.tsv``: notes, pain, laps, and the word on single strides. Never ``raw/``.

Every change names the version of the file that it was made from and is refused where the file is
another one by now: two people lose nothing. What other programs wrote (columns, rows of other
kinds) stays as it is. Changes can be undone, also after a restart; see ``journal``.
"""

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, get_args

from imu_valgus.core import Event, ImuValgusError, Side
from imu_valgus.recording.event_table import EventTable, Row, version_of
from imu_valgus.recording.events import EVENT_COLUMNS, event_row
from imu_valgus.recording.journal import (
    Act,
    Edit,
    Journal,
    at_versions,
    read_journal,
    redone,
    replaced,
    undone,
    write_journal,
)
from imu_valgus.recording.locking import session_lock

MarkKind = Literal["note", "pain", "lap"]
MARK_KINDS: Final[tuple[MarkKind, ...]] = get_args(MarkKind)
"""The rows that a person adds and changes one by one."""

Word = Literal["reject", "restore"]

MAX_TEXT: Final = 500
"""Characters of a note: more is a document, and belongs elsewhere."""

MAX_PAIN: Final = 10
"""The numeric rating scale from 0, no pain, to 10, the worst that one can think of."""

LATEST_S: Final = 1e6
"""Marks lie within so many seconds of the session's start: eleven days."""

_WORDS: Final[tuple[Word, ...]] = get_args(Word)


@dataclass(frozen=True, slots=True)
class Mark:
    """One event and the index of its row."""

    row: int
    event: Event


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in a session, and what can be undone and redone.

    ``marks`` are in the order of the file. ``version``: of the file; a change must name it.
    """

    version: str
    marks: tuple[Mark, ...]
    undo: Edit | None
    redo: Edit | None

    @property
    def events(self) -> tuple[Event, ...]:
        """The events alone."""
        return tuple(mark.event for mark in self.marks)


class MarksChangedError(ImuValgusError):
    """The file is another one than was shown."""


def read_marks(session: Path) -> Marks:
    """Read the marks of a session.

    Raises
    ------
    RecordingError
        Where ``events.tsv`` cannot be read; it names line and column.
    """
    with session_lock(session):
        return _marks(_table(session), read_journal(session))


def add_mark(session: Path, event: Event, *, version: str) -> Marks:
    """Add a note, pain or a lap.

    Raises
    ------
    MarksChangedError
        Where the file is not of this version any more.
    ImuValgusError
        Where the mark is not of these kinds, too long or beyond its scale.
    """
    checked = _checked(event)
    return _change(session, version, lambda _: _Plan("add", checked, (), (_row(checked),)))


def change_mark(session: Path, row: int, event: Event, *, version: str) -> Marks:
    """Change the mark of a row; what others wrote in its other columns stays.

    Raises
    ------
    MarksChangedError, ImuValgusError
        As for :func:`add_mark`.
    """
    checked = _checked(event)

    def plan(table: EventTable) -> "_Plan":
        old = _own_row(table, row)
        foreign = {name: cell for name, cell in old.items() if name not in EVENT_COLUMNS}
        return _Plan("change", checked, (old,), (_row(checked) | foreign,))

    return _change(session, version, plan)


def remove_mark(session: Path, row: int, *, version: str) -> Marks:
    """Remove the mark of a row.

    Raises
    ------
    MarksChangedError
        Where the file is not of this version any more.
    """

    def plan(table: EventTable) -> "_Plan":
        old = _own_row(table, row)
        return _Plan("remove", table.events()[row], (old,), ())

    return _change(session, version, plan)


def judge_stride(
    session: Path, start_s: float, word: Word | None, *, side: Side, version: str, within_s: float
) -> Marks:
    """Say a word on the stride (or repetition) of one leg that begins at a time.

    Parameters
    ----------
    session : Path
    start_s : float
        Its contact time: a stride is never named by its number.
    word : {"reject", "restore"} or None
        None takes earlier words back: what the sensors say holds.
    side : {"left", "right"}
    version : str
        Of the marks that were shown.
    within_s : float
        Earlier words that name a time so near are about the same stride and go.

    Raises
    ------
    MarksChangedError, ImuValgusError
        As for :func:`add_mark`.
    """
    said = Event(_seconds(start_s), 0.0, word or "restore", side)

    def plan(table: EventTable) -> "_Plan":
        earlier = {
            at: event
            for at, event in table.events().items()
            if event.trial_type in _WORDS
            and event.side in (None, side)
            and abs(event.onset_s - start_s) <= within_s
        }
        kept = [
            dict(table.row(at)) | {"side": "right" if side == "left" else "left"}
            for at, event in earlier.items()
            if event.side is None
        ]
        added = [*kept, *([_row(said)] if word is not None else [])]
        return _Plan(word or "as measured", said, [table.row(at) for at in earlier], added)

    return _change(session, version, plan)


def undo(session: Path, *, version: str) -> Marks:
    """Take the latest change back.

    Raises
    ------
    MarksChangedError
        Where the file is not of this version any more.
    ImuValgusError
        Where there is nothing to undo, or what was changed is not there any more.
    """
    return _step(session, version, back=True)


def redo(session: Path, *, version: str) -> Marks:
    """Make the change that was undone last once more; errors as for :func:`undo`."""
    return _step(session, version, back=False)


@dataclass(frozen=True, slots=True)
class _Plan:
    act: Act
    event: Event
    removed: Sequence[Row]
    added: Sequence[Row]


def _change(session: Path, version: str, plan: Callable[[EventTable], _Plan]) -> Marks:
    with session_lock(session):
        table = _fresh(session, version)
        wanted = plan(table)
        changed, removed, added = replaced(table, wanted.removed, wanted.added)
        if changed == table:
            return _marks(table, read_journal(session))
        edit = Edit(wanted.act, wanted.event, removed, added)
        edit = at_versions(edit, table.version, version_of(changed.content()))
        changed.write()
        journal = read_journal(session).with_done(edit)
        write_journal(session, journal)
        return _marks(_table(session), journal)


def _step(session: Path, version: str, *, back: bool) -> Marks:
    with session_lock(session):
        table = _fresh(session, version)
        journal = read_journal(session)
        edits = journal.done if back else journal.undone
        if not edits:
            raise ImuValgusError(
                f"nothing to {'undo' if back else 'redo'}", hint="the marks are as they were"
            )
        (undone if back else redone)(table, edits[-1]).write()
        journal = journal.with_undone() if back else journal.with_redone()
        write_journal(session, journal)
        return _marks(_table(session), journal)


def _table(session: Path) -> EventTable:
    return EventTable.read(session / "events.tsv")


def _fresh(session: Path, version: str) -> EventTable:
    table = _table(session)
    if table.version != version:
        raise MarksChangedError(
            "the marks were changed since they were shown here",
            hint="look at them as they are now, then change them again",
        )
    return table


def _marks(table: EventTable, journal: Journal) -> Marks:
    return Marks(
        version=table.version,
        marks=tuple(Mark(at, event) for at, event in table.events().items()),
        undo=journal.done[-1] if journal.done else None,
        redo=journal.undone[-1] if journal.undone else None,
    )


def _own_row(table: EventTable, row: int) -> Row:
    event = table.events().get(row)
    if event is None or event.trial_type not in MARK_KINDS:
        raise ImuValgusError(
            f"row {row} is no note, pain or lap", hint="other rows are changed in events.tsv itself"
        )
    return table.row(row)


def _row(event: Event) -> dict[str, str]:
    named = dict(zip(EVENT_COLUMNS, event_row(event), strict=True))
    return {name: cell for name, cell in named.items() if cell != "n/a"}


def _checked(event: Event) -> Event:
    """Return a mark as it may be written, or say what is wrong with it."""
    if event.trial_type not in MARK_KINDS:
        raise ImuValgusError(
            f"{event.trial_type!r} is no mark", hint=f"one of {', '.join(MARK_KINDS)}"
        )
    text = _plain(event.value)
    if len(text) > MAX_TEXT:
        raise ImuValgusError(
            f"the text has {len(text)} characters", hint=f"shorten it to {MAX_TEXT} at most"
        )
    if event.trial_type == "note" and text in ("", "n/a"):
        raise ImuValgusError("a note needs words", hint="write some, or remove the note")
    if event.trial_type == "pain":
        _refuse_no_scale(text)
    return replace(
        event, onset_s=_seconds(event.onset_s), duration_s=_seconds(event.duration_s), value=text
    )


def _refuse_no_scale(text: str) -> None:
    level = text.partition(" ")[0]
    if not (level.isascii() and level.isdigit() and int(level) <= MAX_PAIN):
        raise ImuValgusError(
            f"pain is a whole number from 0 to {MAX_PAIN}", hint="0 is none, 10 the worst"
        )


def _seconds(value: float) -> float:
    if not math.isfinite(value) or abs(value) > LATEST_S:
        raise ImuValgusError("that is no time in this session", hint="write seconds, such as 12.5")
    return float(value)


def _plain(text: str) -> str:
    """Return text in one line: every kind of space is one space, control characters go."""
    shown = (" " if char.isspace() else char for char in text)
    kept = (char for char in shown if unicodedata.category(char) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())

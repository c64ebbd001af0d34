"""What was changed in ``events.tsv``, so that it can be undone, also tomorrow."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from imu_valgus.core import Event
from imu_valgus.recording.atomic import write_atomically
from imu_valgus.recording.event_table import EventTable, Row

JOURNAL_NAME: Final = "events.journal.json"
"""Beside ``events.tsv``; it may be deleted, and then nothing can be undone."""

KEPT: Final = 100
"""As many changes can be undone."""

Act = Literal["add", "change", "remove", "reject", "restore", "as measured"]


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """One row and the index of its line at the moment it came or went."""

    at: int
    row: dict[str, str]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: what was done, to what, and which rows went and came, in this order.

    ``before`` and ``after`` are the versions of the file.
    """

    act: Act
    event: Event
    removed: tuple[PlacedRow, ...]
    added: tuple[PlacedRow, ...]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """The changes that can be undone, the latest last, and those that were."""

    done: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = field(default=())

    def with_done(self, edit: Edit) -> "Journal":
        """Add a new change: what was undone before can no longer be redone."""
        return Journal((*self.done, edit)[-KEPT:])

    def with_undone(self) -> "Journal":
        """Move the latest change to those that were undone."""
        return Journal(self.done[:-1], (*self.undone, self.done[-1]))

    def with_redone(self) -> "Journal":
        """Move the change that was undone last back."""
        return Journal((*self.done, self.undone[-1]), self.undone[:-1])


_JOURNAL: Final = TypeAdapter(Journal)


def read_journal(session: Path) -> Journal:
    """Read a session's journal; without one, or with a damaged one, nothing can be undone."""
    try:
        return _JOURNAL.validate_json((session / JOURNAL_NAME).read_bytes())
    except (OSError, ValidationError):
        return Journal()


def write_journal(session: Path, journal: Journal) -> None:
    """Write a session's journal."""
    with write_atomically(session / JOURNAL_NAME) as partial:
        partial.write_bytes(_JOURNAL.dump_json(journal))


def replaced(
    table: EventTable, removed: Sequence[Row], added: Sequence[Row]
) -> tuple[EventTable, tuple[PlacedRow, ...], tuple[PlacedRow, ...]]:
    """Take rows out of a table and put others in; return where they stood and stand."""
    gone: list[PlacedRow] = []
    come: list[PlacedRow] = []
    for row in removed:
        table, at = table.without(row)
        gone.append(PlacedRow(at, dict(row)))
    for row in added:
        table, at = table.with_row(row)
        come.append(PlacedRow(at, dict(row)))
    return table, tuple(gone), tuple(come)


def undone(table: EventTable, edit: Edit) -> EventTable:
    """Take a change back; rows that others changed since are left as they are.

    Raises
    ------
    RecordingError
        Where a row that came with the change is not there any more.
    """
    is_exact = table.version == edit.after
    for one in reversed(edit.added):
        table, _ = table.without(one.row)
    for one in reversed(edit.removed):
        table, _ = table.with_row(one.row, one.at if is_exact else None)
    return table


def redone(table: EventTable, edit: Edit) -> EventTable:
    """Make a change that was undone once more.

    Raises
    ------
    RecordingError
        Where a row that went with the change is not there any more.
    """
    is_exact = table.version == edit.before
    for one in edit.removed:
        table, _ = table.without(one.row)
    for one in edit.added:
        table, _ = table.with_row(one.row, one.at if is_exact else None)
    return table


def at_versions(edit: Edit, before: str, after: str) -> Edit:
    """Return a change that leads from one version of the file to another."""
    return replace(edit, before=before, after=after)

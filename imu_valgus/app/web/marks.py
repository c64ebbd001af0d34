"""What the page shows of a session's marks: rows with their words, and the word on strides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.app.web.words import say
from imu_valgus.core import Event, ImuValgusError, Quality, Side
from imu_valgus.pipeline import Summary, follows
from imu_valgus.recording import MARK_KINDS, MAX_PAIN, MAX_TEXT, Mark, Marks
from imu_valgus.recording.journal import Edit
from imu_valgus.report.wording import reason_text
from imu_valgus.strides import EVENT_TOLERANCE_S, GAP

MAX_SHOWN: Final = 200
"""Rows on the page; whoever has more reads the file."""

_TIME: Final = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,7}(?:\.\d{1,20})?)")


@dataclass(frozen=True, slots=True)
class ShownMark:
    """One note, pain or lap in words; ``level`` is empty where it is no pain."""

    row: int
    kind: str
    at: str
    side: str
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownStride:
    """One stride with what holds of it.

    ``word``: the user's, empty where the sensors' judgement holds. ``can_restore``: it holds no
    gap.
    """

    side: Side
    start_s: float
    at: str
    stride: int
    quality: Quality
    why: str
    word: str
    can_restore: bool


@dataclass(frozen=True, slots=True)
class MarksView:
    """The panel of marks.

    ``undo`` and ``redo`` say what they would do, empty where there is nothing. ``behind`` says why
    the numbers do not follow the marks, empty where they do. ``unshown``: how many rows are not
    here because there are too many.
    """

    version: str
    undo: str
    redo: str
    behind: str
    marks: tuple[ShownMark, ...]
    strides: tuple[ShownStride, ...]
    unshown: int
    max_pain: int = MAX_PAIN
    max_text: int = MAX_TEXT


def marks_view(
    marks: Marks, summary: Summary, strides: pd.DataFrame, *, problem: str = ""
) -> MarksView:
    """Put the marks of a session in words.

    Parameters
    ----------
    marks : Marks
    summary : Summary
    strides : DataFrame
        The stride log as it is.
    problem : str
        Why they could not follow the marks, if they could not.
    """
    own = [mark for mark in marks.marks if mark.event.trial_type in MARK_KINDS]
    judged = _judged(marks.events, strides)
    behind = problem or ("" if follows(summary, marks.events) else say("marks.behind"))
    return MarksView(
        version=marks.version,
        undo=_step(marks.undo, "undo"),
        redo=_step(marks.redo, "redo"),
        behind=behind,
        marks=tuple(_shown(mark) for mark in own[:MAX_SHOWN]),
        strides=tuple(judged[:MAX_SHOWN]),
        unshown=max(0, len(own) - MAX_SHOWN) + max(0, len(judged) - MAX_SHOWN),
    )


def stride_at(strides: pd.DataFrame, side: Side, at_s: float) -> float:
    """Return the contact time of the stride of one leg of a stride log that lasts at a time.

    Raises
    ------
    ImuValgusError
        Where there is none.
    """
    own = strides[strides["side"] == side]
    start_s = own["initial_contact_s"].to_numpy(dtype=np.float64)
    is_it = (start_s <= at_s) & (at_s < own["next_contact_s"].to_numpy(dtype=np.float64))
    # a contact time shown with three digits may lie just before the contact itself
    near = is_it if is_it.any() else np.abs(start_s - at_s) <= EVENT_TOLERANCE_S
    if not near.any():
        raise ImuValgusError(
            say("marks.no_stride", side=say(f"marks.{side}"), at=clock_text(at_s)),
            hint=say("marks.no_stride_hint"),
        )
    return float(start_s[near][0])


def clock_text(seconds: float) -> str:
    """Write session time as minutes and seconds with one digit: ``12:34.5``."""
    tenths = round(abs(seconds) * 10.0)
    minutes, rest = divmod(tenths, 600)
    return f"{'-' if seconds < 0 and tenths else ''}{minutes}:{rest // 10:02d}.{rest % 10}"


def read_clock(text: str) -> float:
    """Read session time: seconds, ``min:s`` or ``h:min:s``.

    Raises
    ------
    ImuValgusError
        Where it is none of these.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        shown = text[:20]
        raise ImuValgusError(say("marks.no_time", text=shown), hint=say("marks.no_time_hint"))
    hours, minutes, seconds = (float(part or 0.0) for part in found.groups())
    return 3600.0 * hours + 60.0 * minutes + seconds


def _shown(mark: Mark) -> ShownMark:
    event = mark.event
    level, text = "", event.value
    if event.trial_type == "pain":
        first, _, rest = event.value.partition(" ")
        level, text = (first, rest) if first.isascii() and first.isdigit() else ("", event.value)
    return ShownMark(
        row=mark.row,
        kind=event.trial_type,
        at=clock_text(event.onset_s),
        side=event.side or "",
        level=level,
        text=text,
    )


def _judged(events: Sequence[Event], strides: pd.DataFrame) -> list[ShownStride]:
    """Return the strides on which the user said a word, in order of time."""
    found: dict[tuple[str, int], ShownStride] = {}
    for event in events:
        if event.trial_type not in ("reject", "restore"):
            continue
        for stride in _named(event, strides):
            found[stride.side, stride.stride] = stride
    return sorted(found.values(), key=lambda stride: stride.start_s)


def _named(event: Event, strides: pd.DataFrame) -> list[ShownStride]:
    near = (strides["initial_contact_s"] - event.onset_s).abs() <= EVENT_TOLERANCE_S
    if event.side is not None:
        near &= strides["side"] == event.side
    return [
        ShownStride(
            side=row.side,
            start_s=row.initial_contact_s,
            at=clock_text(row.initial_contact_s),
            stride=row.stride,
            quality=row.quality,
            why=reason_text(row.reason) if row.reason else "",
            word=event.trial_type,
            can_restore=GAP not in str(row.reason).split("; "),
        )
        for row in strides[near].itertuples()
    ]


def _step(edit: Edit | None, step: str) -> str:
    """Say what undoing or redoing a change would do."""
    if edit is None:
        return ""
    event = edit.event
    is_word = edit.act in ("reject", "restore", "as measured")
    what = say(
        f"marks.thing_{'stride' if is_word else event.trial_type}",
        at=clock_text(event.onset_s),
        side=say(f"marks.{event.side}") if event.side else "",
    )
    return say(f"marks.{step}", done=say(f"marks.did_{edit.act.replace(' ', '_')}", what=what))

"""What the user noted overrides what was found; and which standing to take."""

from collections.abc import Iterable, Sequence
from typing import cast, get_args

from imu_valgus.activities.intervals import without
from imu_valgus.core import ActivityKind, Bout, Event

_KINDS: frozenset[str] = frozenset(get_args(ActivityKind))


def apply_events(bouts: Sequence[Bout], events: Iterable[Event]) -> tuple[Bout, ...]:
    """Let the rows of ``events.tsv`` that name an activity override what was found in their time.

    Parameters
    ----------
    bouts : sequence of Bout
        As found, disjoint.
    events : iterable of Event
        Those of ``trial_type`` stand, walk, squat or run with a duration count; a later row
        overrides an earlier one. All others are left alone.

    Returns
    -------
    tuple of Bout
        Disjoint, in order of time. A found bout is cut where an event begins or ends.
    """
    kept = list(bouts)
    for event in events:
        if event.trial_type not in _KINDS or event.duration_s <= 0:
            continue
        noted = Bout(
            event.onset_s,
            event.onset_s + event.duration_s,
            cast("ActivityKind", event.trial_type),
        )
        kept = [piece for bout in kept for piece in without(bout, noted)]
        kept.append(noted)
    return tuple(sorted(kept))


def longest_standing(bouts: Iterable[Bout], before_s: float | None = None) -> Bout | None:
    """Pick the longest standing, of those that begin before ``before_s`` if it is given.

    Parameters
    ----------
    bouts : iterable of Bout
    before_s : float, optional
        Session time, usually the start of the first run. A standing that reaches beyond it is cut
        there. Default: any standing of the session.

    Returns
    -------
    Bout or None
        The earlier one of two that last equally long; None where nobody stood.
    """
    stop_s = float("inf") if before_s is None else before_s
    standing = [
        Bout(bout.start_s, min(bout.stop_s, stop_s), bout.kind)
        for bout in bouts
        if bout.kind == "stand" and bout.start_s < stop_s
    ]
    return max(standing, key=lambda bout: (bout.duration_s, -bout.start_s), default=None)

"""``derived/`` follows laps, rejects and restores, and a watch's speed, without a new analysis."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, get_args

import pandas as pd

from imu_valgus.core import REP_COLUMNS, ActivityKind, Event, RecordingError
from imu_valgus.metrics import write_log_parquet
from imu_valgus.pipeline.derived import damage_told, read_summary, write_numbers
from imu_valgus.pipeline.heard import JUDGED_COLUMNS, Judged, heard, heeded
from imu_valgus.pipeline.summary import Summary
from imu_valgus.recording import read_events, session_lock

JUDGED_STRIDES_NAME: Final = "judged_strides.parquet"
JUDGED_REPETITIONS_NAME: Final = "judged_reps.parquet"
_ACTIVITIES: Final[tuple[str, ...]] = get_args(ActivityKind)


def write_judged(session: Path, judged: Judged) -> None:
    """Keep what the sensors alone say, so that a person's word can be taken back."""
    folder = session / "derived"
    folder.mkdir(exist_ok=True)
    write_log_parquet(folder / JUDGED_STRIDES_NAME, judged.strides, {})
    write_log_parquet(folder / JUDGED_REPETITIONS_NAME, judged.repetitions, {})


def follows(summary: Summary, events: Iterable[Event]) -> bool:
    """Tell whether the numbers of a session are those of these events."""
    return summary.heeded == heeded(events)


def follow_events(session: Path) -> Summary:
    """Bring ``derived/`` in line with the laps, rejects and restores of ``events.tsv``.

    The angles stay; the logs and the summary become what a new analysis would make of the same
    signals.

    Returns
    -------
    Summary
        As it is now on disk.

    Raises
    ------
    RecordingError
        Where the session is not analysed, was analysed by a version that kept too little, or the
        events name other activities than were analysed: that takes a new analysis.
    """
    with session_lock(session):
        events = read_events(session / "events.tsv")
        summary = read_summary(session)
        if follows(summary, events):
            return summary
        return _made_anew(session, events, summary)


def follow_speeds(session: Path) -> Summary:
    """Bring the stride log in line with ``speed.tsv``, and all else with ``events.tsv``.

    Returns and raises as :func:`follow_events`.
    """
    with session_lock(session):
        return _made_anew(session, read_events(session / "events.tsv"), read_summary(session))


def _made_anew(session: Path, events: Sequence[Event], summary: Summary) -> Summary:
    hint = f"run `imu-valgus analyze {session}`"
    if _activities(events) != _activities(summary.heeded):
        raise RecordingError(
            f"{session}: events.tsv names other activities than were analysed", hint=hint
        )
    said = heard(_read_judged(session, hint), events, summary)
    write_numbers(session, summary=said.summary, strides=said.strides, repetitions=said.repetitions)
    return said.summary


def _activities(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event.trial_type in _ACTIVITIES]


def _read_judged(session: Path, hint: str) -> Judged:
    return Judged(
        _read(session / "derived" / JUDGED_STRIDES_NAME, JUDGED_COLUMNS, hint),
        _read(session / "derived" / JUDGED_REPETITIONS_NAME, REP_COLUMNS, hint),
    )


def _read(path: Path, columns: Sequence[str], hint: str) -> pd.DataFrame:
    with damage_told(path, hint):
        return pd.read_parquet(path, columns=list(columns))

"""Session folders, or a library → how far the sessions that repeat one another agree."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from imu_valgus.core import ImuValgusError
from imu_valgus.library.reliability.reliability import Reliability, estimate_reliability
from imu_valgus.library.reliability.repeats import (
    Candidate,
    RepeatParams,
    Repeats,
    choose_repeats,
    named_repeats,
)
from imu_valgus.library.reliability.session_means import session_means
from imu_valgus.library.sessions.catalogue import Catalogue
from imu_valgus.pipeline import Derived, read_derived
from imu_valgus.recording import read_info

SETTING: Final = ("phase", "group", "shoes", "surface")
"""Covariates that tell sessions apart which are no repeats of one another."""


@dataclass(frozen=True, slots=True)
class ReliabilityStudy:
    """What repeats tell of the error of measurement.

    Parameters
    ----------
    repeats : Repeats
        Which sessions were taken, and why others were not.
    metrics : tuple of Reliability
        One a leg, activity and metric.
    notes : tuple of str
        What makes the repeats less alike than they should be.
    """

    repeats: Repeats
    metrics: tuple[Reliability, ...]
    notes: tuple[str, ...]


def study_reliability(
    paths: Sequence[Path], *, params: RepeatParams | None = None
) -> ReliabilityStudy:
    """Tell from sessions that repeat one another how far their means repeat.

    Parameters
    ----------
    paths : sequence of Path
        Sessions: all are taken as repeats of their runner, whatever was noted. Or one library: its
        sessions are chosen by :func:`choose_repeats`.
    params : RepeatParams, optional

    Raises
    ------
    ImuValgusError
        Where no runner has two sessions.
    RecordingError
        Where a path is neither, or a session that was named is not analysed.
    """
    repeats = _named(paths) if _are_sessions(paths) else _in_library(paths[0], params)
    if not repeats.taken:
        raise ImuValgusError(
            "no runner has two sessions that repeat one another",
            hint="record the same runner again with the sensors put on anew; "
            "or name the sessions themselves, if their days are not known",
        )
    tables: list[pd.DataFrame] = []
    notes: list[str] = []
    for athlete, sessions in repeats.taken.items():
        found = [read_derived(session) for session in sessions]
        notes += _differences(athlete, found)
        tables += [
            session_means(derived).assign(athlete=athlete, session=session.name)
            for session, derived in zip(sessions, found, strict=True)
        ]
    n_sessions = sum(len(sessions) for sessions in repeats.taken.values())
    metrics = estimate_reliability(
        pd.concat(tables, ignore_index=True),
        origin=f"own: {len(repeats.taken)} runners, {n_sessions} sessions",
    )
    return ReliabilityStudy(repeats, metrics, tuple(notes))


def _are_sessions(paths: Sequence[Path]) -> bool:
    are = [(path / "session.json").is_file() for path in paths]
    if not all(are) and len(paths) != 1:
        other = paths[are.index(False)]
        raise ImuValgusError(
            f"{other} is no session", hint="name one library, or the sessions that are repeats"
        )
    return all(are)


def _named(paths: Sequence[Path]) -> Repeats:
    return named_repeats({path: read_info(path).athlete for path in paths})


def _in_library(library: Path, params: RepeatParams | None) -> Repeats:
    with Catalogue.open(library) as catalogue:
        sessions = catalogue.sessions().drop_duplicates("session")
        covariates = catalogue.covariates()
    holding = covariates[covariates["holds"] & covariates["name"].isin(SETTING)]
    settings = {
        str(session): tuple(sorted((own["name"] + " " + own["value"]).tolist()))
        for session, own in holding.groupby("session")
    }
    analysed = sessions["state"] == "analysed"
    candidates = [
        Candidate(
            session=Path(str(row.path)),
            athlete=str(row.athlete),
            day=_day(row.date),
            order=str(row.started),
            setting=settings.get(str(row.session), ()),
        )
        for row in sessions[analysed].itertuples()
    ]
    found = choose_repeats(candidates, params=params)
    others = {
        Path(str(row.path)): str(row.why) if isinstance(row.why, str) else str(row.state)
        for row in sessions[~analysed].itertuples()
    }
    return Repeats(found.taken, {**found.left_out, **others})


def _day(text: object) -> dt.date | None:
    return dt.date.fromisoformat(text) if isinstance(text, str) else None


def _differences(athlete: str, found: Sequence[Derived]) -> list[str]:
    """Say where one runner's sessions were not analysed alike."""
    notes: list[str] = []
    if len({one.summary.imu_valgus_version for one in found}) > 1:
        notes.append(f"{athlete}: sessions were analysed by different versions; analyse them anew")
    if len({one.summary.is_crosstalk_corrected for one in found}) > 1:
        notes.append(f"{athlete}: crosstalk is corrected in some of the sessions, not in all")
    return notes

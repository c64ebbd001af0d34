"""A library's sessions as a study sees them: who, when, which group and phase, how fast."""

from pathlib import Path

import pandas as pd

from imu_valgus.core import ImuValgusError
from imu_valgus.library.groups.agreement import pair_session
from imu_valgus.library.groups.cohort_table import study_rows
from imu_valgus.library.reliability.session_means import REPETITION_METRICS, RUN_METRICS
from imu_valgus.library.sessions.catalogue import Catalogue
from imu_valgus.pipeline import read_repetitions, read_strides
from imu_valgus.recording import read_info

_STRIDES = "SELECT session, side, quality, cadence_spm, speed_mps, {metric} FROM strides"


def library_rows(library: Path, *, metric: str) -> pd.DataFrame:
    """Return one row a session and leg of a library, for :func:`cohort_table`.

    Group and phase are what ``imu-valgus note`` holds: of the session, else the last that was noted
    of the athlete up to that day (a group whenever it was noted). Speed is that of the strides,
    else the one noted of the session.

    Raises
    ------
    ImuValgusError
        Where the metric is none of a stride's, or no session is analysed.
    """
    if metric not in RUN_METRICS:
        raise ImuValgusError(
            f"{metric} is no metric of a stride", hint=f"there are: {', '.join(RUN_METRICS)}"
        )
    with Catalogue.open(library) as catalogue:
        sessions = catalogue.sessions()
        notes = catalogue.query("SELECT * FROM covariates")
        strides = catalogue.query(_STRIDES.format(metric=metric))
    sessions = sessions[sessions["state"] == "analysed"].drop_duplicates("session")
    if sessions.empty or strides.empty:
        raise ImuValgusError(
            f"{library} holds no analysed session", hint="imu-valgus analyze SESSION, for each"
        )
    return study_rows(strides, noted_sessions(sessions, notes), metric=metric)


def noted_sessions(sessions: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """Set what was noted beside each session.

    Parameters
    ----------
    sessions : DataFrame
        ``session, athlete, date`` of ``SESSION_COLUMNS``, one row a session.
    notes : DataFrame
        ``COVARIATE_TABLE_COLUMNS``.

    Returns
    -------
    DataFrame
        ``session, athlete, date, group, phase, speed_mps``; empty words where nothing was noted.
    """
    holding = notes[notes["holds"].astype(bool)]
    known = sessions[["session", "athlete", "date"]].reset_index(drop=True)
    known = known.assign(date=pd.to_datetime(known["date"], errors="coerce"))
    for name in ("group", "phase"):
        own = holding[holding["name"] == name]
        known[name] = [
            _word(own, session, athlete, until=date if name == "phase" else None)
            for session, athlete, date in zip(
                known["session"], known["athlete"], known["date"], strict=True
            )
        ]
    speeds = holding[(holding["name"] == "speed") & (holding["session"] != "")]
    known["speed_mps"] = known["session"].map(speeds.groupby("session")["number"].last())
    return known.astype({"speed_mps": "float64"})


def _word(notes: pd.DataFrame, session: str, athlete: str, *, until: pd.Timestamp | None) -> str:
    """Return what holds of a session, else of its athlete, noted for ``until`` or earlier."""
    of_session = notes.loc[notes["session"] == session, "value"]
    if len(of_session):
        return str(of_session.iloc[-1])
    own = notes[(notes["session"] == "") & (notes["athlete"] == athlete)]
    own = own.assign(date=pd.to_datetime(own["date"], errors="coerce"))
    if until is not None:
        own = own[own["date"] <= until]
    latest = own.sort_values("date", kind="stable")["value"]
    return str(latest.iloc[-1]) if len(latest) else ""


def library_pairs(place: Path, *, metric: str) -> pd.DataFrame:
    """Return a library's, or one session's, tasks beside the runs; ``PAIR_COLUMNS``.

    Raises
    ------
    ImuValgusError
        Where strides and repetitions do not share the metric, or no session holds both.
    """
    if metric not in RUN_METRICS or metric not in REPETITION_METRICS:
        both = [name for name in RUN_METRICS if name in REPETITION_METRICS]
        raise ImuValgusError(
            f"strides and repetitions have no {metric} both", hint=f"they have: {', '.join(both)}"
        )
    pairs = [
        pair_session(
            read_strides(session),
            read_repetitions(session),
            athlete=athlete,
            session=session.name,
            metric=metric,
        )
        for session, athlete in _analysed(place)
    ]
    found = pd.concat(pairs, ignore_index=True) if pairs else pd.DataFrame()
    if found.empty:
        raise ImuValgusError(
            f"{place}: no analysed session holds a run and squats or landings of the same leg",
            hint="record both between the same two standings, then imu-valgus analyze SESSION",
        )
    return found


def _analysed(place: Path) -> list[tuple[Path, str]]:
    """Return the analysed sessions with their athletes."""
    if (place / "session.json").is_file():
        return [(place, read_info(place).athlete)]
    with Catalogue.open(place) as catalogue:
        sessions = catalogue.sessions()
    known = sessions[sessions["state"] == "analysed"].drop_duplicates("session")
    return [
        (place / name, athlete)
        for name, athlete in zip(known["session"], known["athlete"], strict=True)
    ]

"""What the catalogue keeps of one session, read from its few small files."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd

from imu_valgus.core import (
    SIDES,
    STRIDE_COLUMNS,
    Event,
    ImuValgusError,
    RecordingError,
    Side,
)
from imu_valgus.library.sessions.covariates import (
    COVARIATES_NAME,
    Covariate,
    current,
    file_stamp,
    read_covariates,
    refuse_link,
)
from imu_valgus.pipeline import (
    Estimate,
    SideSummary,
    StrideCounts,
    Summary,
    read_strides,
    read_summary,
    run_mean,
)
from imu_valgus.quality import SEVERITIES
from imu_valgus.recording import read_events, read_info

SessionState = Literal["analysed", "not analysed", "broken"]

STRIDES_PATH: Final = "derived/strides.parquet"
SUMMARY_PATH: Final = "derived/summary.json"
EVENTS_NAME: Final = "events.tsv"
_READ: Final = (
    "session.json",
    EVENTS_NAME,
    COVARIATES_NAME,
    "derived",
    SUMMARY_PATH,
    STRIDES_PATH,
)
"""All of a session that the catalogue looks at."""
_TEXTS: Final = ("session", "side", "surface", "quality", "reason")
NO_STRIDES: Final = pd.DataFrame(
    {one: pd.Series(dtype="str" if one in _TEXTS else "float64") for one in STRIDE_COLUMNS}
)
"""The stride log of nobody, with the types of any."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATED_PAIN: Final = re.compile(r"\s*(10|\d(?:\.\d+)?)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegFacts:
    """One leg's numbers over its good strides, degrees with 1 sigma; None where not known.

    ``valgus_*_sd_deg`` is the error of the session's mean, with what all strides share.
    ``speed_mps``: the strides' mean, else what was typed.
    """

    side: Side
    n_good: int
    n_suspect: int
    n_rejected: int
    valgus_excursion_deg: float | None
    valgus_excursion_sd_deg: float | None
    valgus_peak_deg: float | None
    valgus_peak_sd_deg: float | None
    cadence_spm: float | None
    speed_mps: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """One session as the catalogue knows it.

    Parameters
    ----------
    stamp : str
        Size, time and number of each file that was read: another stamp means, read it again.
    state : {"analysed", "not analysed", "broken"}
    why : str
        What is wrong with a broken session, in one line; empty otherwise.
    athlete : str, optional
        None where ``session.json`` cannot be read.
    started : datetime with time zone, optional
    running_s : float, optional
    worst_finding : {"ok", "note", "warning", "error"}, optional
        The gravest thing that was found about the recording.
    notes : tuple of str
        Notes in words, of a moment or of the day.
    protocol : str
        What ``session.json`` says of how and where it was recorded.
    pain_by_side : mapping of side to float
        The highest of 0 to 10 that was noted; under ``""`` where no side was said.
    legs : tuple of LegFacts
    has_strides : bool
        Whether the stride log holds a row.
    covariates : tuple of Covariate
        In the order in which they were noted.
    """

    stamp: str
    state: SessionState
    why: str = ""
    athlete: str | None = None
    started: dt.datetime | None = None
    running_s: float | None = None
    worst_finding: str | None = None
    notes: tuple[str, ...] = ()
    protocol: str = ""
    pain_by_side: dict[str, float] = field(default_factory=dict[str, float])
    legs: tuple[LegFacts, ...] = ()
    has_strides: bool = False
    covariates: tuple[Covariate, ...] = ()


def stamp_of(session: Path) -> str:
    """Say in a word in which state the files are that the catalogue reads of a session."""
    return " ".join(file_stamp(f"{session}/{name}") for name in _READ)


def day_of(name: str, started: dt.datetime | None) -> str | None:
    """Return the day of a session, from its start or else from its folder's name."""
    if started is not None:
        return started.date().isoformat()
    found = _DAY.match(name)
    try:
        return None if found is None else dt.date.fromisoformat(found[0]).isoformat()
    except ValueError:
        return None


def readable(name: str) -> str:
    """Return a file's name as text that any table can hold: bytes that are no UTF-8 escaped."""
    return name.encode("utf-8", "backslashreplace").decode()


def read_facts(session: Path) -> SessionFacts:
    """Read one session; what is wrong with it is an answer, never an exception."""
    facts = SessionFacts(stamp=stamp_of(session), state="broken")
    try:
        _refuse_hostile(session)
        info = read_info(session)
        facts = replace(facts, athlete=info.athlete, started=info.start, protocol=info.notes)
        return _analysed(session, _noted(session, facts))
    except ImuValgusError as error:
        why = str(error)
    except OSError as error:
        why = f"{error.filename or session}: {error.strerror}"
    return replace(facts, state="broken", why=readable(why.replace(str(session), session.name)))


def _refuse_hostile(session: Path) -> None:
    """Refuse links, which might lead out of the library, and names that no table can hold."""
    if readable(session.name) != session.name:
        raise RecordingError(f"{session.name}: the folder's name is no UTF-8")
    for name in _READ:
        refuse_link(session / name)


def _noted(session: Path, facts: SessionFacts) -> SessionFacts:
    """Add what people wrote down."""
    events = read_events(session / EVENTS_NAME)
    covariates = read_covariates(session / COVARIATES_NAME)
    of_moments = [event.value for event in events if event.trial_type == "note"]
    of_the_day = [one.value for one in covariates if one.name == "text"]
    return replace(
        facts,
        state="not analysed",
        notes=(*of_moments, *of_the_day),
        pain_by_side=_pain(events, covariates),
        covariates=covariates,
    )


def _analysed(session: Path, facts: SessionFacts) -> SessionFacts:
    """Add what an analysis found, if there was one."""
    if not (session / SUMMARY_PATH).exists():
        return facts
    summary, strides = read_summary(session), read_strides(session)
    _check_types(session / STRIDES_PATH, strides)
    return replace(
        facts,
        state="analysed",
        running_s=summary.running_s,
        worst_finding=_worst(summary),
        legs=_legs(summary, strides, typed_mps=_typed_speed(facts.covariates)),
        has_strides=bool(len(strides)),
    )


def _check_types(path: Path, strides: pd.DataFrame) -> None:
    """One file of other types would stop every question that is asked of all of them."""
    if strides.empty:
        return
    for column in STRIDE_COLUMNS:
        is_number = pd.api.types.is_numeric_dtype(strides[column])
        if is_number == (column in _TEXTS):
            raise RecordingError(
                f"{path}: column {column} holds {'numbers' if is_number else 'no numbers'}"
            )


def _pain(events: Sequence[Event], covariates: Sequence[Covariate]) -> dict[str, float]:
    """Return the highest pain by side, of a moment in the run or of the session."""
    of_moments = [
        (event.side, float(stated[1]))
        for event in events
        if event.trial_type == "pain" and (stated := _STATED_PAIN.match(event.value))
    ]
    of_the_day = [(one.side, one.number) for one in current(covariates) if one.name == "pain"]
    highest: dict[str, float] = {}
    for side, value in (*of_moments, *of_the_day):
        highest[side or ""] = max(value, highest.get(side or "", value))
    return highest


def _typed_speed(covariates: Sequence[Covariate]) -> float | None:
    return next((one.number for one in current(covariates) if one.name == "speed"), None)


def _legs(
    summary: Summary, strides: pd.DataFrame, *, typed_mps: float | None
) -> tuple[LegFacts, ...]:
    good = strides.loc[strides["quality"] == "good", ["side", "cadence_spm", "speed_mps"]]
    return tuple(
        _leg(side, summary.sides[side], good[good["side"] == side], typed_mps=typed_mps)
        for side in SIDES
        if side in summary.sides
    )


def _leg(
    side: Side, summary: SideSummary, good: pd.DataFrame, *, typed_mps: float | None
) -> LegFacts:
    counts = summary.strides or StrideCounts()
    excursion = run_mean(summary.valgus_excursion_deg, counts.good)
    peak = run_mean(summary.valgus_peak_deg, counts.good)
    measured_mps = _mean(good["speed_mps"])
    return LegFacts(
        side=side,
        n_good=counts.good,
        n_suspect=counts.suspect,
        n_rejected=counts.rejected,
        valgus_excursion_deg=None if excursion is None else excursion.value,
        valgus_excursion_sd_deg=_known_error(excursion),
        valgus_peak_deg=None if peak is None else peak.value,
        valgus_peak_sd_deg=_known_error(peak),
        cadence_spm=_mean(good["cadence_spm"]),
        speed_mps=typed_mps if measured_mps is None else measured_mps,
    )


def _known_error(estimate: Estimate | None) -> float | None:
    return None if estimate is None or not np.isfinite(estimate.sd) else estimate.sd


def _mean(values: pd.Series) -> float | None:
    mean = float(values.mean())
    return mean if np.isfinite(mean) else None


def _worst(summary: Summary) -> str:
    known = {str(word): rank for rank, word in enumerate(SEVERITIES)}
    ranks = [known[one.severity] for one in summary.findings if one.severity in known]
    return SEVERITIES[max(ranks, default=0)]

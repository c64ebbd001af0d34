"""The whole road once, for a recording that is complete."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from imu_valgus.activities import apply_events, find_bouts
from imu_valgus.core import Side
from imu_valgus.pipeline.crosstalk import with_correction, without_crosstalk
from imu_valgus.pipeline.derived import Derived, read_parameters, with_speeds, write_derived
from imu_valgus.pipeline.following import write_judged
from imu_valgus.pipeline.heard import Judged, heard, judged_of
from imu_valgus.pipeline.legs import OnProgress, legs_of, silent
from imu_valgus.pipeline.made_from import fingerprint, write_made_from
from imu_valgus.pipeline.misplaced import MisplacedSensorsError, refuse_misplaced, refuse_wrong_side
from imu_valgus.pipeline.params import AnalysisParams
from imu_valgus.pipeline.repetitions import session_repetitions
from imu_valgus.pipeline.session_time import on_session_time
from imu_valgus.pipeline.strides import (
    Leg,
    LegStrides,
    contacts_of,
    leg_strides,
    running_span,
    session_turns,
)
from imu_valgus.pipeline.summarise import summarise
from imu_valgus.pipeline.summary import Summary
from imu_valgus.pipeline.tables import angle_table
from imu_valgus.quality import check
from imu_valgus.recording import (
    Recording,
    import_command,
    read_session,
    read_speeds,
    session_lock,
)
from imu_valgus.strides import Contacts, find_laps


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """The summary, one row a stride, one row a repetition, one row a sample and side.

    ``judged``: what the sensors alone say of strides and repetitions.
    """

    summary: Summary
    strides: pd.DataFrame
    repetitions: pd.DataFrame
    angles: pd.DataFrame
    judged: Judged


def analyze_session(
    session: Path, *, params: AnalysisParams | None = None, progress: OnProgress = silent
) -> Summary:
    """Analyse a session folder and write its ``derived/``.

    Without ``params`` it is analysed as the user set it the last time.
    """
    progress("reading", 0.0)
    params = params or read_parameters(session)
    inputs = fingerprint(session)
    found = _analyzed(session, read_session(session), params=params, progress=progress)
    progress("writing", 0.95)
    with session_lock(session):
        write_judged(session, found.judged)
        write_derived(
            session,
            summary=found.summary,
            strides=found.strides,
            repetitions=found.repetitions,
            angles=found.angles,
        )
        write_made_from(session, inputs)
    return found.summary


def derive(
    session: Path,
    recording: Recording,
    *,
    params: AnalysisParams | None = None,
    progress: OnProgress = silent,
) -> Derived:
    """Analyse a session that was read from a folder, and write nothing.

    What comes out is what ``read_derived`` would read after :func:`analyze_session`, the speed
    that a watch told included.
    """
    found = _analyzed(session, recording, params=params, progress=progress)
    return Derived(
        info=recording.info,
        summary=found.summary,
        strides=with_speeds(found.strides, read_speeds(session)),
        repetitions=found.repetitions,
        angles=found.angles,
    )


def _analyzed(
    session: Path, recording: Recording, *, params: AnalysisParams | None, progress: OnProgress
) -> Analysis:
    """Analyse what was read of a folder; sensors that are exchanged are told with their cure."""
    try:
        return analyze(recording, params=params, progress=progress)
    except MisplacedSensorsError as error:
        error.hint += f": {import_command(session, renamed=error.renamed)}"
        raise


def analyze(
    recording: Recording, *, params: AnalysisParams | None = None, progress: OnProgress = silent
) -> Analysis:
    """Turn a recording into angles, strides, repetitions and a summary.

    Parameters
    ----------
    recording : Recording
    params : AnalysisParams, optional
    progress : callable, optional
        Called with the name of each stage and the share of the whole that is done.

    Raises
    ------
    CalibrationError
        Where there is no standing, or neither walking nor running.
    MisplacedSensorsError
        Where two sensors are certainly exchanged.
    """
    params = params or AnalysisParams()
    progress("clocks", 0.05)
    session = on_session_time(recording)
    progress("activities", 0.15)
    bouts = apply_events(find_bouts(session.signals), recording.events)
    findings = check(
        recording,
        signals=session.signals,
        bouts=bouts,
        within=session.within,
        across=session.across,
    )
    refuse_misplaced(findings)
    legs = legs_of(session, bouts, params=params, progress=progress)
    refuse_wrong_side(legs)
    progress("strides", 0.75)
    contacts: dict[Side, Contacts] = {side: contacts_of(leg, bouts) for side, leg in legs.items()}
    span = running_span(contacts.values())
    turns_s = session_turns(legs, span)
    laps = find_laps(*span, turns_s=turns_s) if span else ()

    def strides_of(legs: Mapping[Side, Leg]) -> dict[Side, LegStrides]:
        return {
            side: leg_strides(leg, contacts[side], recording, laps=laps, params=params)
            for side, leg in legs.items()
        }

    strides = strides_of(legs)
    plain = legs, strides
    if params.pca_crosstalk:
        legs = without_crosstalk(legs, bouts, params=params)
        strides = strides_of(legs)
    repetitions = session_repetitions(legs, bouts, recording, across=session.across)
    progress("summary", 0.9)
    summary = summarise(
        recording,
        session,
        bouts=bouts,
        laps=laps,
        legs=legs,
        strides=strides,
        repetitions=repetitions,
        findings=findings,
        params=params,
    )
    if params.pca_crosstalk:
        summary = with_correction(summary, before=plain[0], after=legs, bouts=bouts)
    judged = judged_of(strides, plain[1] if params.pca_crosstalk else None, repetitions)
    said = heard(judged, recording.events, replace(summary, turns_s=turns_s))
    return Analysis(
        summary=said.summary,
        strides=said.strides,
        repetitions=said.repetitions,
        angles=pd.concat([angle_table(leg) for leg in legs.values()], ignore_index=True),
        judged=judged,
    )

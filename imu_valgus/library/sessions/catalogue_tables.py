"""What the catalogue knows, as tables: one row a session and leg, one row a note."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final

import pandas as pd

from imu_valgus.library.sessions.covariates import COVARIATE_COLUMNS, Covariate, current
from imu_valgus.library.sessions.session_facts import LegFacts, SessionFacts, day_of

SESSION_COLUMNS: Final = (
    "session",
    "path",
    "athlete",
    "started",
    "date",
    "side",
    "state",
    "why",
    "n_good",
    "n_suspect",
    "n_rejected",
    "running_s",
    "valgus_excursion_deg",
    "valgus_excursion_sd_deg",
    "valgus_peak_deg",
    "valgus_peak_sd_deg",
    "cadence_spm",
    "speed_mps",
    "worst_finding",
    "pain",
    "n_notes",
    "notes",
    "protocol",
)
"""One row a session and leg. ``date``: the day where the run was, as YYYY-MM-DD. ``notes``: a line
each."""

COVARIATE_TABLE_COLUMNS: Final = ("athlete", "session", *COVARIATE_COLUMNS, "number", "holds")
"""One row a note; ``number`` is NaN for words, ``holds`` says that no later one replaced it."""

_COUNTS: Final = ("n_good", "n_suspect", "n_rejected", "n_notes")
_NUMBERS: Final = (
    "running_s",
    "valgus_excursion_deg",
    "valgus_excursion_sd_deg",
    "valgus_peak_deg",
    "valgus_peak_sd_deg",
    "cadence_spm",
    "speed_mps",
    "pain",
)
_LEG: Final = tuple(one.name for one in fields(LegFacts))


def sessions_table(library: Path, facts: Mapping[str, SessionFacts]) -> pd.DataFrame:
    """Return one row a session and leg, by name; ``SESSION_COLUMNS``."""
    rows = [row for name in sorted(facts) for row in _rows(library, name, facts[name])]
    table = pd.DataFrame(rows, columns=list(SESSION_COLUMNS))
    for column in SESSION_COLUMNS:
        if column == "started":
            table[column] = pd.to_datetime(table[column], utc=True).astype("datetime64[us, UTC]")
        elif column in _COUNTS:
            table[column] = table[column].fillna(0).astype("int64")
        else:
            table[column] = table[column].astype("float64" if column in _NUMBERS else "str")
    return table


def covariates_table(
    sessions: Mapping[str, SessionFacts], athletes: Mapping[str, Sequence[Covariate]]
) -> pd.DataFrame:
    """Return one row a note: those of the athletes, then those of the sessions."""
    rows = [
        *(row for code in sorted(athletes) for row in _notes(code, "", athletes[code])),
        *(
            row
            for name in sorted(sessions)
            for row in _notes(sessions[name].athlete or "", name, sessions[name].covariates)
        ),
    ]
    table = pd.DataFrame(rows, columns=list(COVARIATE_TABLE_COLUMNS))
    kinds = {"number": "float64", "holds": "bool", "noted": "datetime64[us, UTC]"}
    return table.astype({one: kinds.get(one, "str") for one in COVARIATE_TABLE_COLUMNS})


def _rows(library: Path, name: str, facts: SessionFacts) -> Iterable[dict[str, object]]:
    shared: dict[str, object] = {
        "session": name,
        "path": str(library / name),
        "athlete": facts.athlete,
        "started": facts.started,
        "date": day_of(name, facts.started),
        "state": facts.state,
        "why": facts.why,
        "running_s": facts.running_s,
        "worst_finding": facts.worst_finding,
        "n_notes": len(facts.notes),
        "notes": "\n".join(facts.notes),
        "protocol": facts.protocol,
    }
    if not facts.legs:
        yield {**shared, "pain": max(facts.pain_by_side.values(), default=math.nan)}
    for leg in facts.legs:
        felt = [facts.pain_by_side[one] for one in ("", leg.side) if one in facts.pain_by_side]
        numbers = {one: getattr(leg, one) for one in _LEG}
        yield {**shared, **numbers, "pain": max(felt, default=math.nan)}


def _notes(
    athlete: str, session: str, covariates: Sequence[Covariate]
) -> Iterable[dict[str, object]]:
    holding = {id(one) for one in current(covariates)}
    for one in covariates:
        said = {column: getattr(one, column) for column in COVARIATE_COLUMNS}
        yield {
            **said,
            "athlete": athlete,
            "session": session,
            "date": one.date.isoformat(),
            "number": one.number,
            "holds": id(one) in holding,
        }

"""The rows of the list of sessions: which of them were asked for, in which order."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pandas as pd

from imu_valgus.core import SIDES, ImuValgusError, Side
from imu_valgus.pipeline import Estimate
from imu_valgus.quality import SEVERITIES

STATES: Final = ("analysed", "not analysed", "broken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One session as the list shows it.

    ``excursion_deg`` and ``pain`` are by leg: the mean of the good strides with its 1 sigma, shared
    error included, positive inwards; the highest pain of 0 to 10. What is not known is not there.
    """

    name: str
    athlete: str
    date: str
    started: dt.datetime | None
    state: str
    why: str
    running_s: float | None
    quality: str
    notes: tuple[str, ...]
    protocol: str
    excursion_deg: Mapping[Side, Estimate]
    pain: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which sessions are asked for; an empty text asks for all.

    ``q`` is looked for in name, athlete and notes; ``quality`` is the finding's severity, ``since``
    and ``until`` are days, both included.
    """

    q: str = ""
    athlete: str = ""
    quality: str = ""
    state: str = ""
    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        _check("quality", self.quality, SEVERITIES)
        _check("state", self.state, STATES)
        for day in filter(None, (self.since, self.until)):
            _check_day(day)

    @property
    def is_all(self) -> bool:
        """Whether every session is asked for."""
        return self == Wanted()

    def __contains__(self, session: Listed) -> bool:
        """Whether a session is among those asked for."""
        words = " ".join((session.name, session.athlete, *session.notes, session.protocol))
        return (
            all(word in words.casefold() for word in self.q.casefold().split())
            and self.athlete in ("", session.athlete)
            and self.quality in ("", session.quality)
            and self.state in ("", session.state)
            and self._is_in_time(session.date)
        )

    def _is_in_time(self, date: str) -> bool:
        """ISO days sort as text does; a session without a day is in no range of days."""
        if not (self.since or self.until):
            return True
        return bool(date) and self.since <= date <= (self.until or date)


def listed_sessions(table: pd.DataFrame) -> list[Listed]:
    """Turn the catalogue's rows, one a session and leg, into one a session; newest first."""
    columns = [str(name) for name in table.columns]
    rows = (dict(zip(columns, row, strict=True)) for row in table.itertuples(index=False))
    sessions = [_listed(list(legs)) for _, legs in groupby(rows, key=lambda row: row["session"])]
    return sorted(sessions, key=_when, reverse=True)


def by_athlete(sessions: Iterable[Listed]) -> dict[str, list[Listed]]:
    """Group sessions by athlete; who ran last comes first."""
    groups: dict[str, list[Listed]] = {}
    for session in sessions:
        groups.setdefault(session.athlete, []).append(session)
    return groups


def _listed(legs: Sequence[Mapping[str, object]]) -> Listed:
    first = legs[0]
    started = first["started"]
    return Listed(
        name=_text(first["session"]),
        athlete=_text(first["athlete"]),
        date=_text(first["date"]),
        started=started if isinstance(started, dt.datetime) and not pd.isna(started) else None,
        state=_text(first["state"]),
        why=_text(first["why"]),
        running_s=_number(first["running_s"]),
        quality=_text(first["worst_finding"]),
        notes=tuple(_text(first["notes"]).splitlines()),
        protocol=_text(first["protocol"]),
        excursion_deg={side: _excursion(leg) for side in SIDES for leg in legs if _has(leg, side)},
        pain=max((p for leg in legs if (p := _number(leg["pain"])) is not None), default=None),
    )


def _has(leg: Mapping[str, object], side: Side) -> bool:
    return leg["side"] == side and _number(leg["valgus_excursion_deg"]) is not None


def _excursion(leg: Mapping[str, object]) -> Estimate:
    value, sd = (_number(leg[f"valgus_excursion_{name}deg"]) for name in ("", "sd_"))
    return Estimate(math.nan if value is None else value, math.nan if sd is None else sd)


def _when(session: Listed) -> tuple[str, float, str]:
    at = session.started.timestamp() if session.started else -math.inf
    return session.date, at, session.name


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    return value if isinstance(value, float) and math.isfinite(value) else None


def _check(name: str, value: str, known: Sequence[str]) -> None:
    if value and value not in known:
        raise ImuValgusError(
            f"{name}={value}: no such {name}", hint=f"one of {', '.join(known)}, or none for all"
        )


def _check_day(day: str) -> None:
    try:
        is_day = dt.date.fromisoformat(day).isoformat() == day
    except ValueError:
        is_day = False
    if not is_day:
        raise ImuValgusError(f"{day} is no day", hint="write it as 2026-11-22")

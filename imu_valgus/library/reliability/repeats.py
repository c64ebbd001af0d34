"""Which sessions are repeats of one another: the same runner, near in time, no change noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatParams:
    """What may count as a repeat.

    Parameters
    ----------
    within_days : int
        From a runner's first repeat to the last. Two weeks: the straps are placed afresh, and the
        runner has not changed (Terwee et al. 2007, doi:10.1016/j.jclinepi.2006.03.012).
    """

    within_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A session that may be a repeat.

    Parameters
    ----------
    session : Path
    athlete : str
    day : date, optional
    order : str
        Puts sessions of one day in their order.
    setting : tuple of str
        What was noted that may change the gait: ``name value``, in a fixed order. Sessions of other
        settings are no repeats; one without a note is of another setting than one with it.
    """

    session: Path
    athlete: str
    day: date | None
    order: str = ""
    setting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeats:
    """The choice, and why the rest was left out.

    ``taken``: by athlete, two sessions or more in their order. ``left_out``: session → reason.
    """

    taken: Mapping[str, tuple[Path, ...]]
    left_out: Mapping[Path, str]


def choose_repeats(
    candidates: Sequence[Candidate], *, params: RepeatParams | None = None
) -> Repeats:
    """Take each runner's largest set of sessions near in time and of one setting.

    Of two sets of the same size the earlier one is taken: what is done with a runner comes later.
    """
    params = params or RepeatParams()
    taken: dict[str, tuple[Path, ...]] = {}
    left_out: dict[Path, str] = {}
    for athlete, own in groupby(sorted(candidates, key=_athlete), key=_athlete):
        sessions = list(own)
        chosen = _largest(sessions, timedelta(days=params.within_days))
        if len(chosen) > 1:
            taken[athlete] = tuple(one.session for one in chosen)
        for one in sessions:
            if one.session not in taken.get(athlete, ()):
                left_out[one.session] = _why(one, chosen, params)
    return Repeats(taken, left_out)


def named_repeats(athletes: Mapping[Path, str]) -> Repeats:
    """Take sessions (→ their athletes) that the user named as repeats, in the order given."""
    taken: dict[str, tuple[Path, ...]] = {}
    for session, athlete in athletes.items():
        taken[athlete] = (*taken.get(athlete, ()), session)
    single = {athlete for athlete, sessions in taken.items() if len(sessions) == 1}
    return Repeats(
        {athlete: sessions for athlete, sessions in taken.items() if athlete not in single},
        {
            session: f"the only session of {athlete}"
            for session, athlete in athletes.items()
            if athlete in single
        },
    )


def _athlete(one: Candidate) -> str:
    return one.athlete


def _largest(sessions: Sequence[Candidate], span: timedelta) -> list[Candidate]:
    """Return the largest set of one setting within the span, in the order of time."""
    dated = sorted(
        ((one.day, one.order, str(one.session), one) for one in sessions if one.day is not None),
        key=lambda row: row[:3],
    )
    best: list[Candidate] = []
    for first_day, _, _, first in dated:
        alike = [
            one
            for day, _, _, one in dated
            if first_day <= day <= first_day + span and one.setting == first.setting
        ]
        if len(alike) > len(best):
            best = alike
    return best


def _why(one: Candidate, chosen: Sequence[Candidate], params: RepeatParams) -> str:
    if one.day is None:
        return "its day is not known; name the sessions themselves to take it"
    if len(chosen) < 2:
        return f"no other session of {one.athlete} alike within {params.within_days} days"
    if one.setting != chosen[0].setting:
        noted, usual = (", ".join(each.setting) or "nothing" for each in (one, chosen[0]))
        return f"another setting ({noted} noted, the others have {usual})"
    return f"not within {params.within_days} days of the others of {one.athlete}"

"""What differs between sessions beside the knee: speed, cadence, how they were analysed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np

from imu_valgus.core import SIDES
from imu_valgus.pipeline import Derived

Topic = Literal[
    "speed", "cadence", "order", "athlete", "calibration", "version", "signals", "findings", "error"
]

TELLING_CHANGE: Final = 0.05
"""From this share on a change of cadence moves the knee's angles by itself (5 % more steps:
Heiderscheit et al. 2011, doi:10.1249/MSS.0b013e3181ebedf4); the same is taken for speed."""

_NOBODY: Final = "a00"
_ELSEWHERE: Final = ("left_standing_valgus_deg", "right_standing_valgus_deg", "pca_crosstalk")
"""Parameters that are looked at by leg, as the analysis took them."""
_NO_MATTER: Final = ("track_length_m",)


@dataclass(frozen=True, slots=True)
class Caveat:
    """One thing to mind when the numbers of sessions are held against each other.

    ``is_grave``: it may be what made the difference.
    """

    topic: Topic
    text: str
    is_grave: bool


@dataclass(frozen=True, slots=True)
class Conditions:
    """A session's name and start, and the means of its good strides; None where not known."""

    session: str
    started: datetime | None
    speed_mps: float | None
    cadence_spm: float | None


def conditions(derived: Derived, *, noted_speed_mps: float | None = None) -> Conditions:
    """Say under which conditions a session was run; a speed that was noted fills a missing one."""
    good = derived.strides[derived.strides["quality"] == "good"]

    def mean(column: str) -> float | None:
        values = good[column].dropna()
        return float(values.mean()) if len(values) else None

    speed_mps = mean("speed_mps")
    return Conditions(
        session=derived.summary.session,
        started=derived.info.start,
        speed_mps=noted_speed_mps if speed_mps is None else speed_mps,
        cadence_spm=mean("cadence_spm"),
    )


def find_caveats(
    before: Sequence[Derived],
    after: Sequence[Derived],
    runs: tuple[Sequence[Conditions], Sequence[Conditions]],
) -> tuple[Caveat, ...]:
    """Name what differs between the sessions, and what makes them hard to compare.

    ``runs``: the conditions of ``before`` and of ``after``.
    """
    every = [*before, *after]
    return (
        *_paces(*runs),
        *_order(*runs),
        *_athlete(every),
        *_calibrations(every),
        *_versions(every),
        *_signals(every),
        *_findings(every),
    )


def _paces(before: Sequence[Conditions], after: Sequence[Conditions]) -> Iterator[Caveat]:
    topics: tuple[tuple[Topic, str, int], ...] = (("speed", "m/s", 2), ("cadence", "steps/min", 0))
    for topic, unit, digits in topics:
        was, now = (
            [one.speed_mps if topic == "speed" else one.cadence_spm for one in phase]
            for phase in (before, after)
        )
        known_was = [value for value in was if value is not None]
        known_now = [value for value in now if value is not None]
        if len(known_was) < len(was) or len(known_now) < len(now):
            text = f"{topic} is not known of every session, and it moves the angle"
            yield Caveat(topic, text, is_grave=False)
        else:
            first, second = float(np.mean(known_was)), float(np.mean(known_now))
            share = second / first - 1.0
            is_grave = abs(share) >= TELLING_CHANGE
            text = f"{topic} {first:.{digits}f} → {second:.{digits}f} {unit} ({share:+.1%})"
            moves = ": this alone moves the angle" if is_grave else ""
            yield Caveat(topic, text + moves, is_grave=is_grave)


def _order(before: Sequence[Conditions], after: Sequence[Conditions]) -> Iterator[Caveat]:
    starts = [[one.started for one in phase if one.started] for phase in (before, after)]
    if all(starts) and max(starts[0]) > min(starts[1]):
        text = "a session named as before was recorded later than one named as after"
        yield Caveat("order", text, is_grave=True)


def _athlete(every: Sequence[Derived]) -> Iterator[Caveat]:
    if every[0].info.athlete == _NOBODY:
        text = f"{_NOBODY} is the code of a runner who was not named: it may be several people"
        yield Caveat("athlete", text, is_grave=False)


def _calibrations(every: Sequence[Derived]) -> Iterator[Caveat]:
    for side in SIDES:
        corrected: dict[str, object] = {}
        standing: dict[str, object] = {}
        for one in every:
            leg = one.summary.sides.get(side)
            if leg is None or leg.calibration is None:
                continue
            corrected[one.summary.session] = leg.crosstalk_correction is not None
            standing[one.summary.session] = leg.calibration.standing_valgus_deg
        if len(set(corrected.values())) > 1:
            which = ", ".join(name for name, was in corrected.items() if was)
            text = f"{side}: crosstalk was corrected by PCA in {which} only"
            yield Caveat("calibration", text, is_grave=True)
        if len(set(standing.values())) > 1:
            text = f"{side}: valgus entered for standing differs ({_listed(standing, '°')})"
            yield Caveat("calibration", f"{text}, and with it the peak", is_grave=True)
    yield from _parameters(every)


def _parameters(every: Sequence[Derived]) -> Iterator[Caveat]:
    by_session = {one.summary.session: _flat(one.summary.parameters) for one in every}
    names = dict.fromkeys(name for flat in by_session.values() for name in flat)
    for name in names:
        if name in _ELSEWHERE or name in _NO_MATTER:
            continue
        values = {session: flat.get(name, "unset") for session, flat in by_session.items()}
        if len(set(values.values())) > 1:
            text = f"analysed with different {name.replace('_', ' ')} ({_listed(values)})"
            yield Caveat("calibration", text, is_grave=True)


def _flat(parameters: Mapping[str, object], stem: str = "") -> dict[str, str]:
    """Return the leaves of nested parameters as text, by their names joined with dots."""
    flat: dict[str, str] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{stem}{name}.")
        else:
            flat[f"{stem}{name}"] = f"{value}"
    return flat


def _versions(every: Sequence[Derived]) -> Iterator[Caveat]:
    versions = {one.summary.session: one.summary.imu_valgus_version for one in every}
    if len(set(versions.values())) > 1:
        text = f"analysed by different versions ({_listed(versions)}): analyse them anew"
        yield Caveat("version", text, is_grave=True)


def _signals(every: Sequence[Derived]) -> Iterator[Caveat]:
    origins = {one.summary.session: {s.signals for s in one.info.sensors} for one in every}
    if len({frozenset(origin) for origin in origins.values()}) > 1:
        computed = ", ".join(name for name, origin in origins.items() if "computed" in origin)
        text = f"the signals of {computed} are computed, those of the others were measured"
        yield Caveat("signals", text, is_grave=True)


def _findings(every: Sequence[Derived]) -> Iterator[Caveat]:
    for one in every:
        n = sum(finding.severity == "error" for finding in one.summary.findings)
        if n:
            text = f"{one.summary.session}: `check` found {n} error{'s' if n > 1 else ''}"
            yield Caveat("findings", text, is_grave=True)


def _listed(values: Mapping[str, object], unit: str = "") -> str:
    return ", ".join(f"{name} {value}{unit}" for name, value in values.items())

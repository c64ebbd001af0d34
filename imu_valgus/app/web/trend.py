"""An athlete's excursion over her sessions as a small drawing, and the same in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from imu_valgus.app.web.sessions_list import Listed
from imu_valgus.app.web.words import say
from imu_valgus.core import SIDES, Side
from imu_valgus.pipeline import Estimate
from imu_valgus.report import wording

_MOST: Final = 24
"""So many of the latest sessions are drawn: more would not be told apart."""
_STEP: Final = 40.0
_WIDTH: Final = 300.0
_HEIGHT: Final = 64.0
_MARGIN: Final = 8.0
_ASIDE: Final = {"left": -2.5, "right": 2.5}
"""The legs stand beside each other, so that their errors do not cover each other."""
_SIDES: Final = {"left": "sessions.left", "right": "sessions.right"}


@dataclass(frozen=True, slots=True)
class Dot:
    """One session's mean and its error, in the drawing's units from its upper left corner."""

    x: float
    y: float
    upper: float
    lower: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A drawing: ``legs`` with their dots, oldest first, the height of 0°, and what it says."""

    width: float
    height: float
    zero: float
    top: str
    legs: dict[Side, tuple[Dot, ...]]
    words: str


def trend(sessions: Sequence[Listed]) -> Trend | None:
    """Draw one athlete's sessions, newest first as they are listed; None for fewer than two."""
    drawn = [one for one in sessions if one.excursion_deg][:_MOST][::-1]
    if len(drawn) < 2:
        return None
    step = min(_STEP, _WIDTH / (len(drawn) - 1))
    estimates = [one for session in drawn for one in session.excursion_deg.values()]
    highest = max(one.value + _error(one) for one in estimates)
    lowest = min(0.0, *(one.value - _error(one) for one in estimates))
    scale = (_HEIGHT - 2 * _MARGIN) / max(highest - lowest, 1.0)

    def y(deg: float) -> float:
        return round(_HEIGHT - _MARGIN - (deg - lowest) * scale, 1)

    def dot(place: int, side: Side, estimate: Estimate) -> Dot:
        error = _error(estimate)
        return Dot(
            x=round(2 * _MARGIN + place * step + _ASIDE[side], 1),
            y=y(estimate.value),
            upper=y(estimate.value + error),
            lower=y(estimate.value - error),
        )

    return Trend(
        width=4 * _MARGIN + step * (len(drawn) - 1),
        height=_HEIGHT,
        zero=y(0.0),
        top=wording.degrees(highest),
        legs={
            side: tuple(
                dot(place, side, session.excursion_deg[side])
                for place, session in enumerate(drawn)
                if side in session.excursion_deg
            )
            for side in SIDES
        },
        words=_in_words(drawn),
    )


def _in_words(drawn: Sequence[Listed]) -> str:
    """Say first and last, lowest and highest of each leg; every number stands in the rows."""
    said = [say("sessions.trend", n=len(drawn), first=drawn[0].date, last=drawn[-1].date)]
    for side in SIDES:
        values = [one.excursion_deg[side] for one in drawn if side in one.excursion_deg]
        if values:
            said.append(
                say(
                    "sessions.trend_leg",
                    side=say(_SIDES[side]),
                    first=degrees(values[0]),
                    last=degrees(values[-1]),
                    lowest=wording.degrees(min(one.value for one in values)),
                    highest=wording.degrees(max(one.value for one in values)),
                )
            )
    return " ".join(said)


def degrees(estimate: Estimate) -> str:
    """Write a mean with its 1 sigma."""
    return f"{wording.degrees(estimate.value)} {wording.plus_minus(estimate)}"


def _error(estimate: Estimate) -> float:
    return estimate.sd if math.isfinite(estimate.sd) else 0.0

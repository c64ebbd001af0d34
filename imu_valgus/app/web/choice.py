"""Which strides are meant: the part of an address that chooses them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Final, cast, get_args

import pandas as pd

from imu_valgus.core import SIDES, BoolArray, ImuValgusError, Side, Surface
from imu_valgus.metrics import Span

_SURFACES: Final[tuple[Surface, ...]] = get_args(Surface)
_SPANS: Final[tuple[Span, ...]] = get_args(Span)


@dataclass(frozen=True, slots=True)
class Choice:
    """The strides that meet all of it.

    Parameters
    ----------
    leg, lap, surface
        None: any.
    from_s, to_s : float
        Session time between which a stride begins, both included.
    """

    leg: Side | None = None
    lap: int | None = None
    surface: Surface | None = None
    from_s: float = -inf
    to_s: float = inf

    @property
    def sides(self) -> tuple[Side, ...]:
        """The legs that it takes in."""
        return SIDES if self.leg is None else (self.leg,)

    def takes(self, strides: pd.DataFrame) -> BoolArray:
        """Tell for each row of a stride log whether it is meant."""
        meant = strides["initial_contact_s"].between(self.from_s, self.to_s)
        meant &= strides["side"].isin(self.sides)
        if self.lap is not None:
            meant &= strides["lap"] == self.lap
        if self.surface is not None:
            meant &= strides["surface"] == self.surface
        return meant.to_numpy(dtype=bool)


def read_choice(query: Mapping[str, str]) -> Choice:
    """Read the choice from an address: ``leg``, ``lap``, ``surface``, ``from``, ``to``.

    Raises
    ------
    ImuValgusError
        Naming the part that cannot be read.
    """
    return Choice(
        leg=cast("Side | None", _word(query, "leg", SIDES)),
        lap=read_count(query, "lap"),
        surface=cast("Surface | None", _word(query, "surface", _SURFACES)),
        from_s=_seconds(query, "from", -inf),
        to_s=_seconds(query, "to", inf),
    )


def read_span(query: Mapping[str, str]) -> Span:
    """Read ``span``: stance where nothing is said."""
    return cast("Span | None", _word(query, "span", _SPANS)) or "stance"


def read_count(query: Mapping[str, str], name: str) -> int | None:
    """Read a number of a stride or lap; None where nothing is said."""
    text = query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ImuValgusError(f"{name}={text} is no number", hint=f"count: {name}=3")
    return int(text)


def _word(query: Mapping[str, str], name: str, known: tuple[str, ...]) -> str | None:
    text = query.get(name, "")
    if not text:
        return None
    if text not in known:
        raise ImuValgusError(f"{name}={text} is unknown", hint=f"one of {', '.join(known)}")
    return text


def _seconds(query: Mapping[str, str], name: str, otherwise: float) -> float:
    text = query.get(name, "")
    if not text:
        return otherwise
    try:
        found = float(text)
    except ValueError:
        found = inf
    if not isfinite(found):
        raise ImuValgusError(
            f"{name}={text} is no time", hint=f"seconds of session time: {name}=90.5"
        )
    return found

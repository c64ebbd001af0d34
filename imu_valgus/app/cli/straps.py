"""The option ``--strap``: how the sensors were strapped on, in a few words."""

from collections.abc import Sequence
from typing import Final, Literal, get_args

import typer

from imu_valgus.calibration import SensorAxis, StrapPrior

STRAP_HELP: Final = (
    "How the sensors were strapped on: which of their axes points up, down, out, in, front or "
    "back, within how many degrees (15 if not said; 1 sigma). For the thigh alone write "
    "thigh:x=down, and again for the shank."
)
_WAYS: Final = {
    "up": ("up", 1),
    "down": ("up", -1),
    "out": ("outwards", 1),
    "in": ("outwards", -1),
    "front": ("forwards", 1),
    "back": ("forwards", -1),
}
_SEGMENTS: Final[tuple[Literal["thigh", "shank"], ...]] = ("thigh", "shank")


def parse_straps(texts: Sequence[str]) -> dict[Literal["thigh", "shank"], StrapPrior]:
    """Read ``x=down,z=out,within=10`` (of both segments) or ``thigh:x=down`` into priors."""
    straps: dict[Literal["thigh", "shank"], StrapPrior] = {}
    for text in texts:
        which, colon, words = text.rpartition(":")
        try:
            strap = _strap(words)
        except (KeyError, ValueError, StopIteration):
            strap = None
        if strap is None or (colon and which not in _SEGMENTS):
            raise typer.BadParameter(
                f"{text!r} says no strap: write x=down,z=out,within=15, or thigh:x=down; "
                "axes x, y, z, directions up, down, out, in, front, back",
                param_hint="--strap",
            )
        straps |= {segment: strap for segment in _SEGMENTS if segment == which or not colon}
    return straps


def _strap(words: str) -> StrapPrior:
    stated: dict[str, SensorAxis] = {}
    sd_deg = StrapPrior().sd_deg
    for word in words.split(","):
        name, _, value = (part.strip() for part in word.partition("="))
        if name == "within":
            sd_deg = float(value)
        else:
            way, sign = _WAYS[value]
            axis = _axis(name, sign)
            if way in stated:
                raise ValueError(word)
            stated[way] = axis
    return StrapPrior(
        up=stated.get("up"),
        outwards=stated.get("outwards"),
        forwards=stated.get("forwards"),
        sd_deg=sd_deg,
    )


def _axis(name: str, sign: int) -> SensorAxis:
    """Return ``x`` or, pointing the other way, ``-x``."""
    wanted = name if sign > 0 else f"-{name}".removeprefix("--")
    return next(axis for axis in get_args(SensorAxis) if axis == wanted)

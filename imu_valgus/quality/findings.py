"""One thing that was looked at, and what was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from imu_valgus.core import Placement

Severity = Literal["ok", "note", "warning", "error"]
Topic = Literal[
    "gravity",
    "units",
    "axes",
    "clipping",
    "impacts",
    "rate",
    "samples",
    "gaps",
    "pauses",
    "clock",
    "drift",
    "knee",
    "segments",
    "sides",
    "upside_down",
    "slip",
    "standing",
    "squats",
    "walking",
    "running",
]

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""From harmless to grave."""
TOPICS: Final[tuple[Topic, ...]] = get_args(Topic)
"""In the order in which they are looked at; what comes first may be why what comes later fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about one topic.

    Parameters
    ----------
    severity : {"ok", "note", "warning", "error"}
        ``ok``: as it should be. ``note``: good to know, the results do not suffer. ``warning``:
        some results suffer, or somebody should look. ``error``: the results cannot be trusted.
    topic : str
        What was looked at.
    placement : Placement, optional
        The sensor; None where it concerns several of them or the session.
    number : float, optional
        What was measured, in ``unit``; None where it could not be measured.
    unit : str
        Empty for a count or a ratio.
    text : str
        What was found, in one sentence.
    hint : str
        What to do about it; empty where there is nothing to do.
    """

    severity: Severity
    topic: Topic
    placement: Placement | None = None
    number: float | None = None
    unit: str = ""
    text: str
    hint: str = ""


def worst(findings: Iterable[Finding]) -> Severity:
    """Return the gravest severity among the findings; ``ok`` where there are none."""
    return SEVERITIES[max((SEVERITIES.index(one.severity) for one in findings), default=0)]

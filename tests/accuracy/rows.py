"""The raw scores of a run, and their way to a file and back."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from accuracy.case import Group
from accuracy.measures import Score

OURS: Final = "ours"
ORACLES: Final = ("ours, azimuth fitted", "true attitudes, azimuth fitted")
"""Limits, not methods: the azimuth of their flexion axis is fitted to the truth."""


@dataclass(frozen=True, slots=True)
class Row:
    """One method's score on one leg; ``seconds`` with everything that was not kept from before."""

    group: Group
    case: str
    side: str
    method: str
    variant: str
    seconds: float
    score: Score


def as_json(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return the rows flat, for a file."""
    return [
        {**{k: v for k, v in asdict(row).items() if k != "score"}, **asdict(row.score)}
        for row in rows
    ]


def read_rows(path: Path) -> list[Row]:
    """Read the rows of a file that ``as_json`` went into."""
    measures = {field.name for field in fields(Score)}
    return [
        Row(
            **{name: value for name, value in flat.items() if name not in measures},
            score=Score(**{name: value for name, value in flat.items() if name in measures}),
        )
        for flat in json.loads(path.read_text(encoding="utf-8"))["rows"]
    ]

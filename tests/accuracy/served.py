"""What each method comes to over a group of cases, a peer with the variant that serves it best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from accuracy.case import FloatArray, Group
from accuracy.measures import PRIMARY
from accuracy.rows import ORACLES, OURS, Row


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """The rows of one run, one variant a group and method."""

    rows: tuple[Row, ...]

    @classmethod
    def best(cls, rows: Sequence[Row]) -> "Served":
        """Choose for each group and method the variant with the least median error."""
        kept: list[Row] = []
        for group, measure in PRIMARY.items():
            of_group = [row for row in rows if row.group == group]
            for method in dict.fromkeys(row.method for row in of_group):
                own = [row for row in of_group if row.method == method]
                by_variant = {
                    variant: float(np.median(_values(own, measure, variant)))
                    for variant in dict.fromkeys(row.variant for row in own)
                }
                if by_variant:
                    variant = min(by_variant, key=lambda name: by_variant[name])
                    kept += [row for row in own if row.variant == variant]
        return cls(tuple(kept))

    def of(self, group: Group, method: str) -> list[Row]:
        """Return one method's rows over a group."""
        return [row for row in self.rows if row.group == group and row.method == method]

    def methods(self, group: Group) -> list[str]:
        """Return what was run on a group, in the order of the table, oracles too."""
        return list(dict.fromkeys(row.method for row in self.rows if row.group == group))

    def peers(self, group: Group) -> list[str]:
        """Return the peers that were run on a group."""
        return [name for name in self.methods(group) if name not in (OURS, *ORACLES)]

    def values(self, group: Group, method: str, measure: str) -> FloatArray:
        """Return one measure of one method, a value a leg."""
        return _values(self.of(group, method), measure)

    def behind(self, group: Group) -> dict[str, float]:
        """Return by how much ours is worse than the best peer on each leg of a group."""
        measure = PRIMARY[group]
        ours = {_leg(row): getattr(row.score, measure) for row in self.of(group, OURS)}
        peers: dict[str, float] = {}
        for row in self.rows:
            if row.group == group and row.method in self.peers(group):
                found = getattr(row.score, measure)
                peers[_leg(row)] = min(found, peers.get(_leg(row), np.inf))
        return {leg: value - peers[leg] for leg, value in ours.items() if leg in peers}


def _leg(row: Row) -> str:
    return f"{row.case}, {row.side}"


def _values(rows: Iterable[Row], measure: str, variant: str | None = None) -> FloatArray:
    found = [
        getattr(row.score, measure) for row in rows if variant is None or row.variant == variant
    ]
    return np.array([value for value in found if value is not None], dtype=np.float64)


def median(values: FloatArray) -> float:
    """Return the median; NaN of nothing."""
    return float(np.median(values)) if values.size else float("nan")


def worst(values: FloatArray) -> float:
    """Return the value furthest from nought, its sign dropped; NaN of nothing."""
    return float(np.max(np.abs(values))) if values.size else float("nan")

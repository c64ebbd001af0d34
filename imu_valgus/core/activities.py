"""What the runner did, and what was noted: stretches of time with a name."""

from dataclasses import dataclass
from typing import Literal

from imu_valgus.core.placements import Side

ActivityKind = Literal["stand", "walk", "squat", "run"]
EventKind = Literal["stand", "walk", "squat", "run", "lap", "pain", "note", "reject", "restore"]


@dataclass(frozen=True, slots=True, order=True)
class Bout:
    """One stretch [start_s, stop_s) of one activity, in session time."""

    start_s: float
    stop_s: float
    kind: ActivityKind

    @property
    def duration_s(self) -> float:
        """How long the bout lasts."""
        return self.stop_s - self.start_s


@dataclass(frozen=True, slots=True)
class Event:
    """One row of ``events.tsv`` (BIDS events), in session time."""

    onset_s: float
    duration_s: float
    trial_type: EventKind
    side: Side | None = None
    value: str = ""

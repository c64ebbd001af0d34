"""Session folders that nobody ran: small files with known numbers, for tests of many sessions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from imu_valgus.core import (
    ANGLE_COLUMNS,
    REP_COLUMNS,
    SIDES,
    STRIDE_COLUMNS,
    Bout,
    Event,
    ImuSignal,
    Side,
)
from imu_valgus.pipeline import SideSummary, Statistic, StrideCounts, Summary, write_derived
from imu_valgus.pipeline.summary import FindingText
from imu_valgus.recording import read_info, write_events
from imu_valgus.recording.signals import signal_path, write_signal

STRIDE_S = 0.7


@dataclass(frozen=True)
class MadeSession:
    """What a session shall say; ``excursion_deg`` by leg is its mean over the good strides."""

    athlete: str = "a03"
    start: str | None = "2026-11-22T09:00:00+01:00"
    excursion_deg: Mapping[Side, float] = field(default_factory=lambda: {"left": 5.0, "right": 4.0})
    n_strides: int = 20
    n_rejected: int = 2
    sd_shared_deg: float = 2.0
    speed_mps: float = np.nan
    events: Sequence[Event] = ()
    findings: Sequence[FindingText] = ()

    def write(self, session: Path, *, analysed: bool = True) -> Path:
        """Write the session folder, without signals."""
        session.mkdir(parents=True)
        content = {
            "format_version": 1,
            "athlete": self.athlete,
            "start": self.start,
            "reference": "left_shank",
            "sensors": [{"placement": "left_shank", "sampling_rate_hz": 200.0}],
        }
        (session / "session.json").write_text(json.dumps(content), encoding="utf-8")
        write_events(session / "events.tsv", self.events)
        if analysed:
            self.analyse(session)
        return session

    def analyse(self, session: Path) -> None:
        """Write ``derived/`` as an analysis would have left it."""
        strides = pd.concat([self.strides(side) for side in self.excursion_deg], ignore_index=True)
        write_derived(
            session,
            summary=self.summary(strides),
            strides=strides,
            repetitions=pd.DataFrame(columns=list(REP_COLUMNS)),
            angles=pd.DataFrame(columns=list(ANGLE_COLUMNS)),
        )

    def strides(self, side: Side) -> pd.DataFrame:
        """Return one leg's stride log; the first strides are rejected."""
        numbers = np.arange(self.n_strides)
        contact_s = 60.0 + STRIDE_S * numbers + (0.35 if side == "right" else 0.0)
        log = pd.DataFrame(np.nan, index=numbers, columns=list(STRIDE_COLUMNS))
        rejected = numbers < self.n_rejected
        swing = 0.5 * np.where(numbers % 2, 1.0, -1.0)
        return log.assign(
            session="as it was called when it was analysed",
            side=side,
            stride=numbers + 1,
            lap=1 + numbers // 10,
            surface="straight",
            initial_contact_s=contact_s,
            toe_off_s=contact_s + 0.3,
            next_contact_s=contact_s + STRIDE_S,
            stride_time_s=STRIDE_S,
            contact_time_s=0.3,
            cadence_spm=120 / STRIDE_S,
            valgus_excursion_deg=self.excursion_deg[side] + swing,
            valgus_peak_deg=self.excursion_deg[side] + 2.0 + swing,
            speed_mps=self.speed_mps,
            quality=np.where(rejected, "rejected", "good"),
            reason=np.where(rejected, "gap", ""),
        )

    def summary(self, strides: pd.DataFrame) -> Summary:
        """Return the summary that goes with the strides."""
        return Summary(
            imu_valgus_version="0.1.0",
            bouts=(Bout(60.0, 60.0 + STRIDE_S * self.n_strides, "run"),),
            sides={side: self._side(strides[strides["side"] == side]) for side in SIDES},
            findings=tuple(self.findings),
        )

    def _side(self, log: pd.DataFrame) -> SideSummary:
        good = log[log["quality"] == "good"]

        def statistic(column: str) -> Statistic:
            return Statistic(
                mean=float(good[column].mean()),
                sd_between_strides=float(good[column].std()),
                sd_shared=self.sd_shared_deg,
            )

        return SideSummary(
            strides=StrideCounts(good=len(good), rejected=len(log) - len(good)),
            valgus_peak_deg=statistic("valgus_peak_deg"),
            valgus_excursion_deg=statistic("valgus_excursion_deg"),
        )


def add_signal(session: Path, length_s: float) -> None:
    """Give a session a reference sensor that rests for ``length_s``, at 10 Hz."""
    time_s = np.arange(0.0, length_s + 0.05, 0.1)
    still = np.tile([0.0, 9.81, 0.0], (len(time_s), 1))
    info = read_info(session)
    path = signal_path(session, info.reference)
    path.parent.mkdir()
    signal = ImuSignal(time_s, still, np.zeros_like(still))
    write_signal(path, signal, sensor=info.sensor(info.reference))

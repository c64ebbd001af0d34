"""What an analysis found, in numbers that a report and a coach can use."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus import __version__
from imu_valgus.core import Bout, FloatArray, Side
from imu_valgus.pipeline.crosstalk import crosstalk_index
from imu_valgus.pipeline.leg import LegMotion, during
from imu_valgus.pipeline.misplaced import placement_doubts
from imu_valgus.pipeline.params import AnalysisParams
from imu_valgus.pipeline.session_time import SessionSignals
from imu_valgus.pipeline.strides import Leg, LegStrides
from imu_valgus.pipeline.summary import (
    CalibrationFacts,
    FindingText,
    LapTimes,
    LeverArmFacts,
    SideSummary,
    StrapFacts,
    Summary,
    SyncFacts,
)
from imu_valgus.quality import Finding
from imu_valgus.recording import Recording
from imu_valgus.strides import Lap
from imu_valgus.sync import ClockFit

_SQUATS_AND_RUN: Final = (
    "Valgus in squats and valgus in running carry different errors: in a deep squat the flesh "
    "turns the thigh sensor on the bone far more. Compare squats with squats, strides with strides."
)


def summarise(
    recording: Recording,
    session: SessionSignals,
    *,
    bouts: Sequence[Bout],
    laps: Sequence[Lap],
    legs: Mapping[Side, Leg],
    strides: Mapping[Side, LegStrides],
    repetitions: pd.DataFrame,
    findings: Sequence[Finding],
    params: AnalysisParams,
) -> Summary:
    """Put together what ``summary.json`` says besides the numbers of strides and repetitions.

    Those depend on the user's word: ``heard`` adds them.
    """
    sides: dict[Side, SideSummary] = {}
    for side, leg in legs.items():
        is_knee = isinstance(leg, LegMotion)
        sides[side] = _knee_summary(leg, session.within[side], bouts) if is_knee else SideSummary()
    across = session.across
    return Summary(
        imu_valgus_version=__version__,
        session=recording.name,
        parameters=asdict(params),
        bouts=tuple(bouts),
        laps=tuple(LapTimes(lap.number, lap.start_s, lap.stop_s) for lap in laps),
        cross_leg_sync=None
        if across is None
        else SyncFacts(
            method=across.method,
            offset_s=across.fit.offset_s,
            drift_ppm=across.fit.drift_ppm,
            residual_ms=None if across.residual_s is None else 1e3 * across.residual_s,
        ),
        sides=sides,
        findings=tuple(FindingText(**asdict(finding)) for finding in findings),
        notes=(
            *placement_doubts(findings, legs, strides),
            *_notes(bouts, legs, strides),
            *((_SQUATS_AND_RUN,) if len(repetitions) else ()),
        ),
    )


def _knee_summary(leg: LegMotion, clock: ClockFit, bouts: Sequence[Bout]) -> SideSummary:
    running = during(leg.time_s, [bout for bout in bouts if bout.kind == "run"])
    relative = leg.relative
    return SideSummary(
        calibration=_calibration(leg),
        lever_arms_m=LeverArmFacts(
            thigh=_triple(leg.alignment.thigh.apply(relative.arms.thigh_m)),
            shank=_triple(leg.alignment.shank.apply(relative.arms.shank_m)),
        ),
        sync=SyncFacts(
            method="joint acceleration",
            offset_s=clock.offset_s,
            drift_ppm=clock.drift_ppm,
            lateness_ms=_number(1e3 * np.median(relative.lateness.value)),
            residual_ms=_number(1e3 * np.median(relative.lateness.sd)),
        ),
        heading_sd_deg=_number(np.degrees(_median(relative.heading_sd_rad[running]))),
        crosstalk=crosstalk_index(leg, bouts),
    )


def _calibration(leg: LegMotion) -> CalibrationFacts:
    thigh = leg.poses[0]
    return CalibrationFacts(
        standing_s=thigh.stop_s - thigh.start_s,
        sway_deg=thigh.sway_deg,
        axis_spread_deg=leg.axis.spread_deg,
        axis_range_deg=float(np.ptp(list(leg.axis.azimuths_deg.values()))),
        sources=dict(leg.axis.azimuths_deg),
        rotation_zero=leg.rotation_zero,
        standing_valgus_deg=leg.standing_valgus_deg,
        standing_after_deg=_number(leg.standing_after_deg),
        straps={
            segment: StrapFacts(fit.tilt_off_deg, fit.turn_off_deg, fit.agrees)
            for segment, fit in leg.straps.items()
        },
    )


def _notes(
    bouts: Sequence[Bout], legs: Mapping[Side, Leg], strides: Mapping[Side, LegStrides]
) -> list[str]:
    """Say in plain sentences what the recording lacks and what that costs."""
    kinds = {bout.kind for bout in bouts}
    notes: list[str] = []
    if "walk" not in kinds:
        notes.append(
            "No walking found: the knee's axis comes from running alone. Walk straight on for 30 s "
            "before the run: it gives a second opinion on the axis."
        )
    if "squat" not in kinds:
        notes.append(
            "No squats found: valgus in squats cannot be set beside the run, and the two legs' "
            "clocks, unless shared, are tied only by starting and stopping. The angles in running "
            "do not need squats."
        )
    for side, leg in legs.items():
        if not isinstance(leg, LegMotion):
            notes.append(
                f"The {side} leg wears one sensor, at the {leg.segment}: tilt, contacts and shock "
                "only; the knee's angles need thigh and shank."
            )
        reason = strides[side].contacts.reason
        if reason:
            notes.append(f"The {side} leg has no strides: {reason}.")
    return notes


def _triple(vector: FloatArray) -> tuple[float, float, float]:
    x, y, z = (round(float(v), 4) for v in vector)
    return x, y, z


def _median(values: FloatArray) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def _number(value: float) -> float | None:
    """Return a number that JSON knows, or None where there is none."""
    return float(value) if np.isfinite(value) else None

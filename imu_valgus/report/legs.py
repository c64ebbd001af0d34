"""One leg's results with the words of its quality: what the report and the pages both show."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from imu_valgus.core import SIDES, Side
from imu_valgus.library.change.fatigue import LapSlope, RunChange, fatigue_slope, lap_slope
from imu_valgus.pipeline import CalibrationFacts, FindingText, SideSummary, StrideCounts, Summary
from imu_valgus.pipeline.estimates import Estimate, difference, run_mean
from imu_valgus.report import wording


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg on the page. ``excursion`` is None where it has no angles; ``missing`` says why."""

    side: Side
    missing: str
    n_good: int
    n_strides: int
    excursion: Estimate | None
    peak: Estimate | None
    change: RunChange | None
    by_lap: LapSlope | None
    calibration: CalibrationFacts | None
    quality: tuple[tuple[str, str], ...]


def legs_of(summary: Summary, strides: pd.DataFrame) -> tuple[Leg, ...]:
    """Return both legs' results; ``strides``: the session's stride log."""
    ordered = strides.sort_values("initial_contact_s")
    return tuple(_leg(summary, ordered[ordered["side"] == side], side) for side in SIDES)


def left_minus_right(measured: Mapping[Side, Leg]) -> Estimate | None:
    """Return by how much the left excursion is larger, None where a leg has none."""
    if len(measured) < len(SIDES):
        return None
    return difference(measured["left"].excursion, measured["right"].excursion)


def sorted_findings(summary: Summary) -> list[FindingText]:
    """Return what was found about the recording, the gravest first."""
    order = {name: rank for rank, name in enumerate(wording.SEVERITIES)}
    return sorted(summary.findings, key=lambda f: order.get(f.severity, len(order)))


def _leg(session: Summary, strides: pd.DataFrame, side: Side) -> Leg:
    good = strides[strides["quality"] == "good"]
    summary = session.sides.get(side, SideSummary())
    excursion = run_mean(summary.valgus_excursion_deg, len(good))
    has_angles = bool(strides["valgus_excursion_deg"].notna().any())
    missing = wording.no_result(
        side, n_strides=len(strides), n_good=len(good), has_angles=has_angles
    )
    if side not in session.sides:
        missing = wording.not_measured(side)
    return Leg(
        side=side,
        missing=missing if excursion is None else "",
        n_good=len(good),
        n_strides=len(strides),
        excursion=excursion,
        peak=run_mean(summary.valgus_peak_deg, len(good)),
        change=fatigue_slope(good, column="valgus_excursion_deg"),
        by_lap=lap_slope(good, column="valgus_excursion_deg"),
        calibration=summary.calibration,
        quality=_quality(summary),
    )


def _quality(summary: SideSummary) -> tuple[tuple[str, str], ...]:
    said = [("Strides", wording.stride_counts(summary.strides or StrideCounts()))]
    if summary.calibration is not None:
        said.append(("Calibration", wording.calibration(summary.calibration)))
    if summary.sync is not None:
        said.append(("Clocks", wording.leg_sync(summary.sync)))
    if summary.heading_sd_deg is not None:
        said.append(("Heading", wording.heading(summary.heading_sd_deg)))
    if summary.crosstalk is not None:
        said.append(("Valgus and flexion", wording.crosstalk(summary.crosstalk)))
    if summary.crosstalk_correction is not None:
        said.append(
            ("Before and after", wording.crosstalk_correction(summary.crosstalk_correction))
        )
    return tuple(said)

"""The coach's report: one HTML file that opens offline."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from imu_valgus.core import SIDES, Side
from imu_valgus.pipeline import (
    CORRECTED,
    CalibrationFacts,
    Derived,
    FindingText,
    SideSummary,
    StrideCounts,
    read_derived,
)
from imu_valgus.pipeline.estimates import Estimate, change_along_run, difference, run_mean
from imu_valgus.recording import write_atomically
from imu_valgus.report import answers, norm, wording
from imu_valgus.report.gallery import hang
from imu_valgus.report.html import render
from imu_valgus.report.tables import (
    has_shock,
    laps_table,
    legs_table,
    loading_table,
    repetitions_table,
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg on the page. ``excursion`` is None where it has no angles; ``missing`` says why."""

    side: Side
    missing: str
    n_good: int
    n_strides: int
    excursion: Estimate | None
    peak: Estimate | None
    change: Estimate | None
    calibration: CalibrationFacts | None
    quality: tuple[tuple[str, str], ...]


def write_report(session: Path) -> Path:
    """Write ``derived/report.html`` of an analysed session and return its path.

    The page needs no network: figures, their library, style and words are in the file. It is a
    derived file, so an older one is replaced.

    Raises
    ------
    RecordingError
        Where ``derived/`` is missing, damaged or of another format version.
    """
    page = render_page(read_derived(session))
    path = session / "derived" / "report.html"
    with write_atomically(path) as partial:
        partial.write_text(page, encoding="utf-8", newline="\n")
    return path


def render_page(derived: Derived) -> str:
    """Return the report as one HTML page."""
    legs = [_leg(derived, side) for side in SIDES]
    measured: dict[Side, Leg] = {leg.side: leg for leg in legs if leg.excursion is not None}
    good: dict[Side, pd.DataFrame] = {
        leg.side: derived.good_strides_of(leg.side) for leg in legs if leg.n_strides
    }
    table_sides = tuple(good)
    return render(
        "report.html.j2",
        say=wording,
        answer=answers,
        norm=norm,
        summary=derived.summary,
        about=wording.about(derived.info, derived.summary.running_s),
        is_computed=wording.is_computed(derived.info),
        corrected=CORRECTED,
        notes=wording.notes(derived.info, derived.summary),
        legs=legs,
        apart=_left_minus_right(measured),
        figures=hang(derived, tuple(measured)),
        table_sides=table_sides,
        table=legs_table(good, zero=wording.zero(derived.summary, "valgus")),
        loading=loading_table(good),
        repetitions=repetitions_table(derived.repetitions, table_sides),
        has_shock=has_shock(good),
        laps=laps_table(good, derived.summary.several_laps),
        findings=_sorted_findings(derived),
    )


def _leg(derived: Derived, side: Side) -> Leg:
    strides = derived.strides_of(side)
    good = derived.good_strides_of(side)
    summary = derived.summary.sides.get(side, SideSummary())
    excursion = run_mean(summary.valgus_excursion_deg, len(good))
    has_angles = bool(strides["valgus_excursion_deg"].notna().any())
    missing = wording.no_result(
        side, n_strides=len(strides), n_good=len(good), has_angles=has_angles
    )
    if side not in derived.summary.sides:
        missing = wording.not_measured(side)
    return Leg(
        side=side,
        missing=missing if excursion is None else "",
        n_good=len(good),
        n_strides=len(strides),
        excursion=excursion,
        peak=run_mean(summary.valgus_peak_deg, len(good)),
        change=change_along_run(good, "valgus_excursion_deg"),
        calibration=summary.calibration,
        quality=_quality(summary),
    )


def _quality(summary: SideSummary) -> tuple[tuple[str, str], ...]:
    said = [("Strides", wording.stride_counts(summary.strides or StrideCounts()))]
    if summary.calibration is not None:
        said.append(("Calibration", wording.calibration(summary.calibration)))
    if summary.sync is not None:
        said.append(("Clocks", wording.leg_sync(summary.sync)))
    if summary.crosstalk is not None:
        said.append(("Valgus and flexion", wording.crosstalk(summary.crosstalk)))
    if summary.crosstalk_correction is not None:
        said.append(
            ("Before and after", wording.crosstalk_correction(summary.crosstalk_correction))
        )
    return tuple(said)


def _left_minus_right(measured: Mapping[Side, Leg]) -> Estimate | None:
    if len(measured) < len(SIDES):
        return None
    return difference(measured["left"].excursion, measured["right"].excursion)


def _sorted_findings(derived: Derived) -> list[FindingText]:
    order = {name: rank for rank, name in enumerate(wording.SEVERITIES)}
    return sorted(derived.summary.findings, key=lambda f: order.get(f.severity, len(order)))

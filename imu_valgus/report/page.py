"""The coach's report: one HTML file that opens offline."""

from pathlib import Path

import pandas as pd

from imu_valgus.core import Side
from imu_valgus.pipeline import CORRECTED, Derived, read_derived
from imu_valgus.recording import write_atomically
from imu_valgus.report import answers, norm, wording
from imu_valgus.report.gallery import hang
from imu_valgus.report.html import render
from imu_valgus.report.legs import Leg, left_minus_right, legs_of, sorted_findings
from imu_valgus.report.tables import (
    has_shock,
    laps_table,
    legs_table,
    loading_table,
    repetitions_table,
)


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
    legs = legs_of(derived.summary, derived.strides)
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
        apart=left_minus_right(measured),
        figures=hang(derived, tuple(measured)),
        table_sides=table_sides,
        table=legs_table(good, zero=wording.zero(derived.summary, "valgus")),
        loading=loading_table(good),
        repetitions=repetitions_table(derived.repetitions, table_sides),
        has_shock=has_shock(good),
        laps=laps_table(good, derived.summary.several_laps),
        findings=sorted_findings(derived.summary),
    )

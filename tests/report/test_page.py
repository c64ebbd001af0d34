"""The whole page: what it says, and what it never does."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from syrupy.assertion import SnapshotAssertion

from imu_valgus.core import REP_COLUMNS, RecordingError
from imu_valgus.report import write_report

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }} \"'&"


class Page(HTMLParser):
    """A report as its reader sees it: ``lines`` of text; and as a browser loads it."""

    SILENT = frozenset({"script", "style", "title"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.lines: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._silent = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent = tag in self.SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent = self._silent and tag not in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.lines.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def count(self, tag: str, css_class: str = "") -> int:
        """Count the elements of a tag that carry a class."""
        found = [attributes for name, attributes in self.tags if name == tag]
        return sum(css_class in (a.get("class") or "").split() or not css_class for a in found)


def report_of(session: Path) -> Page:
    return Page(write_report(session).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def both_page(both_legs: Path) -> Page:
    return report_of(both_legs)


def change_summary(session: Path, /, **changes: Any) -> Path:
    path = session / "derived" / "summary.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes))
    return session


def change_info(session: Path, /, **changes: Any) -> Path:
    path = session / "session.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes))
    return session


def change_strides(session: Path, /, **columns: Any) -> Path:
    path = session / "derived" / "strides.parquet"
    pd.read_parquet(path).assign(**columns).to_parquet(path)
    return session


def test_the_page_of_both_legs_reads_as_recorded(both_page: Page, snapshot: SnapshotAssertion):
    assert both_page.text == snapshot


def test_the_page_of_one_leg_reads_as_recorded(left_leg: Path, snapshot: SnapshotAssertion):
    assert report_of(left_leg).text == snapshot


def test_the_page_of_a_leg_with_one_sensor_reads_as_recorded(
    right_shank_only: Path, snapshot: SnapshotAssertion
):
    assert report_of(right_shank_only).text == snapshot


def test_the_page_without_a_good_stride_reads_as_recorded(
    nothing_good: Path, snapshot: SnapshotAssertion
):
    assert report_of(nothing_good).text == snapshot


def test_the_page_of_a_session_without_running_reads_as_recorded(
    no_running: Path, snapshot: SnapshotAssertion
):
    assert report_of(no_running).text == snapshot


def test_the_report_stands_in_the_derived_folder(left_leg: Path):
    assert write_report(left_leg) == left_leg / "derived" / "report.html"


def test_an_older_report_is_replaced(left_leg: Path):
    (left_leg / "derived" / "report.html").write_text("old")

    page = report_of(left_leg)

    assert page.count("html") == 1


def test_both_legs_have_every_figure(both_page: Page):
    assert both_page.count("figure") == 12


def test_one_leg_has_its_figures_only(left_leg: Path):
    assert report_of(left_leg).count("figure") == 5


def test_the_page_fetches_nothing(both_page: Page):
    fetching = {"src", "href", "srcset", "data", "action", "poster", "background"}

    found = {a[name] for _, a in both_page.tags for name in fetching & a.keys()}

    assert found == {"#quality", "#meaning"}


def test_the_style_fetches_nothing(both_page: Page):
    style = re.findall(r"<style>.*?</style>", both_page.html, re.DOTALL)

    assert not re.search(r"url\(|@import", "".join(style))


def test_the_page_allows_its_own_scripts_only(both_page: Page):
    scripts = re.findall(r"<script>(.*?)</script>", both_page.html, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]

    policy = next(a["content"] or "" for _, a in both_page.tags if "http-equiv" in a)

    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    assert policy.startswith(f"default-src 'none'; script-src {allowed};")


def test_plotly_is_in_the_page_once(both_page: Page):
    assert both_page.html.count("* plotly.js v") == 1


@pytest.mark.parametrize("field", ["session", "imu_valgus_version"])
def test_markup_in_a_name_is_shown_as_text(left_leg: Path, field: str):
    page = report_of(change_summary(left_leg, **{field: HOSTILE}))

    assert HOSTILE in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"session": HOSTILE},
        {"notes": [HOSTILE]},
        {"findings": [{"severity": HOSTILE, "topic": HOSTILE, "text": HOSTILE, "hint": HOSTILE}]},
        {"findings": [{"severity": "note", "placement": HOSTILE, "text": HOSTILE}]},
        {"cross_leg_sync": {"method": HOSTILE, "residual_ms": 1.0}},
        {"sides": {"left": {"strides": {"rejected": 1, "reasons": {HOSTILE: 1}}}}},
        {"sides": {"left": {"sync": {"method": HOSTILE, "residual_ms": 1.0}}}},
    ],
)
def test_markup_in_any_text_adds_no_element(left_leg: Path, changes: dict[str, Any]):
    page = report_of(change_summary(left_leg, **changes))

    scripts = sum(a.get("type") is None for tag, a in page.tags if tag == "script")
    assert (scripts, page.count("img")) == (2, 0)


def test_markup_in_the_notes_of_the_session_is_shown_as_text(left_leg: Path):
    page = report_of(change_info(left_leg, notes=HOSTILE))

    assert HOSTILE in page.text


def test_computed_signals_are_declared_at_the_top(left_leg: Path):
    sensors = [{"placement": "left_thigh", "sampling_rate_hz": 100.0, "signals": "computed"}]

    page = report_of(change_info(left_leg, sensors=sensors))

    assert page.count("p", "computed") == 1


def test_measured_signals_are_not_called_computed(both_page: Page):
    assert both_page.count("p", "computed") == 0


def test_a_run_of_90_minutes_stays_below_6_mb(long_run: Path):
    assert write_report(long_run).stat().st_size < 6_000_000


def test_a_single_stride_makes_a_page(one_stride: Path):
    page = report_of(one_stride)

    assert "the mean of 1 good stride" in page.text


def test_without_an_error_the_page_says_that_it_is_not_known(left_leg: Path):
    excursion = {"mean": 5.0, "sd_between_strides": None, "sd_shared": None, "sd_stride": None}
    sides = {"left": {"valgus_excursion_deg": excursion}}

    page = report_of(change_summary(left_leg, sides=sides))

    assert "(error not known)" in page.text


def test_without_several_laps_there_is_no_table_of_laps(left_leg: Path):
    page = report_of(change_summary(left_leg, laps=[]))

    assert page.count("table", "plain") == 0


def test_signals_without_impacts_are_said_to_have_no_shock(left_leg: Path):
    page = report_of(change_strides(left_leg, tibial_shock_g=float("nan")))

    assert "No shock: these signals carry no impacts" in page.text


def test_repetitions_stand_on_the_page_with_their_counts(left_leg: Path):
    rows = [
        {"side": "left", "kind": "squat", "quality": quality, "valgus_excursion_deg": 5.0}
        for quality in ("good", "good", "rejected")
    ]
    table = pd.DataFrame(rows).reindex(columns=list(REP_COLUMNS))
    table.to_parquet(left_leg / "derived" / "reps.parquet")

    lines = report_of(left_leg).lines

    row = lines.index("Squat, both legs")
    assert lines[row + 1 : row + 4] == ["2 of 3", "\u2013", "5.0 ± 0.0"]


def test_without_repetitions_the_page_does_not_speak_of_them(left_leg: Path):
    assert "Squats and landings" not in report_of(left_leg).text


def test_an_entered_standing_alignment_is_said_wherever_zero_is(left_leg: Path):
    path = left_leg / "derived" / "summary.json"
    sides = json.loads(path.read_text(encoding="utf-8"))["sides"]
    sides["left"]["calibration"]["standing_valgus_deg"] = 2.0

    page = report_of(change_summary(left_leg, sides=sides))

    assert "standing = +2.0° left" in page.text
    assert "+ inwards, 0 = standing" not in page.html


def test_missing_angles_leave_the_numbers_standing(left_leg: Path):
    (left_leg / "derived" / "angles.parquet").unlink()

    page = report_of(left_leg)

    assert "6.2°" in page.text


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("", "no valid JSON"),
        ("[]", "format version None"),
        ('{"format_version": 2}', "format version 2, this version reads 1"),
        ('{"format_version": 1, "laps": [{"lap": "two"}]}', "laps.0.lap"),
    ],
)
def test_a_summary_that_cannot_be_read_is_refused(left_leg: Path, broken: str, said: str):
    (left_leg / "derived" / "summary.json").write_text(broken)

    with pytest.raises(RecordingError, match=re.escape(said)):
        write_report(left_leg)


def test_a_folder_that_is_no_session_is_refused(tmp_path: Path):
    with pytest.raises(RecordingError, match="is no session"):
        write_report(tmp_path)


@pytest.mark.parametrize("name", ["strides.parquet", "angles.parquet"])
def test_a_table_that_cannot_be_read_is_refused(left_leg: Path, name: str):
    (left_leg / "derived" / name).write_bytes(b"PAR1 no more")

    with pytest.raises(RecordingError, match=name):
        write_report(left_leg)


def test_a_table_without_a_column_is_refused(left_leg: Path):
    path = left_leg / "derived" / "strides.parquet"
    pd.read_parquet(path).drop(columns="valgus_peak_deg").to_parquet(path)

    with pytest.raises(RecordingError, match="valgus_peak_deg"):
        write_report(left_leg)

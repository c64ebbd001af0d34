"""What a session's page says first, against earlier sessions and the 46 runners."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import DESK, PHONE
from fake_sessions import both_fakes
from made_sessions import MadeSession
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from imu_valgus.app.web import build_review
from imu_valgus.app.web.earlier import earlier_than
from imu_valgus.app.web.headline import headline, quality, shape
from imu_valgus.library import Catalogue
from imu_valgus.pipeline import read_derived
from imu_valgus.report import norm
from imu_valgus.report.curves import MeanCurve

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BAND = norm.stance_band("valgus")


def curve(mean_deg) -> MeanCurve:
    return MeanCurve(BAND.percent, mean_deg, np.zeros(101), 10)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three weeks of one runner, the last 8° further in on the left; another runner beside."""
    for day, left_deg in ((1, 5.0), (8, 5.2), (15, 13.0)):
        start = f"2026-11-{day:02d}T09:00:00+01:00"
        MadeSession(start=start, excursion_deg={"left": left_deg, "right": 4.0}).write(
            tmp_path / f"day-{day:02d}"
        )
    MadeSession(athlete="a04").write(tmp_path / "other")
    return tmp_path


def test_the_mean_of_the_band_is_within_it():
    assert "within the band of 46 runners" in shape(curve(BAND.mean_deg), BAND)


def test_where_a_curve_leaves_the_band_is_said_with_the_direction():
    higher = np.where((BAND.percent >= 30) & (BAND.percent <= 60), 2 * BAND.sd_deg, 0.0)

    said = shape(curve(BAND.mean_deg + higher), BAND)

    assert "further inwards from 30 to 60 % of stance" in said


def test_a_single_point_outside_is_no_word():
    spike = np.where(BAND.percent == 50, -3 * BAND.sd_deg, 0.0)

    assert "within the band" in shape(curve(BAND.mean_deg + spike), BAND)


def test_the_headline_states_mean_and_error_of_each_leg(tmp_path: Path):
    found = read_derived(both_fakes().write(tmp_path / "fake"))

    left, right = headline(found.summary, found.strides).legs

    assert (left.excursion, left.excursion_error, right.excursion) == (
        "6.2°",
        "±\u00a02.0°",
        "3.9°",
    )


def test_a_leg_without_sensors_says_so(tmp_path: Path):
    MadeSession(excursion_deg={"left": 5.0}).write(tmp_path / "one")
    found = read_derived(tmp_path / "one")
    found.summary.sides.pop("right")

    assert headline(found.summary, found.strides).legs[1].missing.startswith("The right leg was")


def test_quality_says_how_much_of_the_number_is_sure(tmp_path: Path):
    found = read_derived(both_fakes().write(tmp_path / "fake"))

    said = quality(found.info, found.summary, found.strides)

    assert [sentence.startswith("The left knee's number") for sentence in said.sure] == [
        True,
        False,
    ]
    assert [topic for topic, _ in said.legs[0][1]][:3] == ["Strides", "Calibration", "Clocks"]


def test_the_gravest_finding_comes_first(tmp_path: Path):
    found = read_derived(both_fakes().write(tmp_path / "fake"))

    doubts = quality(found.info, found.summary, found.strides).doubts

    assert [one.severity for one in doubts] == ["warning", "note"]


def test_earlier_sessions_are_the_runners_own(library: Path):
    with Catalogue.open(library) as catalogue:
        sessions = catalogue.sessions()

    assert earlier_than(sessions, "day-15") == ["day-01", "day-08"]


def test_of_many_earlier_sessions_the_latest_are_taken(library: Path):
    with Catalogue.open(library) as catalogue:
        sessions = catalogue.sessions()

    assert earlier_than(sessions, "day-15", most=1) == ["day-08"]


def test_a_session_of_no_known_day_has_no_earlier_ones():
    columns = {"session": ["a"], "athlete": ["x"], "state": ["analysed"], "date": ["nan"]}
    sessions = pd.DataFrame(columns).assign(
        started=pd.Series([pd.NaT], dtype="datetime64[us, UTC]")
    )

    assert earlier_than(sessions, "a") == []


def test_what_changed_is_told_with_its_interval(library: Path):
    pages = TestClient(build_review(library))

    html = pages.get("/sessions/day-15/earlier").json()["html"]

    assert "Left knee, excursion</strong>: changed by +7.9°" in html
    assert "Right knee, excursion</strong>: equivalent: 0.0°" in html


def test_the_first_session_has_nothing_to_be_held_against(library: Path):
    pages = TestClient(build_review(library))

    assert "No earlier session" in pages.get("/sessions/day-01/earlier").json()["html"]


@pytest.mark.browser
@pytest.mark.parametrize("screen", [(PHONE, "phone"), (DESK, "desk")], ids=["phone", "desk"])
def test_a_coach_reads_the_headline(open_page, put_session, library, keep_screenshot, screen):
    size, name = screen
    for day in ("day-01", "day-08"):
        put_session(library / day, day)
    put_session(both_fakes().write(library.parent / f"fake-{name}"), f"fake-{name}")

    page: Page = open_page(f"/sessions/fake-{name}", size=size)

    expect(page.get_by_text("Against the mean of the 2 sessions before")).to_be_visible()
    page.get_by_text("Calibration, heading, clocks and losses").click()
    expect(page.locator(".quality")).to_contain_text("Zero is the mean of 12 s of still standing")
    keep_screenshot(page, f"headline-{name}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints(page) == []
    page.get_by_role("button", name="Dark or light").click()
    assert complaints(page) == []


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found.response["violations"]]

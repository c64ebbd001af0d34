"""Sessions over each other: what the server says of them, and the page in a browser."""

import io
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import DESK, PHONE
from fake_sessions import both_fakes
from made_sessions import MadeSession
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from imu_valgus.app.web import build_review

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HOSTILE = "=cmd()<img src=x onerror=alert(1)>"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Two nights of one runner, the second named by an attacker, and another runner."""
    for name in ("first-night", HOSTILE):
        both_fakes().write(tmp_path / name)
    MadeSession(athlete="a04", speed_mps=3.0).write(tmp_path / "other")
    return tmp_path


@pytest.fixture
def pages(library: Path) -> TestClient:
    return TestClient(build_review(library))


def asked(pages: TestClient, *names: str) -> str:
    """Return what the page says, without the words that its scripts may say."""
    answer = pages.get("/compare", params=[("session", name) for name in names])
    assert answer.status_code == 200
    return answer.text.rpartition("<main")[2]


def test_sessions_of_one_runner_get_a_verdict(pages: TestClient):
    said = asked(pages, "first-night", HOSTILE)

    assert "Left knee, excursion</strong>: no detectable change: 0.0°" in said


def test_names_are_escaped(pages: TestClient):
    assert "<img" not in asked(pages, "first-night", HOSTILE)


def test_between_runners_there_is_a_difference_but_no_verdict(pages: TestClient):
    said = asked(pages, "first-night", "other")

    verdicts = ("changed by", "no detectable change", "equivalent:")
    assert ("different runners" in said, any(one in said for one in verdicts)) == (True, False)


def test_speed_and_cadence_are_named(pages: TestClient):
    assert "3.00" in asked(pages, "first-night", "other")


def test_the_curves_are_those_of_the_sessions(pages: TestClient):
    names = (("session", "first-night"), ("session", HOSTILE))
    text = pages.get("/compare/curves.csv", params=names).text

    table = pd.read_csv(io.StringIO(text), comment="#")
    assert set(zip(table["session"], table["side"], table["angle"], strict=True)) == set(
        product(
            ("first-night", f"'{HOSTILE}"), ("left", "right"), ("valgus", "valgus_from_contact")
        )
    )


def test_from_contact_every_curve_begins_at_zero(pages: TestClient):
    found = pages.get("/compare/curves.json?session=first-night&session=other").json()

    assert found["sessions"][0]["legs"]["left"]["from_contact"]["mean"][0] == 0.0


@pytest.mark.parametrize("names", [(), ("first-night",), ("first-night", "first-night")])
def test_one_session_is_compared_with_nothing(pages: TestClient, names: tuple[str, ...]):
    answer = pages.get("/compare", params=[("session", name) for name in names])

    assert (answer.status_code, "choose 2 to 6" in answer.text) == (422, True)


def test_a_session_that_is_not_there_is_nowhere(pages: TestClient):
    answer = pages.get("/compare?session=first-night&session=..")

    assert answer.status_code == 404


def test_a_session_without_results_is_named(pages: TestClient, library: Path):
    (library / "other" / "derived" / "summary.json").unlink()

    answer = pages.get("/compare?session=first-night&session=other")

    assert (answer.status_code, "not analysed yet" in answer.text) == (422, True)


@pytest.mark.browser
@pytest.mark.parametrize("screen", [(PHONE, "phone"), (DESK, "desk")], ids=["phone", "desk"])
def test_a_coach_compares_two_sessions(open_page, put_session, library, keep_screenshot, screen):
    size, name = screen
    for session in ("first-night", "other"):
        put_session(library / session, session)

    page: Page = open_page("/compare?session=first-night&session=other", size=size)

    expect(page.locator("#from_contact-left .main-svg").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Left knee: valgus from contact: save as SVG").click()
    assert download.value.suggested_filename == "compared-from_contact-left.svg"
    keep_screenshot(page, f"compare-{name}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
    assert [one["id"] for one in found.response["violations"]] == []

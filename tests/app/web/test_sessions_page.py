"""The list of sessions: who ran when, how far the knee went in, what can be believed."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from browser import DESK, PHONE, violations
from made_sessions import MadeSession
from playwright.sync_api import expect
from starlette.testclient import TestClient

from imu_valgus.app.web import build_review
from imu_valgus.core import Event
from imu_valgus.pipeline.summary import FindingText

NAMES = {
    "2026-09-06_a03_track",
    "2026-10-04_a03_track",
    "2026-11-22_a03_forest",
    "2026-11-20_b12_road",
    "2026-11-21_b12_new",
    "2026-11-19_b12_damaged",
}


def fill(library: Path) -> None:
    """Put two runners' sessions into a library: good, doubtful, new and damaged ones."""
    pain = Event(63.0, 0.0, "pain", side="left", value="4")
    note = Event(62.0, 0.0, "note", value="Windy on the back straight")
    warning = [FindingText("warning", "3 % of the shank's samples at the end of their range")]
    for name, start, deg in (
        ("2026-09-06_a03_track", "2026-09-06T18:00:00+02:00", 6.5),
        ("2026-10-04_a03_track", "2026-10-04T18:00:00+02:00", 5.5),
    ):
        MadeSession(start=start, excursion_deg={"left": deg, "right": 4.0}).write(library / name)
    MadeSession(events=[pain, note], n_strides=900).write(library / "2026-11-22_a03_forest")
    MadeSession(
        athlete="b12",
        start="2026-11-20T07:00:00+01:00",
        excursion_deg={"left": 2.0, "right": 3.5},
        findings=warning,
    ).write(library / "2026-11-20_b12_road")
    MadeSession(athlete="b12", start=None).write(library / "2026-11-21_b12_new", analysed=False)
    damaged = MadeSession(athlete="b12").write(library / "2026-11-19_b12_damaged")
    (damaged / "session.json").write_text('{"format_version": 1,\n "athlete": ')


@pytest.fixture
def server(tmp_path: Path) -> Generator[TestClient]:
    fill(tmp_path)
    with TestClient(build_review(tmp_path)) as server:
        yield server


def listed(server: TestClient, query: str) -> set[str]:
    page = server.get(f"/?{query}").text
    return {name for name in NAMES if f"\n{name}\n" in page or f">{name}<" in page}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", NAMES),
        ("q=&athlete=&quality=&state=&since=&until=", NAMES),
        ("athlete=a03&q=TRACK", {"2026-09-06_a03_track", "2026-10-04_a03_track"}),
        ("q=back+windy", {"2026-11-22_a03_forest"}),
        ("q=b12", {name for name in NAMES if "b12" in name}),
        ("quality=warning", {"2026-11-20_b12_road"}),
        ("state=not+analysed", {"2026-11-21_b12_new"}),
        ("state=broken", {"2026-11-19_b12_damaged"}),
        ("since=2026-10-04&until=2026-11-19", {"2026-10-04_a03_track", "2026-11-19_b12_damaged"}),
        ("athlete=nobody", set()),
    ],
)
def test_the_address_says_which_sessions_are_listed(server, query, names):
    assert listed(server, query) == names


@pytest.mark.parametrize("query", ["since=yesterday", "quality=fine", "state=lost"])
def test_a_filter_that_cannot_be_is_refused_with_what_can(server: TestClient, query: str):
    answer = server.get(f"/?{query}")

    assert (answer.status_code, 'class="hint"' in answer.text) == (422, True)


def test_who_ran_last_comes_first_and_the_newest_session_on_top(server: TestClient):
    page = server.get("/?state=analysed").text

    order = sorted((name for name in NAMES if name in page), key=page.index)
    assert order == [
        "2026-11-22_a03_forest",
        "2026-10-04_a03_track",
        "2026-09-06_a03_track",
        "2026-11-20_b12_road",
    ]


def test_a_broken_session_says_what_is_wrong_and_where(server: TestClient):
    page = server.get("/?state=broken").text

    assert "2026-11-19_b12_damaged/session.json, line 2: no JSON" in page


def test_the_trend_is_told_in_words_too(server: TestClient):
    page = server.get("/?athlete=a03").text

    assert (
        "Excursion over 3 sessions, 2026-09-06 to 2026-11-22. Left: first 6.5° ±\u00a02.0°, "
        "last 5.0° ±\u00a02.0°, between 5.0° and 6.5°."
    ) in page


def test_a_filter_leaves_the_trend_as_it_is(server: TestClient):
    assert "Excursion over 3 sessions" in server.get("/?q=forest").text


def test_changed_results_are_listed_without_a_restart(server: TestClient, tmp_path: Path):
    server.get("/")

    MadeSession(excursion_deg={"left": 9.9}).analyse(tmp_path / "2026-11-21_b12_new")

    assert "9.9°" in server.get("/?q=new").text


@pytest.fixture
def filled(put_session: Callable[[Path, str], Path], tmp_path: Path) -> None:
    fill(tmp_path / "made")
    for name in NAMES:
        put_session(tmp_path / "made" / name, name)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_list_is_for_everyone(open_page, keep_screenshot, size):
    page = open_page("/", size=size)
    found: list[str] = []

    for theme in ("light", "dark"):
        found += violations(page, theme)
        keep_screenshot(page, f"sessions-{size['width']}-{theme}")

    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.usefixtures("filled")
def test_a_coach_finds_and_opens_a_session_by_keyboard_alone(open_page):
    page = open_page("/")

    page.keyboard.press("/")
    page.keyboard.type("track")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=track**")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    page.wait_for_url("**/sessions/2026-09-06_a03_track")


@pytest.mark.usefixtures("filled")
def test_two_sessions_are_chosen_and_compared(open_page):
    page = open_page("/?athlete=a03&q=track")
    compare = page.get_by_role("button", name="Compare")
    expect(compare).to_be_disabled()

    for name in ("2026-09-06_a03_track", "2026-10-04_a03_track"):
        page.get_by_role("checkbox", name=name).check()

    expect(compare).to_be_enabled()
    query = page.evaluate(
        "new URLSearchParams(new FormData(document.querySelector('.compare'))).toString()"
    )
    assert query == "session=2026-10-04_a03_track&session=2026-09-06_a03_track"


@pytest.mark.usefixtures("filled")
def test_letter_keys_can_be_switched_off(open_page):
    page = open_page("/")

    page.get_by_role("checkbox", name="Letter keys").uncheck()
    page.reload()
    page.keyboard.press("j")

    expect(page.get_by_role("checkbox", name="Letter keys")).not_to_be_checked()
    assert page.evaluate("document.activeElement.tagName") != "A"

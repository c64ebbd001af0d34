"""The live page in a real browser, on virtual sensors through the real collector."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from plugins.browser import DESK, PHONE, ROOT

pytestmark = pytest.mark.browser

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SPY = """
window.AudioContext = class extends AudioContext {
  createOscillator() {
    window.tones = (window.tones ?? 0) + 1;
    return super.createOscillator();
  }
};
document.addEventListener("stride-painted", () => { window.painted = (window.painted ?? 0) + 1; });
"""
STRIDES_S = 25.0


@dataclass(frozen=True)
class Stage:
    """A recording that is under way: where its page is, where it goes."""

    url: str
    session: Path
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stage]:
    session = tmp_path_factory.mktemp("live") / "2026-11-22_a00_live"
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, str(ROOT / "tests" / "live_server.py"), str(session)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}
    ) as process:
        assert process.stdout is not None
        yield Stage(process.stdout.readline().strip(), session, process)
        process.terminate()


def wait_for(page: Page, count: str, least: int) -> None:
    """Wait until the page has counted so many; its own policy forbids it to wait by itself."""
    deadline_s = time.monotonic() + STRIDES_S
    while page.evaluate(f"window.{count} ?? 0") < least:
        assert time.monotonic() < deadline_s, f"{least} {count} did not come"
        page.wait_for_timeout(100)


@pytest.fixture(scope="module")
def pages(chromium: Browser, stage: Stage) -> Generator[tuple[Page, Page]]:
    """A phone and a desk, both open as the runner begins to run."""
    complaints: list[str] = []
    opened: list[Page] = []
    for size in (PHONE, DESK):
        page = chromium.new_context(viewport=size).new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.add_init_script(SPY)
        page.goto(stage.url)
        opened.append(page)
    phone, desk = opened
    yield phone, desk
    for page in opened:
        page.context.close()
    assert not complaints


def test_strides_appear_on_every_page_while_the_runner_runs(pages: tuple[Page, Page]):
    for page in pages:
        wait_for(page, "painted", 12)
        expect(page.locator("#leg-left .value")).to_have_text(re.compile(r"\d\.\d"))
        expect(page.locator("#leg-right .row")).to_contain_text("steps/min")
        expect(page.locator("#latency")).to_contain_text("ms after the foot left the ground")


def test_a_band_dragged_on_the_phone_moves_on_the_desk(pages: tuple[Page, Page]):
    phone, desk = pages
    handle = phone.get_by_role("slider", name="Band to, degrees")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    at = box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"]

    phone.mouse.move(*at)
    phone.mouse.down()
    phone.mouse.move(at[0], at[1] + 60, steps=4)
    phone.mouse.up()

    moved = float(handle.get_attribute("aria-valuenow") or "nan")
    other = desk.get_by_role("slider", name="Band to, degrees")
    expect(other).to_have_attribute("aria-valuenow", f"{moved:g}")
    assert moved < 6


def test_a_mean_beyond_the_band_is_seen_and_heard_until_it_is_muted(pages: tuple[Page, Page]):
    phone, desk = pages
    phone.get_by_role("button", name="Tap to let this device beep").click()
    low = phone.get_by_role("slider", name="Band from, degrees")
    low.press("Home")

    phone.get_by_role("slider", name="Band to, degrees").press("Home")

    wait_for(phone, "tones", 1)
    expect(phone.locator("#leg-left .where")).to_have_text(
        re.compile("beyond the band: further inwards")
    )
    desk.get_by_role("button", name="Tap to let this device beep").click()
    desk.get_by_role("button", name="Sound is on").click()
    expect(phone.get_by_role("button", name="Muted")).to_be_visible()
    before = phone.evaluate("window.tones")
    painted = phone.evaluate("window.painted")
    wait_for(phone, "painted", painted + 12)
    assert phone.evaluate("window.tones") == before


def test_a_page_that_comes_back_shows_what_it_showed(pages: tuple[Page, Page]):
    phone, _ = pages
    dots = phone.locator("#chart .dots.left > *").count()

    phone.reload()

    expect(phone.get_by_role("slider", name="Band from, degrees")).to_have_attribute(
        "aria-valuenow", "-30"
    )
    expect(phone.locator("#leg-left .where")).to_have_text(
        re.compile("beyond the band: further inwards")
    )
    assert phone.locator("#chart .dots.left > *").count() >= dots


def test_the_page_is_usable_by_all_and_fits(
    pages: tuple[Page, Page], keep_screenshot: Callable[[Page, str], None]
):
    found: list[str] = []
    for page, name in zip(pages, ("phone", "desk"), strict=True):
        for theme in ("light", "dark"):
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            found += [
                f"{name} {theme}: {one['id']} {[node['target'] for node in one['nodes']]}"
                for one in Axe().run(page, options=WCAG).response["violations"]
            ]
            keep_screenshot(page, f"live-{name}-{theme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")

    assert not found


def test_lap_and_pain_that_were_tapped_stand_in_the_session(
    pages: tuple[Page, Page], stage: Stage, keep_screenshot: Callable[[Page, str], None]
):
    phone, desk = pages
    phone.get_by_role("button", name="Lap").click()
    expect(phone.locator("#marked")).to_have_text("Lap marked")
    phone.get_by_role("button", name="Pain right").click()
    keep_screenshot(phone, "live-phone-pain")
    phone.get_by_role("button", name="Pain right, 7 of 10").click()
    expect(phone.locator("#marked")).to_have_text("Pain right 7 marked")

    phone.get_by_role("button", name="Stop").click()
    phone.get_by_role("button", name="Tap again to stop").click()

    expect(desk.locator("#prompt")).to_have_text("The recording is over.", timeout=1000 * STRIDES_S)
    events = [line.split("\t") for line in (stage.session / "events.tsv").read_text().splitlines()]
    assert [line[2:] for line in events if line[2] in ("lap", "pain")] == [
        ["lap", "n/a", "n/a"],
        ["pain", "right", "7"],
    ]

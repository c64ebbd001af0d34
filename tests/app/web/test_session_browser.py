"""The session's page under a coach's hands, on a desk and on a phone."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import DESK, PHONE
from fake_sessions import both_fakes
from playwright.sync_api import Page, expect

from imu_valgus.core import Event
from imu_valgus.recording import write_events

pytestmark = pytest.mark.browser

NAME = "2026-11-22_a03_track-run"
HERE = f"/sessions/{NAME}"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def night_run(tmp_path_factory) -> Path:
    """Both legs over three laps with a bend in each, pain, and strides that are not good."""
    fake = both_fakes()
    at = fake.strides["initial_contact_s"]
    fake.strides.loc[(at % 15).between(8, 12), "surface"] = "bend"
    fake.strides.loc[20:24, ["quality", "reason"]] = ["rejected", "gap"]
    fake.strides.loc[70:72, ["quality", "reason"]] = ["suspect", "clipping"]
    session = fake.write(tmp_path_factory.mktemp("night") / NAME)
    pain = Event(40.0, 0.0, "pain", "left", "4 <b>outer</b>")
    write_events(session / "events.tsv", [pain, Event(50.0, 0.0, "note", None, "stitch")])
    return session


@pytest.fixture
def open_session(open_page, put_session, night_run):
    def opened(query: str = "", **how) -> Page:
        page = open_page(HERE + query, **how)
        expect(page.locator("#session")).to_have_attribute("aria-busy", "false")
        return page

    put_session(night_run, NAME)
    return opened


def chosen(page: Page) -> str:
    return page.locator("#chosen").inner_text()


def drag(page: Page, first: float, last: float) -> None:
    """Drag across the course figure between two shares of its width."""
    figure = page.locator("#course-keys")
    figure.evaluate("figure => figure.scrollIntoView({ block: 'center' })")
    box = figure.bounding_box()
    assert box is not None
    y = box["y"] + 0.3 * box["height"]
    page.mouse.move(box["x"] + first * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + last * box["width"], y, steps=3)
    page.mouse.up()


def test_earlier_sessions_are_looked_up_once_the_figures_are_drawn(open_session):
    page = open_session()

    expect(page.locator("#earlier")).to_contain_text("No earlier session")


def test_a_drag_chooses_strides_and_the_way_back_lets_them_go(open_session):
    page = open_session()

    drag(page, 0.3, 0.6)
    expect(page.locator("#chosen")).not_to_contain_text("60 strides")
    dragged = chosen(page)
    page.go_back()
    expect(page.locator("#chosen")).to_contain_text("Left 60 strides, 55 of them good")
    page.go_forward()

    expect(page.locator("#chosen")).to_have_text(dragged)


def test_an_address_brings_back_the_whole_view(open_session):
    query = "?leg=left&lap=3&surface=straight&measure=peak&span=stride&stride=42"
    page = open_session(query)

    form = page.locator("#choice")
    shown = [form.locator(f"[name={name}]:checked").input_value() for name in ("leg", "span")]
    shown += [
        form.locator(f"[name={name}]").input_value() for name in ("lap", "surface", "measure")
    ]
    assert (shown, page.locator("#stride-said").inner_text()[:14]) == (
        ["left", "stride", "3", "straight", "peak"],
        "Left stride 42",
    )


def test_the_form_chooses_by_leg_lap_surface_and_time(open_session):
    page = open_session()
    form = page.locator("#choice")

    form.get_by_label("Left", exact=True).check()
    form.get_by_label("Lap").select_option("2")
    form.get_by_label("Surface").select_option("bend")
    for said in ("soon", "0:40"):
        form.get_by_label("From (min:s)").fill(said)
        form.get_by_label("From (min:s)").press("Tab")
        what_is_wrong = "such as 12:30" if said == "soon" else ""
        expect(page.locator("#choice-wrong")).to_contain_text(what_is_wrong)

    expect(page).to_have_url(re.compile(r"\?leg=left&lap=2&surface=bend&from=40$"))


def test_strides_are_walked_through_by_keyboard_alone(open_session):
    page = open_session("?leg=left")

    page.locator("#course-keys").focus()
    for number, key in enumerate(("Home", "ArrowRight", "ArrowRight")):
        page.keyboard.press(key)
        expect(page.locator("#stride-said")).to_contain_text(f"Left stride {number} at")
    page.keyboard.press("Escape")

    expect(page.locator("#stride")).to_be_hidden()


def test_a_click_shows_a_stride_among_the_others(open_session):
    page = open_session()

    page.locator("#course-keys").click(position={"x": 400, "y": 80})

    expect(page.locator("#valgus .legendtext").last).to_contain_text("stride")


def test_rejected_and_suspect_strides_and_pain_are_seen(open_session):
    page = open_session()

    paths = page.locator("#course .shapelayer path").count()
    # below: bends and laps; the left leg: good and rejected; the right: good and suspect
    assert (paths, page.locator("#course .textpoint").first.text_content()) == (
        6,
        "pain 4 <b>outer</b>",
    )


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_a_figure_is_saved_as_a_picture(open_session, kind: str, begins: bytes):
    page = open_session()

    with page.expect_download() as saved:
        page.locator(f"#figure-course [data-save={kind}]").click()

    assert Path(saved.value.path()).read_bytes().startswith(begins)


def test_the_chosen_strides_are_saved_as_csv(open_session):
    page = open_session("?leg=right&lap=2")

    with page.expect_download() as saved:
        page.get_by_role("link", name="Chosen strides (CSV)").click()

    strides = pd.read_csv(saved.value.path(), comment="#")
    assert (set(strides["side"]), set(strides["lap"])) == ({"right"}, {2})


def test_print_is_two_pages_of_a4(open_session, tmp_path):
    page = open_session("?stride=left-30")

    page.pdf(path=tmp_path / "session.pdf", format="A4")

    printed = (tmp_path / "session.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", printed)) == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_everyone_can_read_it(open_session, keep_screenshot, size, theme):
    page = open_session("?stride=left-30", size=size)
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    page.evaluate("document.dispatchEvent(new CustomEvent('theme'))")

    found = Axe().run(page, options=RULES).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth") - size["width"]
    keep_screenshot(page, f"session-{size['width']}-{theme}")

    assert (json.dumps(found, indent=1) if found else "", wide) == ("", 0)

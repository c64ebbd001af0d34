"""Marks of a session: asked of the server as the page asks, and done in a browser."""

import json
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import DESK, PHONE
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from imu_valgus.app.web import build_review
from imu_valgus.core import Event
from imu_valgus.pipeline import read_derived
from imu_valgus.recording import read_events, read_marks, write_events

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HOSTILE = "<img src=x onerror=alert(1)>\t=1+1\n{{ 7 * 7 }}"


@pytest.fixture
def session(analysed_run: Path, tmp_path: Path) -> Path:
    """The shipped run to edit, in a library of its own."""
    return Path(shutil.copytree(analysed_run, tmp_path / "library" / "run"))


@pytest.fixture
def pages(session: Path) -> TestClient:
    return TestClient(build_review(session.parent))


def asked(pages: TestClient, session: Path, **wanted: object) -> Mapping[str, str]:
    body = {"version": read_marks(session).version, **wanted}
    answer = pages.post("/sessions/run/marks", json=body)
    return {"status": str(answer.status_code), **answer.json()}


def written(session: Path) -> tuple[Event, ...]:
    return read_events(session / "events.tsv")


def sixth_contact_s(session: Path) -> float:
    return float(read_derived(session).strides_of("left")["initial_contact_s"].iloc[5])


def test_a_note_is_written_and_shown_escaped(pages: TestClient, session: Path):
    answer = asked(pages, session, act="add", kind="note", at="0:20", text=HOSTILE)

    assert ("<img" in answer["html"], written(session)) == (
        False,
        (Event(20.0, 0.0, "note", None, "<img src=x onerror=alert(1)> =1+1 {{ 7 * 7 }}"),),
    )


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"act": "add", "at": "0:20", "text": "x" * 10_000}, "the text has 10000 characters"),
        ({"act": "add", "at": "0:20", "text": "x" * 200_000}, "this is longer than any note"),
        ({"act": "add", "at": "soon", "text": "x"}, "soon is no time"),
        ({"act": "add", "at": "0:20", "kind": "pain", "level": "11"}, "from 0 to 10"),
        ({"act": "add", "at": "0:20", "kind": "stand"}, "this change cannot be read: kind"),
        ({"act": "judge", "at": "0:20", "word": "reject"}, "which leg?"),
        ({"act": "judge", "at": "9:59", "side": "left"}, "no left stride lasts at 9:59.0"),
        ({"act": "remove", "row": 99}, "row 99 is no note, pain or lap"),
        ({"act": "undo"}, "nothing to undo"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    pages: TestClient, session: Path, wanted: dict[str, object], why: str
):
    answer = asked(pages, session, **wanted)

    assert (answer["status"], why in answer["error"], written(session)) == ("422", True, ())


def test_a_rejected_stride_leaves_log_and_mean_at_once(pages: TestClient, session: Path):
    before = read_derived(session)

    answer = asked(
        pages, session, act="judge", side="left", at=str(sixth_contact_s(session)), word="reject"
    )

    after = read_derived(session)
    good = [one.summary.sides["left"].strides for one in (before, after)]
    assert good[0] is not None
    assert good[1] is not None
    assert (answer["numbers"], good[0].good - good[1].good) == (True, 1)
    assert after.strides_of("left")["quality"].iloc[5] == "rejected"


def test_the_word_is_kept_by_side_and_contact_time(pages: TestClient, session: Path):
    contact_s = sixth_contact_s(session)

    asked(pages, session, act="judge", side="left", at=f"{contact_s + 0.2:.2f}", word="reject")

    assert written(session) == (Event(contact_s, 0.0, "reject", "left"),)


def test_a_mark_saved_as_it_was_shown_keeps_its_exact_time(pages: TestClient, session: Path):
    write_events(session / "events.tsv", [Event(20.123, 4.0, "note", None, "wind")])

    asked(pages, session, act="change", row=0, kind="note", at="0:20.1", text="gust")

    assert written(session) == (Event(20.123, 4.0, "note", None, "gust"),)


def test_of_fifty_changes_at_once_one_is_made(pages: TestClient, session: Path):
    body = {"act": "add", "kind": "lap", "at": "0:20", "version": read_marks(session).version}
    codes: list[int] = []

    def ask() -> None:
        codes.append(pages.post("/sessions/run/marks", json=body).status_code)

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sorted(codes), len(written(session))) == ([200, *[422] * 49], 1)


def test_marks_made_by_another_program_are_told_to_be_ahead(pages: TestClient, session: Path):
    write_events(session / "events.tsv", [Event(20.0, 0.0, "lap")])

    shown = pages.get("/sessions/run").text

    assert "the numbers above are not of them yet" in shown


def test_numbers_that_cannot_follow_say_why(pages: TestClient, session: Path):
    write_events(session / "events.tsv", [Event(20.0, 5.0, "stand")])

    answer = asked(pages, session, act="follow")

    assert "names other activities than were analysed" in answer["html"]
    assert str(session.parent) not in json.dumps(answer)


def test_a_get_changes_nothing(pages: TestClient, session: Path):
    before = (session / "events.tsv").stat().st_mtime_ns

    pages.get("/sessions/run")
    pages.get("/sessions/run/marks")

    files = {path.name for path in session.iterdir()}
    assert ((session / "events.tsv").stat().st_mtime_ns, "events.journal.json" in files) == (
        before,
        False,
    )


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found.response["violations"]]


@pytest.mark.browser
@pytest.mark.parametrize("screen", [(PHONE, "phone"), (DESK, "desk")], ids=["phone", "desk"])
def test_a_coach_marks_and_undoes(open_page, put_session, analysed_run, keep_screenshot, screen):
    size, name = screen
    session = put_session(analysed_run, f"marked-{name}")
    page: Page = open_page(f"/sessions/{session.name}", size=size)
    marks = page.locator("#marks")

    marks.get_by_text("Add a note").click()
    note = marks.locator("form[data-act=add]").first
    note.get_by_label("Words").fill("wind from the <b>left</b>")
    note.get_by_label("Time").fill("0:20")
    note.get_by_role("button", name="Add").click()
    expect(page.get_by_role("status").filter(has_text="Added.")).to_be_visible()
    expect(marks.locator("li").first).to_contain_text("wind from the <b>left</b>")

    marks.get_by_text("Add pain").click()
    pain = marks.locator("form[data-act=add]").nth(1)
    pain.get_by_label("Time").fill("25.5")
    pain.get_by_label("Side").select_option("right")
    pain.get_by_label("0 (none)").select_option("4")
    pain.get_by_role("button", name="Add").click()
    expect(marks.locator("li").nth(1)).to_contain_text("right 4 of 10")
    keep_screenshot(page, f"marks-{name}")
    assert complaints(page) == []

    page.keyboard.press("Control+z")
    expect(marks.locator("li")).to_have_count(1)
    page.keyboard.press("Control+Shift+z")
    expect(marks.locator("li")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_a_stride_is_rejected_and_taken_back_by_keyboard_alone(
    open_page, put_session, analysed_run, keep_screenshot
):
    session = put_session(analysed_run, "judged")
    page: Page = open_page("/sessions/judged")
    page.locator("#judge input[name=at]").focus()

    page.keyboard.type("0:20")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#marks")).to_contain_text("rejected by hand")
    keep_screenshot(page, "marks-judged")
    assert "rejected" in set(read_derived(session).strides["quality"])

    with page.expect_navigation():
        page.get_by_role("button", name="Take back: left stride").click()
    expect(page.locator("#marks")).not_to_contain_text("rejected by hand")
    assert set(read_derived(session).strides["quality"]) == {"good"}


@pytest.mark.browser
def test_what_another_window_changed_is_shown_and_nothing_typed_is_lost(
    open_page, put_session, analysed_run
):
    session = put_session(analysed_run, "shared")
    page: Page = open_page("/sessions/shared")
    write_events(session / "events.tsv", [Event(21.0, 0.0, "note", None, "from elsewhere")])
    marks = page.locator("#marks")
    marks.get_by_text("Add a note").click()
    form = marks.locator("form[data-act=add]").first
    form.get_by_label("Time").fill("0:22")
    form.get_by_label("Words").fill("mine")

    form.get_by_role("button", name="Add").click()
    expect(page.locator("#marks-said")).to_contain_text("changed since they were shown")
    expect(marks).to_contain_text("from elsewhere")
    form.get_by_role("button", name="Add").click()

    expect(marks.locator("li")).to_have_count(2)
    assert [event.value for event in read_events(session / "events.tsv")] == [
        "from elsewhere",
        "mine",
    ]

"""One click analyses a session: beside the server, one at a time, told as it goes on."""

import json
import shutil
import threading
from collections.abc import Generator, Mapping
from pathlib import Path

import httpx2
import pytest
from browser import DESK, PHONE, SHIPPED, violations
from playwright.sync_api import expect
from starlette.testclient import TestClient

from imu_valgus.app.web import build_review
from imu_valgus.pipeline import read_derived

SAYS_STAGES = """
import json, sys, time
from pathlib import Path
tell = lambda **said: print(json.dumps(said), flush=True)
tell(stage="clocks", share=0.25)
gate = Path(sys.argv[1]) / "gate"
while not gate.exists():
    time.sleep(0.01)
said = json.loads(gate.read_text())
sys.exit(1) if "exit" in said else tell(**said)
"""
"""A worker that stands still until the test lets it go on, and then says what the test wants."""

DONE = {"done": True}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "session.json").write_text("{}")
    return tmp_path


@pytest.fixture
def server(library: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[TestClient]:
    """The application, its worker replaced by one that waits for ``gate`` in the session."""
    (library / "waiting_worker.py").write_text(SAYS_STAGES)
    monkeypatch.setenv("PYTHONPATH", str(library))
    monkeypatch.setattr("imu_valgus.app.web.analyses._WORKER", "waiting_worker")
    with TestClient(build_review(library)) as server:
        yield server


def start(server: TestClient, name: str) -> httpx2.Response:
    return server.post(f"/sessions/{name}/analysis", json={})


def let_go_on(library: Path, name: str, said: Mapping[str, object]) -> None:
    partial = library / name / "partial"
    partial.write_text(json.dumps(said))
    partial.rename(library / name / "gate")


def told(server: TestClient, name: str) -> list[dict[str, object]]:
    """Return all that the stream says until it ends."""
    lines = server.get(f"/sessions/{name}/analysis/events").text.splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line]


def test_the_stages_are_told_until_it_is_done(server: TestClient, library: Path):
    start(server, "one")
    threading.Timer(0.5, let_go_on, (library, "one", DONE)).start()

    states = [(event["state"], event["share"]) for event in told(server, "one")]

    assert states[-2:] == [("running", 0.25), ("done", 1.0)]


def test_a_session_that_nobody_analyses_says_so_and_ends(server: TestClient):
    assert [event["state"] for event in told(server, "one")] == ["none"]


def test_two_clicks_start_one_analysis(server: TestClient):
    start(server, "one")
    start(server, "one")

    behind = start(server, "two").json()

    assert behind["text"] == "In line: 1 before this one"


def test_what_the_user_can_mend_is_one_line_and_a_hint_without_our_paths(
    server: TestClient, library: Path
):
    let_go_on(library, "one", {"error": f"{library}/one: no standing", "hint": "stand"})
    start(server, "one")

    last = told(server, "one")[-1]

    assert (last["text"], last["hint"]) == (f"{library.name}/one: no standing", "stand")


def test_a_worker_that_dies_is_told_and_the_next_one_runs(server: TestClient, library: Path):
    let_go_on(library, "one", {"exit": 1})
    let_go_on(library, "two", DONE)
    start(server, "one")
    start(server, "two")

    ends = [told(server, name)[-1]["state"] for name in ("one", "two")]

    assert ends == ["failed", "done"]


def test_a_failed_analysis_can_be_asked_for_again(server: TestClient, library: Path):
    let_go_on(library, "one", {"error": "no standing", "hint": ""})
    start(server, "one")
    told(server, "one")

    again = start(server, "one")

    assert again.json()["state"] in ("waiting", "running")


def test_the_analysis_of_no_session_is_not_found(server: TestClient):
    assert start(server, "three").status_code == 404


def make_old(session: Path, **settings: object) -> None:
    """Leave results of another version in a session."""
    (session / "derived").mkdir(exist_ok=True)
    content = {"format_version": 0, "parameters": settings}
    (session / "derived" / "summary.json").write_text(json.dumps(content))


def test_one_click_analyses_a_session_anew_as_it_was_set(open_page, put_session, keep_screenshot):
    session = put_session(SHIPPED, "2026-11-22_a01_old")
    make_old(session, left_standing_valgus_deg=2.0)
    page = open_page("/sessions/2026-11-22_a01_old")
    expect(page.locator("main")).to_contain_text("format version 0")

    page.get_by_role("button", name="Analyse this session").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    keep_screenshot(page, "analysis-running")
    expect(page.get_by_role("button", name="Analyse this session")).to_have_count(0, timeout=90_000)

    assert read_derived(session).summary.standing_valgus_deg["left"] == 2.0


def test_what_goes_wrong_is_told_to_everyone(open_page, put_session, keep_screenshot):
    session = put_session(SHIPPED, "2026-11-22_a01_lost")
    shutil.rmtree(session / "signals")
    page = open_page("/sessions/2026-11-22_a01_lost/analysis", size=DESK)
    found: list[str] = []

    page.get_by_role("button", name="Analyse this session").click()
    expect(page.get_by_role("alert")).to_contain_text("2026-11-22_a01_lost/signals", timeout=60_000)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        keep_screenshot(page, f"analysis-failed-{size['width']}")
        found += violations(page, "light") + violations(page, "dark")

    assert found == []

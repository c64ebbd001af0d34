"""What nobody should send, and folders that nobody should make: nothing runs, nothing leaks."""

import json
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from browser import Review
from made_sessions import MadeSession
from playwright.sync_api import expect
from starlette.testclient import TestClient

from imu_valgus.app.web import build_review
from imu_valgus.core import Event

MARKUP = '"><img src=x onerror="window.ran=1"><svg onload="window.ran=1">'
SCRIPT = "</script><script>window.ran=1</script>{{ 7 * 7 }}"


def write(session: Path, name: str, content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    (session / name).write_bytes(data)


def halve(session: Path, name: str) -> None:
    whole = (session / name).read_bytes()
    (session / name).write_bytes(whole[: len(whole) // 2])


def athlete(code: str) -> str:
    return json.dumps({"format_version": 1, "athlete": code, "reference": "left_shank"})


BROKEN: dict[str, Callable[[Path], object]] = {
    "half a session.json": lambda s: halve(s, "session.json"),
    "no object": lambda s: write(s, "session.json", "[1, 2]"),
    "deep": lambda s: write(s, "session.json", "[" * 200_000),
    "no text": lambda s: write(s, "session.json", b"\xff\xfe\x00junk"),
    "markup for a code": lambda s: write(s, "session.json", athlete(SCRIPT)),
    "half a summary": lambda s: halve(s, "derived/summary.json"),
    "deep summary": lambda s: write(s, "derived/summary.json", "[" * 200_000),
    "old summary": lambda s: write(s, "derived/summary.json", '{"format_version": 0}'),
    "half a table": lambda s: halve(s, "derived/strides.parquet"),
    "no table": lambda s: write(s, "derived/strides.parquet", "PAR1 junk PAR1"),
    "markup in the events": lambda s: write(s, "events.tsv", f"onset\t{SCRIPT}\n1\t2\n"),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of broken session."""
    library = tmp_path_factory.mktemp("broken")
    for name, harm in BROKEN.items():
        harm(MadeSession().write(library / name))
    return library


@pytest.fixture(scope="module")
def server(library: Path) -> Generator[TestClient]:
    with TestClient(build_review(library), raise_server_exceptions=False) as server:
        yield server


def test_broken_sessions_are_rows_that_say_what_is_wrong(server: TestClient, library: Path):
    page = server.get("/?state=broken")

    assert page.text.count("Cannot be read: ") == len(BROKEN)
    assert str(library) not in page.text


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("page", ["", "/analysis"])
def test_the_pages_of_a_broken_session_say_what_is_wrong(
    server: TestClient, library: Path, name: str, page: str
):
    answer = server.get(f"/sessions/{quote(name)}{page}")

    assert answer.status_code in (200, 422)
    assert not [leak for leak in (str(library), "Traceback", SCRIPT) if leak in answer.text]


@pytest.mark.parametrize(
    "query", [f"q={quote(SCRIPT)}", f"since={quote(SCRIPT)}", f"state={quote(MARKUP)}", "q=%ff%00"]
)
def test_what_was_asked_for_is_never_markup(server: TestClient, query: str):
    answer = server.get(f"/?{query}")

    assert answer.status_code in (200, 422)
    assert not [one for one in (SCRIPT, MARKUP) if one in answer.text]


def test_names_and_notes_with_markup_run_nothing(open_page, put_session, tmp_path: Path):
    name = f"2026-11-22_{MARKUP}"
    notes = [Event(61.0, 0.0, "note", value=MARKUP), Event(62.0, 0.0, "note", value=SCRIPT)]
    put_session(MadeSession(events=notes).write(tmp_path / "made"), name)
    page = open_page("/")
    expect(page.locator("main")).to_contain_text(MARKUP)

    page.get_by_role("searchbox").fill(MARKUP)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 of 1 sessions")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(MARKUP)

    assert page.evaluate("window.ran") is None


@dataclass(frozen=True)
class Raw:
    """Requests as they are typed, without a browser that tidies them up."""

    review: Review

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection(urlsplit(self.review.base).netloc, timeout=60)
        cookie = f"imu_valgus_{urlsplit(self.review.base).port}={self.review.token}"
        connection.request("GET", path, headers={"cookie": cookie})
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, body


@pytest.fixture
def raw(review: Review) -> Raw:
    return Raw(review)


@pytest.mark.parametrize(
    "path",
    [
        "/sessions/..",
        "/sessions/../..",
        "/sessions/..%2f..%2fetc%2fpasswd",
        "/sessions/%2e%2e",
        "/sessions/%2e%2e%2f/analysis",
        "/sessions/..%5c..%5c",
        "/sessions/%00",
        "/sessions/a%00b/analysis",
        "/sessions/%ff%fe",
        "/sessions/.imu_valgus",
        "/sessions/" + "n" * 5000,
        "/sessions//etc/passwd",
        "/static/../server.py",
        "/static/..%2f..%2fserver.py",
        "/static/%2e%2e/words/en.toml",
        "//etc/passwd",
    ],
)
def test_tricks_with_paths_find_nothing(raw: Raw, path: str):
    status, body = raw.get(path)

    assert status in (400, 404)
    assert not [leak for leak in (str(raw.review.library), "Traceback", "root:") if leak in body]


def test_fifty_at_once_are_all_answered(raw: Raw, put_session, tmp_path: Path):
    session = MadeSession().write(tmp_path / "made")
    for number in range(10):
        put_session(session, f"2026-11-{10 + number}_a03_run")

    with ThreadPoolExecutor(50) as many:
        answers = list(many.map(raw.get, ["/", "/sessions/2026-11-12_a03_run/analysis"] * 25))

    assert {status for status, _ in answers} == {200}

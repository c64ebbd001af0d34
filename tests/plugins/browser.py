"""A real browser on the real server: what the tests of the pages may ask for.

One server per test process, started as a user would, over a library into which each test puts its
own sessions; one Chromium per module. Screenshots go to ``screenshots/``.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

from imu_valgus.pipeline import analyze_session

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SHIPPED = ROOT / "recordings" / "rbds001_treadmill-run"


@dataclass(frozen=True)
class Review:
    """A running ``imu-valgus review``: its library, and its address with and without the key."""

    library: Path
    url: str

    @property
    def base(self) -> str:
        return self.url.partition("/?")[0]

    @property
    def token(self) -> str:
        return self.url.rpartition("token=")[2]


@pytest.fixture(scope="session")
def review(tmp_path_factory: pytest.TempPathFactory) -> Generator[Review]:
    """The review server over an empty library."""
    library = tmp_path_factory.mktemp("library")
    command = [sys.executable, "-m", "imu_valgus.app", "review", str(library)]
    command += ["--port", "0", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        yield Review(library, url)
        server.terminate()


@pytest.fixture(scope="session")
def analysed_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped run of both legs, analysed; not to be changed."""
    session = tmp_path_factory.mktemp("analysed") / SHIPPED.name
    shutil.copytree(SHIPPED, session, ignore=shutil.ignore_patterns("derived"))
    analyze_session(session)
    return session


@pytest.fixture
def put_session(review: Review) -> Generator[Callable[[Path, str], Path]]:
    """Put a copy of a session into the library, for one test."""
    put: list[Path] = []

    def copy(session: Path, name: str) -> Path:
        put.append(review.library / name)
        shutil.copytree(session, put[-1])
        return put[-1]

    yield copy
    for session in put:
        shutil.rmtree(session, ignore_errors=True)


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser]:
    """Debian's Chromium, without a window."""
    if not CHROMIUM.exists():
        pytest.skip("there is no /usr/bin/chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(
    chromium: Browser, review: Review, request: pytest.FixtureRequest
) -> Generator[OpenPage]:
    """Open a page of the review as its user; an error in the console fails the test."""
    request.getfixturevalue("put_session")  # made first: its sessions go after the pages close
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # Chromium reports each refusal of a request; the page tells it to its user.
        if message.type in ("error", "warning") and "status of 422" not in message.text:
            complaints.append(f"{message.text} ({message.location.get('url')})")

    contexts = []

    def opened(path: str = "/", *, size: ViewportSize = DESK) -> Page:
        context = chromium.new_context(viewport=size)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(review.url)
        if path != "/":
            page.goto(review.base + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def keep_screenshot() -> Callable[[Page, str], None]:
    """Keep a picture of the whole page among the artefacts."""
    folder = ROOT / "screenshots"

    def keep(page: Page, name: str) -> None:
        folder.mkdir(exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    return keep


def violations(page: Page, theme: Literal["light", "dark"]) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA in one theme."""
    page.emulate_media(color_scheme=theme)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG_TAGS}})
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found.response["violations"]]

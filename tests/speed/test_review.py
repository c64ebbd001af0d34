"""How long the coach's pages take, run by hand with ``poe bench``."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from made_sessions import MadeSession

pytestmark = pytest.mark.benchmark

SESSIONS = 500
ATHLETES = 25
PATTERNS = 10
"""So many sessions are made, and copied in turn."""
LISTS_IN_S = 0.5


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """500 sessions of 25 athletes over two years."""
    library = tmp_path_factory.mktemp("many")
    made = MadeSession(n_strides=400)
    patterns = [
        replace(made, excursion_deg={"left": 3.0 + number, "right": 4.0}).write(
            library / f".pattern-{number}"
        )
        for number in range(PATTERNS)
    ]
    for number in range(SESSIONS):
        year, month, day = 2025 + number // 250, 1 + number % 12, 1 + number % 28
        date = f"{year}-{month:02d}-{day:02d}"
        session = library / f"{date}_a{number % ATHLETES:02d}_run-{number}"
        shutil.copytree(patterns[number % PATTERNS], session)
        info = json.loads((session / "session.json").read_text())
        info |= {"athlete": f"a{number % ATHLETES:02d}", "start": f"{date}T18:00:00+01:00"}
        (session / "session.json").write_text(json.dumps(info))
    return library


class Served:
    """A review that was just started, and how long its answers take."""

    def __init__(self, library: Path) -> None:
        command = [sys.executable, "-m", "imu_valgus.app", "review", str(library)]
        command += ["--port", "0", "--no-open"]
        started = time.perf_counter()
        self._server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._server.stdout is not None
        self._url = urlsplit(self._server.stdout.readline().strip())
        self.start_s = time.perf_counter() - started
        token = self._url.query.partition("=")[2]
        self._cookie = {"cookie": f"imu_valgus_{self._url.port}={token}"}

    def get(self, path: str) -> tuple[float, bytes]:
        """Return how long a page took, to its last byte, and the page."""
        connection = HTTPConnection(self._url.netloc)
        started = time.perf_counter()
        connection.request("GET", path, headers=self._cookie)
        page = connection.getresponse().read()
        took_s = time.perf_counter() - started
        connection.close()
        return took_s, page

    def end(self) -> None:
        self._server.terminate()
        self._server.communicate()


@pytest.fixture
def served(library: Path) -> Generator[Served]:
    served = Served(library)
    yield served
    served.end()


@pytest.mark.parametrize("when", ["for the first time", "again"])
def test_500_sessions_list_in_half_a_second(served: Served, when: str):
    first_s, page = served.get("/")
    warm_s = sorted(served.get("/")[0] for _ in range(10))
    found_s, found = served.get("/?athlete=a03&q=run")

    print(
        f"\n500 sessions, server started {when}: URL after {served.start_s:.1f} s, first list "
        f"{first_s * 1e3:.0f} ms ({len(page) / 1e3:.0f} kB), then {warm_s[5] * 1e3:.0f} ms "
        f"(slowest of ten {warm_s[-1] * 1e3:.0f} ms), one athlete's {found_s * 1e3:.0f} ms"
    )
    assert page.count(b'class="session"') == SESSIONS
    assert found.count(b'class="session"') == SESSIONS / ATHLETES
    assert first_s <= LISTS_IN_S
    assert warm_s[-1] <= LISTS_IN_S

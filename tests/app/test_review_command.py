"""``imu-valgus review`` as someone meets it who has never used it."""

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import SHIPPED


@pytest.fixture
def taken_port() -> Generator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_told_in_one_line_with_the_way_out(run_command, taken_port, tmp_path):
    result = run_command("review", tmp_path, "--port", taken_port, "--no-open")

    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        f"error: port {taken_port} of 127.0.0.1 cannot be used: Address already in use\n"
        "hint: name another one with --port, or let one be chosen with --port 0\n",
    )


def test_a_folder_that_is_not_there_is_told_in_one_line(run_command, tmp_path):
    result = run_command("review", tmp_path / "sessions", "--port", 0, "--no-open")

    assert (result.exit_code, result.stderr) == (
        1,
        f"error: {tmp_path}/sessions is not there\nhint: name the folder that holds the sessions\n",
    )


def test_a_session_named_as_the_library_is_told_in_one_line(run_command):
    result = run_command("review", SHIPPED, "--port", 0, "--no-open")

    assert (result.exit_code, "is one session, no library" in result.stderr) == (1, True)


class NoStarlette:
    """An environment in which starlette was never installed."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "starlette":
            raise ModuleNotFoundError(name=name)


def test_without_the_web_extra_it_says_what_to_install(run_command, monkeypatch, tmp_path):
    for name in [*sys.modules]:
        if name.split(".")[0] == "starlette" or name.startswith("imu_valgus.app.web"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NoStarlette(), *sys.meta_path])

    result = run_command("review", tmp_path, "--no-open")

    assert (result.exit_code, result.stderr) == (
        1,
        "error: serving the pages needs the optional extra web (starlette is not installed)\n"
        "hint: pip install 'imu-valgus[web]'\n",
    )


class Asking:
    """A browser of few words."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._origin = f"http://{address.netloc}"
        self._connection = HTTPConnection(address.netloc, timeout=60)
        self._connection.request("GET", f"/?{address.query}")
        answer = self._connection.getresponse()
        answer.read()
        self._cookie = answer.headers["set-cookie"].partition(";")[0]

    def start_analysis(self, name: str) -> None:
        headers = {
            "cookie": self._cookie,
            "origin": self._origin,
            "content-type": "application/json",
        }
        self._connection.request("POST", f"/sessions/{name}/analysis", "{}", headers)
        self._connection.getresponse().read()

    def follow_analysis(self, name: str) -> bytes:
        """Return the first line of a stream that stays open."""
        path = f"/sessions/{name}/analysis/events"
        self._connection.request("GET", path, headers={"cookie": self._cookie})
        self._stream = self._connection.getresponse()
        return self._stream.readline()

    def close(self) -> None:
        self._stream.close()
        self._connection.close()


def children_of(process: subprocess.Popen[str]) -> list[str]:
    asked = ["pgrep", "-P", str(process.pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()


def test_ctrl_c_ends_quietly_with_the_streams_and_the_analysis_that_runs(tmp_path: Path):
    shutil.copytree(SHIPPED, tmp_path / "run", ignore=shutil.ignore_patterns("derived"))
    command = [sys.executable, "-m", "imu_valgus.app", "review", str(tmp_path)]
    command += ["--port", "0", "--no-open"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        browser = Asking(server.stdout.readline())
        browser.start_analysis("run")
        browser.follow_analysis("run")
        workers = children_of(server)

        server.send_signal(signal.SIGINT)
        rest, complaints = server.communicate(timeout=30)
        browser.close()

    ended = [
        subprocess.run(["kill", "-0", one], check=False, capture_output=True) for one in workers
    ]
    assert len(workers) == 1
    assert (server.returncode, rest, complaints) == (0, "", "")
    assert [one.returncode for one in ended] == [1]

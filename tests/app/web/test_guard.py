"""Who may ask the server for what."""

from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from imu_valgus.app.web import build_review
from imu_valgus.app.web.guard import Guard, Key

HOST = "127.0.0.1:8765"
KEY = Key(frozenset({HOST}), "the-token", "imu_valgus_8765")
COOKIE = {"cookie": "imu_valgus_8765=the-token"}


@pytest.fixture
def browser(tmp_path: Path) -> TestClient:
    app = Guard(build_review(tmp_path), KEY)
    return TestClient(app, base_url=f"http://{HOST}", follow_redirects=False)


def asked(browser: TestClient, headers: Mapping[str, str], path: str = "/") -> httpx2.Response:
    return browser.get(path, headers=dict(headers))


def test_without_the_key_nothing_is_shown(browser: TestClient):
    answer = asked(browser, {})

    assert (answer.status_code, "printed" in answer.text) == (403, True)


def test_a_wrong_token_opens_nothing(browser: TestClient):
    assert asked(browser, {}, "/?token=guessed").status_code == 403


def test_the_token_becomes_a_cookie_that_no_script_reads(browser: TestClient):
    cookie = asked(browser, {}, "/?token=the-token").headers["set-cookie"].lower()

    assert ("httponly" in cookie, "samesite=lax" in cookie) == (True, True)


def test_the_token_leaves_the_address_and_the_rest_stays(browser: TestClient):
    answer = asked(browser, {}, "/sessions/a?token=the-token&leg=left")

    assert answer.headers["location"] == "/sessions/a?leg=left"


def test_the_token_leads_to_no_other_host(browser: TestClient):
    answer = asked(browser, {}, f"http://{HOST}//evil.example/?token=the-token")

    assert answer.headers["location"] == "/evil.example/"


def test_another_name_for_this_machine_is_refused(browser: TestClient):
    assert asked(browser, COOKIE | {"host": "evil.example"}).status_code == 421


def test_another_site_cannot_read_our_data(browser: TestClient):
    answer = asked(browser, COOKIE | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"})

    assert answer.status_code == 403


def test_another_site_cannot_change_anything(browser: TestClient):
    answer = browser.post("/", json={}, headers=COOKIE | {"origin": "http://evil.example"})

    assert answer.status_code == 403


def test_a_form_of_another_kind_changes_nothing(browser: TestClient):
    answer = browser.post("/", data={"a": "b"}, headers=COOKIE | {"origin": f"http://{HOST}"})

    assert answer.status_code == 415


def test_no_inline_script_may_run(browser: TestClient):
    policy = asked(browser, COOKIE).headers["content-security-policy"]

    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == "script-src 'self'"


def test_a_wrong_address_is_told_apart_from_a_broken_program(browser: TestClient):
    answer = asked(browser, COOKIE, "/nowhere")

    assert (answer.status_code, "no page at this address" in answer.text) == (404, True)

"""A session's page and its data, asked of the server without a browser."""

import os
from pathlib import Path

import pytest
from fake_sessions import both_fakes
from starlette.testclient import TestClient

from imu_valgus.app.web import build_review
from imu_valgus.app.web.analysed import analysed


@pytest.fixture
def night_run(tmp_path: Path) -> Path:
    return both_fakes().write(tmp_path / "night-run")


@pytest.fixture
def pages(night_run: Path) -> TestClient:
    return TestClient(build_review(night_run.parent))


def test_a_session_without_results_has_a_page(pages: TestClient, night_run: Path):
    (night_run / "derived" / "summary.json").unlink()

    answer = pages.get("/sessions/night-run")

    assert (answer.status_code, "Athlete a03" in answer.text) == (200, True)


def test_a_session_is_read_once(night_run: Path):
    assert analysed(night_run) is analysed(night_run)


def test_a_session_that_was_analysed_anew_is_read_anew(night_run: Path):
    before = analysed(night_run)

    os.utime(night_run / "derived" / "summary.json", ns=(1, 1))

    assert analysed(night_run) is not before


def test_a_damaged_file_is_named(pages: TestClient, night_run: Path):
    (night_run / "derived" / "angles.parquet").write_bytes(b"no table")

    answer = pages.get("/sessions/night-run")

    assert (answer.status_code, "angles.parquet: cannot be read" in answer.text) == (422, True)

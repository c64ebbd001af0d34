"""What the session's page gives to take along."""

import io
from pathlib import Path

import pandas as pd
import pytest
from fake_sessions import both_fakes
from starlette.testclient import TestClient

from imu_valgus.app.web import build_review


@pytest.fixture
def night_run(tmp_path: Path) -> Path:
    return both_fakes().write(tmp_path / "night-run")


@pytest.fixture
def pages(night_run: Path) -> TestClient:
    return TestClient(build_review(night_run.parent))


def table_of(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), comment="#")


def test_the_strides_of_the_choice_are_in_the_file(pages: TestClient):
    answer = pages.get("/sessions/night-run/strides.csv?leg=right&from=40&to=50")

    strides = table_of(answer.text)
    assert (set(strides["side"]), strides["initial_contact_s"].between(40, 50).all()) == (
        {"right"},
        True,
    )


def test_the_file_says_where_zero_is_and_in_what_units(pages: TestClient):
    header = pages.get("/sessions/night-run/strides.csv").text.split("session,side")[0]

    assert ("# zero: " in header, "_g multiples of" in header) == (True, True)


def test_a_name_that_is_a_formula_is_text_in_the_file(pages: TestClient, night_run: Path):
    path = night_run / "derived" / "strides.parquet"
    pd.read_parquet(path).assign(session="=HYPERLINK(A1)").to_parquet(path)

    answer = pages.get("/sessions/night-run/strides.csv")

    assert set(table_of(answer.text)["session"]) == {"'=HYPERLINK(A1)"}


def test_curves_come_by_leg_angle_and_percent(pages: TestClient):
    curves = table_of(pages.get("/sessions/night-run/curves.csv?leg=left").text)

    peak = curves[curves["angle"] == "valgus"]["mean_deg"].max()
    assert peak == pytest.approx(8.2, abs=0.2)


def test_no_chosen_stride_is_a_file_without_rows(pages: TestClient):
    assert table_of(pages.get("/sessions/night-run/curves.csv?lap=77").text).empty


@pytest.mark.parametrize("name", ["strides.csv", "curves.csv", "report.html"])
def test_files_are_saved_never_shown(pages: TestClient, name: str):
    answer = pages.get(f"/sessions/night-run/{name}")

    assert answer.headers["content-disposition"].startswith(
        "attachment; filename*=utf-8''night-run"
    )


def test_the_report_is_the_whole_page(pages: TestClient):
    assert pages.get("/sessions/night-run/report.html").text.rstrip().endswith("</html>")

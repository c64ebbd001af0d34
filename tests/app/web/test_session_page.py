"""A session's page and its data, asked of the server without a browser."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_sessions import both_fakes
from starlette.testclient import TestClient

from imu_valgus.app.web import build_review
from imu_valgus.app.web.analysed import analysed
from imu_valgus.core import Event
from imu_valgus.pipeline import read_strides
from imu_valgus.recording import write_events


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
    (night_run / "derived" / "strides.parquet").write_bytes(b"no table")

    answer = pages.get("/sessions/night-run")

    assert (answer.status_code, "strides.parquet: cannot be read" in answer.text) == (200, True)


def test_damaged_angles_leave_the_page_and_are_named_in_place_of_the_curves(
    pages: TestClient, night_run: Path
):
    (night_run / "derived" / "angles.parquet").write_bytes(b"no table")

    answers = [pages.get(f"/sessions/night-run{rest}") for rest in ("", "/curves.json")]

    assert [answer.status_code for answer in answers] == [200, 422]


def test_the_strides_of_both_legs_are_told_column_by_column(pages: TestClient):
    told = pages.get("/sessions/night-run/strides.json").json()["legs"]

    assert [len(told[leg]["excursion"]) for leg in ("left", "right")] == [60, 60]


def test_curves_are_the_mean_of_the_chosen_strides(pages: TestClient, night_run: Path):
    strides = read_strides(night_run)
    chosen = strides[(strides["side"] == "left") & (strides["lap"] == 2)]

    told = pages.get("/sessions/night-run/curves.json?leg=left&lap=2").json()["legs"]["left"]

    at_contact = told["curves"]["valgus"]["mean"][0]
    assert at_contact == pytest.approx(chosen["valgus_ic_deg"].mean(), abs=0.02)


def test_strides_that_are_not_good_stay_out_of_the_mean(pages: TestClient, night_run: Path):
    path = night_run / "derived" / "strides.parquet"
    strides = pd.read_parquet(path)
    strides.loc[:9, ["quality", "reason"]] = ["rejected", "gap"]
    strides.to_parquet(path)

    told = pages.get("/sessions/night-run/curves.json?leg=left").json()["legs"]["left"]

    assert (told["n_chosen"], told["n_good"], told["curves"]["valgus"]["n"]) == (60, 50, 50)


def test_nothing_chosen_is_no_curve_and_no_error(pages: TestClient):
    told = pages.get("/sessions/night-run/curves.json?lap=77").json()["legs"]

    assert told["left"]["curves"] == {}


def test_a_leg_with_a_shank_sensor_alone_has_its_tilt(tmp_path: Path):
    fake = both_fakes()
    fake.angles.loc[:, ["valgus_deg", "flexion_deg", "internal_rotation_deg", "thigh_tilt_deg"]] = (
        np.nan
    )
    fake.write(tmp_path / "shank")

    told = TestClient(build_review(tmp_path)).get("/sessions/shank/curves.json").json()["legs"]

    assert list(told["left"]["curves"]) == ["shank_tilt"]


def test_a_stride_tells_its_own_curve(pages: TestClient, night_run: Path):
    strides = read_strides(night_run)
    mine = strides[(strides["side"] == "right") & (strides["stride"] == 12)].iloc[0]

    told = pages.get("/sessions/night-run/stride.json?leg=right&stride=12").json()

    assert max(told["curves"]["valgus"]) == pytest.approx(mine["valgus_peak_deg"], abs=0.05)


def test_a_stride_that_is_not_there_is_not_found(pages: TestClient):
    assert pages.get("/sessions/night-run/stride.json?leg=left&stride=4711").status_code == 404


def test_an_address_that_cannot_be_read_is_answered_with_why(pages: TestClient):
    answer = pages.get("/sessions/night-run/curves.json?from=soon")

    assert (answer.status_code, answer.json()["error"]) == (422, "from=soon is no time")


def test_bends_are_told_as_stretches_of_time(pages: TestClient, night_run: Path):
    path = night_run / "derived" / "strides.parquet"
    strides = pd.read_parquet(path)
    strides.loc[10:19, "surface"] = "bend"
    strides.to_parquet(path)

    told = pages.get("/sessions/night-run/strides.json").json()["bends"]

    assert told == [[pytest.approx(27.5), pytest.approx(35.0)]]


def test_pain_and_notes_are_told_with_their_time(pages: TestClient, night_run: Path):
    write_events(night_run / "events.tsv", [Event(30.0, 0.0, "pain", "left", "4")])

    told = pages.get("/sessions/night-run/strides.json").json()["marks"]

    assert told == [{"kind": "pain", "t": 30.0, "leg": "left", "text": "4"}]


def test_numbers_stand_on_the_good_strides_of_the_choice(pages: TestClient):
    told = pages.get("/sessions/night-run/numbers.json?lap=1").json()

    assert (told["n_good"], told["table"][0][0]) == ({"left": 20, "right": 20}, "Valgus excursion")


def test_a_leg_that_goes_further_in_at_the_end_has_a_slope(pages: TestClient):
    told = pages.get("/sessions/night-run/numbers.json?leg=left").json()["slopes"]["left"]

    assert told["excursion"]["over_run"] == pytest.approx(1.2, abs=0.4)


def test_too_few_strides_have_no_slope(pages: TestClient):
    told = pages.get("/sessions/night-run/numbers.json?leg=left&lap=1").json()["slopes"]["left"]

    assert told["excursion"] is None

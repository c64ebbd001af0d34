"""``imu-valgus analyze`` says what its angles stand on, and what a correction did to them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from imu_valgus.app.cli.simulate import make_session
from imu_valgus.metrics import read_stride_log
from imu_valgus.pipeline import AnalysisParams, analyze_session
from imu_valgus.report import write_report
from imu_valgus.simulation import RunnerParams

SHORT = RunnerParams(seed=31, run_minutes=0.5, sides=("right",), walk_s=15.0, squats=0)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session as it is analysed by default."""
    session = tmp_path_factory.mktemp("sessions") / "plain"
    make_session(SHORT, session, force=False)
    analyze_session(session)
    return session


@pytest.fixture(scope="module")
def corrected(plain: Path) -> Path:
    """The same with crosstalk corrected."""
    session = plain.with_name("corrected")
    shutil.copytree(plain, session)
    analyze_session(session, params=AnalysisParams(pca_crosstalk=True))
    return session


def right_leg(session: Path) -> dict[str, Any]:
    return json.loads((session / "derived" / "summary.json").read_text())["sides"]["right"]


def test_the_answer_says_how_far_the_axis_estimates_lie_apart(plain, run_command):
    answer = run_command("analyze", plain)

    assert "8 estimates of the knee's axis (4 from the walk, 4 from the run) lie within" in (
        answer.stdout
    )


def test_the_answer_says_how_valgus_goes_with_flexion_and_what_its_correction_can_delete(
    corrected, run_command
):
    answer = run_command("analyze", corrected, "--pca-crosstalk")

    said = "valgus on flexion: r = " in answer.stdout, "can delete true valgus" in answer.stdout
    assert said == (True, True)


def test_the_summary_holds_the_range_of_the_azimuths(plain):
    found = right_leg(plain)["calibration"]

    azimuths = found["sources"].values()
    assert found["axis_range_deg"] == pytest.approx(max(azimuths) - min(azimuths))


def test_crosstalk_is_not_corrected_unless_asked_for(plain):
    assert right_leg(plain)["crosstalk_correction"] is None


def test_corrected_valgus_does_not_go_with_flexion(corrected):
    assert right_leg(corrected)["crosstalk"]["r"] == pytest.approx(0.0, abs=1e-6)


def test_the_summary_keeps_what_was_before_the_correction(plain, corrected):
    before = right_leg(corrected)["crosstalk_correction"]["before"]

    index, mean_deg = (right_leg(plain)[k] for k in ("crosstalk", "valgus_excursion_deg"))
    assert (before["index"], before["valgus_excursion_deg"]) == (
        pytest.approx(index),
        pytest.approx(mean_deg["mean"]),
    )


def test_the_stride_log_holds_the_corrected_valgus(corrected):
    after = right_leg(corrected)["crosstalk_correction"]["after"]

    log = read_stride_log(corrected / "derived" / "strides.csv")
    mean_deg = log.loc[log["quality"] == "good", "valgus_peak_deg"].mean()
    assert mean_deg == pytest.approx(after["valgus_peak_deg"], abs=0.001)


@pytest.mark.parametrize("name", ["strides.csv", "reps.csv"])
def test_the_header_of_a_log_says_that_crosstalk_was_corrected(corrected, name):
    text = (corrected / "derived" / name).read_text(encoding="utf-8")

    assert "# All angles are corrected for crosstalk by PCA" in text


@pytest.mark.parametrize("name", ["angles.parquet", "strides.parquet"])
def test_the_metadata_of_a_table_says_that_crosstalk_was_corrected(corrected, name):
    metadata = pq.read_schema(corrected / "derived" / name).metadata

    assert b"All angles are corrected for crosstalk by PCA" in metadata[b"notes"]


def test_the_report_says_above_all_numbers_that_crosstalk_was_corrected(corrected):
    page = write_report(corrected).read_text(encoding="utf-8")

    assert 0 < page.find("<b>Corrected for crosstalk.</b>") < page.find('id="how-far"')

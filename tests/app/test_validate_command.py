"""``imu-valgus validate`` as a user types it."""

import json
from pathlib import Path

import pandas as pd
import pytest
from truth import analysed, recording_of

from imu_valgus.pipeline import write_derived
from imu_valgus.recording import write_session
from imu_valgus.simulation import RunnerParams

RUN, FOUND = analysed(RunnerParams(seed=5, run_minutes=0.5, sides=("left",), squats=2))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated run, analysed."""
    folder = tmp_path_factory.mktemp("sessions") / "run"
    write_session(folder, recording_of(RUN))
    write_derived(
        folder,
        summary=FOUND.summary,
        strides=FOUND.strides,
        repetitions=FOUND.repetitions,
        angles=FOUND.angles,
    )
    return folder


@pytest.fixture(scope="module")
def reference(session: Path) -> Path:
    """The true angles of the run, as a laboratory would export them."""
    bout = next(bout for bout in RUN.bouts if bout.kind == "run")
    truth = RUN.truth[RUN.truth["time_s"].between(bout.start_s, bout.stop_s)]
    columns = ["time_s", "side", "flexion_deg", "valgus_deg", "internal_rotation_deg"]
    path = session.parent / "lab.csv"
    truth[columns].to_csv(path, index=False)
    return path


def test_each_plane_has_a_row_for_samples_peaks_and_excursions(run_command, session, reference):
    answer = run_command("validate", session, "--reference", reference)

    rows = [line.strip() for line in answer.stdout.splitlines()]
    planes = ("Flexion", "Valgus", "Internal")
    assert [sum(row.startswith(plane) for row in rows) for plane in planes] == [3, 3, 3]


def test_the_last_line_names_the_page(run_command, session, reference):
    answer = run_command("validate", session, "--reference", reference)

    assert answer.stdout.splitlines()[-1] == f"page: {session / 'derived' / 'validation.html'}"


def test_json_says_what_the_file_says(run_command, session, reference):
    answer = run_command("validate", session, "--reference", reference, "--json")

    written = (session / "derived" / "validation.json").read_text()
    assert json.loads(answer.stdout) == json.loads(written)


def test_the_page_fetches_nothing(run_command, session, reference):
    run_command("validate", session, "--reference", reference)

    page = (session / "derived" / "validation.html").read_text()
    assert ("src=" in page.split("<main>")[0], "default-src 'none'" in page) == (False, True)


def test_the_page_shows_curves_and_differences_of_three_planes(run_command, session, reference):
    run_command("validate", session, "--reference", reference)

    page = (session / "derived" / "validation.html").read_text()
    assert page.count('<script type="application/json"') == 6


def test_a_session_that_is_not_analysed_is_told_how(run_command, tmp_path, reference):
    write_session(tmp_path / "new", recording_of(RUN))

    answer = run_command("validate", tmp_path / "new", "--reference", reference)

    assert (answer.exit_code, "imu-valgus analyze" in answer.stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.csv", "there is no such file"),
        ("walk.trc", "markers need --static"),
        ("walk.mot", ".mot is no format of a reference"),
    ],
)
def test_a_reference_that_cannot_be_read_ends_in_one_line(run_command, session, name, message):
    answer = run_command("validate", session, "--reference", session.parent / name)

    assert (answer.exit_code, message in answer.stderr.splitlines()[0]) == (1, True)


def test_a_reference_of_the_other_leg_ends_in_one_line(run_command, session, reference, tmp_path):
    other = tmp_path / "other.csv"
    pd.read_csv(reference).assign(side="right").to_csv(other, index=False)

    answer = run_command("validate", session, "--reference", other)

    assert (answer.exit_code, answer.stderr.splitlines()[0]) == (
        1,
        "error: the reference is of the right leg, the session has angles of the left one only",
    )


def test_up_and_forward_along_one_axis_are_wrong_usage(run_command, session, reference):
    answer = run_command("validate", session, "--reference", reference, "--up", "z", "--forward=-z")

    assert answer.exit_code == 2

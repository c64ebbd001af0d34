"""Recordings that others made with real sensors: what is good about them, and what is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from imu_valgus.core import Placement
from imu_valgus.pipeline.check import check_recording
from imu_valgus.quality import Finding
from imu_valgus.recording import Recording, import_files

X_IMU3: dict[Placement, str] = {
    "left_thigh": "Left_Upper_Leg",
    "left_shank": "Left_Lower_Leg",
    "right_thigh": "Right_Upper_Leg",
    "right_shank": "Right_Lower_Leg",
    "pelvis": "pelvis",
}
MC10: dict[Placement, str] = {
    "right_thigh": "anterior_thigh_right",
    "right_shank": "distal_lateral_shank_right",
}


@pytest.fixture(scope="module")
def x_imu3(shared_data: Path) -> Recording:
    folder = shared_data / "xio_lower_body"
    return import_files([(p, folder / name / "Inertial.csv") for p, name in X_IMU3.items()])


@pytest.fixture(scope="module")
def mc10(shared_data: Path) -> tuple[Finding, ...]:
    folder = shared_data / "nmsdyn_s0040" / "MC10"
    return check_recording(
        import_files(
            [(p, path) for p, name in MC10.items() for path in sorted(folder.glob(f"*.{name}.*"))]
        )
    )


def of_topic(findings, topic):
    return [finding for finding in findings if finding.topic == topic]


def exchanged(recording: Recording, one: Placement, other: Placement) -> Recording:
    signals = recording.signals
    return replace(recording, signals={**signals, one: signals[other], other: signals[one]})


def test_the_mc10_session_has_no_warning(mc10):
    assert [f for f in mc10 if f.severity in {"warning", "error"}] == []


def test_the_mc10_trials_are_told_as_pauses(mc10):
    assert [f.number for f in of_topic(mc10, "pauses")] == [10.0, 10.0]


def test_the_mc10_run_lasts_a_minute(mc10):
    assert of_topic(mc10, "running")[0].number == pytest.approx(1.0, abs=0.1)


def test_the_x_imu3_axes_agree(x_imu3):
    found = check_recording(x_imu3)

    assert [f.severity for f in of_topic(found, "axes")] == ["ok"] * 5


def test_the_x_imu3_lost_samples(x_imu3):
    lost = {f.placement: f for f in of_topic(check_recording(x_imu3), "gaps")}

    assert "27 gaps, 28 samples lost" in lost["pelvis"].text


def test_a_short_walk_tells_which_shank_belongs_to_which_thigh(x_imu3):
    found = check_recording(exchanged(x_imu3, "left_shank", "right_shank"))

    assert [f.severity for f in of_topic(found, "sides")] == ["error"]


@pytest.mark.parametrize(
    ("thigh", "shank"), [("left_thigh", "left_shank"), ("right_thigh", "right_shank")]
)
def test_a_short_walk_tells_thigh_from_shank(x_imu3, thigh, shank):
    found = check_recording(exchanged(x_imu3, thigh, shank))

    assert ("error", shank) in {(f.severity, f.placement) for f in of_topic(found, "segments")}

"""What is said of a session's course."""

import pytest

from imu_valgus.core import Bout
from imu_valgus.quality.protocol import check_protocol

COMPLETE = (
    Bout(0.0, 10.0, "stand"),
    Bout(10.0, 40.0, "walk"),
    Bout(45.0, 60.0, "squat"),
    Bout(70.0, 370.0, "run"),
    Bout(371.0, 380.0, "stand"),
)


def found(bouts, topic):
    return next(f for f in check_protocol(bouts) if f.topic == topic)


def without(kind):
    return [bout for bout in COMPLETE if bout.kind != kind]


def test_a_complete_session_is_ok():
    assert {f.severity for f in check_protocol(COMPLETE)} == {"ok"}


@pytest.mark.parametrize(
    ("kind", "topic", "severity"),
    [
        ("stand", "standing", "error"),
        ("squat", "squats", "note"),
        ("walk", "walking", "note"),
        ("run", "running", "warning"),
    ],
)
def test_what_is_missing_is_told(kind, topic, severity):
    finding = found(without(kind), topic)

    assert (finding.severity, finding.number) == (severity, 0.0)


def test_running_is_counted_in_minutes():
    finding = found(COMPLETE, "running")

    assert (finding.number, finding.unit) == (5.0, "min")


def test_the_longest_standing_is_the_one_that_counts():
    finding = found(COMPLETE, "standing")

    assert finding.number == 10.0


def test_a_short_standing_is_a_warning():
    finding = found([Bout(0.0, 2.0, "stand"), *COMPLETE[3:4]], "standing")

    assert finding.severity == "warning"


def test_no_standing_after_the_run_is_noted():
    finding = found(COMPLETE[:-1], "standing")

    assert finding.severity == "note"


def test_a_few_steps_of_walking_are_too_few_for_the_axis():
    finding = found([COMPLETE[0], Bout(10.0, 15.0, "walk")], "walking")

    assert finding.severity == "note"

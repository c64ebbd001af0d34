"""What is said of clocks whose offset and drift are known."""

import pytest

from imu_valgus.quality import Finding
from imu_valgus.quality.clocks import check_clocks
from imu_valgus.sync import ClockFit, LegSync

GOOD = ClockFit(offset_s=0.3, drift_ppm=30.0, residual_s=0.005, correlation=0.7, n_windows=30)
UNTIED = ClockFit(offset_s=0.0, drift_ppm=0.0, residual_s=0.0, correlation=0.1, n_windows=0)


def found(fit: ClockFit, topic: str, **kwargs) -> Finding:
    findings = check_clocks({"left": fit}, None, reference="left_thigh", **kwargs)
    return next(f for f in findings if f.topic == topic)


def with_drift(drift_ppm: float, n_windows: int) -> ClockFit:
    return ClockFit(0.3, drift_ppm, 0.005, 0.7, n_windows)


def test_an_offset_between_own_clocks_is_no_fault():
    finding = found(GOOD, "clock")

    assert (finding.severity, finding.number) == ("ok", 0.3)


def test_an_offset_between_clocks_that_should_be_one_is_a_warning():
    finding = found(GOOD, "clock", shared={"left_thigh", "left_shank"})

    assert finding.severity == "warning"


def test_clocks_that_cannot_be_tied_have_no_number():
    finding = found(UNTIED, "clock")

    assert (finding.severity, finding.number) == ("warning", None)


@pytest.mark.parametrize(
    ("drift_ppm", "minutes", "severity"),
    [(30, 30, "ok"), (-800, 30, "warning"), (400, 30, "warning"), (400, 6, "ok")],
)
def test_a_drift_is_a_warning_where_it_is_too_fast_and_sure(drift_ppm, minutes, severity):
    finding = found(with_drift(drift_ppm, minutes), "drift")

    assert finding.severity == severity


def test_a_short_session_shows_no_drift():
    finding = found(with_drift(400, 3), "drift")

    assert (finding.severity, finding.number) == ("ok", None)


def test_the_sensor_that_is_moved_is_the_one_that_is_named():
    findings = check_clocks({"left": GOOD}, None, reference="left_shank")

    assert {f.placement for f in findings} == {"left_thigh"}


@pytest.mark.parametrize(
    ("method", "severity"),
    [("shared epoch", "ok"), ("squats", "ok"), ("start and stop", "note"), ("unknown", "note")],
)
def test_how_the_legs_were_tied_is_told(method, severity):
    findings = check_clocks({}, LegSync(GOOD, method, None), reference="left_thigh")

    assert [f.severity for f in findings] == [severity]

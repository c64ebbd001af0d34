"""A good session worries nobody."""

import pytest

from imu_valgus.quality import worst
from imu_valgus.simulation import RunnerParams, SensorParams, simulate_run

SENSOR = SensorParams(sampling_rate_hz=100.0, mounting_error_max_deg=15.0)


def grave(findings):
    return [f for f in findings if f.severity in {"warning", "error"}]


def test_a_good_session_of_two_legs_has_no_warning(two_legs, check):
    findings = check(two_legs)

    assert grave(findings) == []


@pytest.mark.parametrize(
    "runner",
    [
        RunnerParams(seed=21, run_minutes=1.0, course="treadmill", squats=0, sensor=SENSOR),
        RunnerParams(
            seed=22,
            run_minutes=1.0,
            sides=("right",),
            sensor=SensorParams(sampling_rate_hz=100.0, strap="aligned"),
        ),
    ],
    ids=["treadmill without squats", "one leg, another strap"],
)
def test_other_good_sessions_have_no_warning_either(runner, check):
    findings = check(simulate_run(runner).signals)

    assert grave(findings) == []


def test_what_was_looked_at_is_told_where_all_is_well(one_leg, check):
    findings = check(one_leg)

    assert {f.topic for f in findings} == {
        "gravity",
        "clipping",
        "rate",
        "gaps",
        "units",
        "axes",
        "clock",
        "drift",
        "knee",
        "segments",
        "upside_down",
        "slip",
        "standing",
        "squats",
        "walking",
        "running",
    }


def test_the_run_alone_tells_that_each_shank_is_on_its_side(two_legs, check):
    at_the_run = {p: s[s.between(65.0, s.time_s[-1])] for p, s in two_legs.items()}

    findings = check(at_the_run)

    assert [f.severity for f in findings if f.topic == "sides"] == ["ok"]


def test_computed_accelerations_are_called_so(one_leg, check):
    findings = check(one_leg, impacts=False)

    assert [f.severity for f in findings if f.topic == "impacts"] == ["note", "note"]


def test_nothing_found_is_ok():
    assert worst([]) == "ok"

"""Where no test may be skipped (continuous integration), a skip is a failure."""

import os
from collections.abc import Generator

import pytest

NO_SKIPS = os.environ.get("IMU_VALGUS_NO_SKIPS") == "1"


def _refuse_a_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{why[2] if isinstance(why, tuple) else why}; IMU_VALGUS_NO_SKIPS is set"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_a_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_a_skip(report)
    return report

"""The shipped run, analysed once, for tests that only read it."""

import shutil
from pathlib import Path

import pytest

from imu_valgus.pipeline import analyze_session

SHIPPED = Path(__file__).parents[2] / "recordings" / "rbds001_treadmill-run"


@pytest.fixture(scope="session")
def analysed_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    session = tmp_path_factory.mktemp("recordings") / SHIPPED.name
    shutil.copytree(SHIPPED, session, ignore=shutil.ignore_patterns("derived"))
    analyze_session(session)
    return session

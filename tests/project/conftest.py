"""The project as files, for the tests that look at it from outside."""

from pathlib import Path

import pytest

OWN_FOLDERS = (".ci", "docs", "firmware_notes", "imu_valgus", "recordings", "tests")
DERIVED = {"__pycache__", "_build", "derived", "gallery"}


@pytest.fixture(scope="session")
def project() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def project_files(project: Path) -> list[Path]:
    """Every file that the repository holds: no environment, no cache, nothing derived."""
    at_top = [path for path in project.iterdir() if path.is_file() and path.name != ".git"]
    below = [
        path
        for folder in OWN_FOLDERS
        for path in (project / folder).rglob("*")
        if path.is_file() and not DERIVED & set(path.parts)
    ]
    return at_top + below

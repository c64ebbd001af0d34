"""The repository stays small, readable and free of addresses to fetch from."""

from pathlib import Path

import pytest

PYTHON_FILE_LINES = 400
RECORDINGS_BYTES = 15_000_000
REGISTRY_HOSTS = (  # in two pieces, so that this file does not name them itself
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "debian" + ".org",
)
TEXT_SUFFIXES = {"", ".cfg", ".json", ".lock", ".md", ".py", ".toml", ".tsv", ".txt", ".yaml"}


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_file_names_a_package_registry(project: Path, project_files: list[Path], host: str):
    texts = [path for path in project_files if path.suffix in TEXT_SUFFIXES]

    naming = [
        path.relative_to(project) for path in texts if host in path.read_text(errors="replace")
    ]

    assert naming == []


def test_every_locked_package_has_a_hash(project: Path):
    lock = (project / "requirements.lock").read_text()

    entries = lock.replace("\\\n", " ").splitlines()

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_recordings_stay_small(project: Path, project_files: list[Path]):
    recordings = [path for path in project_files if path.is_relative_to(project / "recordings")]

    size = sum(path.stat().st_size for path in recordings)

    assert size <= RECORDINGS_BYTES


def test_no_python_file_is_too_long_to_read(project: Path, project_files: list[Path]):
    modules = [path for path in project_files if path.suffix == ".py"]

    too_long = [
        path.relative_to(project)
        for path in modules
        if len(path.read_text().splitlines()) > PYTHON_FILE_LINES
    ]

    assert too_long == []

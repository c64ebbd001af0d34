"""Which folders an address may name."""

from pathlib import Path

import pytest

from imu_valgus.app.web.sessions_at import session_at


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of one session, beside a session that is none of its own."""
    for name in ("library/a session", "library/.partial-1-b", "outside"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "session.json").write_text("{}")
    (tmp_path / "library/a session/derived").mkdir()
    (tmp_path / "library/a session/derived/session.json").write_text("{}")
    (tmp_path / "library/session.json").write_text("{}")
    (tmp_path / "library/no session").mkdir()
    (tmp_path / "library/link").symlink_to(tmp_path / "outside")
    (tmp_path / "library/borrowed").mkdir()
    (tmp_path / "library/borrowed/session.json").symlink_to(tmp_path / "outside/session.json")
    return tmp_path / "library"


def test_a_session_is_found_by_its_folder_name(library: Path):
    assert session_at(library, "a session") == library / "a session"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../outside",
        "a session/derived",
        "a session/",
        "/etc",
        "..\\outside",
        "a session\0",
        "\ud800",
        "n" * 5000,
        ".partial-1-b",
        "no session",
        "session.json",
        "link",
        "borrowed",
    ],
)
def test_nothing_else_is_a_session(library: Path, name: str):
    assert session_at(library, name) is None

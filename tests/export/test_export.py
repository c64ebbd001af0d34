"""An export lands whole, beside what others put there, and replaces nothing unasked."""

import errno
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from made_sessions import MadeSession

from imu_valgus.core import RecordingError
from imu_valgus.export import EXPORTS, ExportOptions, export_session, exporting


@dataclass
class TwoFiles:
    """A kind that writes two files and may fail between them."""

    stop: BaseException | None = None
    name: str = "two"
    summary: str = "two files"
    takes: frozenset[str] = frozenset()
    carried_on: frozenset[str] = field(default=frozenset({"list.tsv"}))

    def write(self, session: Path, into: Path, *, out: Path, options: ExportOptions) -> None:
        assert not options.given()
        earlier = out / "list.tsv"
        kept = earlier.read_text() if earlier.exists() else ""
        (into / "list.tsv").write_text(f"{kept}{session.name}\n")
        if self.stop:
            raise self.stop
        (into / "data").mkdir()
        (into / "data" / f"{session.name}.txt").write_text("new")


@pytest.fixture(autouse=True)
def two_files(monkeypatch: pytest.MonkeyPatch) -> TwoFiles:
    kind = TwoFiles()
    monkeypatch.setattr(exporting, "EXPORTS", {**EXPORTS, "two": kind})
    return kind


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return MadeSession().write(tmp_path / "s1")


def below(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_all_files_land_and_are_told(tmp_path: Path, session: Path):
    out = tmp_path / "new" / "out"

    written = export_session(session, "two", out)

    assert written == (out / "data" / "s1.txt", out / "list.tsv")
    assert below(out) == {"data/s1.txt": "new", "list.tsv": "s1\n"}


def test_files_of_others_stay(tmp_path: Path, session: Path):
    (tmp_path / "out" / "data").mkdir(parents=True)
    (tmp_path / "out" / "data" / "theirs.txt").write_text("theirs")

    export_session(session, "two", tmp_path / "out")

    assert below(tmp_path / "out")["data/theirs.txt"] == "theirs"


def test_a_file_in_the_way_is_named_and_nothing_changes(tmp_path: Path, session: Path):
    out = tmp_path / "out"
    (out / "data").mkdir(parents=True)
    (out / "data" / "s1.txt").write_text("earlier")

    with pytest.raises(RecordingError, match=r"out/data/s1\.txt is there already"):
        export_session(session, "two", out)

    assert below(out) == {"data/s1.txt": "earlier"}


def test_force_replaces_a_file_in_the_way(tmp_path: Path, session: Path):
    out = tmp_path / "out"
    (out / "data").mkdir(parents=True)
    (out / "data" / "s1.txt").write_text("earlier")

    export_session(session, "two", out, force=True)

    assert below(out)["data/s1.txt"] == "new"


def test_a_list_that_a_kind_carries_on_grows_without_force(tmp_path: Path):
    out = tmp_path / "out"

    for name in ("s1", "s2"):
        export_session(MadeSession().write(tmp_path / name), "two", out)

    assert below(out)["list.tsv"] == "s1\ns2\n"


@pytest.mark.parametrize(
    ("stop", "seen"),
    [(KeyboardInterrupt(), KeyboardInterrupt), (OSError(errno.ENOSPC, ""), RecordingError)],
)
def test_an_interrupted_export_leaves_nothing(
    tmp_path: Path, session: Path, two_files: TwoFiles, stop, seen
):
    two_files.stop = stop

    with pytest.raises(seen):
        export_session(session, "two", tmp_path / "deep" / "out")

    assert [path.name for path in tmp_path.iterdir()] == ["s1"]


def test_an_interrupted_export_leaves_a_folder_as_it_was(
    tmp_path: Path, session: Path, two_files: TwoFiles
):
    two_files.stop = KeyboardInterrupt()
    out = tmp_path / "out"
    out.mkdir()
    (out / "list.tsv").write_text("earlier")

    with pytest.raises(KeyboardInterrupt):
        export_session(session, "two", out)

    assert below(out) == {"list.tsv": "earlier"}


def test_a_session_is_not_exported_into_itself(session: Path):
    with pytest.raises(RecordingError, match="within the session"):
        export_session(session, "two", session / "derived" / "out")


def test_an_option_of_another_kind_is_refused(tmp_path: Path, session: Path):
    with pytest.raises(RecordingError, match="to two takes no option solve"):
        export_session(session, "two", tmp_path / "out", options=ExportOptions(solve=True))


@pytest.mark.parametrize("kind", sorted(set(EXPORTS) - {"bids"}))
def test_a_session_that_is_not_analysed_names_the_command(tmp_path: Path, run_command, kind: str):
    session = MadeSession().write(tmp_path / "s1", analysed=False)

    answer = run_command("export", session, "--to", kind, "--out", tmp_path / "out")

    assert answer.exit_code == 1
    assert f"hint: run `imu-valgus analyze {session}`" in answer.stderr


def test_an_unknown_kind_is_wrong_usage(tmp_path: Path, session: Path, run_command):
    answer = run_command("export", session, "--to", "xlsx", "--out", tmp_path / "out")

    assert answer.exit_code == 2

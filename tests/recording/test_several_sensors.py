"""One file may hold several sensors: each is chosen by its label, or by the placement it says."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from imu_valgus.core import Placement, RecordingError
from imu_valgus.recording import (
    FORMATS,
    SensorFile,
    import_command,
    import_files,
    import_session,
    read_info,
    read_session,
    readers,
)
from imu_valgus.recording.readers import Progress, SeenFile

BEGINNING = "several sensors:"


class SeveralSensors:
    """A made-up format: a line that names sensors, each at rest with noise of its own."""

    name = "several sensors"
    summary = "made up"

    def knows(self, seen: SeenFile) -> bool:
        return bool(seen.lines) and seen.lines[0].startswith(BEGINNING)

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        progress(path.stat().st_size)
        labels = path.read_text().splitlines()[0].removeprefix(BEGINNING).split(",")
        beside = path.with_suffix(".beside")
        return tuple(
            _resting(path, label, seed, (beside,) if beside.exists() else ())
            for seed, label in enumerate(labels)
        )


def _resting(path: Path, label: str, seed: int, companions: tuple[Path, ...]) -> SensorFile:
    rng = np.random.default_rng([seed, len(companions), *str(path).encode()])
    return SensorFile(
        path=path,
        label=label,
        model="made up",
        serial=f"S{seed}",
        time_s=np.arange(300) / 100.0,
        acc_mps2=rng.normal([0, 9.81, 0], 0.02, (300, 3)),
        gyr_radps=rng.normal(0, 0.002, (300, 3)),
        companions=companions,
    )


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, with one more format."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(readers, "FORMATS", (SeveralSensors(), *FORMATS))


def _write(name: str, labels: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(BEGINNING + labels + "\n")
    return path


def test_a_label_chooses_a_sensor():
    _write("walk.bin", "Right Thigh,Right Shank")

    recording = import_files([("right_shank", Path("walk.bin#Right Shank"))])

    assert recording.info.sensor("right_shank").serial == "S1"


def test_a_hash_in_the_name_of_a_file_is_part_of_its_name():
    path = _write("walk#2.bin", "only")

    recording = import_files([("left_thigh", path)])

    assert recording.info.sensor("left_thigh").serial == "S0"


def test_a_label_follows_a_name_with_a_hash():
    _write("walk#2.bin", "A,B")

    recording = import_files([("left_thigh", Path("walk#2.bin#B"))])

    assert recording.info.sensor("left_thigh").serial == "S1"


def test_labels_that_are_placements_need_no_other():
    path = _write("walk.bin", "right_thigh,right_shank")

    recording = import_files([(None, path)])

    assert list(recording.signals) == ["right_thigh", "right_shank"]


WRONG: dict[str, tuple[str, list[tuple[Placement | None, str]]]] = {
    "several sensors and no label": ("A,B", [("left_thigh", "walk.bin")]),
    "a label that is not there": ("A,B", [("left_thigh", "walk.bin#C")]),
    "a label of a file without any": ("", [("left_thigh", "walk.bin#C")]),
    "no placement, and labels are none": ("A,B", [(None, "walk.bin")]),
    "no placement, and only some labels are one": ("left_thigh,B", [(None, "walk.bin")]),
    "one sensor for two placements": (
        "A,B",
        [("left_thigh", "walk.bin#A"), ("left_shank", "walk.bin#A")],
    ),
    "one sensor twice": ("left_thigh,B", [("left_thigh", "walk.bin#left_thigh")] * 2),
    "a label of a file that is not there": ("A,B", [("left_thigh", "walks.bin#A")]),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_choice_that_is_unclear_gets_its_line_and_hint(case: str, snapshot):
    labels, named = WRONG[case]
    _write("walk.bin", labels)

    with pytest.raises(RecordingError) as caught:
        import_files([(placement, Path(file)) for placement, file in named])

    assert f"{caught.value}\nhint: {caught.value.hint}" == snapshot


def test_a_name_that_no_file_can_have_is_refused_in_one_line():
    _write("walk.bin", "A,B")

    with pytest.raises(RecordingError, match="cannot be read: File name too long"):
        import_files([("left_thigh", Path("walk.bin#" + "A" * 5000))])


def test_a_file_of_several_sensors_is_read_once():
    path = _write("walk.bin", "A,B")
    told: list[int] = []

    import_files(
        [("left_thigh", Path("walk.bin#A")), ("left_shank", Path("walk.bin#B"))],
        progress=told.append,
    )

    assert sum(told) == path.stat().st_size


def _kept(session: Path) -> list[str]:
    raw = session / "raw"
    return sorted(str(path.relative_to(raw)) for path in raw.rglob("*") if path.is_file())


def test_a_file_of_several_sensors_is_kept_once():
    _write("walk.bin", "A,B")

    import_session(
        [("left_thigh", Path("walk.bin#A")), ("left_shank", Path("walk.bin#B"))], Path("s")
    )

    assert _kept(Path("s")) == ["together/walk.bin"]


def test_files_that_belong_together_are_kept_together():
    _write("a/walk.bin", "left_thigh,left_shank")
    _write("b/walk.bin", "right_thigh,right_shank")
    for folder in "ab":
        Path(folder, "walk.beside").write_text("x")

    import_session([(None, Path("a/walk.bin")), (None, Path("b/walk.bin"))], Path("s"))

    assert _kept(Path("s")) == [
        "together-2/walk.beside",
        "together-2/walk.bin",
        "together/walk.beside",
        "together/walk.bin",
    ]


def test_the_session_says_which_sensor_of_the_file_it_was():
    _write("walk.bin", "A,B")

    import_session([("left_thigh", Path("walk.bin#B"))], Path("s"))

    assert read_info(Path("s")).sensor("left_thigh").files == ("together/walk.bin#B",)


def test_a_session_says_nothing_of_files_of_one_sensor():
    import_session([("left_thigh", _write("walk.bin", "only"))], Path("s"))

    told = json.loads(Path("s/session.json").read_text())["sensors"][0]["files"]
    assert told == []


def test_the_command_that_exchanges_two_sensors_of_a_file_does(
    run_command: Callable[..., object],
):
    _write("walk one.bin", "A,B")
    import_session(
        [("left_thigh", Path("walk one.bin#A")), ("left_shank", Path("walk one.bin#B"))], Path("s")
    )
    exchanged: dict[Placement, Placement] = {
        "left_thigh": "left_shank",
        "left_shank": "left_thigh",
    }

    run_command(*shlex.split(import_command(Path("s"), renamed=exchanged))[1:])

    again = read_session(Path("s_renamed"))
    assert [(s.placement, s.serial) for s in again.info.sensors] == [
        ("left_shank", "S0"),
        ("left_thigh", "S1"),
    ]

"""imu-valgus record and its kin: the options, the answers, what goes wrong in one line."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.live import Live

from imu_valgus.app.cli.recording_screen import TerminalScreen
from imu_valgus.collect import Key

RunCommand = Callable[..., Any]


class _Typed:
    """A terminal on which this was typed."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __call__(self) -> str:
        text, self._text = self._text, ""
        return text


def _pressed(text: str) -> list[Key]:
    live = Live(console=Console(file=io.StringIO()), auto_refresh=False)
    return list(TerminalScreen(live, _Typed(text), (0.0, 0.0)).pressed())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("\n", [Key("next")]),
        ("q", [Key("stop")]),
        ("l", [Key("lap")]),
        ("pl7\n", [Key("pain", "left", "7")]),
        ("pr 3\n", [Key("pain", "right", "3")]),
        ("p5\n", [Key("pain", None, "5")]),
        ("p11\n", []),
        ("nwind\x7f\x7fdy\n", [Key("note", value="widy")]),
        ("n\n", []),
        ("xyz", []),
    ],
)
def test_keys_mean_what_the_screen_says(typed: str, meant: list[Key]):
    assert _pressed(typed) == meant


def test_without_bluetooth_it_says_so_in_one_line(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")

    result = run_command("record", "left_thigh=IVG-3F2A", "--to", tmp_path / "session", "--yes")

    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        1,
        "error: no Bluetooth service is running: the system's message bus is not there",
    )


def test_a_recording_that_never_began_leaves_no_session(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    run_command("record", "left_thigh=IVG-3F2A", "--to", tmp_path / "session", "--yes")

    assert not (tmp_path / "session").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ("record", "--yes"),
        ("record", "--to", "a", "--resume", "b"),
        ("record", "--to", "a", "left_thigh"),
        ("record", "--to", "a", "left_thigh=x", "left_thigh=y"),
        ("record", "--to", "a", "knee=x"),
        ("record", "--to", "a", "--virtual", "2", "--drop", "10@5"),
        ("record", "--to", "a", "--virtual", "8"),
        ("live", "--to", "a", "--virtual", "2", "--target", "6,0"),
        ("arm", "--to", "a", "--for", "5"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: tuple[str, ...]
):
    monkeypatch.chdir(tmp_path)

    assert run_command(*wrong).exit_code == 2


def test_a_session_that_is_there_is_not_recorded_over(run_command: RunCommand, tmp_path: Path):
    (tmp_path / "session" / "raw").mkdir(parents=True)
    (tmp_path / "session" / "raw" / "capture.mcap").write_bytes(b"")

    result = run_command("record", "left_thigh=IVG-3F2A", "--to", tmp_path / "session", "--yes")

    assert (result.exit_code, "holds a recording already" in result.stderr) == (1, True)


def test_recover_of_a_folder_without_a_capture_is_one_line(run_command: RunCommand, tmp_path: Path):
    result = run_command("recover", tmp_path)

    assert (result.exit_code, "holds no capture of sensors" in result.stderr) == (1, True)

"""An optional extra that is missing is named in one line, with the command that brings it."""

import ast
import json
import sys
import tomllib
from pathlib import Path

import pytest

from imu_valgus.core import ImuValgusError, require

ROOT = Path(__file__).parents[2]
REQUIRED = sorted(
    {
        word.value.value
        for path in (ROOT / "imu_valgus").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        if isinstance(call.func, ast.Name)
        if call.func.id == "require"
        for word in call.keywords
        if word.arg == "extra"
        if isinstance(word.value, ast.Constant)
        if isinstance(word.value.value, str)
    }
)


def make_module(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(text)


def test_what_is_there_is_imported():
    assert require("json", extra="none", what="reading JSON") is json


def test_what_is_missing_is_named_with_its_extra():
    with pytest.raises(ImuValgusError) as caught:
        require("no_such_module", extra="c3d", what="reading a.c3d")

    said = (str(caught.value), caught.value.hint)
    assert said == (
        "reading a.c3d needs the optional extra c3d (no_such_module is not installed)",
        "pip install 'imu-valgus[c3d]'",
    )


def test_the_hint_says_what_does_without_the_extra():
    with pytest.raises(ImuValgusError) as caught:
        require("no_such_module", extra="c3d", what="reading a.c3d", instead="use .trc")

    assert caught.value.hint == "pip install 'imu-valgus[c3d]', or use .trc"


def test_a_system_library_that_is_missing_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    broken = "raise ImportError('libGL.so.1:\\ncannot open', name='drawn')"
    make_module(tmp_path, "imported_half", broken)

    with pytest.raises(ImuValgusError) as caught:
        require("imported_half", extra="opensim", what="solving")

    assert str(caught.value) == (
        "solving needs the optional extra opensim (drawn cannot be loaded: libGL.so.1: cannot open)"
    )


def test_a_module_of_our_own_that_is_missing_is_no_missing_extra(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    make_module(tmp_path, "stands_on_ours", "import imu_valgus.no_such_stage")

    with pytest.raises(ModuleNotFoundError):
        require("stands_on_ours", extra="web", what="serving")


def test_what_an_extra_needs_in_turn_is_named(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    make_module(tmp_path, "stands_on_uvicorn", "import uvicorn")

    with pytest.raises(ImuValgusError, match="uvicorn is not installed"):
        require("stands_on_uvicorn", extra="web", what="serving")


def test_there_are_extras_that_are_asked_for():
    assert REQUIRED


@pytest.mark.parametrize("extra", REQUIRED)
def test_an_extra_that_is_asked_for_is_one_of_the_package(extra: str):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert extra in project["optional-dependencies"]

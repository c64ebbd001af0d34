"""An optional extra that is missing is named in one line, with the command that brings it."""

import json
import sys
from pathlib import Path

import pytest

from imu_valgus.core import ImuValgusError, require, require_installed


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


def test_what_another_process_will_miss_is_named_alike():
    with pytest.raises(ImuValgusError) as caught:
        require_installed("no_such_module", extra="opensim", what="solving", instead="do not")

    said = (str(caught.value), caught.value.hint)
    assert said == (
        "solving needs the optional extra opensim (no_such_module is not installed)",
        "pip install 'imu-valgus[opensim]', or do not",
    )


def test_what_another_process_will_find_is_not_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "this", raising=False)

    require_installed("this", extra="none", what="reading the Zen")

    assert "this" not in sys.modules


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

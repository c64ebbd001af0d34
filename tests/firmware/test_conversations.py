"""Whatever a host says: the sensor answers a stated status and gives no sample that was not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from firmware.fuzz import run
from firmware.sensor import build_bench

TESTS = Path(__file__).parents[1]


def test_a_hundred_fuzzed_conversations_hold(bench: Path):
    assert run(bench, seed=0, count=100) > 1000


@pytest.mark.slow
def test_ten_thousand_fuzzed_conversations_hold(bench: Path):
    assert run(bench, seed=100, count=10_000) > 100_000


@pytest.mark.usefixtures("gcc")
def test_fuzzed_conversations_touch_no_memory_that_is_not_theirs(tmp_path: Path):
    library = build_bench(tmp_path, "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    asan = subprocess.run(
        ["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
    ).stdout.strip()
    # Python itself leaks by design; what counts is what the core reads and writes.
    sanitized = {"LD_PRELOAD": asan, "ASAN_OPTIONS": "detect_leaks=0", "PYTHONPATH": str(TESTS)}

    fuzzed = subprocess.run(
        [sys.executable, "-m", "firmware.fuzz", str(library), "20000", "20"],
        env=os.environ | sanitized,
        capture_output=True,
        text=True,
        check=False,
    )

    assert fuzzed.returncode == 0, fuzzed.stderr

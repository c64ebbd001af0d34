"""Every format is known by its content, whatever a file is called, and by no other's.

The last one, CSV of any origin, takes what the others leave.
"""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from imu_valgus.core import RecordingError
from imu_valgus.recording import FORMATS, read_sensors
from imu_valgus.recording.readers import look_at

SAMPLES = Path(__file__).with_name("samples")
FILES = [
    path
    for path in sorted(SAMPLES.rglob("*"))
    if path.is_file() and path.parent != SAMPLES and "__pycache__" not in path.parts
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SAMPLES)))
def test_a_sample_is_known_by_one_format_under_any_name(path: Path, tmp_path: Path):
    anonymous = tmp_path / "walk"
    shutil.copyfile(path, anonymous)

    *particular, _ = FORMATS
    knowing = [known.name for known in particular if known.knows(look_at(anonymous))]

    assert len(knowing) == 1


def test_formats_are_told_apart_by_name_and_summary():
    names = {known.name for known in FORMATS}
    summaries = {known.summary for known in FORMATS}

    assert len(names) == len(summaries) == len(FORMATS)


HEAD_BYTES: Final = 600
TOKENS = [
    *(bytes([byte]) for byte in b',;\t\n\r\0- .0:{[#\x02\xff"'),
    *(b"NaN", b"null", b"1e308", b"9" * 30, b"//", b"Hz"),
]
CHANGES: list[Callable[[random.Random, bytearray, int], None]] = [
    lambda rng, content, at: content.__delitem__(slice(at, at + rng.randint(1, 40))),
    lambda rng, content, at: content.__setitem__(slice(at, at), rng.choice(TOKENS)),
    lambda rng, content, at: content.__setitem__(slice(at, at + 3), rng.choice(TOKENS)),
    lambda rng, content, at: content.__setitem__(slice(at, at + 1), rng.randbytes(1)),
]


@pytest.mark.parametrize(
    "n_files", [pytest.param(15, id="few"), pytest.param(1000, id="many", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SAMPLES)))
def test_fuzz_leaves_a_file_readable_or_refused_in_one_line(
    path: Path, n_files: int, tmp_path: Path
):
    rng = random.Random(path.name)
    changed = tmp_path / path.name

    for _ in range(n_files):
        content = bytearray(path.read_bytes())
        for _ in range(rng.randint(1, 6)):
            end = len(content) if rng.random() < 0.5 else min(len(content), HEAD_BYTES)
            rng.choice(CHANGES)(rng, content, rng.randint(0, end))
        changed.write_bytes(content)

        assert "\n" not in _refusal(changed)


def _refusal(path: Path) -> str:
    """What is said of a file that cannot be read; nothing of one that can."""
    try:
        read_sensors(path, lambda _: None)
    except RecordingError as error:
        return f"{error}{error.hint}"
    return ""

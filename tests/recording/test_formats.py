"""Every format is known by its content, whatever a file is called, and by no other's.

The last one, CSV of any origin, takes what the others leave.
"""

import shutil
from pathlib import Path

import pytest

from imu_valgus.recording import FORMATS
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

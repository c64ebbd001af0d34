"""In continuous integration a skipped test is a failed one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = {
    "test_by_call.py": "import pytest\ndef test_x(): pytest.skip('no data')\n",
    "test_by_mark.py": "import pytest\n@pytest.mark.skip(reason='no data')\ndef test_x(): pass\n",
    "test_module.py": "import pytest\npytest.skip('no data', allow_module_level=True)\n",
    "test_expected_failure.py": "import pytest\n@pytest.mark.xfail\ndef test_x(): assert False\n",
}


@pytest.mark.parametrize(
    ("no_skips", "closing"),
    [("0", "3 skipped, 1 xfailed"), ("1", "1 failed, 1 xfailed, 2 errors")],
)
def test_a_skip_fails_where_none_is_allowed(
    project: Path, tmp_path: Path, no_skips: str, closing: str
):
    for name, module in SKIPS.items():
        (tmp_path / name).write_text(module)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no_skips"]

    answer = subprocess.run(
        [*command, "--continue-on-collection-errors"],
        cwd=tmp_path,
        env=os.environ
        | {"IMU_VALGUS_NO_SKIPS": no_skips, "PYTHONPATH": str(project / "tests/plugins")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert closing in answer.stdout

"""OpenSim run on the exported files: model, IMU placer, inverse kinematics.

In a process of its own: OpenSim reads paths relative to where it runs, prints, cannot be
interrupted, and may take its process down with it.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from imu_valgus.core import ImuValgusError, require_installed
from imu_valgus.export.opensim.setups import FileNames

_WORKER: Final = "imu_valgus.export.opensim.solve_worker"
_LOG: Final = "opensim.log"
_ELSEWHERE: Final = "leave out --solve and run the set-ups where OpenSim is"


def need_opensim() -> None:
    """Say how to get OpenSim where it is not there.

    Raises
    ------
    ImuValgusError
    """
    require_installed("opensim", extra="opensim", what="solving", instead=_ELSEWHERE)


def solve(folder: Path, names: FileNames, imus: Iterable[str]) -> None:
    """Build a model of what wears these IMUs, place them and solve, in ``folder``.

    Raises
    ------
    ImuValgusError
        Where OpenSim fails.
    """
    command = [sys.executable, "-m", _WORKER, ",".join(imus), names.suffix]
    answer = subprocess.run(  # noqa: S603 (this very Python, and our own words)
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    (folder / _LOG).unlink(missing_ok=True)
    if answer.returncode:
        said = answer.stderr.strip().splitlines()
        reason = said[-1] if said else f"it ended with {answer.returncode}"
        raise ImuValgusError(f"OpenSim could not solve: {reason}", hint=_ELSEWHERE)

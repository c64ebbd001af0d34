"""OpenSim on the exported files: ``python -m imu_valgus.export.opensim.solve_worker SIDES SUFFIX``.

Runs in the folder of the files; builds the model of these legs (``left,right``), then runs the
set-ups as they are. Where OpenSim fails, the exit code is 1 and its reason stands on stderr.
"""

import sys
from importlib import import_module
from typing import Any, Final, cast

from imu_valgus.core import Side
from imu_valgus.export.opensim.legs_model import build_legs
from imu_valgus.export.opensim.setups import MODEL_BUILT, FileNames

_SHOW: Final = False


def main() -> None:
    """Build, place and solve in the working folder."""
    sides = cast("tuple[Side, ...]", tuple(sys.argv[1].split(",")))
    names = FileNames(suffix=sys.argv[2], model=MODEL_BUILT)
    opensim: Any = import_module("opensim")
    opensim.Logger.setLevelString("Off")
    opensim.Logger.removeFileSink()
    try:
        build_legs(opensim, sides).printToXML(names.model_file)
        done = opensim.IMUPlacer(names.placer).run(_SHOW) and opensim.IMUInverseKinematicsTool(
            names.kinematics
        ).run(_SHOW)
    except RuntimeError as error:
        raise SystemExit(str(error).splitlines()[0]) from None
    if not done:
        raise SystemExit("it does not say why")


if __name__ == "__main__":
    main()

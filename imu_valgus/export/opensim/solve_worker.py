"""OpenSim on the exported files: ``python -m imu_valgus.export.opensim.solve_worker IMUS SUFFIX``.

Runs in the folder of the files; builds a model of what wears these IMUs (names parted by commas),
then runs the set-ups as they are. Where OpenSim fails, the exit code is 1 and its reason stands on
stderr.
"""

import sys
from importlib import import_module
from typing import Any, Final

from imu_valgus.export.opensim.legs_model import build_legs
from imu_valgus.export.opensim.setups import MODEL_BUILT, FileNames

_SHOW: Final = False


def main() -> None:
    """Build, place and solve in the working folder."""
    names = FileNames(suffix=sys.argv[2], model=MODEL_BUILT)
    opensim: Any = import_module("opensim")
    opensim.Logger.setLevelString("Off")
    opensim.Logger.removeFileSink()
    try:
        build_legs(opensim, sys.argv[1].split(",")).printToXML(names.model_file)
        done = opensim.IMUPlacer(names.placer).run(_SHOW) and opensim.IMUInverseKinematicsTool(
            names.kinematics
        ).run(_SHOW)
    except RuntimeError as error:
        raise SystemExit(str(error).splitlines()[0]) from None
    if not done:
        raise SystemExit("it does not say why")


if __name__ == "__main__":
    main()

"""OpenSim's tables: a few header lines, ``endheader``, column names, rows parted by tabs.

The layout is that of the files that OpenSim 4 itself writes (``STOFileAdapter``): of quaternions
the components stand in one column, scalar first, parted by commas.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray

_VERSION: Final = "4.5"
"""The OpenSim that reads these tables at the least."""


def write_orientations(
    path: Path, time_s: FloatArray, attitudes: Mapping[str, Rotation], *, rate_hz: float
) -> None:
    """Write attitudes (n each) over time as a table of quaternions.

    Six decimals of a quaternion are 0.0001°.
    """
    header = [
        f"DataRate={rate_hz:.6f}",
        "DataType=Quaternion",
        "version=3",
        f"OpenSimVersion={_VERSION}",
        "endheader",
        "\t".join(["time", *attitudes]),
    ]
    quaternions = [attitude.as_quat(scalar_first=True) for attitude in attitudes.values()]
    row = "\t".join(["%.6f", *["%.6f,%.6f,%.6f,%.6f"] * len(attitudes)])
    _write(path, header, np.column_stack([time_s, *quaternions]), row)


def write_motion(path: Path, time_s: FloatArray, angles: Mapping[str, FloatArray]) -> None:
    """Write coordinates (n,) each in degrees over time as a motion (``.mot``)."""
    header = [
        path.stem,
        "version=1",
        f"nRows={len(time_s)}",
        f"nColumns={len(angles) + 1}",
        "inDegrees=yes",
        "endheader",
        "\t".join(["time", *angles]),
    ]
    row = "\t".join(["%.6f"] * (len(angles) + 1))
    _write(path, header, np.column_stack([time_s, *angles.values()]), row)


def _write(path: Path, header: list[str], rows: FloatArray, row: str) -> None:
    with path.open("w", encoding="ascii", newline="\n") as file:
        np.savetxt(file, rows, fmt=row, header="\n".join(header), comments="")

"""Markers in a .c3d file, read by ezc3d (the optional extra ``c3d``)."""

from pathlib import Path
from typing import Any

import numpy as np

from imu_valgus.recording.readers import wrong
from imu_valgus.recording.readers.c3d_file import C3D_HINT, open_c3d
from imu_valgus.recording.references.marker_file import METRES, MarkerFile


def read_c3d(path: Path) -> MarkerFile:
    """Read the points of a .c3d file; time is the frame's number over the rate.

    Raises
    ------
    RecordingError
        Where the file is missing, broken or holds no points.
    ImuValgusError
        Where the extra is not installed.
    """
    content = open_c3d(path, instead="export the trial as .trc")
    return _markers(path, content)


def _markers(path: Path, content: Any) -> MarkerFile:
    said = content["parameters"]["POINT"]
    points = np.asarray(content["data"]["points"], dtype=np.float64)[:3]
    labels = [str(label) for label in said["LABELS"]["value"]]
    rate_hz = float(content["header"]["points"]["frame_rate"])
    unit = str((said["UNITS"]["value"] or ["mm"])[0]) if "UNITS" in said else "mm"
    if not points.size or not rate_hz > 0 or unit not in METRES:
        raise wrong(path, "no points with a rate and a unit of mm, cm or m", hint=C3D_HINT)
    frames = int(content["header"]["points"]["first_frame"]) + np.arange(points.shape[2])
    return MarkerFile(
        path=path,
        time_s=frames / rate_hz,
        places={label: METRES[unit] * points[:, n].T for n, label in enumerate(labels)},
    )

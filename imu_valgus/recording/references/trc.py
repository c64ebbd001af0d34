"""Markers in a .trc file (Motion Analysis, OpenSim): text, parted by tabs.

Line 1 ``PathFileType 4 (X/Y/Z) name``; lines 2 and 3 the names and values of ``DataRate``,
``Units`` (mm, cm or m) and others; line 4 ``Frame# Time`` and each marker's name over its three
columns; line 5 ``X1 Y1 Z1 …``; then a row a frame. Empty cells: the marker was lost.
"""

import io
from pathlib import Path

import numpy as np
import pandas as pd

from imu_valgus.core import RecordingError
from imu_valgus.recording.readers import open_unpacked, wrong
from imu_valgus.recording.references.marker_file import METRES, MarkerFile

_HEADER_LINES = 5
_HINT = "export the trial again as .trc"


def read_trc(path: Path) -> MarkerFile:
    """Read a .trc file, plain or gzip'd.

    Time is counted from the first row's by the data rate: some programs round it.

    Raises
    ------
    RecordingError
        Naming file and line of what is wrong.
    """
    with open_unpacked(path) as (_, raw):
        text = raw.read().decode("utf-8", errors="replace")
    lines = text.splitlines()
    if len(lines) <= _HEADER_LINES or not lines[0].startswith("PathFileType"):
        raise wrong(path, "no .trc file: it begins with no PathFileType", line=1, hint=_HINT)
    rate_hz, metres = _rate_and_unit(path, lines[1], lines[2])
    names = [name.strip() for name in lines[3].split("\t")[2:] if name.strip()]
    if not names or len(set(names)) < len(names):
        raise wrong(path, "markers without a name of their own", line=4, hint=_HINT)
    rows = _rows(path, lines[_HEADER_LINES:], columns=2 + 3 * len(names))
    frame, time_s = rows[:, 0], rows[:, 1]
    places = metres * rows[:, 2:].reshape(len(rows), -1, 3)
    return MarkerFile(
        path=path,
        time_s=time_s[0] + (frame - frame[0]) / rate_hz,
        places={name: places[:, marker] for marker, name in enumerate(names)},
    )


def _rate_and_unit(path: Path, names: str, values: str) -> tuple[float, float]:
    said = dict(zip(names.split("\t"), values.split("\t"), strict=False))
    try:
        rate_hz, metres = float(said["DataRate"]), METRES[said["Units"].strip()]
    except (KeyError, ValueError):
        rate_hz = metres = 0.0
    if not rate_hz > 0:
        raise wrong(path, "no DataRate, or no Units of mm, cm or m", line=3, hint=_HINT)
    return rate_hz, metres


def _rows(
    path: Path, lines: list[str], *, columns: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    body = "\n".join(line for line in lines if line.strip())
    try:
        table = pd.read_csv(
            io.StringIO(body), sep="\t", header=None, usecols=range(columns), dtype=np.float64
        )
    except (ValueError, pd.errors.EmptyDataError) as error:
        what = str(error).splitlines()[0]
        raise RecordingError(f"{path}: its rows are no markers: {what}", hint=_HINT) from error
    rows = table.to_numpy()
    if len(rows) < 2 or not (np.diff(rows[:, 0]) > 0).all():
        raise wrong(path, "frames must count upwards, two or more", hint=_HINT)
    return rows

"""Optical markers: read from a file, made whole and smooth, taken together as shells."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from scipy.signal import butter, sosfiltfilt

from imu_valgus.core import FloatArray, Markers, RecordingError

_TWO_PASSES: Final = 0.802
"""Cut-off of a 2nd-order Butterworth filter run forwards and backwards, over that of one pass
(Winter 2009, doi:10.1002/9780470549148)."""


def read_markers(path: Path) -> dict[str, FloatArray]:
    """Read a tab-separated table of markers in millimetres, as RBDS publishes them; also .gz.

    Columns are a marker's name and X, Y or Z. A marker that was lost is filled in linearly. The
    column of times is left alone: it is rounded to a millisecond.

    Raises
    ------
    RecordingError
        Where the file is missing or holds no such table.
    """
    try:
        table = pd.read_csv(path, sep="\t")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise RecordingError(
            f"{path} cannot be read as a table of markers",
            hint="name a tab-separated file of markers in millimetres",
        ) from error
    names = [str(column)[:-1] for column in table.columns if str(column).endswith("X")]
    missing = [name + axis for name in names for axis in "YZ" if name + axis not in table.columns]
    if missing or not names:
        raise RecordingError(
            f"{path} lacks the column {missing[0]}" if missing else f"{path} holds no markers",
            hint="columns are a marker's name and X, Y or Z, such as R.KneeX",
        )
    whole = table.interpolate(limit_direction="both")
    return {
        name: whole[[name + axis for axis in "XYZ"]].to_numpy(dtype=np.float64) / 1000
        for name in names
    }


def smooth(values: FloatArray, *, rate_hz: float, cutoff_hz: float) -> FloatArray:
    """Low-pass (n, …) values without a shift in time; ``cutoff_hz`` is −3 dB of both passes."""
    sections = butter(2, cutoff_hz / _TWO_PASSES, fs=rate_hz, output="sos")
    return np.asarray(sosfiltfilt(sections, values, axis=0), dtype=np.float64)


def shell(markers: Markers, names: Sequence[str]) -> FloatArray:
    """Return the markers of a shell together, (n, markers, 3)."""
    return np.stack([markers[name] for name in names], axis=1)

"""Optical markers: read from a file, made whole and smooth, fitted as rigid shells."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from scipy.signal import butter, sosfiltfilt
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, RecordingError

Markers = Mapping[str, FloatArray]
"""By name the places (n, 3) in m, laboratory axes x forward, y up, z right."""

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


def fit_rigid(reference: FloatArray, places: FloatArray) -> tuple[Rotation, FloatArray]:
    """Fit the rigid motion that carries a shell from its reference onto each frame.

    Least squares by singular values [1]_ [2]_.

    Parameters
    ----------
    reference : (markers, 3)
    places : (n, markers, 3)

    Returns
    -------
    Rotation, (n, 3)
        ``turn.apply(point) + shift`` carries a point of the reference along.

    References
    ----------
    .. [1] Kabsch (1976), Acta Cryst A32, 922–923, doi:10.1107/S0567739476001873.
    .. [2] Söderkvist & Wedin (1993), J Biomech 26(12), 1473–1477,
       doi:10.1016/0021-9290(93)90098-Y.
    """
    centre, centres = reference.mean(axis=0), places.mean(axis=1)
    covariance = np.einsum("nmi,mj->nij", places - centres[:, None], reference - centre)
    left, _, right = np.linalg.svd(covariance)
    left[:, :, 2] *= np.linalg.det(left @ right)[:, None]
    turn = Rotation.from_matrix(left @ right)
    return turn, centres - turn.apply(centre)

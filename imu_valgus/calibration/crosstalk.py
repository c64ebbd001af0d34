"""Turn the flexion axis until valgus no longer goes with flexion: only where a user asks for it."""

import numpy as np
from scipy.optimize import brentq
from scipy.spatial.transform import Rotation

from imu_valgus.calibration.segment_frames import LegAlignment
from imu_valgus.core import CalibrationError, FloatArray

_WIDEST_RAD = np.radians(45.0)


def crosstalk_turn(shank_axis: FloatArray) -> float:
    """Return the turn of the flexion axis that makes flexion a principal component of the knee.

    Parameters
    ----------
    shank_axis : (n, 3)
        The shank's long axis, upwards, in the thigh's axes (x forward, y up, z right), running.

    Returns
    -------
    float
        Radians about the thigh's long axis; with it, flexion and valgus are uncorrelated over
        these samples, so that the first of their principal components is flexion alone.

    Raises
    ------
    CalibrationError
        Where no turn within 45° does so.

    Notes
    -----
    After Baudet et al. [1]_, who correct the angles; here the axis is turned, so that all angles
    stay those of one joint. A false axis makes valgus go with flexion, but so may a knee: what is
    true in the correlation is lost.

    References
    ----------
    .. [1] Baudet et al. (2014), PLoS ONE 9(7), e102098, doi:10.1371/journal.pone.0102098.
    """

    def covariance(turn_rad: float) -> float:
        x, y, z = Rotation.from_rotvec([0.0, -turn_rad, 0.0]).apply(shank_axis).T
        flexion, valgus = np.arctan2(x, y), np.arcsin(np.clip(z, -1.0, 1.0))
        return float(np.mean((flexion - flexion.mean()) * valgus))

    if len(shank_axis) < 2 or covariance(-_WIDEST_RAD) * covariance(_WIDEST_RAD) >= 0:
        raise CalibrationError(
            "no turn of the flexion axis frees valgus of flexion",
            hint="does the session hold running? analyse it without --pca-crosstalk",
        )
    return float(brentq(covariance, -_WIDEST_RAD, _WIDEST_RAD, xtol=1e-9))


def turn_alignment(alignment: LegAlignment, turn_rad: float) -> LegAlignment:
    """Turn both segments' axes about their long axes: internal rotation keeps its zero."""
    turn = Rotation.from_rotvec([0.0, -turn_rad, 0.0])
    return LegAlignment(thigh=turn * alignment.thigh, shank=turn * alignment.shank)

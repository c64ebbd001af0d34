"""The angles of each stride, and of each repetition, in numbers."""

import numpy as np
import pandas as pd

from imu_valgus.core import FloatArray
from imu_valgus.strides import normalise

_STEPS = 101


def angle_metrics(
    angles: pd.DataFrame, start_s: FloatArray, toe_off_s: FloatArray, stop_s: FloatArray
) -> dict[str, FloatArray]:
    """Read each stride's angles at contact, at their peaks and over stance.

    Parameters
    ----------
    angles : DataFrame
        One leg's: time_s, flexion_deg, valgus_deg, internal_rotation_deg, thigh_tilt_deg,
        shank_tilt_deg.
    start_s, toe_off_s, stop_s : (k,)
        Initial contact, toe-off and next contact; where toe-off is NaN so is all of stance.

    Returns
    -------
    dict of FloatArray
        The angle columns of the stride log, (k,) each, read at every percent of [contact, toe-off).
        Tilts peak towards valgus: the thigh's lower end furthest inwards (minimum), the shank's
        furthest outwards (maximum).
    """

    def stance(name: str) -> FloatArray:
        return _between(angles, name, start_s, toe_off_s)

    valgus, flexion = stance("valgus_deg"), stance("flexion_deg")
    rotation = stance("internal_rotation_deg")
    at_contact = {
        name: _between(angles, name, start_s, stop_s)[:, 0]
        for name in ("valgus_deg", "flexion_deg")
    }
    peak_idx = np.argmax(valgus, axis=1)
    peak = _at(valgus, peak_idx)
    return {
        "valgus_ic_deg": at_contact["valgus_deg"],
        "valgus_peak_deg": peak,
        "valgus_peak_pct": np.where(np.isnan(peak), np.nan, 100.0 * peak_idx / (_STEPS - 1)),
        "valgus_excursion_deg": peak - valgus[:, 0],
        "valgus_rom_deg": peak - valgus.min(axis=1),
        "valgus_mean_deg": valgus.mean(axis=1),
        "valgus_at_peak_flexion_deg": _at(valgus, np.argmax(flexion, axis=1)),
        "flexion_ic_deg": at_contact["flexion_deg"],
        "flexion_peak_stance_deg": flexion.max(axis=1),
        "flexion_peak_swing_deg": _between(angles, "flexion_deg", toe_off_s, stop_s).max(axis=1),
        "internal_rotation_peak_deg": rotation.max(axis=1),
        "internal_rotation_excursion_deg": rotation.max(axis=1) - rotation[:, 0],
        "thigh_tilt_peak_deg": stance("thigh_tilt_deg").min(axis=1),
        "shank_tilt_peak_deg": stance("shank_tilt_deg").max(axis=1),
    }


def repetition_angles(
    angles: pd.DataFrame, start_s: FloatArray, deepest_s: FloatArray, end_s: FloatArray
) -> dict[str, FloatArray]:
    """Read each repetition's angles at its start, at its deepest point and from start to end.

    Parameters
    ----------
    angles : DataFrame
        As for :func:`angle_metrics`.
    start_s, deepest_s, end_s : (k,)

    Returns
    -------
    dict of FloatArray
        The angle columns of the log of repetitions, (k,) each; excursion is the maximum minus the
        value at the start, and tilts peak towards valgus.
    """

    def whole(name: str) -> FloatArray:
        return _between(angles, name, start_s, end_s)

    valgus, flexion = whole("valgus_deg"), whole("flexion_deg")
    rotation = whole("internal_rotation_deg")
    return {
        "valgus_start_deg": valgus[:, 0],
        "valgus_at_deepest_deg": _between(angles, "valgus_deg", deepest_s, end_s)[:, 0],
        "valgus_peak_deg": valgus.max(axis=1),
        "valgus_mean_deg": valgus.mean(axis=1),
        "valgus_excursion_deg": valgus.max(axis=1) - valgus[:, 0],
        "flexion_start_deg": flexion[:, 0],
        "flexion_peak_deg": flexion.max(axis=1),
        "internal_rotation_excursion_deg": rotation.max(axis=1) - rotation[:, 0],
        "thigh_tilt_peak_deg": whole("thigh_tilt_deg").min(axis=1),
        "shank_tilt_peak_deg": whole("shank_tilt_deg").max(axis=1),
    }


def _between(
    angles: pd.DataFrame, name: str, first_s: FloatArray, last_s: FloatArray
) -> FloatArray:
    """Read one angle at every percent of [first, last): (k, 100)."""
    time_s, values = (angles[column].to_numpy(dtype=np.float64) for column in ("time_s", name))
    return normalise(time_s, values, first_s, last_s, _STEPS)[:, :-1]


def _at(rows: FloatArray, idx: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> FloatArray:
    return rows[np.arange(len(rows)), idx]

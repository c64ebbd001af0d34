"""How far a method's angles are from the truth, in degrees and milliseconds."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from accuracy.case import Group, LegAngles, LegCase, Truth

from imu_valgus.core import BoolArray, FloatArray

SHIFTS_S: Final = np.arange(-0.060, 0.0601, 0.001)
"""One shift for the whole recording, where the reference's clock is only roughly the sensors'."""
PRIMARY: Final[dict[Group, str]] = {
    "simulated": "valgus_rmse_deg",
    "measured": "shape_rmse_deg",
    "walks": "shape_rmse_deg",
}
"""By which methods, and a method's variants, are compared."""
_CONFIDENCE: Final = 1.96
_SAME_CONTACT_S: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one method did on one leg; None where the case does not tell.

    Parameters
    ----------
    valgus_rmse_deg : float
        Of all samples of the run, both zero at standing.
    shape_rmse_deg, shape_r : float
        Of valgus with the mean removed, and its correlation; over trials their mean.
    flexion_rmse_deg : float
        Over trials with each trial's mean removed.
    peak_bias_deg, excursion_bias_deg : float
        Mean error of the stance's maximum, and of how far it lies above initial contact.
    peak_error_sd_deg, excursion_error_sd_deg : float
        Spread of those errors between strides.
    peak_change_error_deg : float
        Change of the peak from the first to the last tenth of the strides, against the truth's.
    sync_residual_ms : float
        Root mean square over the run of when the shank's samples were taken, found minus true.
    covered, excursion_covered : float
        Share of the samples of stance, and of strides, whose true valgus or excursion lies within
        1.96 standard deviations of what was found; against optics, whose zero is not standing, of
        all samples and with the error's mean removed.
    shift_ms : float
        By which the reference was moved to fit, by flexion alone.
    """

    valgus_rmse_deg: float | None = None
    shape_rmse_deg: float | None = None
    shape_r: float | None = None
    flexion_rmse_deg: float | None = None
    peak_bias_deg: float | None = None
    peak_error_sd_deg: float | None = None
    excursion_bias_deg: float | None = None
    excursion_error_sd_deg: float | None = None
    peak_change_error_deg: float | None = None
    sync_residual_ms: float | None = None
    covered: float | None = None
    excursion_covered: float | None = None
    shift_ms: float | None = None


def score(case: LegCase, found: LegAngles) -> Score:
    """Hold a method's angles against the case's truth."""
    return _score_trials(case, found) if case.group == "walks" else _score_run(case, found)


def _score_run(case: LegCase, found: LegAngles) -> Score:
    """Score a run whose truth is exact: no shift in time, no mean removed but for the shape."""
    truth = case.truth
    valgus_deg = np.interp(truth.time_s, found.time_s, found.valgus_deg)
    error = valgus_deg - truth.valgus_deg
    flexion = np.interp(truth.time_s, found.time_s, found.flexion_deg) - truth.flexion_deg
    peaks, excursions = _stance_errors(case, found)
    stance = _in_stance(truth)
    tenth = max(len(peaks) // 10, 1)
    return Score(
        valgus_rmse_deg=_rms(error),
        shape_rmse_deg=float(np.std(error)),
        shape_r=_r(valgus_deg, truth.valgus_deg),
        flexion_rmse_deg=_rms(flexion),
        peak_bias_deg=float(np.mean(peaks)),
        peak_error_sd_deg=float(np.std(peaks, ddof=1)),
        excursion_bias_deg=float(np.mean(excursions)),
        excursion_error_sd_deg=float(np.std(excursions, ddof=1)),
        peak_change_error_deg=float(np.mean(peaks[-tenth:]) - np.mean(peaks[:tenth])),
        sync_residual_ms=_sync_residual_ms(case, found),
        covered=_covered(found, truth.time_s[stance], error[stance]),
        excursion_covered=_excursion_covered(case, found),
    )


def _in_stance(truth: Truth) -> BoolArray:
    """Tell which of the truth's samples lie in [initial contact, toe-off)."""
    last = np.searchsorted(truth.initial_contact_s, truth.time_s, side="right") - 1
    return (last >= 0) & (truth.time_s < truth.toe_off_s[last])


def _excursion_covered(case: LegCase, found: LegAngles) -> float | None:
    """Match strides by contact and hold each excursion's interval against the true excursion."""
    if found.strides is None:
        return None
    truth = case.truth
    good = found.strides[found.strides["quality"] == "good"]
    contact_s, excursion_deg, sd_deg = (
        good[name].to_numpy(dtype=np.float64)
        for name in ("initial_contact_s", "valgus_excursion_deg", "valgus_excursion_sd_deg")
    )
    nearest = np.argmin(np.abs(contact_s[:, None] - truth.initial_contact_s), axis=1)
    near = np.abs(contact_s - truth.initial_contact_s[nearest]) < _SAME_CONTACT_S
    firsts, lasts = (
        np.searchsorted(truth.time_s, instants[nearest])
        for instants in (truth.initial_contact_s, truth.toe_off_s)
    )
    near &= (lasts > firsts) & (lasts < len(truth.time_s)) & (firsts > 0)
    true_deg = np.array(
        [
            truth.valgus_deg[first:last].max() - truth.valgus_deg[first]
            for first, last in zip(firsts[near], lasts[near], strict=True)
        ]
    )
    inside = np.abs(excursion_deg[near] - true_deg) <= _CONFIDENCE * sd_deg[near]
    return float(np.mean(inside)) if inside.size else None


def _stance_errors(case: LegCase, found: LegAngles) -> tuple[FloatArray, FloatArray]:
    """Return the errors (k,) of the stance's maximum and of the excursion, by the true contacts.

    The truth is read at the method's samples: neither is favoured by a denser one.
    """
    truth = case.truth
    true_deg = np.interp(found.time_s, truth.time_s, truth.valgus_deg)
    firsts, lasts = (
        np.searchsorted(found.time_s, instants)
        for instants in (truth.initial_contact_s, truth.toe_off_s)
    )
    inside = (truth.initial_contact_s >= truth.time_s[0]) & (truth.toe_off_s <= truth.time_s[-1])
    inside &= (lasts > firsts) & (lasts <= len(found.time_s))
    peaks: list[float] = []
    excursions: list[float] = []
    for first, last in zip(firsts[inside], lasts[inside], strict=True):
        ours, true = found.valgus_deg[first:last], true_deg[first:last]
        peaks.append(float(ours.max() - true.max()))
        excursions.append(float((ours.max() - ours[0]) - (true.max() - true[0])))
    return np.array(peaks), np.array(excursions)


def _score_trials(case: LegCase, found: LegAngles) -> Score:
    """Score short trials against optics: one shift for all by flexion, each trial's mean off."""
    spreads = [_trial_errors(case, found, shift)[1].mean() for shift in SHIFTS_S]
    shift_s = float(SHIFTS_S[int(np.argmin(spreads))])
    shape, flexion, r = _trial_errors(case, found, shift_s)
    truth = case.truth
    valgus_deg = np.interp(truth.time_s + shift_s, found.time_s, found.valgus_deg)
    error = valgus_deg - truth.valgus_deg
    return Score(
        shape_rmse_deg=float(shape.mean()),
        shape_r=float(r.mean()),
        flexion_rmse_deg=float(flexion.mean()),
        covered=_covered(found, truth.time_s + shift_s, error - error.mean()),
        shift_ms=1e3 * shift_s,
    )


def _trial_errors(
    case: LegCase, found: LegAngles, shift_s: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return for each trial the spread of the error of valgus and of flexion, and valgus' r."""
    truth = case.truth
    rows: list[tuple[float, float, float]] = []
    for trial in np.unique(truth.trial):
        own = truth.trial == trial
        at_s = truth.time_s[own] + shift_s
        valgus_deg = np.interp(at_s, found.time_s, found.valgus_deg)
        flexion_deg = np.interp(at_s, found.time_s, found.flexion_deg)
        rows.append(
            (
                float(np.std(valgus_deg - truth.valgus_deg[own])),
                float(np.std(flexion_deg - truth.flexion_deg[own])),
                _r(valgus_deg, truth.valgus_deg[own]),
            )
        )
    shape, flexion, r = np.array(rows).T
    return shape, flexion, r


def _sync_residual_ms(case: LegCase, found: LegAngles) -> float | None:
    if found.shank_s is None:
        return None
    start_s, stop_s = case.truth.time_s[[0, -1]]
    running = (case.shank_s >= start_s) & (case.shank_s < stop_s)
    return 1e3 * _rms((found.shank_s - case.shank_s)[running])


def _covered(found: LegAngles, at_s: FloatArray, error_deg: FloatArray) -> float | None:
    if found.valgus_sd_deg is None:
        return None
    sd_deg = np.interp(at_s, found.time_s, found.valgus_sd_deg)
    return float(np.mean(np.abs(error_deg) <= _CONFIDENCE * sd_deg))


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _r(values: FloatArray, others: FloatArray) -> float:
    return float(np.corrcoef(values, others)[0, 1])

"""One sensor by itself: gravity at rest, clipping, rate, gaps."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu_valgus.core import GAP_PERIODS, GRAVITY_MPS2, BoolArray, FloatArray, ImuSignal, Placement
from imu_valgus.quality.findings import Finding, Severity
from imu_valgus.quality.stillness import Stillness

_KNOWN_SCALES: Final = (
    (GRAVITY_MPS2, "m/s² were taken for g"),
    (1 / GRAVITY_MPS2, "g were taken for m/s²"),
    (1000.0, "thousandths of g were taken for g"),
)
_IMPORT_HINT: Final = "import again with the right unit in the column names: acc_x_g or acc_x_mps2"


@dataclass(frozen=True, slots=True)
class SignalParams:
    """Where a sensor's signal stops being as it should be.

    Parameters
    ----------
    gravity_g : float
        |a| at rest may miss 1 g by this: zero-g offset ± 40 mg and 1 % of scale are within the
        data sheets of common sensors (Bosch BMI160).
    gravity_unit_g : float
        Beyond this it is no matter of calibration but of unit or range.
    at_the_end, clipped_by : float
        The gyroscope clipped where its largest value, to within ``at_the_end``, occurs in more than
        this share of the clipped samples; else it was the accelerometer.
    clipped_share : float
        Impacts of running last some 1 % of the time; a warning where half of that is lost.
    rate_hz : float
        100 Hz, less what a clock may be off: below, contacts are found to worse than ± 10 ms.
    jitter_share : float
        How far the steps are off whole sampling periods (RMS), as a share of one; a crystal's are
        far below 0.01, the arrival times of packets above 0.1.
    bridged_periods : float
        Longer steps say nothing about that.
    pause_s : float
        A longer gap is a pause between trials, not lost samples.
    lost_share, longest_gap_s : float
        More lost samples, or a longer gap, cost strides.
    """

    gravity_g: float = 0.05
    gravity_unit_g: float = 0.2
    at_the_end: float = 0.998
    clipped_by: float = 0.1
    clipped_share: float = 0.005
    rate_hz: float = 95.0
    jitter_share: float = 0.1
    bridged_periods: float = 20.0
    pause_s: float = 5.0
    lost_share: float = 0.01
    longest_gap_s: float = 0.25


def check_signal(
    signal: ImuSignal,
    *,
    placement: Placement,
    at_rest: Stillness | None,
    params: SignalParams = SignalParams(),
) -> tuple[Finding, ...]:
    """Look at one sensor by itself: gravity at rest, clipping, rate and jitter, gaps, pauses."""
    steps_s = np.diff(signal.time_s)
    period_s = float(np.median(steps_s))
    lost_s = steps_s[steps_s > GAP_PERIODS * period_s]
    short_s = steps_s[steps_s <= params.bridged_periods * period_s]
    off_s = short_s - period_s * np.maximum(np.round(short_s / period_s), 1.0)
    return (
        _gravity(placement, at_rest, params),
        _clipping(placement, signal, params),
        _rate(placement, signal.sampling_rate_hz, float(np.sqrt(np.mean(off_s**2))), params),
        _gaps(placement, lost_s[lost_s <= params.pause_s], period_s, len(signal), params),
        *_pauses(placement, lost_s[lost_s > params.pause_s]),
    )


def _gravity(placement: Placement, at_rest: Stillness | None, params: SignalParams) -> Finding:
    if at_rest is None:
        return Finding(
            severity="warning",
            topic="gravity",
            placement=placement,
            unit="g",
            text="never still for a second: nothing to weigh gravity with",
            hint="stand still for ten seconds before and after the run",
        )
    reading_g = at_rest.acc_norm_mps2 / GRAVITY_MPS2
    off_g = abs(reading_g - 1.0)
    severity: Severity = "ok"
    text, hint = f"reads {reading_g:.3f} g at rest", ""
    if off_g > params.gravity_unit_g:
        severity, hint = "error", _IMPORT_HINT
        text += f": {_scale_meaning(reading_g)}"
    elif off_g > params.gravity_g:
        severity, hint = "warning", "calibrate the accelerometer as its maker says; tilt suffers"
    return Finding(
        severity=severity,
        topic="gravity",
        placement=placement,
        number=reading_g,
        unit="g",
        text=text,
        hint=hint,
    )


def _scale_meaning(reading_g: float) -> str:
    for scale, meaning in _KNOWN_SCALES:
        if abs(reading_g / scale - 1.0) < 0.1:
            return meaning
    return "its range was set or read wrongly"


def _clipping(placement: Placement, signal: ImuSignal, params: SignalParams) -> Finding:
    share = float(signal.clipped.mean())
    severity: Severity = "ok"
    text, hint = "no axis reached the end of its range", ""
    if share > 0:
        turning = _at_the_end(signal.gyr_radps, signal.clipped, params)
        which = "gyroscope" if turning else "accelerometer"
        severity = "warning" if turning or share > params.clipped_share else "note"
        count = int(signal.clipped.sum())
        text = f"the {which} sat at the end of its range in {count} samples ({share:.2%})"
        hint = "set a wider range; " + (
            "angles around these samples are wrong" if turning else "the shock columns read too low"
        )
    return Finding(
        severity=severity,
        topic="clipping",
        placement=placement,
        number=100.0 * share,
        unit="%",
        text=text,
        hint=hint,
    )


def _at_the_end(values: FloatArray, clipped: BoolArray, params: SignalParams) -> bool:
    """Tell whether these (n, 3) values are what was clipped: at their largest in these samples."""
    magnitude = np.abs(values).max(axis=1)
    at_largest = magnitude[clipped] >= params.at_the_end * magnitude.max()
    return bool(at_largest.mean() > params.clipped_by)


def _rate(placement: Placement, rate_hz: float, jitter_s: float, params: SignalParams) -> Finding:
    severity: Severity = "ok"
    hint = ""
    if jitter_s * rate_hz > params.jitter_share:
        severity = "warning"
        hint = "these look like arrival times of packets: import the sensor's own clock"
    elif rate_hz < params.rate_hz:
        severity = "warning"
        hint = "set 100 Hz or more: contacts are found to about one sample"
    return Finding(
        severity=severity,
        topic="rate",
        placement=placement,
        number=rate_hz,
        unit="Hz",
        text=f"{rate_hz:.2f} Hz by its own clock, steps off by {jitter_s * 1e3:.3f} ms",
        hint=hint,
    )


def _gaps(
    placement: Placement, gaps_s: FloatArray, period_s: float, kept: int, params: SignalParams
) -> Finding:
    lost = int(np.sum(np.round(gaps_s / period_s) - 1))
    share = lost / (kept + lost)
    severity: Severity = "ok"
    text, hint = "no sample is missing", ""
    if len(gaps_s):
        many = share > params.lost_share or gaps_s.max() > params.longest_gap_s
        severity = "warning" if many else "note"
        text = (
            f"{len(gaps_s)} gap{'s' * (len(gaps_s) > 1)}, {lost} samples lost ({share:.2%}), "
            f"{gaps_s.sum():.2f} s in all, the longest {gaps_s.max():.2f} s"
        )
        hint = "strides with a gap are marked; keep the receiver near, or log on the sensor"
    return Finding(
        severity=severity,
        topic="gaps",
        placement=placement,
        number=100.0 * share,
        unit="%",
        text=text,
        hint=hint,
    )


def _pauses(placement: Placement, pauses_s: FloatArray) -> tuple[Finding, ...]:
    if not len(pauses_s):
        return ()
    text = f"{len(pauses_s)} pauses between trials, the longest {pauses_s.max():.0f} s"
    return (
        Finding(
            severity="note",
            topic="pauses",
            placement=placement,
            number=float(len(pauses_s)),
            text=text,
        ),
    )

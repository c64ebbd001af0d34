"""The sensors' clocks: how far apart they start, how fast they part, and how well that is known."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from imu_valgus.core import Placement, Side, placement_of
from imu_valgus.quality.findings import Finding, Severity
from imu_valgus.sync import ClockFit, ClockParams, LegSync


@dataclass(frozen=True, slots=True)
class ClockLimits:
    """Where a clock deserves a look.

    Parameters
    ----------
    residual_s : float
        Spread of the tie about its line; the joint's acceleration takes away what stays below.
    shared_s : float
        Sensors said to share a clock may be this far apart: lateness, and the lag between the
        segments' movement.
    drift_ppm : float
        A quartz in a sensor is off by 50 ppm at most, two by 100; twice that is a wrong rate or a
        failing clock.
    lag_s : float
        By how much the lag between the thigh's and the shank's movement differs between activities:
        a drift less than this over the session cannot be told from it.
    drift_windows : int
        Fewer windows say nothing about a drift.
    """

    residual_s: float = 0.1
    shared_s: float = 0.1
    drift_ppm: float = 200.0
    lag_s: float = 0.03
    drift_windows: int = 5


def check_clocks(
    within: Mapping[Side, ClockFit],
    across: LegSync | None,
    *,
    reference: Placement,
    shared: Collection[Placement] = (),
    params: ClockLimits = ClockLimits(),
) -> tuple[Finding, ...]:
    """Say how the clocks within each leg, and those of the two legs, stand to each other.

    Parameters
    ----------
    within : mapping of ClockFit
        Each leg's second sensor against its first: shank against thigh, but thigh against the shank
        where that is the reference.
    across : LegSync, optional
        The leg without the reference against the other one.
    reference : Placement
        The sensor whose clock counts the session's time.
    shared : collection of Placement
        Sensors said to count from the same moment.
    params : ClockLimits
    """
    findings: list[Finding] = []
    for side, fit in within.items():
        pair = placement_of(side, "thigh"), placement_of(side, "shank")
        first, second = pair[::-1] if reference == pair[1] else pair
        findings.append(_offset(second, first, fit, same=set(pair) <= set(shared), params=params))
        findings += _drift(second, first, fit, params)
    if across is not None:
        findings.append(_legs(across))
    return tuple(findings)


def _offset(
    placement: Placement, to: Placement, fit: ClockFit, *, same: bool, params: ClockLimits
) -> Finding:
    severity: Severity = "ok"
    text = f"{fit.offset_s:+.3f} s against {to}"
    if fit.n_windows >= params.drift_windows:
        text += f", good to {fit.residual_s * 1e3:.0f} ms"
    hint = ""
    if not fit.n_windows:
        severity = "warning"
        text = f"no movement in common with {to}: the clocks cannot be tied"
        hint = "start all sensors together, and stop them together"
    elif same and abs(fit.offset_s) > params.shared_s:
        severity = "warning"
        text += ", though they are said to share a clock"
        hint = "import again with --clock own"
    elif fit.residual_s > params.residual_s:
        severity = "warning"
        hint = "a clock that jumps: look for a restart of the sensor, and cut the session there"
    return Finding(
        severity=severity,
        topic="clock",
        placement=placement,
        number=fit.offset_s if fit.n_windows else None,
        unit="s",
        text=text,
        hint=hint,
    )


def _drift(
    placement: Placement, to: Placement, fit: ClockFit, params: ClockLimits
) -> tuple[Finding, ...]:
    if not fit.n_windows:
        return ()
    error_ppm = _drift_error_ppm(fit, params)
    known = bool(np.isfinite(error_ppm))
    fast = known and abs(fit.drift_ppm) > params.drift_ppm + 2 * error_ppm
    return (
        Finding(
            severity="warning" if fast else "ok",
            topic="drift",
            placement=placement,
            number=fit.drift_ppm if known else None,
            unit="ppm",
            text=f"{fit.drift_ppm:+.0f} ± {error_ppm:.0f} ppm against {to}"
            if known
            else "the session is too short to see a drift",
            hint="it is taken out, but more than a quartz does: look at the sensor's set rate"
            if fast
            else "",
        ),
    )


def _drift_error_ppm(fit: ClockFit, params: ClockLimits) -> float:
    """Return the standard error of the slope of a line through even windows, from their spread."""
    if fit.n_windows < params.drift_windows:
        return float("inf")
    spread_s = max(params.lag_s, 1.4826 * fit.residual_s)  # MAD to SD of a normal distribution
    length_s = fit.n_windows * ClockParams().window_s
    return 1e6 * spread_s / length_s * float(np.sqrt(12 / fit.n_windows))


def _legs(across: LegSync) -> Finding:
    sure = across.method in {"shared epoch", "squats"}
    texts = {
        "shared epoch": "both legs count from the same moment",
        "squats": f"the legs are {across.fit.offset_s:+.3f} s apart, by what both do in squats",
        "start and stop": f"the legs are about {across.fit.offset_s:+.1f} s apart, by starts and "
        "stops: within half a stride",
        "unknown": "how far the legs' clocks are apart is not known",
    }
    return Finding(
        severity="ok" if sure else "note",
        topic="clock",
        number=None if across.method == "unknown" else across.fit.offset_s,
        unit="s",
        text=texts[across.method],
        hint="" if sure else "five squats tie the legs; each leg by itself is not concerned",
    )

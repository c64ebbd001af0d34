"""The sensors' clocks: how far apart they start, how fast they part, and one time for all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from imu_valgus.core import ImuSignal, Placement, placement_of, side_of
from imu_valgus.quality.findings import Finding, Severity
from imu_valgus.sync import ClockFit, ClockParams, align_clocks


@dataclass(frozen=True, slots=True)
class ClockLimits:
    """Where a clock deserves a look.

    Parameters
    ----------
    residual_s : float
        Spread of the tie about its line; the joint's acceleration takes away what stays below.
    drift_ppm : float
        A quartz in a sensor is off by 50 ppm at most, two by 100; twice that is a wrong rate or a
        failing clock.
    """

    residual_s: float = 0.1
    drift_ppm: float = 200.0


@dataclass(frozen=True, slots=True)
class Tie:
    """One sensor's clock, tied to another's.

    ``fit`` turns the time of ``placement`` into that of ``to``. ``shared``: both count from the
    same moment, and ``fit`` changes nothing.
    """

    placement: Placement
    to: Placement
    fit: ClockFit
    shared: bool


_UNCHANGED = ClockFit(offset_s=0.0, drift_ppm=0.0, residual_s=0.0, correlation=1.0, n_windows=0)


def tie_clocks(
    signals: Mapping[Placement, ImuSignal],
    *,
    reference: Placement,
    shared: Collection[Placement] = (),
) -> tuple[Tie, ...]:
    """Tie every sensor's clock to the reference's, each over its leg's thigh where it has one.

    Parameters
    ----------
    signals : mapping of ImuSignal
        Each on its own clock.
    reference : Placement
        One of them, whose clock counts the session's time.
    shared : collection of Placement
        Sensors that share the reference's clock.

    Returns
    -------
    tuple of Tie
        In an order in which every ``to`` stands before. Across the legs a tie is good to half a
        stride: enough to find activities, not to compare contacts.
    """
    ties: list[Tie] = []
    tied = {reference}
    for placement in sorted(signals, key=lambda p: not p.endswith("_thigh")):
        if placement == reference:
            continue
        side = side_of(placement)
        thigh = placement_of(side, "thigh") if side else reference
        to = thigh if thigh in tied and thigh != placement else reference
        same = placement in shared and to in {*shared, reference}
        fit = _UNCHANGED if same else align_clocks(signals[to], signals[placement])
        if side_of(to) != side:  # strides of two legs slip by half a stride: no drift to see there
            fit = replace(fit, drift_ppm=0.0)
        ties.append(Tie(placement, to, fit, same))
        tied.add(placement)
    return tuple(ties)


def on_session_time(
    signals: Mapping[Placement, ImuSignal], ties: tuple[Tie, ...]
) -> dict[Placement, ImuSignal]:
    """Return the signals on the reference's clock, by ties in the order of :func:`tie_clocks`."""
    ways: dict[Placement, list[ClockFit]] = {}
    for tie in ties:
        ways[tie.placement] = [tie.fit, *ways.get(tie.to, [])]
    placed = dict(signals)
    for placement, fits in ways.items():
        for fit in fits:
            placed[placement] = fit.apply(placed[placement])
    return placed


def check_clocks(
    ties: tuple[Tie, ...], *, params: ClockLimits = ClockLimits()
) -> tuple[Finding, ...]:
    """Say how every sensor's clock stands to the one it is tied to."""
    return tuple(_clock(tie, params) for tie in ties)


def _clock(tie: Tie, params: ClockLimits) -> Finding:
    if tie.shared:
        return Finding(
            severity="ok",
            topic="clock",
            placement=tie.placement,
            number=0.0,
            unit="s",
            text=f"counts from the same moment as {tie.to}",
        )
    if not tie.fit.n_windows:
        return Finding(
            severity="warning",
            topic="clock",
            placement=tie.placement,
            unit="s",
            text=f"no movement in common with {tie.to}: its clock cannot be tied",
            hint="start and stop all sensors together and jump three times at the start",
        )
    if side_of(tie.placement) != side_of(tie.to):
        return Finding(
            severity="note",
            topic="clock",
            placement=tie.placement,
            number=tie.fit.offset_s,
            unit="s",
            text=f"about {tie.fit.offset_s:+.1f} s against {tie.to}, to half a stride: no joint "
            "ties the two",
            hint="each leg is analysed on its own clock",
        )
    severity: Severity = "ok"
    hint = ""
    error_ppm = _drift_error_ppm(tie.fit)
    if abs(tie.fit.drift_ppm) > params.drift_ppm + 2 * error_ppm:
        severity = "warning"
        hint = "this is taken out, but it is more than a quartz does: look at the rate set"
    if tie.fit.residual_s > params.residual_s:
        severity = "warning"
        hint = "a clock that jumps: look for a restart of the sensor, cut the session there"
    return Finding(
        severity=severity,
        topic="clock",
        placement=tie.placement,
        number=tie.fit.offset_s,
        unit="s",
        text=(
            f"{tie.fit.offset_s:+.3f} s against {tie.to}, "
            + (
                f"drifting by {tie.fit.drift_ppm:+.0f} ± {error_ppm:.0f} ppm, "
                f"good to {tie.fit.residual_s * 1e3:.0f} ms"
                if np.isfinite(error_ppm)
                else "too short to see a drift"
            )
        ),
        hint=hint,
    )


def _drift_error_ppm(fit: ClockFit) -> float:
    """Return the standard error of the slope of a line through even windows, from their spread."""
    if fit.n_windows < 3:
        return float("inf")
    spread_s = 1.4826 * fit.residual_s
    length_s = fit.n_windows * ClockParams().window_s
    return 1e6 * spread_s / length_s * float(np.sqrt(12 / fit.n_windows))

"""What speaks against a stretch of a recording: gaps, clipping, and the user's word."""

from collections.abc import Iterable

import numpy as np

from imu_valgus.core import GAP_PERIODS, BoolArray, Event, FloatArray, ImuSignal, Quality

EVENT_TOLERANCE_S = 0.1
"""A ``reject`` or ``restore`` names a stride or a repetition by its start to within this."""


def holds_gap(signal: ImuSignal, start_s: FloatArray, stop_s: FloatArray) -> BoolArray:
    """Tell which stretches (k,) touch a gap or reach beyond the data."""
    beyond = (start_s < signal.time_s[0]) | (stop_s > signal.time_s[-1])
    return spans_gap(signal.time_s, start_s, stop_s) | beyond


def spans_gap(time_s: FloatArray, start_s: FloatArray, stop_s: FloatArray) -> BoolArray:
    """Tell which stretches (k,) touch a step of ``time_s`` (n,), n ≥ 2, that is a gap."""
    steps = np.diff(time_s)
    before = np.flatnonzero(steps > GAP_PERIODS * np.median(steps))
    ends_before = np.searchsorted(time_s[before + 1], start_s, side="right")
    begins_before = np.searchsorted(time_s[before], stop_s, side="left")
    return begins_before > ends_before


def holds_clipping(signal: ImuSignal, start_s: FloatArray, stop_s: FloatArray) -> BoolArray:
    """Tell which stretches (k,) hold a clipped sample."""
    count = np.concatenate([[0], np.cumsum(signal.clipped)])
    first, last = (np.searchsorted(signal.time_s, at) for at in (start_s, stop_s))
    return count[last] > count[first]


def hear_the_user(
    start_s: FloatArray,
    quality: list[Quality],
    reason: list[str],
    events: Iterable[Event],
    *,
    tolerance_s: float = EVENT_TOLERANCE_S,
) -> None:
    """Let ``reject`` and ``restore`` overrule the quality of what begins when they say.

    ``quality`` and ``reason`` (k each) are changed; the last word on a stretch holds.
    """
    for event in events:
        if event.trial_type not in ("reject", "restore") or not len(start_s):
            continue
        idx = int(np.argmin(np.abs(start_s - event.onset_s)))
        if abs(start_s[idx] - event.onset_s) > tolerance_s:
            continue
        rejected = event.trial_type == "reject"
        quality[idx] = "rejected" if rejected else "good"
        reason[idx] = "; ".join(word for word in ("user", event.value) if word)

"""What speaks against a stretch of a recording: gaps, clipping, and the user's word."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import GAP_PERIODS, BoolArray, Event, FloatArray, ImuSignal, Side

GAP: Final = "gap"
"""Reason of what holds a gap: nobody knows what the knee did in it."""

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
    judged: pd.DataFrame,
    events: Iterable[Event],
    *,
    side: Side,
    start: str,
    tolerance_s: float = EVENT_TOLERANCE_S,
) -> pd.DataFrame:
    """Let ``reject`` and ``restore`` overrule what the sensors say of a leg's strides.

    Parameters
    ----------
    judged : DataFrame
        One leg's strides or repetitions as the sensors judge them: ``quality``, ``reason``, and
        when each begins.
    events : iterable of Event
        Their order counts: the last word on a stretch holds.
    side : {"left", "right"}
        The leg; an event of the other one is not for it.
    start : str
        The column that says when a stretch begins.
    tolerance_s : float
        How near to it an event names a stretch.

    Returns
    -------
    DataFrame
        The same with ``quality`` and ``reason`` overruled. What holds a gap stays rejected: what
        was not measured cannot be restored.
    """
    start_s = judged[start].to_numpy(dtype=np.float64)
    quality, reason = judged["quality"].tolist(), judged["reason"].tolist()
    for event in events:
        is_word = event.trial_type in ("reject", "restore") and event.side in (None, side)
        if not is_word or not len(start_s):
            continue
        idx = int(np.argmin(np.abs(start_s - event.onset_s)))
        if abs(start_s[idx] - event.onset_s) > tolerance_s or GAP in reason[idx].split("; "):
            continue
        quality[idx] = "rejected" if event.trial_type == "reject" else "good"
        reason[idx] = "; ".join(word for word in ("user", event.value) if word)
    kinds = dict.fromkeys(("quality", "reason"), "str")
    return judged.assign(quality=quality, reason=reason).astype(kinds)

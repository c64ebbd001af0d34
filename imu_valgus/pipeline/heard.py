"""What the strides come to once the user's word on them is heard: logs and the numbers of each leg.

An analysis ends with it, and so does every later change of laps, rejected and restored strides:
both are the same function of what the sensors say (:class:`Judged`) and of ``events.tsv``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast, get_args

import numpy as np
import pandas as pd

from imu_valgus.core import (
    REP_COLUMNS,
    STRIDE_COLUMNS,
    Event,
    EventKind,
    RepetitionKind,
    Side,
)
from imu_valgus.metrics import COMPUTED, lap_speeds, with_computed
from imu_valgus.pipeline.strides import LegStrides
from imu_valgus.pipeline.summary import (
    CrosstalkCorrection,
    LapResult,
    LapTimes,
    RepetitionResult,
    SideSummary,
    Statistic,
    StrideCounts,
    Summary,
)
from imu_valgus.strides import Lap, find_laps, hear_the_user, lap_numbers

ERROR_COLUMNS: Final = (
    "peak_shared_sd_deg",
    "peak_stride_sd_deg",
    "excursion_shared_sd_deg",
    "excursion_stride_sd_deg",
)
"""The error of each stride's peak and excursion, 1 sigma: what all share, what differs."""

PLAIN_COLUMNS: Final = ("uncorrected_peak_deg", "uncorrected_excursion_deg")
"""Both before a correction of crosstalk; empty without one."""

JUDGED_COLUMNS: Final = (*STRIDE_COLUMNS, *ERROR_COLUMNS, *PLAIN_COLUMNS)

_UNHEEDED: Final[tuple[EventKind, ...]] = ("note", "pain")


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A session's strides (``JUDGED_COLUMNS``) and repetitions (``REP_COLUMNS``).

    ``quality`` and ``reason`` are what the sensors alone say.
    """

    strides: pd.DataFrame
    repetitions: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The same with the user's word, and the summary of it."""

    summary: Summary
    strides: pd.DataFrame
    repetitions: pd.DataFrame


def judged_of(
    strides: Mapping[Side, LegStrides],
    plain: Mapping[Side, LegStrides] | None,
    repetitions: pd.DataFrame,
) -> Judged:
    """Put together what the sensors say; ``plain``: before a correction of crosstalk."""
    legs = [
        _with_errors(found, None if plain is None else plain[side].log)
        for side, found in strides.items()
    ]
    return Judged(pd.concat(legs, ignore_index=True), repetitions)


def heeded(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that numbers depend on: all but notes and pain."""
    return tuple(event for event in events if event.trial_type not in _UNHEEDED)


def heard(judged: Judged, events: Sequence[Event], summary: Summary) -> Heard:
    """Let the user's laps and word on single strides and repetitions count.

    Parameters
    ----------
    judged : Judged
    events : sequence of Event
        Of ``events.tsv``; their activities have been heeded already, when the strides were found.
    summary : Summary
        ``laps`` say where running begins and ends; all that hangs on which strides are good is
        made anew.
    """
    laps = _laps(summary, events)
    length_m = cast("float | None", summary.parameters.get("track_length_m"))
    strides = pd.concat(
        [
            _with_laps(_overruled(own, events, side, "initial_contact_s"), laps, length_m)
            for side, own in _by_side(judged.strides)
        ]
        or [judged.strides],
        ignore_index=True,
    )
    repetitions = pd.concat(
        [_overruled(own, events, side, "start_s") for side, own in _by_side(judged.repetitions)]
        or [judged.repetitions],
        ignore_index=True,
    )
    sides = {
        side: _numbers(
            found,
            strides[strides["side"] == side],
            repetitions[repetitions["side"] == side],
        )
        for side, found in summary.sides.items()
    }
    times = tuple(LapTimes(lap.number, lap.start_s, lap.stop_s) for lap in laps)
    return Heard(
        summary=replace(summary, laps=times, heeded=heeded(events), sides=sides),
        strides=strides[list(STRIDE_COLUMNS)],
        repetitions=repetitions[list(REP_COLUMNS)],
    )


def _with_errors(found: LegStrides, plain: pd.DataFrame | None) -> pd.DataFrame:
    table = found.log.copy()
    table[list(ERROR_COLUMNS)] = np.nan
    if found.errors is not None:
        for name in ("peak", "excursion"):
            table[f"{name}_shared_sd_deg"] = getattr(found.errors, f"{name}_shared_deg")
            table[f"{name}_stride_sd_deg"] = getattr(found.errors, f"{name}_own_deg")
    for name in ("peak", "excursion"):
        table[f"uncorrected_{name}_deg"] = np.nan if plain is None else plain[f"valgus_{name}_deg"]
    return table


def _laps(summary: Summary, events: Sequence[Event]) -> tuple[Lap, ...]:
    if not summary.laps:
        return ()
    start_s, stop_s = summary.laps[0].start_s, summary.laps[-1].stop_s
    return find_laps(start_s, stop_s, events=events, turns_s=summary.turns_s)


def _by_side(table: pd.DataFrame) -> list[tuple[Side, pd.DataFrame]]:
    names = cast("list[Side]", table["side"].unique().tolist())
    return [(side, table[table["side"] == side]) for side in names]


def _overruled(
    judged: pd.DataFrame, events: Iterable[Event], side: Side, start: str
) -> pd.DataFrame:
    """Hear the user on one leg; that shocks were not measured stays said."""
    found = hear_the_user(judged, events, side=side, start=start)
    changed = (found["reason"] != judged["reason"]) & judged["reason"].str.endswith(COMPUTED)
    reason = found["reason"].where(~changed, pd.Series(with_computed(found["reason"]), found.index))
    return found.assign(reason=reason).astype({"reason": "str"})


def _with_laps(strides: pd.DataFrame, laps: Sequence[Lap], length_m: float | None) -> pd.DataFrame:
    start_s = strides["initial_contact_s"].to_numpy(dtype=np.float64)
    strides = strides.assign(lap=lap_numbers(start_s, laps))
    if length_m is None:
        return strides
    return strides.assign(speed_mps=lap_speeds(strides["lap"], laps, length_m))


def _numbers(found: SideSummary, log: pd.DataFrame, repetitions: pd.DataFrame) -> SideSummary:
    """Make one leg's numbers of its good strides and repetitions."""
    if found.calibration is None:
        return replace(found, strides=_counts(log))
    good = (log["quality"] == "good").to_numpy()
    own = log[good]
    return replace(
        found,
        strides=_counts(log),
        valgus_peak_deg=_statistic(own, "peak"),
        valgus_excursion_deg=_statistic(own, "excursion"),
        crosstalk_correction=_corrected(found.crosstalk_correction, own),
        laps=tuple(_lap_results(own)),
        repetitions=tuple(_repetition_results(repetitions)),
    )


def _corrected(found: CrosstalkCorrection | None, good: pd.DataFrame) -> CrosstalkCorrection | None:
    """Add both means before and after the correction."""
    if found is None:
        return None
    before, after = (
        replace(
            state,
            valgus_excursion_deg=_number(good[f"{prefix}_excursion_deg"].mean()),
            valgus_peak_deg=_number(good[f"{prefix}_peak_deg"].mean()),
        )
        for state, prefix in ((found.before, "uncorrected"), (found.after, "valgus"))
    )
    return replace(found, before=before, after=after)


def _counts(log: pd.DataFrame) -> StrideCounts:
    count = log["quality"].value_counts()
    reasons = log.loc[log["quality"] != "good", "reason"].value_counts()
    return StrideCounts(
        good=int(count.get("good", 0)),
        suspect=int(count.get("suspect", 0)),
        rejected=int(count.get("rejected", 0)),
        reasons={str(reason): int(n) for reason, n in reasons.items()},
    )


def _statistic(good: pd.DataFrame, name: str) -> Statistic | None:
    """Return mean and spread of the good strides with what their error has in common."""
    if good.empty:
        return None
    values = good[f"valgus_{name}_deg"]
    return Statistic(
        mean=_number(values.mean()),
        sd_between_strides=_number(values.std()),
        sd_shared=_number(good[f"{name}_shared_sd_deg"].median()),
        sd_stride=_number(good[f"{name}_stride_sd_deg"].median()),
    )


def _lap_results(good: pd.DataFrame) -> list[LapResult]:
    of_lap = {number: good[good["lap"] == number] for number in good["lap"].unique().tolist()}
    return [
        LapResult(
            lap=int(number),
            n=len(strides),
            valgus_peak_deg=_number(strides["valgus_peak_deg"].mean()),
            valgus_excursion_deg=_number(strides["valgus_excursion_deg"].mean()),
        )
        for number, strides in sorted(of_lap.items())
    ]


def _repetition_results(own: pd.DataFrame) -> list[RepetitionResult]:
    """Count one leg's repetitions of each kind, and take the mean of the good ones."""
    kinds: tuple[RepetitionKind, ...] = get_args(RepetitionKind)
    results: list[RepetitionResult] = []
    for kind in kinds:
        of_kind = own[own["kind"] == kind]
        good = of_kind[of_kind["quality"] == "good"]
        if len(of_kind):
            excursion_deg = _number(good["valgus_excursion_deg"].mean())
            results.append(RepetitionResult(kind, len(of_kind), len(good), excursion_deg))
    return results


def _number(value: float) -> float | None:
    """Return a number that JSON knows, or None where there is none."""
    return float(value) if np.isfinite(value) else None

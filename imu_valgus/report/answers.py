"""The answers to a runner's questions, in one or two sentences each, without statistics."""

from math import isfinite

from imu_valgus.core import Side
from imu_valgus.library.change.fatigue import LapSlope, RunChange
from imu_valgus.pipeline import CalibrationFacts
from imu_valgus.pipeline.estimates import TOLD_APART_SD, Estimate
from imu_valgus.report.wording import degrees, good_strides, signed


def how_far(side: Side, excursion: Estimate) -> str:
    """Say how far a knee moves inwards, and between what the truth most likely lies."""
    said = f"From contact on, the {side} knee moves {degrees(excursion.value)} inwards."
    if not isfinite(excursion.sd):
        return f"{said} How sure that is could not be told."
    reach = TOLD_APART_SD * excursion.sd
    low = max(excursion.value - reach, 0.0)
    return (
        f"{said} The truth most likely lies between {degrees(low)} and "
        f"{degrees(excursion.value + reach)}."
    )


def along_the_run(side: Side, change: RunChange | None) -> str:
    """Say whether a knee moves further inwards at the end of the run than at its start."""
    if change is None:
        return f"The {side} leg has too few strides to compare the end of the run with its start."
    size = degrees(abs(change.over_run_deg))
    surely = degrees(change.told_from_deg)
    if not change.beyond_drift:
        return (
            f"The {side} knee moves inwards as far at the end as at the start: they differ by "
            f"{size}, and anything below {surely} cannot be told from none."
        )
    more_or_less = "further" if change.over_run_deg > 0.0 else "less far"
    return (
        f"The {side} knee moves {more_or_less} inwards at the end, by {size}; "
        f"{surely} would have been enough to tell."
    )


def lap_by_lap(side: Side, slope: LapSlope) -> str:
    """Say by how much each lap adds, between what that lies, and what the instrument could make."""
    verdict = "more than scatter and sensors make" if slope.beyond_drift else "no change to be told"
    return (
        f"{side.capitalize()}: {signed(slope.per_lap_deg)}° of excursion a lap (95 % interval "
        f"{signed(slope.low_per_lap_deg)}° to {signed(slope.high_per_lap_deg)}°) over "
        f"{slope.n_laps} laps, {signed(slope.over_run_deg)}° in all, of which sensors could make "
        f"± {degrees(slope.drift_budget_deg)}: {verdict}."
    )


def between_legs(left_minus_right: Estimate | None) -> str:
    """Say whether the knees differ by more than the measurement can tell apart."""
    if left_minus_right is None:
        return "Only one knee was measured."
    size = degrees(abs(left_minus_right.value))
    if not isfinite(left_minus_right.sd):
        return f"The knees differ by {size}; whether that is real could not be told."
    surely = degrees(TOLD_APART_SD * left_minus_right.sd)
    if not left_minus_right.is_told_apart:
        return (
            f"No difference that could be told: they differ by {size}, and two knees must differ "
            f"by {surely} before the sensors can tell it."
        )
    more = "left" if left_minus_right.value > 0.0 else "right"
    return f"The {more} knee moves further inwards, by {size}; {surely} are enough to tell."


def how_sure(side: Side, excursion: Estimate, facts: CalibrationFacts | None, n_good: int) -> str:
    """Say what the number of one leg stands on, and what it is good for."""
    stood = facts.standing_s if facts is not None else None
    base = f"The {side} knee's number is the mean of {good_strides(n_good)}"
    base += f" and counts from {stood:.0f} s of standing." if stood is not None else "."
    if not isfinite(excursion.sd):
        return f"{base} Its error could not be told: compare nothing with it."
    return (
        f"{base} It may be off by {degrees(TOLD_APART_SD * excursion.sd)}, nearly all of it from "
        "how the sensors sit, alike in every stride: changes within this run are far surer than "
        "the number itself."
    )

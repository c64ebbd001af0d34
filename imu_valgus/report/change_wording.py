"""What a comparison found, in plain English: the verdict first, then how sure it is."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from imu_valgus.library import Activity
from imu_valgus.library.change.comparing import Change, CurveChange, LegDifference
from imu_valgus.library.change.conditions import Conditions
from imu_valgus.library.change.verdicts import Judged
from imu_valgus.report.wording import number, signed

HEADLINE: Final = "valgus_excursion_deg"


def phase(sessions: Sequence[Conditions]) -> str:
    """Name the sessions of a phase with their days."""
    return ", ".join(
        one.session if one.started is None else f"{one.session} ({_day(one)})" for one in sessions
    )


def activity(name: Activity) -> str:
    """Say an activity."""
    return "running" if name == "run" else name.replace("_", " ")


def metric(name: str) -> str:
    """Say a metric, short enough for a table."""
    short = name.removesuffix("_deg").removesuffix("_stance").removeprefix("internal_")
    return short.replace("_", " ")


def change(found: Change) -> str:
    """Say the verdict on one leg's excursion, the first line that a coach reads."""
    values = f"{number(found.before_deg)}° → {number(found.after_deg)}°"
    who = f"{found.side} knee, {activity(found.activity)}"
    if found.verdict == "changed":
        more = "further" if found.estimate_deg > 0.0 else "less far"
        size = f"{abs(found.estimate_deg):.1f}°"
        small = f", yet by less than {found.margin_deg:g}°" if found.within_margin else ""
        return f"{who}: changed. It goes inwards {size} {more} than before ({values}){small}."
    if found.verdict == "equivalent":
        return f"{who}: equivalent. It is the same to within {found.margin_deg:g}° ({values})."
    return f"{who}: no detectable change ({values})."


def legs(found: LegDifference) -> str:
    """Say the verdict on left against right."""
    values = f"left {number(found.left_deg)}°, right {number(found.right_deg)}°"
    if found.verdict == "changed":
        further = "left" if found.estimate_deg > 0.0 else "right"
        size = f"{abs(found.estimate_deg):.1f}°"
        return f"{metric(found.metric)}: the {further} knee goes inwards {size} further ({values})."
    if found.verdict == "equivalent":
        margin = f"{found.margin_deg:g}°"
        return f"{metric(found.metric)}: the legs are equivalent to within {margin} ({values})."
    return f"{metric(found.metric)}: no detectable difference between the legs ({values})."


def certainty(found: Judged) -> str:
    """Say how sure a difference is, and from which size on one can be told."""
    return (
        f"difference {signed(found.estimate_deg)}°, 19 times in 20 between "
        f"{signed(found.low_deg)}° and {signed(found.high_deg)}°; the smallest that can be told "
        f"is {found.mdc95_deg:.1f}°"
    )


def bluntness(found: Change) -> str | None:
    """Say why "no detectable change" is not "no change", None where that is not the verdict."""
    if found.verdict != "no detectable change":
        return None
    margin = f"± {found.margin_deg:g}°"
    if found.can_show_equivalence:
        return f"that it is the same to within {margin} is not shown either"
    return (
        f"the measurement is too blunt to show that it is the same to within {margin}: that takes "
        f"{found.sessions_needed} sessions before and {found.sessions_needed} after, at the least"
    )


def curve(found: CurveChange) -> str:
    """Say where over the stance the curves differ most, and what the test says if there is one."""
    at = int(np.argmax(np.abs(found.difference_deg)))
    largest = (
        f"{found.side} knee over the stance: largest difference "
        f"{signed(float(found.difference_deg[at]))}° at {at} %, ± {found.band_deg:.1f}° there"
    )
    if found.test is None:
        few = f"{found.n_before} and {found.n_after} sessions"
        least = f" (p cannot be below {found.smallest_p:.2g})" if found.smallest_p < 1.0 else ""
        return f"{largest}; {few} are too few to test curves{least}"
    told = [
        f"{one.first} to {one.stop - 1} % (p = {one.p:.3f})"
        for one in found.test.clusters
        if one.p <= 0.05
    ]
    return f"{largest}; the curves differ: {', '.join(told) or 'not detectably'}"


def _day(session: Conditions) -> str:
    start = session.started
    return "" if start is None else f"{start.day} {start:%B %Y}"

"""Numbers put into plain English: every sentence of the report that depends on the data."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Final

from imu_valgus.core import Side
from imu_valgus.pipeline import (
    CalibrationFacts,
    CrosstalkCorrection,
    CrosstalkFacts,
    FindingText,
    StrideCounts,
    Summary,
    SyncFacts,
)
from imu_valgus.pipeline.estimates import Estimate
from imu_valgus.recording import SessionInfo
from imu_valgus.report.curves import Angle

AXIS_ERROR_FACTOR: Final = 0.4
"""Degrees of stance excursion per degree of error of the flexion axis (0.35-0.45 on real legs)."""

LITTLE_LATENESS_MS: Final = 5.0
"""Up to here, lateness between thigh and shank costs little valgus."""

MUCH_LATENESS_MS: Final = 20.0
"""From here on it costs 2 to 4 degrees."""

SEVERITIES: Final = ("error", "warning", "note", "ok")

_REASONS: Final[Mapping[str, str]] = {
    "gap": "samples missing",
    "clipping": "sensor at the end of its range",
    "user": "by hand",
}


def about(info: SessionInfo, running_s: float) -> tuple[str, ...]:
    """Say whose session it is, when it was, and how long the runner ran."""
    said = [f"Athlete {info.athlete}"]
    if info.start is not None:
        said.append(f"{info.start.day} {info.start:%B %Y, %H:%M}")
    if running_s > 0.0:
        said.append(f"{clock(running_s)} min of running")
    return tuple(said)


def is_computed(info: SessionInfo) -> bool:
    """Tell whether any signal was computed instead of measured."""
    return any(sensor.signals == "computed" for sensor in info.sensors)


def notes(info: SessionInfo, summary: Summary) -> tuple[str, ...]:
    """Return what was noted: by the analysis, then by whoever recorded."""
    return (*summary.notes, *(line for line in info.notes.splitlines() if line.strip()))


def degrees(value: float) -> str:
    """Write a number of degrees with a real minus: ``-1.25`` is ``−1.2°``."""
    return f"{number(value)}°"


def signed_degrees(value: float) -> str:
    """Write a difference of degrees with its sign: ``+1.2°``."""
    return f"{signed(value)}°"


def plus_minus(estimate: Estimate) -> str:
    """Write the error of a number, unbroken by a line's end, or that it is not known."""
    return f"±\u00a0{estimate.sd:.1f}°" if isfinite(estimate.sd) else "(error not known)"


def valgus(peak: Estimate, standing_deg: float) -> str:
    """Say a valgus angle with its direction, seen from standing or from a measured alignment."""
    direction = "inwards" if peak.value >= 0.0 else "outwards"
    said = f"{abs(peak.value):.1f}°\u00a0{plus_minus(peak)} {direction}"
    if standing_deg:
        return f"{said}, standing being {degrees(standing_deg)}"
    return f"{said} of standing"


def zero(summary: Summary, angle: Angle) -> str:
    """Say for a label where an angle is zero: standing, or the alignment measured in it."""
    measured = summary.standing_valgus_deg if angle == "valgus" else {}
    if not any(measured.values()):
        return "0 = standing"
    return "standing = " + ", ".join(f"{signed(v)}° {side}" for side, v in measured.items())


def zero_title(summary: Summary) -> str:
    """Say in three words where the angles are zero."""
    measured = any(summary.standing_valgus_deg.values())
    return "Standing was measured" if measured else "Zero is standing"


def zero_meaning(summary: Summary) -> str:
    """Say in a sentence or two what that means."""
    if not any(summary.standing_valgus_deg.values()):
        return (
            "all angles count from the longest still standing before the run. A knee that stands "
            "in valgus starts from 0 like any other."
        )
    return (
        "valgus counts from the alignment that was measured and entered "
        f"({zero(summary, 'valgus')}), flexion from the longest still standing before the run."
    )


def no_result(side: Side, *, n_strides: int, n_good: int, has_angles: bool) -> str:
    """Say why a leg that was measured has no knee angle to show."""
    if not n_strides:
        return f"No running strides of the {side} leg in this session."
    if not has_angles:
        return (
            f"No knee angle of the {side} leg: it takes a thigh and a shank sensor. "
            "Its contacts, tilt and shock are in the table below."
        )
    if not n_good:
        return f"None of the {n_strides} strides of the {side} leg is good; why stands below."
    return f"The analysis gave no mean excursion of the {side} leg."


def not_measured(side: Side) -> str:
    """Say that a leg wore no sensors."""
    return f"The {side} leg was not measured."


def good_strides(n: int) -> str:
    """Write how many good strides stand behind a number."""
    return f"{n} good stride{'' if n == 1 else 's'}"


def stride_counts(counts: StrideCounts) -> str:
    """Say how many strides enter the numbers and why the others do not."""
    total = counts.good + counts.suspect + counts.rejected
    if not total:
        return "No strides found."
    sentence = f"{counts.good} of {total} strides are good; only these enter the numbers."
    left_out = [f"{counts.suspect} suspect"] * bool(counts.suspect)
    left_out += [f"{counts.rejected} rejected"] * bool(counts.rejected)
    if not left_out:
        return sentence
    ordered = sorted(counts.reasons.items(), key=lambda reason: (-reason[1], reason[0]))
    why = ", ".join(f"{reason_text(reason)} ({n})" for reason, n in ordered)
    return f"{sentence} Left out: {' and '.join(left_out)}{': ' if why else ''}{why}."


def reason_text(reason: str) -> str:
    """Say a reason of the stride log, which may name several things, in words."""
    return " and ".join(_REASONS.get(part, _words(part)) for part in reason.split("; "))


def calibration(facts: CalibrationFacts) -> str:
    """Say what the zero and the axes stand on."""
    parts: list[str] = []
    if facts.standing_s is not None:
        parts.append(f"Zero is the mean of {facts.standing_s:.0f} s of still standing.")
    if facts.axis_range_deg is not None:
        parts.append(
            f"The {axis_agreement(facts)}; they may also err together. "
            f"Each degree of axis error moves the excursion by about {AXIS_ERROR_FACTOR}°."
        )
    return " ".join(parts) or "How well the axes are known was not written down."


def axis_agreement(facts: CalibrationFacts) -> str:
    """Say how far the sources of the flexion axis lie apart, to follow "the" or a colon."""
    if facts.axis_range_deg is None or facts.axis_spread_deg is None:
        return "agreement of the axis' estimates was not written down"
    gaits = Counter(name.partition(" ")[0] for name in facts.sources)
    of_which = ", ".join(f"{n} from the {gait}" for gait, n in gaits.items())
    return (
        f"{gaits.total()} estimates of the knee's axis ({of_which}) lie within "
        f"{facts.axis_range_deg:.0f}° of each other (SD {facts.axis_spread_deg:.1f}°)"
    )


def leg_sync(facts: SyncFacts) -> str:
    """Say how well the two sensors of a leg share one time, and what that costs."""
    if facts.residual_ms is None:
        return "How far thigh and shank clocks disagree is not known."
    method = f" ({_words(facts.method)})" if facts.method else ""
    agreement = f"Thigh and shank agree in time to {abs(facts.residual_ms):.1f} ms{method}"
    if abs(facts.residual_ms) <= LITTLE_LATENESS_MS:
        return f"{agreement}: this costs little valgus."
    if abs(facts.residual_ms) < MUCH_LATENESS_MS:
        return f"{agreement}: this may cost a degree or two of valgus."
    return f"{agreement}: this costs 2 to 4° of valgus; do not trust the angles."


def heading(sd_deg: float) -> str:
    """Say how sure the turn of the shank against the thigh about the vertical is."""
    return (
        f"While running, the shank's heading against the thigh is known to ±\u00a0{sd_deg:.1f}° "
        "(1 SD), from the acceleration that both sensors share at the knee; no compass is used."
    )


def cross_leg_sync(facts: SyncFacts | None) -> str:
    """Say whether times of the two legs may be compared."""
    if facts is None or facts.method in (None, "unknown"):
        return (
            "The clocks of the two legs are not tied to each other: each leg is analysed alone, "
            "and no times are compared across the legs."
        )
    residual = "" if facts.residual_ms is None else f", to {abs(facts.residual_ms):.0f} ms"
    return f"The clocks of the two legs are tied by {_words(facts.method)}{residual}."


def crosstalk(facts: CrosstalkFacts) -> str:
    """Say how valgus goes with flexion; a false axis shows here, and so does true movement."""
    if facts.r is None or facts.slope is None:
        return "How valgus goes with flexion could not be computed."
    return (
        f"Valgus goes with flexion at {crosstalk_index(facts)}. "
        "A knee may truly do so; so does a flexion axis that is slightly off."
    )


def crosstalk_index(facts: CrosstalkFacts) -> str:
    """Write correlation and slope of valgus on flexion."""
    if facts.r is None or facts.slope is None:
        return "r not known"
    return f"r = {number(facts.r, 2)}, {number(facts.slope, 3)}° of valgus per degree of flexion"


def crosstalk_correction(found: CrosstalkCorrection) -> str:
    """Say what the correction of crosstalk did to one leg."""
    before, after = found.before, found.after
    numbers = [
        f"{name} {number(was, digits)}{unit} \u2192 {number(now, digits)}{unit}"
        for name, was, now, digits, unit in (
            ("r", before.index.r, after.index.r, 2, ""),
            ("slope", before.index.slope, after.index.slope, 3, ""),
            ("excursion", before.valgus_excursion_deg, after.valgus_excursion_deg, 1, "°"),
            ("peak", before.valgus_peak_deg, after.valgus_peak_deg, 1, "°"),
        )
        if was is not None and now is not None
    ]
    return (
        f"corrected for crosstalk by PCA on request, axis turned by "
        f"{number(found.axis_turn_deg)}°: {', '.join(numbers)}"
    )


def findings_count(findings: Sequence[FindingText]) -> str:
    """Say in a few words what ``check`` found in the recording."""
    counts = {name: sum(f.severity == name for f in findings) for name in SEVERITIES[:3]}
    said = [f"{n} {name}{'s' if n > 1 else ''}" for name, n in counts.items() if n]
    return ", ".join(said) if said else "nothing wrong found"


def where(finding: FindingText) -> str:
    """Say which sensor a finding is about, else what it is about."""
    return _words(finding.placement or finding.topic)


def mean_sd(mean: float, sd: float, digits: int) -> str:
    """Write a mean and the spread between strides for a table, a dash where there is none."""
    if not isfinite(mean):
        return "\u2013"
    spread = f" ± {sd:.{digits}f}" if isfinite(sd) else ""
    return f"{number(mean, digits)}{spread}"


def clock(seconds: float) -> str:
    """Write a time in the session as minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _words(name: str | None) -> str:
    return (name or "").replace("_", " ")


def signed(value: float) -> str:
    """Write a difference with one decimal and its sign; what rounds to 0 has none."""
    return number(value) if round(value, 1) <= 0.0 else f"+{value:.1f}"


def number(value: float, digits: int = 1) -> str:
    """Write a number with a real minus; a rounded zero carries none."""
    rounded = round(value, digits)
    sign = "\u2212" if rounded < 0.0 else ""
    return f"{sign}{abs(rounded):.{digits}f}"

"""What a session's page says first: how far each knee goes in, how sure that is, in what shape."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.app.web.words import say
from imu_valgus.core import BoolArray, Side
from imu_valgus.pipeline import FindingText, Summary
from imu_valgus.recording import SessionInfo
from imu_valgus.report import answers, norm, wording
from imu_valgus.report.curves import MeanCurve
from imu_valgus.report.legs import Leg, left_minus_right, legs_of, sorted_findings

_LEAST_PCT: Final = 3
"""A shorter piece of stance outside of the band is not worth a word."""


@dataclass(frozen=True, slots=True)
class LegHeadline:
    """One leg in three lines; ``missing`` says why there are none."""

    side: Side
    missing: str
    excursion: str
    excursion_error: str
    peak: str
    n_good: str


@dataclass(frozen=True, slots=True)
class Headline:
    """Both legs, and whether they differ; empty where only one was measured."""

    legs: tuple[LegHeadline, ...]
    sides: str


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a recording is, in words.

    ``sure``: how much of each leg's number is sure. ``legs``: topic and sentence, a leg each.
    """

    sure: tuple[str, ...]
    legs: tuple[tuple[Side, tuple[tuple[str, str], ...]], ...]
    across: str
    doubts: tuple[FindingText, ...]
    passed: tuple[FindingText, ...]
    notes: tuple[str, ...]


def headline(summary: Summary, strides: pd.DataFrame) -> Headline:
    """Put a session's numbers in words; ``strides``: its stride log."""
    legs = legs_of(summary, strides)
    measured: dict[Side, Leg] = {leg.side: leg for leg in legs if leg.excursion is not None}
    apart = left_minus_right(measured)
    return Headline(
        legs=tuple(_leg(leg, summary) for leg in legs),
        sides=answers.between_legs(apart) if apart is not None else "",
    )


def quality(info: SessionInfo, summary: Summary, strides: pd.DataFrame) -> Quality:
    """Say what the numbers of a session stand on; ``strides``: its stride log."""
    legs = [leg for leg in legs_of(summary, strides) if leg.n_strides]
    findings = sorted_findings(summary)
    return Quality(
        sure=tuple(
            answers.how_sure(leg.side, leg.excursion, leg.calibration, leg.n_good)
            for leg in legs
            if leg.excursion is not None
        ),
        legs=tuple((leg.side, leg.quality) for leg in legs),
        across=wording.cross_leg_sync(summary.cross_leg_sync) if len(legs) > 1 else "",
        doubts=tuple(one for one in findings if one.severity != "ok"),
        passed=tuple(one for one in findings if one.severity == "ok"),
        notes=wording.notes(info, summary),
    )


def shape(runner: MeanCurve, band: MeanCurve) -> str:
    """Say where in stance a leg's mean curve leaves the band of mean ± 1 SD of the 46 runners.

    Both are 0 at initial contact; ``runner`` and ``band`` are on the same points.
    """
    above = runner.mean_deg > band.mean_deg + band.sd_deg
    below = runner.mean_deg < band.mean_deg - band.sd_deg
    parts = [
        say(f"headline.{way}", spans=say("headline.and").join(spans))
        for way, spans in (
            ("further", _spans(above, runner)),
            ("less", _spans(below, runner)),
        )
        if spans
    ]
    if not parts:
        return say("headline.within", runners=norm.RUNNERS)
    return say("headline.leaves", runners=norm.RUNNERS, where=say("headline.and").join(parts))


def _leg(leg: Leg, summary: Summary) -> LegHeadline:
    if leg.excursion is None or leg.peak is None:
        return LegHeadline(leg.side, leg.missing, "", "", "", "")
    standing_deg = summary.standing_valgus_deg.get(leg.side, 0.0)
    return LegHeadline(
        side=leg.side,
        missing="",
        excursion=wording.degrees(leg.excursion.value),
        excursion_error=wording.plus_minus(leg.excursion),
        peak=wording.valgus(leg.peak, standing_deg),
        n_good=wording.good_strides(leg.n_good),
    )


def _spans(outside: BoolArray, curve: MeanCurve) -> list[str]:
    """Write the pieces of stance where something holds, from % to %."""
    edges = np.flatnonzero(np.diff(outside.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    return [
        say("headline.span", start=f"{curve.percent[first]:.0f}", stop=f"{curve.percent[stop]:.0f}")
        for first, stop in ((int(a), int(b) - 1) for a, b in edges)
        if curve.percent[stop] - curve.percent[first] >= _LEAST_PCT
    ]

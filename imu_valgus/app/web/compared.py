"""Sessions over each other: their curves, what differs between them and whether it can be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.app.web.analysed import Analysed
from imu_valgus.app.web.earlier import METRICS, Verdict, numbers_of, verdicts
from imu_valgus.app.web.words import say
from imu_valgus.core import SIDES, Side
from imu_valgus.library import MetricError
from imu_valgus.library.change.comparing import compare_sessions
from imu_valgus.library.change.conditions import conditions
from imu_valgus.pipeline import difference
from imu_valgus.report import norm, wording
from imu_valgus.report.curves import MeanCurve, from_contact, mean_curve
from imu_valgus.report.legs import Leg, legs_of

FEWEST: Final = 2
MOST: Final = 6
"""More curves over each other than colours that everyone can tell apart."""

CURVE_COLUMNS: Final = ("session", "side", "angle", "percent", "mean_deg", "sd_deg", "n")


@dataclass(frozen=True, slots=True)
class Row:
    """One session among those compared, in words; a cell a leg."""

    name: str
    about: str
    speed: str
    cadence: str
    legs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One session after the first: verdicts or, of another runner, plain differences.

    ``note`` says what stands against comparing at all.
    """

    name: str
    note: str
    verdicts: tuple[Verdict, ...]
    caveats: tuple[str, ...]


def row_of(found: Analysed) -> Row:
    """Put one session in a row."""
    run = conditions(numbers_of(found))
    return Row(
        name=found.session.name,
        about=" · ".join(wording.about(found.info, found.summary.running_s)),
        speed="\u2013" if run.speed_mps is None else f"{run.speed_mps:.2f}",
        cadence="\u2013" if run.cadence_spm is None else f"{run.cadence_spm:.0f}",
        legs=tuple(_leg_text(leg) for leg in legs_of(found.summary, found.strides)),
    )


def pair_of(first: Analysed, other: Analysed, errors: Sequence[MetricError]) -> Pair:
    """Hold one session against the first.

    Raises
    ------
    ImuValgusError
        Where they share no leg.
    """
    if first.info.athlete != other.info.athlete:
        return Pair(
            name=other.session.name,
            note=say("compare.others", one=first.info.athlete, other=other.info.athlete),
            verdicts=tuple(_plain(first, other)),
            caveats=(),
        )
    wanted = [one for one in errors if one.activity == "run" and one.metric in METRICS]
    found = compare_sessions([numbers_of(first)], [numbers_of(other)], errors=wanted)
    return Pair(
        name=other.session.name,
        note="",
        verdicts=tuple(verdicts(found.changes)),
        caveats=tuple(one.text for one in found.caveats),
    )


def stance_curves(found: Analysed, side: Side) -> Mapping[str, MeanCurve]:
    """Return one leg's mean valgus over stance of its good strides: from standing, from contact.

    Keys ``from_contact`` (0 at initial contact) and ``valgus`` (0 at standing); none where the leg
    has no whole curve.
    """
    strides = found.leg(side)
    good = strides[strides["quality"] == "good"]
    curves = found.curves(good, column="valgus_deg", span="stance")
    whole = curves[np.isfinite(curves).all(axis=1)]
    if not len(whole):
        return {}
    return {"from_contact": mean_curve(from_contact(whole)), "valgus": mean_curve(whole)}


def figures(sessions: Sequence[Analysed]) -> dict[str, object]:
    """Return the curves of all sessions as the page draws them, a figure a leg and zero."""
    band = norm.stance_band("valgus")
    return {
        "band": _drawn(band),
        "sessions": [
            {
                "name": found.session.name,
                "legs": {
                    side: {name: _drawn(one) for name, one in stance_curves(found, side).items()}
                    for side in found.sides
                },
            }
            for found in sessions
        ],
    }


def curves_table(sessions: Sequence[Analysed]) -> pd.DataFrame:
    """Return the same curves, one row a session, leg, zero and percent of stance."""
    tables = [
        pd.DataFrame(
            {
                "session": found.session.name,
                "side": side,
                "angle": "valgus_from_contact" if name == "from_contact" else name,
                "percent": curve.percent.astype(np.int64),
                "mean_deg": curve.mean_deg,
                "sd_deg": curve.sd_deg,
                "n": curve.n,
            }
        )
        for found in sessions
        for side in SIDES
        if side in found.sides
        for name, curve in stance_curves(found, side).items()
    ]
    return pd.concat(tables) if tables else pd.DataFrame(columns=list(CURVE_COLUMNS))


def _plain(first: Analysed, other: Analysed) -> list[Verdict]:
    """Say by how much two runners' legs differ, with the error of either."""
    said: list[Verdict] = []
    pairs = zip(*(legs_of(one.summary, one.strides) for one in (first, other)), strict=True)
    for one, two in pairs:
        for metric, was, now in (
            ("valgus_excursion_deg", one.excursion, two.excursion),
            ("valgus_peak_deg", one.peak, two.peak),
        ):
            apart = difference(now, was)
            if apart is not None:
                leg = say(f"headline.{one.side}")
                what = say("earlier.what", leg=leg, metric=say(f"earlier.{metric}"))
                size = wording.signed_degrees(apart.value)
                text = say("compare.apart", size=size, error=wording.plus_minus(apart))
                said.append(Verdict("", what, text))
    return said


def _leg_text(leg: Leg) -> str:
    if leg.excursion is None or leg.peak is None:
        return leg.missing
    return say(
        "compare.leg",
        excursion=wording.degrees(leg.excursion.value),
        excursion_error=wording.plus_minus(leg.excursion),
        peak=wording.degrees(leg.peak.value),
        peak_error=wording.plus_minus(leg.peak),
        n=leg.n_good,
    )


def _drawn(curve: MeanCurve) -> dict[str, object]:
    return {
        "mean": np.round(curve.mean_deg, 3).tolist(),
        "sd": np.round(curve.sd_deg, 3).tolist() if np.isfinite(curve.sd_deg).all() else None,
        "n": curve.n,
    }

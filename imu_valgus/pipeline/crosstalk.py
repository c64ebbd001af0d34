"""Crosstalk corrected on request: the legs with their axes turned, and what that changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from imu_valgus.calibration import crosstalk_turn
from imu_valgus.core import BoolArray, Bout, Side, compose
from imu_valgus.metrics import crosstalk
from imu_valgus.pipeline.leg import LegMotion, during, turned_about_thigh
from imu_valgus.pipeline.params import AnalysisParams
from imu_valgus.pipeline.strides import Leg
from imu_valgus.pipeline.summary import (
    CrosstalkCorrection,
    CrosstalkFacts,
    CrosstalkState,
    Summary,
)

CORRECTED: Final = (
    "All angles are corrected for crosstalk by PCA, on request: each flexion axis was turned about "
    "the thigh until valgus does not go with flexion in running. This can delete true valgus: a "
    "knee that goes in as it bends has just such a correlation."
)


def without_crosstalk(
    legs: Mapping[Side, Leg], bouts: Sequence[Bout], *, params: AnalysisParams
) -> dict[Side, Leg]:
    """Turn the flexion axis of each leg that has knee angles.

    Raises
    ------
    CalibrationError
        Where a leg has no running, or no turn frees valgus of flexion.
    """
    return {
        side: turned_about_thigh(leg, _turn_rad(leg, bouts), params=params)
        if isinstance(leg, LegMotion)
        else leg
        for side, leg in legs.items()
    }


def crosstalk_index(leg: LegMotion, bouts: Sequence[Bout]) -> CrosstalkFacts:
    """Say how one leg's valgus goes with flexion over running."""
    running = _running(leg, bouts)
    found = crosstalk(leg.angles.flexion_deg[running], leg.angles.valgus_deg[running])
    known = np.isfinite(found.r)
    return CrosstalkFacts(found.r, found.slope) if known else CrosstalkFacts()


def with_correction(
    summary: Summary,
    *,
    before: Mapping[Side, Leg],
    after: Mapping[Side, Leg],
    bouts: Sequence[Bout],
) -> Summary:
    """Add to the summary of corrected angles what the correction did, leg by leg.

    The means of the good strides, before and after, are for ``heard`` to add.
    """
    sides = dict(summary.sides)
    for side, plain in before.items():
        turned = after[side]
        if isinstance(plain, LegMotion) and isinstance(turned, LegMotion):
            own, other = plain.alignment.thigh, turned.alignment.thigh
            correction = CrosstalkCorrection(
                axis_turn_deg=float(np.degrees((own * other.inv()).as_rotvec()[1])),
                before=CrosstalkState(crosstalk_index(plain, bouts)),
                after=CrosstalkState(crosstalk_index(turned, bouts)),
            )
            sides[side] = replace(sides[side], crosstalk_correction=correction)
    return replace(summary, sides=sides, notes=(CORRECTED, *summary.notes))


def _turn_rad(leg: LegMotion, bouts: Sequence[Bout]) -> float:
    pose = compose(
        compose(leg.alignment.thigh, leg.relative.shank_to_thigh[_running(leg, bouts)]),
        leg.alignment.shank.inv(),
    )
    return crosstalk_turn(pose.apply([0.0, 1.0, 0.0]))


def _running(leg: LegMotion, bouts: Sequence[Bout]) -> BoolArray:
    return during(leg.time_s, [bout for bout in bouts if bout.kind == "run"])

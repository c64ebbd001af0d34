"""Sensors that sit elsewhere than the session says: refused where certain, told where likely."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from imu_valgus.calibration import StrapFit
from imu_valgus.core import SIDES, Bout, CalibrationError, Placement, Side, placement_of, side_of
from imu_valgus.pipeline.leg import LegMotion, during
from imu_valgus.pipeline.strides import Leg, LegStrides
from imu_valgus.quality import Finding, Topic

_CERTAIN: Final[tuple[Topic, ...]] = ("sides", "segments", "knee")
"""Topics whose errors are refused, the one that says most about the cure first."""
_LIKELY: Final[tuple[Topic, ...]] = ("sides", "segments")
OUTWARDS_DEG: Final = 2.0
"""On one leg the foot comes under the body: in stance of running, thigh and shank lean inwards of
their standing by 4° to 9° (nms-dyn, rbds001), by 2° and more on simulated runs. So far outwards is
no leg of this side."""


class MisplacedSensorsError(CalibrationError):
    """Sensors are exchanged; ``renamed``: what the session calls them → what they are."""

    def __init__(self, message: str, *, hint: str, renamed: Mapping[Placement, Placement]) -> None:
        super().__init__(message, hint=hint)
        self.renamed = renamed


def refuse_misplaced(findings: Sequence[Finding]) -> None:
    """Refuse to analyse sensors that are certainly not where the session says.

    Raises
    ------
    MisplacedSensorsError
        With what was found and how to mend it, in one line each.
    """
    for topic in _CERTAIN:
        for one in findings:
            if one.topic == topic and one.severity == "error":
                raise MisplacedSensorsError(one.text, hint=one.hint, renamed=_renamed(one))


def placement_doubts(
    findings: Sequence[Finding], legs: Mapping[Side, Leg], strides: Mapping[Side, LegStrides]
) -> list[str]:
    """Say in plain sentences where sensors likely sit elsewhere than the session says."""
    doubts = [
        f"{one.text[0].upper()}{one.text[1:]}: {one.hint}."
        for one in findings
        if one.topic in _LIKELY and one.severity == "warning"
    ]
    leans = [
        stance_lean_deg(leg, strides[side])
        for side, leg in legs.items()
        if isinstance(leg, LegMotion)
    ]
    doubts += strap_doubts(legs)
    lean_deg = float(np.mean(leans)) if leans else np.nan
    if lean_deg > OUTWARDS_DEG:
        doubts.append(
            f"In stance the leg leans outwards by {lean_deg:.0f}° of its standing, where a leg "
            "that carries the body leans inwards: left and right are likely exchanged, and the "
            "sign of valgus with them. Look at your notes which sensor was on which leg."
        )
    return doubts


def stance_lean_deg(leg: LegMotion, strides: LegStrides) -> float:
    """Return how far thigh and shank lean in stance of the good strides, less standing, degrees.

    In the frontal plane, the mean of both segments: positive where the lower end goes outwards.
    NaN without good strides or without samples of the standing.
    """
    good = strides.log[strides.log["quality"] == "good"]
    stances = zip(good["initial_contact_s"], good["toe_off_s"], strict=True)
    stance = during(leg.time_s, [Bout(start, stop, "run") for start, stop in stances])
    pose = leg.poses[0]
    standing = during(leg.time_s, [Bout(pose.start_s, pose.stop_s, "stand")])
    if not stance.any() or not standing.any():
        return float("nan")
    tilt_deg = (leg.thigh_tilt_deg + leg.shank_tilt_deg) / 2
    return float(tilt_deg[stance].mean() - tilt_deg[standing].mean())


def refuse_wrong_side(legs: Mapping[Side, Leg]) -> None:
    """Refuse a session of which every sensor faces inwards that was said to face outwards.

    Raises
    ------
    MisplacedSensorsError
        From two such sensors on: one alone may have been turned in its strap.
    """
    said = [
        fit
        for leg in legs.values()
        if isinstance(leg, LegMotion)
        for fit in leg.straps.values()
        if fit.outwards_stated
    ]
    if len(said) < 2 or not all(fit.faces_inwards for fit in said):
        return
    raise MisplacedSensorsError(
        f"all {len(said)} sensors that were said to face outwards face inwards: "
        "left and right are exchanged",
        hint="import again with left and right the other way round, or say the axis that does "
        "point outwards if they were worn so",
        renamed={
            placement_of(side, segment): placement_of(other, segment)
            for side, other in zip(SIDES, reversed(SIDES), strict=True)
            for segment in ("thigh", "shank")
        },
    )


def strap_doubts(legs: Mapping[Side, Leg]) -> list[str]:
    """Name the sensors that sit otherwise than was said of their straps."""
    return [
        f"The {side} {segment}'s sensor sits {_off(fit)} what was said of its strap: this was left "
        "out, the axes come from standing and gait alone. Look whether it is the sensor that the "
        "session says."
        for side, leg in legs.items()
        if isinstance(leg, LegMotion)
        for segment, fit in leg.straps.items()
        if not fit.agrees
    ]


def _off(fit: StrapFit) -> str:
    if fit.upside_down:
        return "upside down against"
    turns = [
        f"{abs(off_deg):.0f}° {way}"
        for off_deg, way in ((fit.tilt_off_deg, "tilted"), (fit.turn_off_deg, "turned"))
        if off_deg is not None
    ]
    return f"{' and '.join(turns)} away from"


def _renamed(finding: Finding) -> dict[Placement, Placement]:
    """Return which two sensors to exchange, were it the shanks where the legs are crossed."""
    side = side_of(finding.placement) if finding.placement else None
    one, other = (
        ("left_shank", "right_shank")
        if side is None
        else (placement_of(side, "thigh"), placement_of(side, "shank"))
    )
    return {one: other, other: one}

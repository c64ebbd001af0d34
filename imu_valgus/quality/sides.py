"""Left and right: whether each thigh shares a knee with the shank that the session gives it.

When the shanks alone (or the thighs alone) are exchanged, each thigh agrees with the other leg's
shank about the knee. When both sensors of both legs are exchanged, no signal contradicts: it can
only be suspected where the sensors' faces (their z axes) then all point at the other leg.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu_valgus.core import (
    SIDES,
    Bout,
    ImuSignal,
    Placement,
    Segment,
    mirror_of,
    placement_of,
    side_of,
)
from imu_valgus.quality.findings import Finding
from imu_valgus.quality.knee import KneeParams, advantage_of_own_knee
from imu_valgus.quality.worn import Worn, unit

_SEGMENTS: Final[tuple[Segment, ...]] = ("thigh", "shank")
_LEGS: Final[frozenset[Placement]] = frozenset(
    placement_of(side, segment) for side in SIDES for segment in _SEGMENTS
)


@dataclass(frozen=True, slots=True)
class SidesParams:
    """How pairs of thigh and shank are compared.

    Parameters
    ----------
    times : float
        A pairing is believed when it disagrees so many times less about the knee (power) than the
        other: 20 times and more on simulated runs, 5 on real running poses (rbds001), 8 on
        x-IMU3's walk.
    forward_g : float
        A forward direction shorter than this is not known.
    inwards : float
        Cosine between a sensor's z axis and inwards that counts as facing inwards.
    """

    times: float = 2.0
    forward_g: float = 0.15
    inwards: float = 0.6


def check_sides(
    signals: Mapping[Placement, ImuSignal],
    worn: Mapping[Placement, Worn],
    *,
    bouts: Sequence[Bout],
    knee: KneeParams,
    params: SidesParams = SidesParams(),
) -> tuple[Finding, ...]:
    """Look whether left and right are exchanged, in part or in all; nothing with fewer sensors.

    Parameters
    ----------
    signals : mapping of ImuSignal
        On the bouts' time, sensor frame.
    worn : mapping of Worn
    bouts : sequence of Bout
    knee : KneeParams
    params : SidesParams
    """
    if not signals.keys() >= _LEGS:
        return ()
    times = advantage_of_own_knee(signals, worn, bouts=bouts, params=knee)
    if times is not None and times < 1.0 / params.times:
        return (_crossed(times),)
    if _all_face_inwards(worn, params):
        return (_exchanged(),)
    if times is None or times < params.times:
        return (
            Finding(
                severity="note",
                topic="sides",
                number=times,
                text="whether each shank belongs to the thigh of its side cannot be told",
                hint="walk for half a minute before the run",
            ),
        )
    return (
        Finding(
            severity="ok",
            topic="sides",
            number=times,
            text=f"each thigh goes {times:.0f} times better with the shank of its side",
        ),
    )


def _crossed(times: float) -> Finding:
    return Finding(
        severity="error",
        topic="sides",
        number=times,
        text="left and right shank are exchanged: each thigh shares its knee with the other side's "
        f"shank ({1 / times:.0f} times better)",
        hint="import again with left_shank and right_shank the other way round (or the thighs)",
    )


def _exchanged() -> Finding:
    return Finding(
        severity="warning",
        topic="sides",
        text="all sensors face the other leg, as if left and right were exchanged",
        hint="nothing else can show this: look at your notes which sensor was on which leg",
    )


def _all_face_inwards(worn: Mapping[Placement, Worn], params: SidesParams) -> bool:
    """Tell whether the z axes of the sensors of both legs all point at the other leg."""
    inwards: list[bool] = []
    sides: set[str] = set()
    for placement, one in worn.items():
        side = side_of(placement)
        if side is None or np.linalg.norm(one.forward) < params.forward_g:
            continue
        outwards = mirror_of(side) * np.cross(unit(one.forward), one.up)
        inwards.append(bool(outwards[2] < -params.inwards))
        sides.add(side)
    return len(sides) == len(SIDES) and all(inwards)

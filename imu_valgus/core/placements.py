"""Where a sensor sits: the words for sides, segments and placements."""

from typing import Final, Literal, cast, get_args

Side = Literal["left", "right"]
Segment = Literal["thigh", "shank", "foot"]
Placement = Literal[
    "left_thigh", "left_shank", "right_thigh", "right_shank", "pelvis", "left_foot", "right_foot"
]

SIDES: Final[tuple[Side, ...]] = get_args(Side)
PLACEMENTS: Final[tuple[Placement, ...]] = get_args(Placement)


def placement_of(side: Side, segment: Segment) -> Placement:
    """Name the placement of a leg's segment: ``("left", "thigh")`` is ``"left_thigh"``."""
    return cast("Placement", f"{side}_{segment}")


def side_of(placement: Placement) -> Side | None:
    """Name the leg that a placement belongs to; the pelvis belongs to none."""
    side, _, segment = placement.partition("_")
    return cast("Side", side) if segment else None


def mirror_of(side: Side) -> float:
    """Return +1 for the right leg, -1 for the left: the factor that makes both knees read alike."""
    return 1.0 if side == "right" else -1.0

"""What the export to Motion-BIDS and its reader must call alike."""

from typing import Final

from imu_valgus.core import PLACEMENTS, Placement

SIDECAR_KEY: Final = "ImuValgus"
"""The key of ``_motion.json`` under which stands what the standard has no key for."""

TASK: Final = "run"


def point_of(placement: Placement) -> str:
    """Name a placement as a tracked point and a tracking system: ``leftThigh``."""
    first, *others = placement.split("_")
    return first + "".join(other.capitalize() for other in others)


def placement_of_point(tracked_point: str) -> Placement | None:
    """Return the placement that a tracked point names, however it is spelt: ``LeftThigh`` too."""
    bare = "".join(letter for letter in tracked_point.casefold() if letter.isalnum())
    for placement in PLACEMENTS:
        if placement.replace("_", "") == bare:
            return placement
    return None

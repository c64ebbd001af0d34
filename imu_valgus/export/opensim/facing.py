"""Segments turned about the vertical until they face forward, where no heading is known.

**Heading is no measurement.** Without a magnetometer each leg's heading is free and drifts. A leg
is turned about the vertical, thigh and shank by the same angle, until the thigh's flexion axis,
low-passed at ``FACING_CUTOFF_HZ``, points to the right: the leg always faces earth's +x, in bends
too. What rotation a model then finds at the hip is only what changes within some two seconds.
Inclinations, with them hip flexion and adduction, and all knee angles stay as they are.
"""

from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, SegmentOrientation, about_vertical, compose, turned_axis
from imu_valgus.pipeline import LegMotion
from imu_valgus.sync import low_pass

FACING_CUTOFF_HZ: Final = 0.25
"""Strides come at 0.8 Hz or more; a bend of a track takes ten seconds."""


def facing_forward(leg: LegMotion) -> tuple[SegmentOrientation, SegmentOrientation]:
    """Return thigh and shank, segment to earth, turned until the thigh faces earth's +x."""
    thigh, shank = leg.segments_to_earth
    turn = _turn_forward(thigh, leg.time_s)
    return (
        SegmentOrientation(leg.time_s, compose(turn, thigh), "segment"),
        SegmentOrientation(leg.time_s, compose(turn, shank), "segment"),
    )


def turn_forward(segment: Rotation, time_s: FloatArray) -> Rotation:
    """Return a segment's attitudes (n), ISB axes to earth, turned until it faces earth's +x."""
    return compose(_turn_forward(segment, time_s), segment)


def _turn_forward(segment: Rotation, time_s: FloatArray) -> Rotation:
    right = low_pass(turned_axis(segment, "z")[:2].T, time_s, cutoff_hz=FACING_CUTOFF_HZ)
    return about_vertical(-np.arctan2(right[:, 0], -right[:, 1]))

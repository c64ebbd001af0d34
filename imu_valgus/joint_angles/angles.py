"""Two segment poses → the three clinical knee angles, and each segment's frontal tilt."""

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, KneeAngles, Side, compose, mirror_of, turned_axis


def knee_angles(thigh: Rotation, shank: Rotation, *, side: Side) -> KneeAngles:
    """Resolve the shank's pose in the thigh into the three clinical knee angles.

    Joint coordinate system of Grood and Suntay [1]_ in the axes of the ISB [2]_
    (x forward, y up, z right): flexion about the thigh's z axis, valgus about the
    floating axis, internal rotation about the shank's y axis.

    Parameters
    ----------
    thigh, shank : Rotation, n each
        Segment to earth, on the same samples.
    side : {"left", "right"}
        Sets the sign of valgus and internal rotation, so that both knees read alike.

    Returns
    -------
    KneeAngles
        Degrees, (n,) each. Flexion, valgus (abduction) and internal rotation are positive.

    References
    ----------
    .. [1] Grood & Suntay (1983), J Biomech Eng 105(2), 136-144, doi:10.1115/1.3138397.
    .. [2] Wu & Cavanagh (1995), J Biomech 28(10), 1257-1261, doi:10.1016/0021-9290(95)00017-C.
    """
    pose = compose(thigh.inv(), shank)
    mirror = mirror_of(side)
    # Cardan Z-X'-Y'' read off the matrix' column y and row z: the general routine takes ten times
    # as long.
    shank_long, thigh_right = turned_axis(pose, "y"), turned_axis(pose.inv(), "z")
    about_z = np.arctan2(-shank_long[0], shank_long[1])
    about_x = np.arcsin(np.clip(shank_long[2], -1.0, 1.0))
    about_y = np.arctan2(-thigh_right[0], thigh_right[2])
    return KneeAngles(
        flexion_deg=np.degrees(-about_z),
        valgus_deg=np.degrees(-mirror * about_x),
        internal_rotation_deg=np.degrees(mirror * about_y),
    )


def frontal_tilt(segment: Rotation, *, side: Side) -> FloatArray:
    """Return how far a segment leans in its frontal plane against gravity, in degrees.

    Parameters
    ----------
    segment : Rotation, n
        Segment (ISB axes) to earth (z up). The heading does not matter.
    side : {"left", "right"}

    Returns
    -------
    FloatArray
        (n,) the elevation of the segment's outward axis: positive where the segment's lower end
        lies outwards of its upper end.
    """
    outward_up = turned_axis(segment, "z")[2]
    return np.degrees(mirror_of(side) * np.arcsin(np.clip(outward_up, -1.0, 1.0)))


def sagittal_tilt(segment: Rotation) -> FloatArray:
    """Return how far a segment leans in its sagittal plane against gravity, in degrees.

    Parameters
    ----------
    segment : Rotation, n
        Segment (ISB axes) to earth (z up). The heading does not matter.

    Returns
    -------
    FloatArray
        (n,) in ± 180: positive where the segment's lower end lies in front of its upper end, as a
        thigh's in a squat; a shank's is negative there.
    """
    forward_up, long_up, _ = turned_axis(segment.inv(), "z")
    return np.degrees(np.arctan2(forward_up, long_up))

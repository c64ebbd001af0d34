"""Turns by closed form: several times faster than the general ones of scipy, and as exact."""

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray


def cardan_zxy(
    about_z_deg: FloatArray, about_x_deg: FloatArray, about_y_deg: FloatArray
) -> Rotation:
    """Return the turns about z, then the moved x, then the twice moved y axis, n each."""
    z, x, y = (np.radians(angle) / 2 for angle in (about_z_deg, about_x_deg, about_y_deg))
    (cz, cx, cy), (sz, sx, sy) = (
        (np.cos(z), np.cos(x), np.cos(y)),
        (np.sin(z), np.sin(x), np.sin(y)),
    )
    return Rotation.from_quat(
        np.column_stack(
            [
                cz * sx * cy - sz * cx * sy,
                cz * cx * sy + sz * sx * cy,
                cz * sx * sy + sz * cx * cy,
                cz * cx * cy - sz * sx * sy,
            ]
        )
    )


def heading_and_lean(heading_rad: FloatArray, lean_rad: FloatArray) -> Rotation:
    """Return the turns about y (up), then the moved x axis (forward), n each."""
    y, x = heading_rad / 2, lean_rad / 2
    return Rotation.from_quat(
        np.column_stack(
            [
                np.cos(y) * np.sin(x),
                np.sin(y) * np.cos(x),
                -np.sin(y) * np.sin(x),
                np.cos(y) * np.cos(x),
            ]
        )
    )


def compose(first: Rotation, second: Rotation) -> Rotation:
    """Return ``first * second``, either of them n turns or a single one."""
    a, b = np.asarray(first.as_quat()).T, np.asarray(second.as_quat()).T
    return Rotation.from_quat(
        np.column_stack(
            [
                a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
                a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
                a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
                a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
            ]
        )
    )


def small_turn(before: Rotation, after: Rotation) -> FloatArray:
    """Return the rotation vector (n, 3) from ``before`` to ``after`` in rad, in the moved axes.

    Below 5° a term of the series beyond the first is all that a double can hold of it.
    """
    quaternions = np.asarray(compose(before.inv(), after).as_quat())
    half = quaternions[:, :3] * np.sign(quaternions[:, 3:])
    return np.asarray(2 * half * (1 + np.sum(half**2, axis=1, keepdims=True) / 6))

"""A signal cut into windows of even samples, for the checks that look at many of them at once."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from imu_valgus.core import FloatArray, ImuSignal
from imu_valgus.sync import interpolate

RATE_HZ = 50.0
"""Fast enough for a leg's rotation; impacts are averaged away."""
BRIDGED_S = 0.1
"""Over a few lost samples the signal is drawn straight; a longer gap ends a window."""


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Windows of one sensor, w of them with k samples each, ``RATE_HZ`` apart.

    ``start_s`` (w,). ``acc_mps2``, ``gyr_radps`` (w, k, 3): means over each sampling period, so
    that the rotation between two samples is kept.
    """

    start_s: FloatArray
    acc_mps2: FloatArray
    gyr_radps: FloatArray

    def __len__(self) -> int:
        return len(self.start_s)

    @property
    def rate_rms_radps(self) -> FloatArray:
        """Root mean square of the angular velocity in each window: (w,)."""
        return np.sqrt(np.mean(np.sum(self.gyr_radps**2, axis=2), axis=1))

    def take(self, index: np.ndarray) -> "Windows":
        """Return some of the windows, by number or by mask."""
        return Windows(self.start_s[index], self.acc_mps2[index], self.gyr_radps[index])


def cut(signal: ImuSignal, *, width_s: float) -> Windows:
    """Cut a signal into windows of ``width_s`` that do not overlap; none reaches across a gap."""
    width = round(width_s * RATE_HZ)
    lost = np.flatnonzero(np.diff(signal.time_s) > BRIDGED_S) + 1
    both = np.concatenate([signal.acc_mps2, signal.gyr_radps], axis=1)
    starts, pieces = [np.zeros(0)], [np.zeros((0, width, 6))]
    edges = [0, *lost.tolist(), len(signal)]
    for first, last in pairwise(edges):
        time_s = signal.time_s[first:last]
        count = int((time_s[-1] - time_s[0]) * RATE_HZ) // width
        if count:
            edges_s = time_s[0] + np.arange(count * width + 1) / RATE_HZ
            cells = _cell_means(time_s, both[first:last], edges_s)
            starts.append(edges_s[:-1:width])
            pieces.append(cells.reshape(count, width, 6))
    together = np.concatenate(pieces)
    return Windows(np.concatenate(starts), together[..., :3], together[..., 3:])


def _cell_means(time_s: FloatArray, values: FloatArray, edges_s: FloatArray) -> FloatArray:
    """Average (n, k) values, drawn straight between samples, over the cells between edges."""
    integral = np.zeros_like(values)
    areas = 0.5 * np.diff(time_s)[:, np.newaxis] * (values[1:] + values[:-1])
    np.cumsum(areas, axis=0, out=integral[1:])
    at_edges = interpolate(integral, time_s, edges_s)
    return np.diff(at_edges, axis=0) / np.diff(edges_s)[:, np.newaxis]

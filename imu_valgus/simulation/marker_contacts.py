"""Where a running foot lands and leaves, by the rules published for markers."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from imu_valgus.core import FloatArray

_SWING_PROMINENCE_DEG: Final = 30.0
_SHORTEST_STRIDE_S: Final = 0.5
_LANDING: Final = (0.25, 0.42)
_LEAVING: Final = (0.55, 0.80)
"""Where to look, in strides after the knee was bent most in swing."""


def find_marker_contacts(
    flexion_deg: FloatArray, foot_acc_mps2: FloatArray, *, rate_hz: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the frames of initial contact and toe-off of one leg in running.

    Initial contact is the peak of vertical acceleration of the marker at the heel or at the
    forefoot that has it first: for any foot strike, +3 ± 15 ms against force plates [1]_. Toe-off
    is the knee's extension peak: 5 ms in absolute error on treadmills [2]_.

    Parameters
    ----------
    flexion_deg : (n,)
        Of the knee.
    foot_acc_mps2 : (n, markers)
        Upward accelerations of markers at the heel and at the heads of the metatarsals.
    rate_hz : float

    Returns
    -------
    (k,), (k,)
        Frames of initial contact, and of the toe-off that follows each; strides cut off by either
        end of the data are left out.

    References
    ----------
    .. [1] Handsaker et al. (2016), J Biomech 49(16), 4128–4133,
       doi:10.1016/j.jbiomech.2016.10.013.
    .. [2] Fellin et al. (2010), J Sci Med Sport 13(6), 646–650, doi:10.1016/j.jsams.2010.03.006.
    """
    swings, _ = find_peaks(
        flexion_deg, prominence=_SWING_PROMINENCE_DEG, distance=round(_SHORTEST_STRIDE_S * rate_hz)
    )
    # A running knee also bends in stance; in swing it bends nearly twice as far.
    swings = swings[flexion_deg[swings] > 0.75 * np.max(flexion_deg[swings])]
    lengths = np.diff(swings)
    typical = round(float(np.median(lengths)))
    starts = np.concatenate([[swings[0] - typical], swings])
    lengths = np.concatenate([[typical], lengths, [typical]])
    landings: list[int] = []
    leavings: list[int] = []
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        land, leave = (
            [start + round(share * length) for share in window] for window in (_LANDING, _LEAVING)
        )
        if land[0] < 0 or leave[1] > len(flexion_deg):
            continue
        peaks = np.argmax(foot_acc_mps2[slice(*land)], axis=0)
        landings.append(land[0] + int(np.min(peaks)))
        leavings.append(leave[0] + int(np.argmin(flexion_deg[slice(*leave)])))
    return np.array(landings, dtype=np.int64), np.array(leavings, dtype=np.int64)

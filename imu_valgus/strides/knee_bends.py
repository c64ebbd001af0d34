"""Where one knee bends deeply and straightens again: start, deepest point, end."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from imu_valgus.core import BoolArray, Bout, FloatArray, spans
from imu_valgus.sync import low_pass


@dataclass(frozen=True, slots=True)
class BendParams:
    """What counts as a bend of the knee.

    Parameters
    ----------
    depth_deg : float
        Rise of flexion above both ends. Clinical single-leg squats end at 45° to 60°, stiff
        landings in 60° to 80°; standing on the spot moves the knee by some 10°.
    shortest_s, longest_s : float
        From start to end. A swing of one step is shorter; sitting down and up again is longer.
    onset_share : float
        A movement begins and ends where its rate passes this share of its highest (Teasdale et al.
        1993, doi:10.1080/00222895.1993.9941644).
    onset_level : float
        That passing is looked for below this share of the depth: a halt half way is no start.
    level_deg : float
        The deepest point is the middle of the samples that come this near to the highest flexion:
        a held squat has no sharper one, and flexion is not known better.
    cutoff_hz : float
        Of flexion; usual for movements without impacts (Winter 2009,
        doi:10.1002/9780470549148).
    gait_guard_s : float
        Bends so near to walking or running are steps into and out of it.
    """

    depth_deg: float = 30.0
    shortest_s: float = 0.6
    longest_s: float = 8.0
    onset_share: float = 0.05
    onset_level: float = 0.25
    level_deg: float = 1.0
    cutoff_hz: float = 6.0
    gait_guard_s: float = 1.0


DEFAULT = BendParams()


@dataclass(frozen=True, slots=True)
class Bend:
    """One bend of one knee, session time."""

    start_s: float
    deepest_s: float
    end_s: float


def find_bends(
    time_s: FloatArray,
    flexion_deg: FloatArray,
    *,
    bouts: tuple[Bout, ...],
    within: tuple[Bout, ...] = (),
    params: BendParams = DEFAULT,
) -> list[Bend]:
    """Find the bends of one knee, in order.

    Parameters
    ----------
    time_s, flexion_deg : (n,)
        Zero at standing. No bend reaches across a gap.
    bouts : tuple of Bout
        Walking and running hold no bends.
    within : tuple of Bout
        The user's own bounds: where there are any, bends lie deepest within them, even near gait.
    params : BendParams
    """
    smooth = low_pass(flexion_deg, time_s, cutoff_hz=params.cutoff_hz)
    allowed = _allowed(time_s, bouts, within, params)
    found: list[Bend] = []
    for span in spans(time_s):
        if span.stop - span.start < 3:
            continue
        piece, piece_s = smooth[span], time_s[span]
        peaks = _peaks(piece, params.depth_deg)
        neighbours = [0, *peaks, len(piece) - 1]
        for before, peak, after in zip(neighbours, peaks, neighbours[2:], strict=False):
            if not allowed[span][peak]:
                continue
            reach_s = piece_s[peak] + params.longest_s * np.array([-1.0, 1.0])
            low, high = np.searchsorted(piece_s, reach_s).tolist()
            low, high = max(low, before), min(high, after + 1)
            bend = _bend(piece_s[low:high], piece[low:high], peak - low, params)
            if bend is not None:
                found.append(bend)
    return found


def _peaks(flexion_deg: FloatArray, depth_deg: float) -> list[int]:
    """Find the samples of deepest flexion; of equal ones without a rise between, the first."""
    peaks: list[int] = []
    for peak in find_peaks(flexion_deg, prominence=depth_deg)[0].tolist():
        if peaks and flexion_deg[peaks[-1] : peak].min() > flexion_deg[peak] - depth_deg:
            continue
        peaks.append(peak)
    return peaks


def _allowed(
    time_s: FloatArray, bouts: tuple[Bout, ...], within: tuple[Bout, ...], params: BendParams
) -> BoolArray:
    """Tell at which samples (n,) a bend may be deepest."""
    allowed = np.full(len(time_s), not within)
    for bout in within:
        allowed[slice(*np.searchsorted(time_s, [bout.start_s, bout.stop_s]))] = True
    guard_s = 0.0 if within else params.gait_guard_s
    for bout in bouts:
        if bout.kind in ("walk", "run"):
            edges = [bout.start_s - guard_s, bout.stop_s + guard_s]
            allowed[slice(*np.searchsorted(time_s, edges))] = False
    return allowed


def _bend(
    time_s: FloatArray, flexion_deg: FloatArray, peak: int, params: BendParams
) -> Bend | None:
    """Read one bend off the stretch between its neighbours; None where it is no repetition."""
    rate = np.gradient(flexion_deg, time_s)
    start = peak - _way_out(flexion_deg[peak::-1], rate[peak::-1], params)
    end = peak + _way_out(flexion_deg[peak:], -rate[peak:], params)
    straight = max(flexion_deg[start], flexion_deg[end]) <= flexion_deg[peak] - params.depth_deg
    if not (straight and params.shortest_s <= time_s[end] - time_s[start] <= params.longest_s):
        return None
    near = flexion_deg[start : end + 1] >= flexion_deg[peak] - params.level_deg
    return Bend(
        start_s=float(time_s[start]),
        deepest_s=float(time_s[start : end + 1][near].mean()),
        end_s=float(time_s[end]),
    )


def _way_out(flexion_deg: FloatArray, rate: FloatArray, params: BendParams) -> int:
    """Count the samples from the deepest to where the movement begins (or, forwards, ends).

    Parameters
    ----------
    flexion_deg, rate : (m,)
        From the deepest outwards; the rate is positive towards it.
    params : BendParams
    """
    lowest = flexion_deg.min()
    level = lowest + params.onset_level * (flexion_deg[0] - lowest)
    below = int(np.argmax(flexion_deg < level))
    slow = rate[below:] < params.onset_share * rate[: below + 1].max()
    return below + int(np.argmax(slow)) if slow.any() else len(rate) - 1

"""The last milliseconds between thigh and shank: the shift at which both agree on the joint."""

from dataclasses import dataclass

import numpy as np

from imu_valgus.core import FloatArray, IntArray, typical_step
from imu_valgus.orientation.chain import Course, chain_variance, knots_of, smooth_chain
from imu_valgus.sync import read_smooth


@dataclass(frozen=True, slots=True)
class LatenessParams:
    """How the last milliseconds are looked for.

    Parameters
    ----------
    search_s : float
        How far the coarse tie of the clocks may be off.
    coarse_windows : int
        How many windows the wide search looks at.
    window_s : float
        Length of one.
    walk_s_per_sqrt_s : float
        How fast two clocks part beyond the drift already taken out: a quartz wanders by about
        1 ppm a minute.
    jump_s : float
        By how much they may jump over a gap: a sensor that restarts is synchronised anew.
    independent_per_s : float
        Samples a second that tell anything new, below the low-pass.
    floor_mps2 : float
        The least mismatch that sensors on flesh are granted.
    """

    search_s: float = 0.5
    coarse_windows: int = 24
    window_s: float = 20.0
    walk_s_per_sqrt_s: float = 1e-4
    jump_s: float = 0.01
    independent_per_s: float = 3.0
    floor_mps2: float = 0.5


_COARSE_STEP_S = 0.01
_DRIFTS: FloatArray = np.arange(-200e-6, 201e-6, 10e-6)
_FINE_STEPS_S: FloatArray = np.linspace(-0.015, 0.015, 5)


def coarse_lateness(
    time_s: FloatArray,
    thigh_mps2: FloatArray,
    shank_s: FloatArray,
    shank_mps2: FloatArray,
    *,
    params: LatenessParams,
) -> FloatArray:
    """Find the one line of shift over time with the least mismatch, searched widely.

    A single window of even running fits again a stride later; all of them together do not.

    Parameters
    ----------
    time_s, thigh_mps2 : (n,), (n, 3)
        The joint's acceleration by the thigh's sensor.
    shank_s, shank_mps2 : (m,), (m, 3)
        The same by the shank's, on its own time stamps.
    params : LatenessParams

    Returns
    -------
    FloatArray
        (n,) by how much the shank's time stamps are late, at ``time_s``.
    """
    window, centre_s, _ = knots_of(time_s, params.window_s)
    every = max(len(centre_s) // params.coarse_windows, 1)
    chosen = np.flatnonzero(window % every == 0)
    knot, window_of_knot = _knots_in_windows(time_s[chosen], window[chosen])
    steps = np.arange(-params.search_s, params.search_s + 1e-9, _COARSE_STEP_S)
    cost: FloatArray = np.zeros((len(steps), len(centre_s)))
    for row, step in zip(cost, steps, strict=True):
        moved = read_smooth(shank_mps2, shank_s, time_s[chosen] + step)
        mismatch = _mismatch(knot, thigh_mps2[chosen], moved)
        row[:] = np.bincount(window_of_knot, mismatch, minlength=len(centre_s))
    spoken = np.unique(window[chosen])
    # Each window counts alike, however hard the runner landed in it.
    cost = cost[:, spoken] / cost[:, spoken].min(axis=0)
    middle_s = float(centre_s[spoken].mean())
    offset_s, drift = _best_line(steps, cost, centre_s[spoken] - middle_s)
    return offset_s + drift * (time_s - middle_s)


def _best_line(steps: FloatArray, cost: FloatArray, at_s: FloatArray) -> tuple[float, float]:
    """Return offset and slope of the line through ``cost`` (s, w) that costs least."""
    best = (np.inf, 0.0, 0.0)
    columns = np.arange(cost.shape[1])
    offsets = steps[np.abs(steps) <= 0.6 * steps[-1]]
    # From no drift outwards: of lines that cost alike, the flattest stands.
    for drift in sorted(_DRIFTS, key=abs):
        index = (offsets[:, None] + drift * at_s - steps[0]) / _COARSE_STEP_S
        index = np.clip(np.rint(index).astype(np.int64), 0, len(steps) - 1)
        total = cost[index, columns].sum(axis=1)
        k = int(np.argmin(total))
        if total[k] < best[0]:
            best = float(total[k]), float(offsets[k]), float(drift)
    return best[1], best[2]


def fine_lateness(
    time_s: FloatArray,
    thigh_mps2: FloatArray,
    shank_s: FloatArray,
    shank_mps2: FloatArray,
    *,
    around_s: FloatArray,
    params: LatenessParams,
) -> Course:
    """Follow the shift through the recording, window by window, smoothed as clocks allow.

    Parameters
    ----------
    time_s, thigh_mps2, shank_s, shank_mps2
        As for :func:`coarse_lateness`.
    around_s : (n,)
        What is believed so far, at ``time_s``; the search goes 15 ms to either side.
    params : LatenessParams

    Returns
    -------
    Course
        By how much the shank's time stamps are late, in s.
    """
    window, window_s, stretch = knots_of(time_s, params.window_s)
    knot, window_of_knot = _knots_in_windows(time_s, window)
    costs = shift_costs(time_s, thigh_mps2, shank_s, shank_mps2, around_s=around_s, knot=knot)
    cost: FloatArray = np.zeros((len(_FINE_STEPS_S), len(window_s)))
    for row, mismatch in zip(cost, costs, strict=True):
        row[:] = np.bincount(window_of_knot, mismatch, minlength=len(window_s))
    counts = np.maximum(np.bincount(window, minlength=len(window_s)), 1)
    step_s = typical_step(time_s)
    shift, precision = shift_evidence(cost, counts, step_s=step_s, params=params)
    believed = np.bincount(window, around_s, minlength=len(window_s)) / counts
    cut = np.diff(stretch) > 0
    variance_of_walk = params.walk_s_per_sqrt_s**2 * np.diff(window_s)
    stiffness = 1.0 / np.where(cut, params.jump_s**2, variance_of_walk)
    value = smooth_chain(precision * (believed + shift), precision, stiffness)
    return Course(window_s, value, np.sqrt(chain_variance(precision, stiffness)), cut)


def shift_costs(
    time_s: FloatArray,
    thigh_mps2: FloatArray,
    shank_s: FloatArray,
    shank_mps2: FloatArray,
    *,
    around_s: FloatArray | float,
    knot: IntArray,
) -> FloatArray:
    """Return what each knot's mismatch is at each fine shift about ``around_s``, (steps, knots).

    ``knot`` (n,): the knot of each of the samples at ``time_s``, each with its own heading.
    """
    moved = (read_smooth(shank_mps2, shank_s, time_s + around_s + step) for step in _FINE_STEPS_S)
    return np.stack([_mismatch(knot, thigh_mps2, there) for there in moved])


def shift_evidence(
    cost: FloatArray, counts: IntArray | float, *, step_s: float, params: LatenessParams
) -> tuple[FloatArray, FloatArray]:
    """Read the best shift and its precision 1/s² off the costs (steps, w) of w windows.

    ``counts`` (w,): the samples in each, ``step_s`` apart.
    """
    shift, bend = _parabola(_FINE_STEPS_S, cost)
    variance = cost.min(axis=0) / (3 * counts) + params.floor_mps2**2
    worth = min(params.independent_per_s * step_s, 1.0)
    return shift, worth * bend / (2 * variance)


def _knots_in_windows(time_s: FloatArray, window: IntArray) -> tuple[IntArray, IntArray]:
    """Divide samples (n,) into knots of 1 s, each with a heading of its own; and their windows."""
    second = np.floor(time_s - time_s[0]).astype(np.int64)
    firsts = np.r_[True, (np.diff(second) != 0) | (np.diff(window) != 0)]
    return np.cumsum(firsts) - 1, window[firsts]


def _mismatch(knot: IntArray, thigh_mps2: FloatArray, shank_mps2: FloatArray) -> FloatArray:
    """Return each knot's squared mismatch at the heading that suits the knot best."""
    ours = thigh_mps2[:, 0] + 1j * thigh_mps2[:, 1]
    theirs = shank_mps2[:, 0] + 1j * shank_mps2[:, 1]
    product = ours * np.conj(theirs)
    agreement = np.hypot(np.bincount(knot, product.real), np.bincount(knot, product.imag))
    upright = (thigh_mps2[:, 2] - shank_mps2[:, 2]) ** 2
    energy = np.bincount(knot, np.abs(ours) ** 2 + np.abs(theirs) ** 2 + upright)
    return np.asarray(energy - 2 * agreement, dtype=np.float64)


def _parabola(steps: FloatArray, cost: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return for each column of ``cost`` (s, w) where it is least, and how sharply it bends there.

    A column whose least value lies at an end has no minimum in reach: it goes to that end and
    says nothing (bend 0).
    """
    best = np.argmin(cost, axis=0)
    inner = np.clip(best, 1, len(steps) - 2)
    columns = np.arange(cost.shape[1])
    before, here, after = (cost[inner + k, columns] for k in (-1, 0, 1))
    width = float(steps[1] - steps[0])
    bend = np.maximum((before - 2 * here + after) / width**2, 1e-12)
    shift = steps[inner] + (before - after) / (2 * width * bend)
    ends = (best == 0) | (best == len(steps) - 1)
    return np.where(ends, steps[best], shift), np.where(ends, 0.0, bend)

"""Find initial contact and toe-off of running from the shank, and the thigh where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import find_peaks

from imu_valgus.core import GRAVITY_MPS2, BoolArray, Bout, FloatArray, ImuSignal, IntArray
from imu_valgus.sync import interpolate, low_pass

GRID_HZ = 200.0
"""All the search runs on even times of this rate: 5 ms, read between them by interpolation."""

_HOLE_S = 0.1
"""A contact inside a longer gap was not seen."""

_RATES_PER_CUTOFF = 3.0
"""Slower sampling shows no impacts: they fold into lower frequencies."""

ONLY_A_THIGH = "no shank sensor: contacts are read from the shank"
"""Why a leg with a thigh sensor alone has no contacts."""


@dataclass(frozen=True, slots=True)
class ContactParams:
    """How contacts are found.

    Parameters
    ----------
    swing_cutoff_hz, swing_share : float
        Swings are peaks of the shank's sagittal rate below this frequency that reach this share of
        the run's median swing: an adaptive threshold as in Greene et al. [1]_ and McGrath et
        al. [2]_.
    stride_min_s, stride_max_s : float
        Range of stride times of running, from sprints to a slow jog. A longer way between two
        contacts is no stride.
    edge_s : float
        A run's first and last contacts may lie this far outside its bout: a bout found from windows
        of seconds is no sharper.
    rate_cutoff_hz : float
        Smooths the rates whose zeros are read.
    contact_delay_s : float
        From the shank's zero rate at the end of its swing to the contact where there is no impact
        to be seen. Median 34 ms (nms-dyn, against marks read by eye) and 35 to 41 ms (RBDS001,
        against foot and pelvis markers).
    search_before_s, search_after_s : float
        Where the impact is looked for, about that zero.
    impact_cutoff_hz, impact_min_g, impact_onset : float
        The impact is what the shank's acceleration holds above this frequency; a run has impacts if
        their median size reaches this; one begins where it first reaches this share of its size.
        Smoothed poses hold less (RBDS001, 12 and 20 Hz: 0.1 and 0.3 g), a slow run 1.1 g
        (nms-dyn), a mild simulated impact of 2 g 0.8 g. Below 30 Hz the fast swing of a sprint
        gets in the way, above it the impact of a slow run fades.
    neighbours : int
        The way from the zero to the impact is the median of as many strides around: the zero is the
        sharper of the two from stride to stride (nms-dyn: 5 ms against 12), the impact is where the
        contact is.
    toe_off_early, toe_off_late : float
        Toe-off lies between these shares of the stride: from sprinting (0.2) to a slow jog (0.45).
    push_share : float
        Without a thigh: toe-off is where the shank's rate has fallen by this share from its maximum
        in stance to its minimum after push-off; there is peak knee extension in nms-dyn and RBDS001
        (2 ± 5 ms).

    References
    ----------
    .. [1] Greene et al. (2010), Med Biol Eng Comput 48(12), 1251-1260,
       doi:10.1007/s11517-010-0692-0.
    .. [2] McGrath et al. (2012), Sports Eng 15(4), 207-213, doi:10.1007/s12283-012-0093-8.
    """

    swing_cutoff_hz: float = 5.0
    swing_share: float = 0.5
    stride_min_s: float = 0.4
    stride_max_s: float = 1.3
    edge_s: float = 0.6
    rate_cutoff_hz: float = 15.0
    contact_delay_s: float = 0.035
    search_before_s: float = 0.01
    search_after_s: float = 0.09
    impact_cutoff_hz: float = 30.0
    impact_min_g: float = 0.5
    impact_onset: float = 0.2
    neighbours: int = 21
    toe_off_early: float = 0.18
    toe_off_late: float = 0.7
    push_share: float = 0.35


DEFAULT = ContactParams()


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """The contacts of one foot in running, in order of time.

    Parameters
    ----------
    initial_contact_s : (k,)
    toe_off_s : (k,)
        NaN where none was found.
    run_idx : (k,)
        Which run the contact belongs to; a stride never leads from one run into the next.
    from_impact : (k,)
        True where the run's impacts placed the contact, False where its signals hold none.
    reason : str
        Why there are none, empty where there are.
    """

    initial_contact_s: FloatArray
    toe_off_s: FloatArray
    run_idx: IntArray
    from_impact: BoolArray
    reason: str = field(default="")

    def __len__(self) -> int:
        return self.initial_contact_s.shape[0]


def no_contacts(reason: str) -> Contacts:
    """Return no contacts, and why."""
    none = np.zeros(0)
    return Contacts(none, none, none.astype(np.int64), none.astype(np.bool_), reason)


def find_contacts(
    shank: ImuSignal,
    runs: Sequence[Bout],
    *,
    thigh: ImuSignal | None = None,
    params: ContactParams = DEFAULT,
) -> Contacts:
    """Find initial contacts and toe-offs of one foot while it runs.

    The shank's sagittal rate gives each stride's swing and its end, the zero that follows (after
    Aminian et al. [1]_ and McGrath et al. [2]_). Initial contact is the beginning of the impact
    that follows it, as by Mercer et al. [3]_ and Sinclair et al. [4]_, its delay after that zero
    taken as the median of the strides around; in signals without impacts (virtual sensors on
    smoothed poses, slow sampling) it is placed a fixed time after the zero. Toe-off is peak knee
    extension, the zero of shank's minus thigh's sagittal rate: of five kinematic methods the
    nearest to the force plate, 5 ms [5]_. Without a thigh it is read from the shank's push-off.

    Parameters
    ----------
    shank, thigh : ImuSignal
        Segment frame (x forward, y up, z right, for the left leg too), on one clock.
    runs : sequence of Bout
        When the runner runs; bouts of other kinds are left out.
    params : ContactParams

    Returns
    -------
    Contacts
        Short gaps in the signals are bridged by straight lines; what strides they fall into is
        for the stride table to judge.

    References
    ----------
    .. [1] Aminian et al. (2002), J Biomech 35(5), 689-699, doi:10.1016/S0021-9290(02)00008-8.
    .. [2] McGrath et al. (2012), Sports Eng 15(4), 207-213, doi:10.1007/s12283-012-0093-8.
    .. [3] Mercer et al. (2003), J Sports Sci 21(11), 911-919, doi:10.1080/0264041031000140383.
    .. [4] Sinclair et al. (2013), J Appl Biomech 29(1), 118-122, doi:10.1123/jab.29.1.118.
    .. [5] Fellin et al. (2010), J Sci Med Sport 13(6), 646-650,
       doi:10.1016/j.jsams.2010.03.006.
    """
    if shank.frame != "segment" or (thigh is not None and thigh.frame != "segment"):
        raise ValueError("contacts are read in the segment frame, found the sensor's")
    running = sorted(bout for bout in runs if bout.kind == "run")
    if not running:
        return no_contacts("no running found")
    found = [
        _contacts_of_run(shank, reach, thigh, params, idx)
        for idx, reach in enumerate(_reaches(running, params.edge_s))
    ]
    found = [contacts for contacts in found if len(contacts)]
    if not found:
        return no_contacts("no swings of the shank found in the running")
    return Contacts(
        initial_contact_s=np.concatenate([c.initial_contact_s for c in found]),
        toe_off_s=np.concatenate([c.toe_off_s for c in found]),
        run_idx=np.concatenate([c.run_idx for c in found]),
        from_impact=np.concatenate([c.from_impact for c in found]),
    )


def _reaches(runs: Sequence[Bout], edge_s: float) -> list[Bout]:
    """Stretch each run by ``edge_s`` at both ends, no further than half-way to the next."""
    half_s = [0.5 * (later.start_s - run.stop_s) for run, later in pairwise(runs)]
    before = [min(edge_s, half) for half in (np.inf, *half_s)]
    after = [min(edge_s, half) for half in (*half_s, np.inf)]
    return [
        Bout(run.start_s - b, run.stop_s + a, run.kind)
        for run, b, a in zip(runs, before, after, strict=True)
    ]


def _contacts_of_run(
    shank: ImuSignal, run: Bout, thigh: ImuSignal | None, params: ContactParams, run_idx: int
) -> Contacts:
    # The swing that leads to the first contact is read too.
    piece = shank.between(run.start_s - params.stride_max_s, run.stop_s)
    time_s = shank.time_s[piece]
    if len(time_s) < 2 or time_s[-1] - time_s[0] < params.stride_min_s:
        return no_contacts("no data")
    grid_s = np.arange(time_s[0], time_s[-1], 1.0 / GRID_HZ)
    rate = _sagittal_rate(shank, piece, grid_s)
    zero_s = _swing_ends(rate, grid_s, params)
    acc_g = interpolate(shank.acc_mps2[piece], time_s, grid_s) / GRAVITY_MPS2
    impact = acc_g - low_pass(acc_g, grid_s, cutoff_hz=params.impact_cutoff_hz)
    size_g = np.linalg.norm(impact, axis=1)
    if shank.sampling_rate_hz < _RATES_PER_CUTOFF * params.impact_cutoff_hz:
        size_g = np.zeros_like(size_g)
    contact_s, from_impact = _onsets(size_g, grid_s, zero_s, params)
    kept = _is_seen(time_s, contact_s) & (contact_s >= run.start_s)
    contact_s, from_impact = contact_s[kept], from_impact[kept]
    if thigh is None:
        toe_off_s = _push_offs(rate, grid_s, contact_s, params)
    else:
        around = thigh.between(grid_s[0] - 0.1, grid_s[-1] + 0.1)
        knee_rate = rate - _sagittal_rate(thigh, around, grid_s)
        toe_off_s = knee_extensions(knee_rate, grid_s, contact_s, params)
    run_of = np.full(len(contact_s), run_idx, dtype=np.int64)
    return Contacts(contact_s, toe_off_s, run_of, from_impact)


def _sagittal_rate(signal: ImuSignal, piece: slice, grid_s: FloatArray) -> FloatArray:
    """Read the angular velocity about z (positive: the lower end swings forwards) on the grid."""
    return np.interp(grid_s, signal.time_s[piece], signal.gyr_radps[piece, 2])


def _swing_ends(rate: FloatArray, grid_s: FloatArray, params: ContactParams) -> FloatArray:
    """Return the times (k,) at which the shank has stopped swinging forwards."""
    slow = low_pass(rate, grid_s, cutoff_hz=params.swing_cutoff_hz)
    apart = round(params.stride_min_s * GRID_HZ)
    peaks, _ = find_peaks(slow, height=0.0, distance=apart)
    peaks = peaks[slow[peaks] > params.swing_share * _median_of_the_high(slow[peaks])]
    smooth = low_pass(rate, grid_s, cutoff_hz=params.rate_cutoff_hz)
    ends = np.flatnonzero((smooth[:-1] >= 0) & (smooth[1:] < 0))
    following = np.searchsorted(ends, peaks)
    found = following < len(ends)
    ends = np.unique(ends[following[found]])
    share = smooth[ends] / (smooth[ends] - smooth[ends + 1])
    return grid_s[ends] + share / GRID_HZ


def _median_of_the_high(heights: FloatArray) -> float:
    """Median of those above half the highest decile: the run's swings, not the twitches between."""
    if not heights.size:
        return np.inf
    return float(np.median(heights[heights > 0.5 * np.quantile(heights, 0.9)]))


def _onsets(
    impact_g: FloatArray, grid_s: FloatArray, zero_s: FloatArray, params: ContactParams
) -> tuple[FloatArray, BoolArray]:
    """Return the times of contact after each zero rate, and whether they were read from impacts."""
    placed_s = zero_s + params.contact_delay_s
    offsets_s = np.arange(-params.search_before_s, params.search_after_s, 1.0 / GRID_HZ)
    sizes = np.interp(zero_s[:, np.newaxis] + offsets_s, grid_s, impact_g)
    if not len(zero_s) or np.median(sizes.max(axis=1)) < params.impact_min_g:
        return placed_s, np.zeros(len(zero_s), dtype=np.bool_)
    delay_s = first_crossing(sizes, params.impact_onset * sizes.max(axis=1), offsets_s)
    usual_s = median_filter(delay_s, size=params.neighbours, mode="nearest")
    return zero_s + usual_s, np.ones(len(zero_s), dtype=np.bool_)


def first_crossing(values: FloatArray, level: FloatArray, at: FloatArray) -> FloatArray:
    """Return where each row of ``values`` (k, m), given at ``at`` (m,), first exceeds its level."""
    rows = np.arange(len(values))
    after = np.argmax(values > level[:, np.newaxis], axis=1)
    before = np.maximum(after - 1, 0)
    rise = values[rows, after] - values[rows, before]
    share = np.divide(level - values[rows, before], rise, out=np.ones(len(values)), where=rise > 0)
    return at[before] + np.clip(share, 0.0, 1.0) * (at[after] - at[before])


def knee_extensions(
    knee_rate: FloatArray, grid_s: FloatArray, contact_s: FloatArray, params: ContactParams
) -> FloatArray:
    """Return peak knee extension in late stance: the last zero before the fastest bending."""
    smooth = low_pass(knee_rate, grid_s, cutoff_hz=params.rate_cutoff_hz)
    shares, times_s = _in_strides(contact_s, params)
    values = np.interp(times_s, grid_s, smooth)
    bending = np.argmin(values, axis=1)
    extending = (values >= 0) & (np.arange(len(shares)) < bending[:, np.newaxis])
    return _last_true(extending, values, times_s, np.zeros(len(values)))


def _push_offs(
    rate: FloatArray, grid_s: FloatArray, contact_s: FloatArray, params: ContactParams
) -> FloatArray:
    """Return where the shank's rate has fallen by ``push_share`` after its maximum in stance."""
    smooth = low_pass(rate, grid_s, cutoff_hz=params.rate_cutoff_hz)
    shares, times_s = _in_strides(contact_s, params)
    values = np.interp(times_s, grid_s, smooth)
    columns = np.arange(len(shares))
    top = np.argmax(np.where(shares < 0.5, values, -np.inf), axis=1)[:, np.newaxis]
    bottom = np.argmin(np.where(columns >= top, values, np.inf), axis=1)[:, np.newaxis]
    high, low = (np.take_along_axis(values, column, axis=1) for column in (top, bottom))
    level = high - params.push_share * (high - low)
    above = (values >= level) & (columns >= top) & (columns < bottom)
    return _last_true(above, values, times_s, level[:, 0])


def _in_strides(contact_s: FloatArray, params: ContactParams) -> tuple[FloatArray, FloatArray]:
    """Return shares of the stride (m,) and their times in each stride (k, m)."""
    shares = np.arange(params.toe_off_early, params.toe_off_late, 0.005)
    lengths_s = np.diff(contact_s, append=np.inf)
    timely = lengths_s < params.stride_max_s
    usual_s = float(np.median(lengths_s[timely])) if timely.any() else 0.7
    lengths_s = np.where(timely, lengths_s, usual_s)
    return shares, contact_s[:, np.newaxis] + lengths_s[:, np.newaxis] * shares


def _last_true(
    flags: BoolArray, values: FloatArray, times_s: FloatArray, level: FloatArray
) -> FloatArray:
    """Return when ``values`` (k, m) cross the level after the last flag; NaN without a flag."""
    rows = np.arange(len(flags))
    last = flags.shape[1] - 1 - np.argmax(flags[:, ::-1], axis=1)
    after = np.minimum(last + 1, flags.shape[1] - 1)
    fall = values[rows, last] - values[rows, after]
    share = np.divide(values[rows, last] - level, fall, out=np.zeros(len(rows)), where=fall > 0)
    step = times_s[rows, after] - times_s[rows, last]
    return np.where(flags.any(axis=1), times_s[rows, last] + share * step, np.nan)


def _is_seen(time_s: FloatArray, contact_s: FloatArray) -> BoolArray:
    """Tell which contacts do not lie in a hole of the data."""
    after = np.clip(np.searchsorted(time_s, contact_s), 1, len(time_s) - 1)
    return time_s[after] - time_s[after - 1] < _HOLE_S

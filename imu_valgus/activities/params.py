"""What tells the activities apart."""

from dataclasses import dataclass
from typing import Final

from imu_valgus.core import Placement

THIGHS: Final[tuple[Placement, ...]] = ("left_thigh", "right_thigh")
SHANKS: Final[tuple[Placement, ...]] = ("left_shank", "right_shank")


@dataclass(frozen=True, slots=True)
class ActivityParams:
    """What tells the activities apart.

    Parameters
    ----------
    still_window_s, still_rate_dps, still_acc_g : float
        Still is a window in which angular velocity and |a| spread less than this about their mean
        (the zero-velocity detectors of Skog et al. [1]_). Quiet standing in nms-dyn: 1.2 °/s and
        0.01 g; the slowest of its walking: 40 °/s.
    gravity_tolerance_g : float
        |a| of a still sensor may miss 1 g by this: scale errors and offsets of cheap sensors.
    stand_min_s : float
        Shorter rests are no standing.
    upright_deg : float
        Standing, gravity lies this near its mean direction in walking and running; the thigh of a
        sitting person and the shank of a lying one miss it by some 90°, standing ones by 25°.
    alike_deg : float
        Gravity lies this near in all standings; what differs more is a pose (a held squat).
    locomotion_window_s, rhythm_window_s : float
        Two strides of walking.
    stride_min_s, stride_max_s : float
        Range of stride times of walking and running.
    rhythm_min : float
        Correlation of the angular velocity with itself a stride later [2]_; nms-dyn's treadmill and
        overground walks have 0.7 and more.
    slow_max : float
        Share of the angular velocity's amplitude below 0.8 Hz: squats 0.8 to 0.9, walking 0.2 to
        0.6, running below 0.1.
    thigh_rate_dps, shank_rate_dps : float
        Least angular velocity (RMS) of locomotion; the slowest walk of nms-dyn has 38 and 54.
    level_low_g, level_high_g : float
        Walking, the leg spends a third of the time and more near 1 g (its stance), running it
        passes through: that and the size of the bounce part them, not the impact.
    thigh_level_per_bounce, shank_level_per_bounce : float
        Share of time near 1 g over the RMS of |a| − 1 g, per g. Measured: running (nms-dyn and
        RBDS001) up to 0.30 (thigh) and 0.12 (shank), the fastest walk at least 0.64 and 0.38;
        simulated thighs run at up to 0.48.
    locomotion_min_s : float
        A shorter walk beside a run belongs to the run (its first steps), and the other way round.
    squat_thigh_deg, squat_shank_deg : float
        A squat tilts the thigh this far from standing; the shank is asked where there is no thigh.
    squat_min_s, squat_max_s : float
        How long a repetition stays beyond half that tilt.
    squat_pause_s : float
        Repetitions further apart are two sets.
    squat_repetitions : int
        A single one may be sitting down.

    References
    ----------
    .. [1] Skog et al. (2010), IEEE Trans Biomed Eng 57(11), 2657-2666,
       doi:10.1109/TBME.2010.2060723.
    .. [2] Moe-Nilssen & Helbostad (2004), J Biomech 37(1), 121-126,
       doi:10.1016/S0021-9290(03)00233-1.
    """

    still_window_s: float = 1.0
    still_rate_dps: float = 6.0
    still_acc_g: float = 0.03
    gravity_tolerance_g: float = 0.1
    stand_min_s: float = 1.0
    upright_deg: float = 50.0
    alike_deg: float = 25.0
    locomotion_window_s: float = 2.5
    rhythm_window_s: float = 3.0
    stride_min_s: float = 0.5
    stride_max_s: float = 1.8
    rhythm_min: float = 0.5
    slow_max: float = 0.75
    thigh_rate_dps: float = 30.0
    shank_rate_dps: float = 45.0
    level_low_g: float = 0.8
    level_high_g: float = 1.25
    thigh_level_per_bounce: float = 0.5
    shank_level_per_bounce: float = 0.21
    locomotion_min_s: float = 3.0
    squat_thigh_deg: float = 30.0
    squat_shank_deg: float = 15.0
    squat_min_s: float = 0.5
    squat_max_s: float = 4.0
    squat_pause_s: float = 4.0
    squat_repetitions: int = 2


DEFAULT = ActivityParams()

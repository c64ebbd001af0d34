"""What one analysis found, in the types behind ``derived/summary.json``."""

from dataclasses import dataclass, field
from typing import Final

from imu_valgus.core import Bout, Event, RepetitionKind, Side

DERIVED_VERSION: Final = 1
"""The format of the files in ``derived/`` that this package writes and reads."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """A number per stride over the run, degrees.

    ``sd_between_strides`` is the spread that was seen, ``sd_shared`` the error that all strides of
    the session share (axis, standing pose), ``sd_stride`` the error that differs between strides.
    """

    mean: float | None = None
    sd_between_strides: float | None = None
    sd_shared: float | None = None
    sd_stride: float | None = None


@dataclass(frozen=True, slots=True)
class StrideCounts:
    """How many strides were good, suspect and rejected, and why."""

    good: int = 0
    suspect: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class StrapFacts:
    """One sensor against what was said of its strap; None where nothing was said.

    ``tilt_off_deg``: its stated up from the long axis; ``turn_off_deg``: its stated outwards or
    forwards about the long axis. ``taken_in``: whether both agree, and the axes lean on it.
    """

    tilt_off_deg: float | None
    turn_off_deg: float | None
    taken_in: bool


@dataclass(frozen=True, slots=True)
class CalibrationFacts:
    """What the sensor-to-segment alignment stands on.

    ``standing_s``: how long the standing lasted that is the zero. ``sway_deg``: how much the thigh
    moved in it. ``sources``: each source's azimuth of the flexion axis about the thigh, degrees
    from the fused one, by gait and source; ``axis_spread_deg`` their standard deviation,
    ``axis_range_deg`` from lowest to highest. ``rotation_zero``: the pose at which internal
    rotation is zero. ``standing_valgus_deg``: what valgus is at the zero, as the user
    measured it. ``standing_after_deg``: valgus in the last standing after the run; a pose
    that changed, or a sensor that slipped. ``straps``: by segment, where the user said something.
    """

    standing_s: float | None = None
    sway_deg: float | None = None
    axis_spread_deg: float | None = None
    axis_range_deg: float | None = None
    sources: dict[str, float] = field(default_factory=dict[str, float])
    rotation_zero: str | None = None
    standing_valgus_deg: float = 0.0
    standing_after_deg: float | None = None
    straps: dict[str, StrapFacts] = field(default_factory=dict[str, StrapFacts])


@dataclass(frozen=True, slots=True)
class LeverArmFacts:
    """From the knee's centre to either sensor, m, along the segment's x (forward), y (up), z."""

    thigh: tuple[float, float, float]
    shank: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """How one clock was tied to another: within a leg, or one leg to the other.

    ``lateness_ms``: what the joint found beyond the coarse tie. ``residual_ms``: what may be left.
    """

    method: str | None = None
    offset_s: float | None = None
    drift_ppm: float | None = None
    lateness_ms: float | None = None
    residual_ms: float | None = None


@dataclass(frozen=True, slots=True)
class CrosstalkFacts:
    """How valgus goes with flexion: correlation and degrees of valgus per degree of flexion."""

    r: float | None = None
    slope: float | None = None


@dataclass(frozen=True, slots=True)
class CrosstalkState:
    """What the correction of crosstalk changes: the index, and two means of the good strides."""

    index: CrosstalkFacts
    valgus_excursion_deg: float | None = None
    valgus_peak_deg: float | None = None


@dataclass(frozen=True, slots=True)
class CrosstalkCorrection:
    """By how much the flexion axis was turned about the thigh on request, and what that did."""

    axis_turn_deg: float
    before: CrosstalkState
    after: CrosstalkState


@dataclass(frozen=True, slots=True)
class LapResult:
    """One lap's mean over its good strides of one leg, degrees."""

    lap: int
    n: int
    valgus_peak_deg: float | None = None
    valgus_excursion_deg: float | None = None


@dataclass(frozen=True, slots=True)
class RepetitionResult:
    """One kind of repetition of one leg: how many, and the mean of the good ones, degrees."""

    kind: RepetitionKind
    n: int
    n_good: int = 0
    valgus_excursion_deg: float | None = None


@dataclass(frozen=True, slots=True)
class SideSummary:
    """One leg's results; None where its sensors do not tell."""

    calibration: CalibrationFacts | None = None
    lever_arms_m: LeverArmFacts | None = None
    sync: SyncFacts | None = None
    heading_sd_deg: float | None = None
    strides: StrideCounts | None = None
    valgus_peak_deg: Statistic | None = None
    valgus_excursion_deg: Statistic | None = None
    crosstalk: CrosstalkFacts | None = None
    crosstalk_correction: CrosstalkCorrection | None = None
    laps: tuple[LapResult, ...] = ()
    repetitions: tuple[RepetitionResult, ...] = ()


@dataclass(frozen=True, slots=True)
class LapTimes:
    """One lap [start_s, stop_s) in session time."""

    lap: int
    start_s: float
    stop_s: float


@dataclass(frozen=True, slots=True)
class FindingText:
    """One finding about the recording."""

    severity: str
    text: str
    topic: str = ""
    placement: str | None = None
    number: float | None = None
    unit: str = ""
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """All of ``summary.json``.

    ``heeded``: the rows of ``events.tsv`` that the numbers depend on, as they were: all but notes
    and pain. ``turns_s``: when, in session time, the runner had turned by each further 360°.
    """

    format_version: int = DERIVED_VERSION
    imu_valgus_version: str = ""
    session: str = ""
    parameters: dict[str, object] = field(default_factory=dict[str, object])
    bouts: tuple[Bout, ...] = ()
    laps: tuple[LapTimes, ...] = ()
    turns_s: tuple[float, ...] = ()
    heeded: tuple[Event, ...] = ()
    cross_leg_sync: SyncFacts | None = None
    sides: dict[Side, SideSummary] = field(default_factory=dict[Side, SideSummary])
    findings: tuple[FindingText, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def standing_valgus_deg(self) -> dict[Side, float]:
        """What valgus is in standing, by leg: 0 unless the user entered the measured alignment."""
        return {
            side: leg.calibration.standing_valgus_deg
            for side, leg in self.sides.items()
            if leg.calibration is not None
        }

    @property
    def running_s(self) -> float:
        """How long the runner ran."""
        return sum(bout.duration_s for bout in self.bouts if bout.kind == "run")

    @property
    def is_crosstalk_corrected(self) -> bool:
        """Whether the angles are those of flexion axes turned on request."""
        return any(side.crosstalk_correction is not None for side in self.sides.values())

    @property
    def several_laps(self) -> tuple[LapTimes, ...]:
        """The laps, or none where there is one only: a single lap is the run."""
        return self.laps if len(self.laps) > 1 else ()

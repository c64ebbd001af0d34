"""The one place that strings the stages together: a session in, its ``derived/`` out.

Comes in: a ``Recording`` (or its folder). Goes out: ``Analysis`` with the summary, the logs of
strides and repetitions and the angles, and the same as files. ``analyze`` reads like the road:
clocks, activities, each leg's angles, contacts, laps, strides, repetitions, summary.
Live, a leg's angles come packet by packet from ``OnlineKnee``.
The segments' attitudes, too large for ``derived/``, ``session_legs`` works out anew.
``follow_events`` brings ``derived/`` in line with edited events without a new analysis.
``validate_session`` holds the result against an optical system's.
"""

from imu_valgus.pipeline.batch import Analysis, analyze, analyze_session, derive
from imu_valgus.pipeline.crosstalk import CORRECTED
from imu_valgus.pipeline.derived import (
    Derived,
    read_derived,
    read_leg_angles,
    read_parameters,
    read_repetitions,
    read_strides,
    read_summary,
    where_zero,
    write_derived,
)
from imu_valgus.pipeline.estimates import DRIFT_SD_DEG, Estimate, difference, run_mean
from imu_valgus.pipeline.following import follow_events, follow_speeds, follows
from imu_valgus.pipeline.leg import LegMotion, leg_motion
from imu_valgus.pipeline.legs import OnProgress, SessionLegs, session_legs
from imu_valgus.pipeline.made_from import fingerprint, is_made_from
from imu_valgus.pipeline.misplaced import MisplacedSensorsError
from imu_valgus.pipeline.online import KneeSamples, LegCalibration, OnlineKnee, leg_calibration
from imu_valgus.pipeline.params import AnalysisParams
from imu_valgus.pipeline.placing import PlacingParams
from imu_valgus.pipeline.reference import ReferenceParams
from imu_valgus.pipeline.summary import (
    CalibrationFacts,
    CrosstalkCorrection,
    CrosstalkFacts,
    CrosstalkState,
    FindingText,
    LapResult,
    LapTimes,
    LeverArmFacts,
    RepetitionResult,
    SideSummary,
    Statistic,
    StrapFacts,
    StrideCounts,
    Summary,
    SyncFacts,
)
from imu_valgus.pipeline.validation import (
    PLANES,
    Plane,
    PlaneValidation,
    SideValidation,
    TrialValidation,
    Validation,
    ValidationParams,
    ValidationResult,
    validate_session,
)

__all__ = [
    "CORRECTED",
    "DRIFT_SD_DEG",
    "PLANES",
    "Analysis",
    "AnalysisParams",
    "CalibrationFacts",
    "CrosstalkCorrection",
    "CrosstalkFacts",
    "CrosstalkState",
    "Derived",
    "Estimate",
    "FindingText",
    "KneeSamples",
    "LapResult",
    "LapTimes",
    "LegCalibration",
    "LegMotion",
    "LeverArmFacts",
    "MisplacedSensorsError",
    "OnProgress",
    "OnlineKnee",
    "PlacingParams",
    "Plane",
    "PlaneValidation",
    "ReferenceParams",
    "RepetitionResult",
    "SessionLegs",
    "SideSummary",
    "SideValidation",
    "Statistic",
    "StrapFacts",
    "StrideCounts",
    "Summary",
    "SyncFacts",
    "TrialValidation",
    "Validation",
    "ValidationParams",
    "ValidationResult",
    "analyze",
    "analyze_session",
    "derive",
    "difference",
    "fingerprint",
    "follow_events",
    "follow_speeds",
    "follows",
    "is_made_from",
    "leg_calibration",
    "leg_motion",
    "read_derived",
    "read_leg_angles",
    "read_parameters",
    "read_repetitions",
    "read_strides",
    "read_summary",
    "run_mean",
    "session_legs",
    "validate_session",
    "where_zero",
    "write_derived",
]

"""Many sessions: what a folder of them holds, how repeatable its numbers are, what has changed.

Comes in: analysed session folders (``derived/``), and what was noted of runner and day.
Goes out: tables and frozen results with their intervals; nothing here draws or prints.
"""

from imu_valgus.library.batch import BatchParams, Outcome, analyze_one, analyze_sessions
from imu_valgus.library.reliability.anova import Icc
from imu_valgus.library.reliability.reliability import (
    Activity,
    MetricError,
    Reliability,
    estimate_reliability,
    find_error,
)
from imu_valgus.library.reliability.repeated_sessions import ReliabilityStudy, study_reliability
from imu_valgus.library.reliability.repeats import RepeatParams, Repeats
from imu_valgus.library.reliability.session_means import session_means
from imu_valgus.library.reliability.shipped_error import (
    library_errors,
    shipped_errors,
    write_errors,
    write_own_errors,
)
from imu_valgus.library.sessions.catalogue import Catalogue, OnRead, find_sessions
from imu_valgus.library.sessions.catalogue_tables import COVARIATE_TABLE_COLUMNS, SESSION_COLUMNS

__all__ = [
    "COVARIATE_TABLE_COLUMNS",
    "SESSION_COLUMNS",
    "Activity",
    "BatchParams",
    "Catalogue",
    "Icc",
    "MetricError",
    "OnRead",
    "Outcome",
    "Reliability",
    "ReliabilityStudy",
    "RepeatParams",
    "Repeats",
    "analyze_one",
    "analyze_sessions",
    "estimate_reliability",
    "find_error",
    "find_sessions",
    "library_errors",
    "session_means",
    "shipped_errors",
    "study_reliability",
    "write_errors",
    "write_own_errors",
]

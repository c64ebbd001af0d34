"""Many sessions: what a folder of them holds, how repeatable its numbers are, what has changed.

Comes in: analysed session folders (``derived/``), and what was noted of runner and day.
Goes out: tables and frozen results with their intervals; nothing here draws or prints.
"""

from imu_valgus.library.catalogue import Catalogue, find_sessions
from imu_valgus.library.catalogue_tables import COVARIATE_TABLE_COLUMNS, SESSION_COLUMNS

__all__ = ["COVARIATE_TABLE_COLUMNS", "SESSION_COLUMNS", "Catalogue", "find_sessions"]

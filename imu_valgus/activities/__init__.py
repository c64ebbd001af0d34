"""When the runner stands, walks, squats and runs.

Comes in: ``ImuSignal`` a placement on session time, in the sensors' own frames with unknown
mounting; one leg, or one thigh or shank alone, is enough. Goes out: ``Bout`` in order of time,
disjoint. Only norms and the direction of gravity are used, never an axis of a sensor. Nothing rests
on impacts, so virtual sensors on smoothed poses are read like real ones. Rows of ``events.tsv``
override.
"""

from imu_valgus.activities.bouts import find_bouts
from imu_valgus.activities.choose import apply_events, longest_standing
from imu_valgus.activities.params import ActivityParams

__all__ = ["ActivityParams", "apply_events", "find_bouts", "longest_standing"]

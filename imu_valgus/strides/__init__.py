"""When each foot is on the ground in running, what each stride is like; squats and landings.

Comes in: the shank's ``ImuSignal`` (and the thigh's, where there is one) in the segment frame, the
bouts of running, events, and the rate at which the runner turns. Goes out: ``Contacts``, and the
stride table: one row a stride [initial contact, next contact) of one foot, with lap, surface,
quality and the reason of the quality. Stance is [contact, toe-off). Bad strides stay in the table.
The quality is what the sensors say; ``hear_the_user`` lets a person overrule it.

While samples arrive, ``OnlineContacts`` tells each stance as the foot leaves the ground.

Outside of gait: ``LegCourse`` a leg comes in, a table of squats, single-leg squats, landings and
lunges goes out, judged alike.
"""

from imu_valgus.strides.contacts import (
    ONLY_A_THIGH,
    ContactParams,
    Contacts,
    find_contacts,
    no_contacts,
)
from imu_valgus.strides.judging import EVENT_TOLERANCE_S, GAP, hear_the_user, spans_gap
from imu_valgus.strides.knee_bends import BendParams
from imu_valgus.strides.laps import (
    Lap,
    SurfaceParams,
    Turning,
    find_laps,
    full_turns,
    lap_numbers,
    surfaces,
    turning_of,
)
from imu_valgus.strides.normalise import normalise
from imu_valgus.strides.online import Footfall, OnlineContactParams, OnlineContacts
from imu_valgus.strides.repetitions import (
    REPETITION_TABLE_COLUMNS,
    LegCourse,
    RepetitionParams,
    find_repetitions,
)
from imu_valgus.strides.table import (
    STRIDE_TABLE_COLUMNS,
    QualityParams,
    stride_table,
    stride_times,
)

__all__ = [
    "EVENT_TOLERANCE_S",
    "GAP",
    "ONLY_A_THIGH",
    "REPETITION_TABLE_COLUMNS",
    "STRIDE_TABLE_COLUMNS",
    "BendParams",
    "ContactParams",
    "Contacts",
    "Footfall",
    "Lap",
    "LegCourse",
    "OnlineContactParams",
    "OnlineContacts",
    "QualityParams",
    "RepetitionParams",
    "SurfaceParams",
    "Turning",
    "find_contacts",
    "find_laps",
    "find_repetitions",
    "full_turns",
    "hear_the_user",
    "lap_numbers",
    "no_contacts",
    "normalise",
    "spans_gap",
    "stride_table",
    "stride_times",
    "surfaces",
    "turning_of",
]

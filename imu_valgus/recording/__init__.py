"""The session folder: written, read, and made of sensor files.

Comes in: a session folder, the files of sensors (``readers``, one file a format), or a simulated
run. Goes out: a ``Recording`` with one ``ImuSignal`` a placement in the sensor's frame and SI
units, who wore what, and the events. Signals whose clock is ``shared`` are on session time, which
counts from the first sample of the reference sensor; one with its ``own`` clock counts from its own
first sample, and ``sync`` moves it. Gaps stay gaps, samples at the end of their range are marked
``clipped``, and nothing is filtered. Whatever is written appears whole or not at all
(``write_atomically``). ``references`` reads what an optical system measured.
"""

from imu_valgus.recording.atomic import (
    add_files_atomically,
    cannot_write,
    files_below,
    write_atomically,
)
from imu_valgus.recording.bids_words import SIDECAR_KEY, TASK, placement_of_point, point_of
from imu_valgus.recording.choosing import split_label
from imu_valgus.recording.events import EVENT_COLUMNS, event_row, read_events, write_events
from imu_valgus.recording.importing import (
    LEAST_COUNT_S,
    ImportParams,
    decide_clock,
    import_command,
    import_files,
    import_session,
)
from imu_valgus.recording.info import (
    FORMAT_VERSION,
    SCHEMA_PATH,
    Clock,
    ClockAccount,
    LossCause,
    LostSamples,
    SampleAccount,
    SensorInfo,
    SessionInfo,
    SignalOrigin,
    check_athlete,
)
from imu_valgus.recording.locking import session_lock
from imu_valgus.recording.marks import (
    MARK_KINDS,
    MAX_PAIN,
    MAX_TEXT,
    Mark,
    MarkKind,
    Marks,
    MarksChangedError,
    Word,
    add_mark,
    change_mark,
    judge_stride,
    read_marks,
    redo,
    remove_mark,
    undo,
)
from imu_valgus.recording.readers import (
    FORMATS,
    Progress,
    SensorFile,
    read_sensors,
)
from imu_valgus.recording.recording import Recording, assemble_recording
from imu_valgus.recording.session import (
    INFO_NAME,
    read_info,
    read_session,
    refuse_overwrite,
    write_collected_session,
    write_session,
)
from imu_valgus.recording.shipped import DEMO_LIBRARY, demo_session, shipped_session
from imu_valgus.recording.simulated import TRUTH_CONTACTS_NAME, TRUTH_NAME, write_simulated_session
from imu_valgus.recording.speed import SPEED_NAME, SpeedCurve, read_speeds, write_speeds
from imu_valgus.recording.tsv import NOT_KNOWN, Tsv, read_tsv, write_tsv

__all__ = [
    "DEMO_LIBRARY",
    "EVENT_COLUMNS",
    "FORMATS",
    "FORMAT_VERSION",
    "INFO_NAME",
    "LEAST_COUNT_S",
    "MARK_KINDS",
    "MAX_PAIN",
    "MAX_TEXT",
    "NOT_KNOWN",
    "SCHEMA_PATH",
    "SIDECAR_KEY",
    "SPEED_NAME",
    "TASK",
    "TRUTH_CONTACTS_NAME",
    "TRUTH_NAME",
    "Clock",
    "ClockAccount",
    "ImportParams",
    "LossCause",
    "LostSamples",
    "Mark",
    "MarkKind",
    "Marks",
    "MarksChangedError",
    "Progress",
    "Recording",
    "SampleAccount",
    "SensorFile",
    "SensorInfo",
    "SessionInfo",
    "SignalOrigin",
    "SpeedCurve",
    "Tsv",
    "Word",
    "add_files_atomically",
    "add_mark",
    "assemble_recording",
    "cannot_write",
    "change_mark",
    "check_athlete",
    "decide_clock",
    "demo_session",
    "event_row",
    "files_below",
    "import_command",
    "import_files",
    "import_session",
    "judge_stride",
    "placement_of_point",
    "point_of",
    "read_events",
    "read_info",
    "read_marks",
    "read_sensors",
    "read_session",
    "read_speeds",
    "read_tsv",
    "redo",
    "refuse_overwrite",
    "remove_mark",
    "session_lock",
    "shipped_session",
    "split_label",
    "undo",
    "write_atomically",
    "write_collected_session",
    "write_events",
    "write_session",
    "write_simulated_session",
    "write_speeds",
    "write_tsv",
]

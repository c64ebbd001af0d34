"""Files of sensors → samples in SI, as they were: one file a format, known by its content.

Comes in: a path, plain or gzip'd. Goes out: a ``SensorFile`` a sensor, on the file's own clock.
Reading only reads: nothing is mended, joined, filtered or resampled, and what cannot be trusted is
an error that names file, line and column. A new format is one more file and a row in ``FORMATS``;
a table of text says its ``Dialect`` and a ``Layout`` a sensor and leaves the rest to
``read_table``.
"""

from pathlib import Path
from typing import Final

from imu_valgus.recording.readers.apdm import Apdm
from imu_valgus.recording.readers.blue_trident import BlueTrident
from imu_valgus.recording.readers.c3d import C3d
from imu_valgus.recording.readers.capture2go import Capture2Go
from imu_valgus.recording.readers.generic import COLUMNS, Generic
from imu_valgus.recording.readers.layout import Axes, FileFormat, SensorFacts, SensorFile
from imu_valgus.recording.readers.mc10 import Mc10
from imu_valgus.recording.readers.metabase import MetaBase
from imu_valgus.recording.readers.motion_bids import MotionBids
from imu_valgus.recording.readers.movella_dot import MovellaDot
from imu_valgus.recording.readers.movesense import Movesense
from imu_valgus.recording.readers.mt_manager import MtManager
from imu_valgus.recording.readers.phyphox import Phyphox
from imu_valgus.recording.readers.plausible import check_samples
from imu_valgus.recording.readers.sensor_logger import SensorLogger
from imu_valgus.recording.readers.shimmer import Shimmer
from imu_valgus.recording.readers.source import (
    MAX_BYTES,
    Progress,
    SeenFile,
    look_at,
    open_unpacked,
    wrong,
)
from imu_valgus.recording.readers.unknown import unknown_file
from imu_valgus.recording.readers.x_imu3 import XImu3

FORMATS: Final[tuple[FileFormat, ...]] = (
    MotionBids(),
    XImu3(),
    Mc10(),
    MovellaDot(),
    MtManager(),
    MetaBase(),
    Capture2Go(),
    Movesense(),
    Shimmer(),
    BlueTrident(),
    Apdm(),
    Phyphox(),
    SensorLogger(),
    C3d(),
    Generic(),
)
"""Every format that is read, the most particular first."""


def read_sensors(path: Path, progress: Progress) -> tuple[SensorFile, ...]:
    """Read each sensor in one file of any known format.

    Raises
    ------
    RecordingError
        Naming file, line and column of what is wrong.
    """
    seen = look_at(path)
    for file_format in FORMATS:
        if file_format.knows(seen):
            sensors = file_format.read(path, progress)
            for sensor in sensors:
                check_samples(sensor)
            return sensors
    raise unknown_file(seen, columns=COLUMNS)


__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "Axes",
    "FileFormat",
    "Progress",
    "SeenFile",
    "SensorFacts",
    "SensorFile",
    "look_at",
    "open_unpacked",
    "read_sensors",
    "wrong",
]

"""Files of sensors → samples in SI, as they were: one file a format, known by its header.

Comes in: a path, plain or gzip'd. Goes out: a ``SensorFile`` on the file's own clock. Reading only
reads: nothing is mended, joined, filtered or resampled, and what cannot be trusted is an error that
names file, line and column. A new format is one more file with a ``layout`` and a row in
``FORMATS``.
"""

from pathlib import Path
from typing import Final

from imu_valgus.recording.readers.generic import COLUMNS, Generic
from imu_valgus.recording.readers.layout import Axes, FileFormat, Layout, SensorFile
from imu_valgus.recording.readers.mc10 import Mc10
from imu_valgus.recording.readers.source import (
    MAX_TEXT_BYTES,
    Progress,
    Source,
    find_source,
    wrong,
)
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.x_imu3 import XImu3

FORMATS: Final[tuple[FileFormat, ...]] = (XImu3(), Mc10(), Generic())
"""Every format that is read, the most particular first."""


def read_sensor_file(path: Path, progress: Progress) -> SensorFile:
    """Read one file of any known format.

    Raises
    ------
    RecordingError
        Naming file, line and column of what is wrong.
    """
    source = find_source(path)
    for file_format in FORMATS:
        layout = file_format.layout(source)
        if layout:
            return read_table(source, layout, progress)
    raise wrong(
        path,
        f"no known columns: {','.join(source.columns)[:60]}",
        line=1,
        hint=f"name them with their units: {COLUMNS}; "
        f"also known: {', '.join(known.name for known in FORMATS[:-1])}",
    )


__all__ = [
    "FORMATS",
    "MAX_TEXT_BYTES",
    "Axes",
    "FileFormat",
    "Layout",
    "Progress",
    "SensorFile",
    "Source",
    "read_sensor_file",
    "wrong",
]

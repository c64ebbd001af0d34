"""MC10 BioStamp as the nms-dyn data has it: seconds since 1970, one file for either sensor.

The accelerometer is in g. The gyroscope's header says ``Gyro_X_s``; its numbers are deg/s
(doi:10.1109/TBME.2021.3102009: a thigh in running turns at some 700 deg/s, not rad/s).
"""

from pathlib import Path
from typing import Final

from imu_valgus.recording.readers.header import check_columns
from imu_valgus.recording.readers.layout import Layout, SensorFile, Ticks, in_dps, in_g
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import find_table, names_in

_MODEL: Final = "MC10 BioStamp"
_TIME: Final = Ticks("Timestamp_seconds", per_second=1.0)
_ACCELEROMETER: Final = Layout(
    model=_MODEL, time=_TIME, acc=in_g("Accel_X_g", "Accel_Y_g", "Accel_Z_g")
)
_GYROSCOPE: Final = Layout(model=_MODEL, time=_TIME, gyr=in_dps("Gyro_X_s", "Gyro_Y_s", "Gyro_Z_s"))


class Mc10:
    """MC10 BioStamp, accelerometer or gyroscope file."""

    name = _MODEL
    summary = "MC10 BioStamp: one CSV for the accelerometer, one for the gyroscope"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether time is written as MC10 does."""
        return _TIME.column in names_in(seen)

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read the one sensor; RecordingError names what is wrong."""
        table = find_table(look_at(path))
        has_gyroscope = any(name.startswith("Gyro_") for name in table.columns)
        layout = _GYROSCOPE if has_gyroscope else _ACCELEROMETER
        check_columns(table, layout)
        return read_table(table, (layout,), progress)

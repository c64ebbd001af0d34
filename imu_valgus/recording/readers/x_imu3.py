"""x-IMU3's ``Inertial.csv`` (x-io Technologies): microseconds, deg/s and g in one file.

The names are those that the x-IMU3 software writes when it turns a log into CSV.
"""

from pathlib import Path
from typing import Final

from imu_valgus.recording.readers.header import check_columns
from imu_valgus.recording.readers.layout import Layout, SensorFile, Ticks, in_dps, in_g
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import find_table, names_in

_TIME: Final = "Timestamp (us)"
_LAYOUT: Final = Layout(
    model="x-IMU3",
    time=Ticks(_TIME, per_second=1e6),
    acc=in_g("Accelerometer X (g)", "Accelerometer Y (g)", "Accelerometer Z (g)"),
    gyr=in_dps("Gyroscope X (deg/s)", "Gyroscope Y (deg/s)", "Gyroscope Z (deg/s)"),
)


class XImu3:
    """x-IMU3's ``Inertial.csv``."""

    name = "x-IMU3 Inertial.csv"
    summary = "x-IMU3 (x-io): Inertial.csv"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether time is written as the x-IMU3 software does."""
        return _TIME in names_in(seen)

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read the one sensor; RecordingError names what is wrong."""
        table = find_table(look_at(path))
        if not any(name.startswith(("Gyroscope", "Accelerometer")) for name in table.columns):
            raise wrong(
                path,
                "neither accelerometer nor gyroscope of the x-IMU3",
                line=1,
                hint="name the Inertial.csv of the same sensor",
            )
        check_columns(table, _LAYOUT)
        return read_table(table, (_LAYOUT,), progress)

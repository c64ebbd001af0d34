"""x-IMU3's ``Inertial.csv`` (x-io Technologies): microseconds, deg/s and g in one file.

The names are those that the x-IMU3 software writes when it turns a log into CSV.
"""

from typing import Final

from imu_valgus.recording.readers.header import check_columns
from imu_valgus.recording.readers.layout import Layout, in_dps, in_g
from imu_valgus.recording.readers.source import Source, wrong

_TIME: Final = "Timestamp (us)"
_LAYOUT: Final = Layout(
    model="x-IMU3",
    time_column=_TIME,
    units_per_second=1e6,
    acc=in_g("Accelerometer X (g)", "Accelerometer Y (g)", "Accelerometer Z (g)"),
    gyr=in_dps("Gyroscope X (deg/s)", "Gyroscope Y (deg/s)", "Gyroscope Z (deg/s)"),
)


class XImu3:
    """x-IMU3's ``Inertial.csv``."""

    name = "x-IMU3 Inertial.csv"

    def layout(self, source: Source) -> Layout | None:
        """Say which columns mean what; None where the file is of another format."""
        if _TIME not in source.columns:
            return None
        if not any(name.startswith(("Gyroscope", "Accelerometer")) for name in source.columns):
            raise wrong(
                source.path,
                "neither accelerometer nor gyroscope of the x-IMU3",
                line=1,
                hint="name the Inertial.csv of the same sensor",
            )
        check_columns(source, _LAYOUT)
        return _LAYOUT

"""MC10 BioStamp as the nms-dyn data has it: seconds since 1970, one file for either sensor.

The accelerometer is in g. The gyroscope's header says ``Gyro_X_s``; its numbers are deg/s
(doi:10.1109/TBME.2021.3102009: a thigh in running turns at some 700 deg/s, not rad/s).
"""

from typing import Final

from imu_valgus.recording.readers.header import check_columns
from imu_valgus.recording.readers.layout import Layout, in_dps, in_g
from imu_valgus.recording.readers.source import Source

_MODEL: Final = "MC10 BioStamp"
_TIME: Final = "Timestamp_seconds"
_ACCELEROMETER: Final = Layout(
    model=_MODEL,
    time_column=_TIME,
    units_per_second=1.0,
    acc=in_g("Accel_X_g", "Accel_Y_g", "Accel_Z_g"),
)
_GYROSCOPE: Final = Layout(
    model=_MODEL,
    time_column=_TIME,
    units_per_second=1.0,
    gyr=in_dps("Gyro_X_s", "Gyro_Y_s", "Gyro_Z_s"),
)


class Mc10:
    """MC10 BioStamp, accelerometer or gyroscope file."""

    name = _MODEL

    def layout(self, source: Source) -> Layout | None:
        """Say which columns mean what; None where the file is of another format."""
        if _TIME not in source.columns:
            return None
        has_gyroscope = any(name.startswith("Gyro_") for name in source.columns)
        layout = _GYROSCOPE if has_gyroscope else _ACCELEROMETER
        check_columns(source, layout)
        return layout

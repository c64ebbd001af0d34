"""Vicon Blue Trident (IMeasureU), CSV of Capture.U: ``…_lowg.csv``, ``…_highg.csv``, ``…_mag.csv``.

Low-g: ``unix_timestamp_microsec,time_s,ax_m/s/s,…,gx_deg/s,…``; high-g the same without turn rates,
at another rate; the magnetometer alone in ``mx_microT``. So read by pyCGM2 (``BlueTrident``) and by
other public loaders, whose headers these are. The low-g file is enough; the high-g one may be named
with a gyroscope's file only, for a sensor has one acceleration. Time is ``unix_timestamp_microsec``
where it is there: it is what the files of several sensors have in common.
"""

from pathlib import Path
from typing import Final

from imu_valgus.recording.readers.header import check_there
from imu_valgus.recording.readers.layout import Axes, Layout, SensorFile, Ticks, in_dps, in_mps2
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import find_table, names_in

_ACC: Final = in_mps2("ax_m/s/s", "ay_m/s/s", "az_m/s/s")
_GYR: Final = in_dps("gx_deg/s", "gy_deg/s", "gz_deg/s")
_MAG: Final = Axes(("mx_microT", "my_microT", "mz_microT"), 1.0)
_UNIX: Final = Ticks("unix_timestamp_microsec", per_second=1e6)
_TIME: Final = Ticks("time_s", per_second=1.0)


class BlueTrident:
    """Vicon Blue Trident, CSV of Capture.U."""

    name = "Vicon Blue Trident CSV"
    summary = "Vicon Blue Trident (IMeasureU): …_lowg.csv of Capture.U"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether a quantity is named as Capture.U does."""
        firsts = {axes.columns[0] for axes in (_ACC, _GYR, _MAG)}
        return bool(firsts.intersection(names_in(seen)))

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read the one sensor; RecordingError names what is wrong."""
        table = find_table(look_at(path))
        acc, gyr, mag = (
            axes if axes.columns[0] in table.columns else None for axes in (_ACC, _GYR, _MAG)
        )
        if not acc and not gyr:
            raise wrong(
                path, "a magnetometer's file", line=1, hint="name …_lowg.csv of the same sensor"
            )
        layout = Layout(
            model="Vicon Blue Trident",
            time=_UNIX if _UNIX.column in table.columns else _TIME,
            acc=acc,
            gyr=gyr,
            mag=mag,
        )
        check_there(table, layout)
        return read_table(table, (layout,), progress)

"""Movella (Xsens) DOT, the CSV of the vendor's app: recorded on the sensor, or logged live.

Above the table stand ``sep=,``, ``DeviceTag:``, ``FirmwareVersion:`` and others. The columns are
those that were chosen when recording or exporting; of them are read::

    PacketCounter,SampleTimeFine, …,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z, …

``SampleTimeFine`` counts microseconds in 32 bits, so it begins again after 71.6 minutes, together
on sensors that were synchronised; acceleration is in m/s², angular velocity in deg/s (Movella DOT
user manual XD0502P). The magnetic field is in arbitrary units and is left out. The first rows of a
recording may be all zero, taken before there was a measurement: they are left out too. The sensor
records at up to 120 Hz and sends at up to 60 Hz.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.recording.readers.header import check_there
from imu_valgus.recording.readers.layout import Layout, SensorFile, Ticks, in_dps, in_mps2
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import Dialect, find_table
from imu_valgus.recording.readers.xsens import (
    ACC,
    COUNTER,
    GYR,
    TICKS,
    check_quantities,
    preamble,
)

_TAG: Final = "DeviceTag"
_MOST_PREAMBLE_LINES: Final = 30
_WRAPS_US: Final = 2.0**32
_HINT: Final = (
    "export the recording again with SampleTimeFine, Acceleration and Angular velocity; "
    "to log live, choose Rate quantities or Custom mode 5"
)


class MovellaDot:
    """Movella DOT, the app's CSV."""

    name = "Movella DOT CSV"
    summary = "Movella DOT: the CSV of its app, with acceleration and angular velocity"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether the app's preamble is there."""
        return any(line.startswith(_TAG) for line in seen.lines[:_MOST_PREAMBLE_LINES])

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read the one sensor; RecordingError names what is wrong."""
        seen = look_at(path)
        head = seen.lines[:_MOST_PREAMBLE_LINES]
        names_line = next((n for n, line in enumerate(head, 1) if line.startswith(COUNTER)), None)
        if names_line is None:
            raise wrong(path, f"no line with the columns {COUNTER}, {TICKS}, …", hint=_HINT)
        table = find_table(seen, Dialect(names_line=names_line, first_line=names_line + 1))
        check_quantities(table, _HINT)
        said = dict(preamble(head[: names_line - 1]))
        layout = Layout(
            label=said.get(_TAG.casefold(), ""),
            model="Movella DOT",
            firmware=said.get("firmwareversion", ""),
            time=Ticks(TICKS, per_second=1e6, wraps_at=_WRAPS_US),
            acc=in_mps2(*ACC),
            gyr=in_dps(*GYR),
        )
        check_there(table, layout)
        return tuple(_measured(sensor) for sensor in read_table(table, (layout,), progress))


def _measured(sensor: SensorFile) -> SensorFile:
    """Leave out the rows before the first that holds a measurement."""
    if sensor.acc_mps2 is None or sensor.gyr_radps is None:
        raise ValueError(f"{sensor.path} was read without acceleration or angular velocity")
    first = int(np.argmax((sensor.acc_mps2 != 0).any(axis=1) | (sensor.gyr_radps != 0).any(axis=1)))
    return replace(
        sensor,
        time_s=sensor.time_s[first:],
        acc_mps2=sensor.acc_mps2[first:],
        gyr_radps=sensor.gyr_radps[first:],
    )

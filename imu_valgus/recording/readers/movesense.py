"""Movesense: logs as JSON, streams of the Showcase app, the CSV of the mobile library's sample app.

However the JSON is wrapped, its packets are the same: ``Timestamp``, the time of the first sample
in ms, and ``ArrayAcc`` (m/s²), ``ArrayGyro`` (deg/s), ``ArrayMagn`` (µT), lists of x, y, z
(movesense-device-lib, meas/acc.yaml and its like). So every object that has both is a packet:

- ``{"Samples": [{"MeasIMU6": {…}}, …]}``: ``sbem2json`` of a sensor's memory
  (movesense/python-datalogger-tool);
- ``{"Meas": {"IMU9": [{…}, …]}}``: a log that the mobile app fetched (public example:
  tjrantal/movesenseJsonReader);
- ``{"acc": {…}}`` or ``{"gyro": {…}}``, one a line: Showcase for iOS, sensor by sensor; name both
  files for one placement.

Showcase's CSV (``timestamp,x,y,z``) says neither sensor nor unit and is refused.
"""

from pathlib import Path
from typing import Final

from imu_valgus.recording.readers.header import check_there
from imu_valgus.recording.readers.layout import Axes, Layout, SensorFile, Ticks, in_dps, in_mps2
from imu_valgus.recording.readers.movesense_packets import read_packets
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import Table, find_table, names_in

_MODEL: Final = "Movesense"
_MARKS: Final = (b'"ArrayAcc"', b'"ArrayGyro"', b'"ArrayMagn"', b'"Meas', b'{"ecg"', b'{"Meas')
_APP: Final = ("Timestamp", "AccX", "AccY", "AccZ", "GyroX", "GyroY", "GyroZ")
_APP_FIELD: Final = ("MagnX", "MagnY", "MagnZ")
_SHOWCASE: Final = ("timestamp", "x", "y", "z")


class Movesense:
    """Movesense logs and streams."""

    name = "Movesense JSON or CSV"
    summary = "Movesense: JSON of a log or of Showcase's recordings, CSV of the sample app"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether there are packets of Movesense, or columns of its apps."""
        return _is_json(seen) or names_in(seen)[:4] in (_SHOWCASE, _APP[:4])

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read the one sensor, or one half of it; RecordingError names what is wrong."""
        seen = look_at(path)
        if _is_json(seen):
            return (read_packets(path, model=_MODEL, progress=progress),)
        if names_in(seen)[:4] == _SHOWCASE:
            raise wrong(
                path,
                "timestamp,x,y,z says neither what was measured nor in which unit",
                line=1,
                hint="Movesense Showcase: share the recording as JSON, which says it",
            )
        table = _as_wide_as_its_rows(find_table(seen))
        has_field = all(name in table.columns for name in _APP_FIELD)
        layout = Layout(
            model=_MODEL,
            time=Ticks("Timestamp", per_second=1e3),
            acc=in_mps2(*_APP[1:4]),
            gyr=in_dps(*_APP[4:]),
            mag=Axes(_APP_FIELD, 1.0) if has_field else None,
        )
        check_there(table, layout)
        return read_table(table, (layout,), progress)


def _is_json(seen: SeenFile) -> bool:
    return seen.head.lstrip().startswith(b"{") and any(mark in seen.head for mark in _MARKS)


def _as_wide_as_its_rows(table: Table) -> Table:
    """Drop the magnetometer's names where the rows lack it: the app's header has them always."""
    for _, line in table.lines():
        if len(table.cells(line)) == len(_APP):
            return Table(table.path, table.columns[: len(_APP)], table.dialect)
        break
    return table

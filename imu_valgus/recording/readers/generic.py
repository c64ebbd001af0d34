"""CSV of any origin with the units in the column names.

``time_s``, ``time_ms`` or ``time_us``; ``acc_{x,y,z}_g`` or ``acc_{x,y,z}_mps2``;
``gyr_{x,y,z}_dps`` or ``gyr_{x,y,z}_radps``; if there is one, ``mag_{x,y,z}_ut``. Accelerometer and
gyroscope may come in one file or in two. Every other column is refused: its name may hide a unit.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from imu_valgus.core import GRAVITY_MPS2
from imu_valgus.recording.readers.header import check_unique, unknown_column
from imu_valgus.recording.readers.layout import RADPS_PER_DPS, Axes, Layout, SensorFile, Ticks
from imu_valgus.recording.readers.source import Progress, SeenFile, look_at, wrong
from imu_valgus.recording.readers.table import read_table
from imu_valgus.recording.readers.text_table import Table, find_table, names_in

_TIME: Final[Mapping[str, float]] = {"s": 1.0, "ms": 1e3, "us": 1e6}
_AXES: Final[Mapping[str, Mapping[str, float]]] = {
    "acc": {"g": GRAVITY_MPS2, "mps2": 1.0},
    "gyr": {"dps": RADPS_PER_DPS, "radps": 1.0},
    "mag": {"ut": 1.0},
}
_KNOWN: Final = [
    *(f"time_{unit}" for unit in _TIME),
    *(f"{what}_{axis}_{u}" for what, units in _AXES.items() for u in units for axis in "xyz"),
]
COLUMNS: Final = (
    "time_s|_ms|_us, acc_{x,y,z}_g|_mps2, gyr_{x,y,z}_dps|_radps, optionally mag_{x,y,z}_ut"
)
"""The columns in one line, for people."""

_BEGINNINGS: Final = ("time_", "acc_", "gyr_", "mag_")


class Generic:
    """CSV with the units in the column names."""

    name = "CSV with units in the column names"
    summary = "any CSV whose columns carry their units: time_s, acc_x_g, gyr_x_dps and so on"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether any column is named in our way."""
        return any(name.startswith(_BEGINNINGS) for name in names_in(seen))

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read the one sensor; RecordingError names what is wrong."""
        table = find_table(look_at(path))
        check_unique(table, table.columns)
        for name in table.columns:
            if name not in _KNOWN:
                raise unknown_column(table, name, _KNOWN, summary=COLUMNS)
        acc, gyr = _find_axes(table, "acc"), _find_axes(table, "gyr")
        time = _find_time(table)
        if not acc and not gyr:
            raise wrong(
                path,
                "neither acceleration nor turn rate",
                line=1,
                hint=f"columns are {COLUMNS}",
            )
        layout = Layout(time=time, acc=acc, gyr=gyr, mag=_find_axes(table, "mag"))
        return read_table(table, (layout,), progress)


def _find_time(table: Table) -> Ticks:
    found = [(f"time_{unit}", factor) for unit, factor in _TIME.items()]
    found = [(name, factor) for name, factor in found if name in table.columns]
    if len(found) != 1:
        raise wrong(
            table.path,
            "time is there in two units" if found else "no column time_s, time_ms or time_us",
            line=1,
            hint="give the sensor's own time in one of time_s, time_ms, time_us",
        )
    return Ticks(*found[0])


def _find_axes(table: Table, what: str) -> Axes | None:
    named = [name for name in table.columns if name.startswith(f"{what}_")]
    if not named:
        return None
    units = {name.rpartition("_")[2] for name in named}
    if len(units) > 1:
        raise wrong(
            table.path,
            f"{what} is there in the units {' and '.join(sorted(units))}",
            line=1,
            column=named[-1],
            hint="give all three axes in one unit, once",
        )
    unit = units.pop()
    x, y, z = (f"{what}_{axis}_{unit}" for axis in "xyz")
    for name in (x, y, z):
        if name not in named:
            raise wrong(
                table.path, f"no column {name}", line=1, hint="three axes are needed: x, y and z"
            )
    return Axes((x, y, z), _AXES[what][unit])

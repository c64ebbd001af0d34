"""CSV of any origin with the units in the column names.

``time_s``, ``time_ms`` or ``time_us``; ``acc_{x,y,z}_g`` or ``acc_{x,y,z}_mps2``;
``gyr_{x,y,z}_dps`` or ``gyr_{x,y,z}_radps``; if there is one, ``mag_{x,y,z}_ut``. Accelerometer and
gyroscope may come in one file or in two. Every other column is refused: its name may hide a unit.
"""

from collections.abc import Mapping
from typing import Final

from imu_valgus.core import GRAVITY_MPS2
from imu_valgus.recording.readers.header import check_unique, unknown_column
from imu_valgus.recording.readers.layout import RADPS_PER_DPS, Axes, Layout
from imu_valgus.recording.readers.source import Source, wrong

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

    def layout(self, source: Source) -> Layout | None:
        """Say which columns mean what; None where the file is of another format."""
        if not any(name.startswith(_BEGINNINGS) for name in source.columns):
            return None
        check_unique(source)
        for name in source.columns:
            if name not in _KNOWN:
                raise unknown_column(source, name, _KNOWN, summary=COLUMNS)
        time_column, units_per_second = _find_time(source)
        acc, gyr = _find_axes(source, "acc"), _find_axes(source, "gyr")
        if not acc and not gyr:
            raise wrong(
                source.path,
                "neither acceleration nor turn rate",
                line=1,
                hint=f"columns are {COLUMNS}",
            )
        return Layout(
            model="",
            time_column=time_column,
            units_per_second=units_per_second,
            acc=acc,
            gyr=gyr,
            mag=_find_axes(source, "mag"),
        )


def _find_time(source: Source) -> tuple[str, float]:
    found = [(f"time_{unit}", factor) for unit, factor in _TIME.items()]
    found = [(name, factor) for name, factor in found if name in source.columns]
    if len(found) != 1:
        raise wrong(
            source.path,
            "time is there in two units" if found else "no column time_s, time_ms or time_us",
            line=1,
            hint="give the sensor's own time in one of time_s, time_ms, time_us",
        )
    return found[0]


def _find_axes(source: Source, what: str) -> Axes | None:
    named = [name for name in source.columns if name.startswith(f"{what}_")]
    if not named:
        return None
    units = {name.rpartition("_")[2] for name in named}
    if len(units) > 1:
        raise wrong(
            source.path,
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
                source.path, f"no column {name}", line=1, hint="three axes are needed: x, y and z"
            )
    return Axes((x, y, z), _AXES[what][unit])

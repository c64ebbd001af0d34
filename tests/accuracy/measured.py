"""A real run's poses (RBDS001, optical markers), virtual sensors on both legs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from accuracy.cache import code, kept
from accuracy.case import LegCase
from accuracy.simulated import leg_of

from imu_valgus import simulation
from imu_valgus.core import SIDES
from imu_valgus.simulation import (
    MeasuredRunParams,
    SensorParams,
    SimulatedRun,
    read_markers,
    simulate_measured_run,
)

MOUNTINGS_DEG: Final = (10.0, 10.0, 10.0, 25.0, 25.0, 25.0)
"""One sensor set each, with a seed of its own for mounting, bias, scale, noise and clocks."""
FIRST_SEED: Final = 201
_CODE: Final = code(Path(str(simulation.__file__)).parent)


def measured_legs(data: Path, number: int) -> Iterator[LegCase]:
    """Return both legs with the ``number``-th set of sensors on them."""
    mounting_deg = MOUNTINGS_DEG[number]
    params = MeasuredRunParams(
        seed=FIRST_SEED + number,
        sensor=replace(SensorParams(), mounting_error_max_deg=mounting_deg),
    )
    run = kept(lambda: _simulate(data / "rbds001", params), "measured run", repr(params), _CODE)
    name = f"rbds001 {number + 1}, mounting {mounting_deg:.0f}°"
    for side in SIDES:
        yield leg_of(run, side, group="measured", name=name, key=f"{params!r} {_CODE} {side}")


def _simulate(folder: Path, params: MeasuredRunParams) -> SimulatedRun:
    return simulate_measured_run(
        read_markers(folder / "RBDS001static.txt.gz"),
        read_markers(folder / "RBDS001runT25markers.txt.gz"),
        params=params,
    )

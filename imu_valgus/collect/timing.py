"""Each sensor's clock against the host's, from all that a capture holds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from imu_valgus.collect.clocks import HostClock, HostClockParams, fit_arrivals, fit_pings
from imu_valgus.core import Placement

_ENOUGH_PINGS = 8


@dataclass(slots=True)
class Stamps:
    """What tells one clock of one sensor: from one reset to the next, in one run of the collector.

    ``pings``: (sent by the host, received by the sensor, answered by the sensor, arrived at the
    host). ``arrivals``: (last sample taken by the sensor, arrived at the host). Seconds of the
    clock of where it happened.
    """

    pings: list[tuple[float, float, float, float]] = field(default_factory=list)
    arrivals: list[tuple[float, float]] = field(default_factory=list)

    def fit(self, params: HostClockParams | None = None) -> HostClock | None:
        """Fit the clock to the pings, to the arrivals where there are hardly any; None without."""
        if len(self.pings) >= _ENOUGH_PINGS or (self.pings and not self.arrivals):
            return fit_pings(np.array(self.pings), params=params)
        if self.arrivals:
            taken, arrived = np.array(self.arrivals).T
            return fit_arrivals(taken, arrived, params=params)
        return None


@dataclass(slots=True)
class SensorStamps:
    """One sensor's stamps by (boot, run)."""

    by_boot_and_run: dict[tuple[int, int], Stamps] = field(default_factory=dict)

    def of(self, boot_id: int, run: int) -> Stamps:
        """Return the stamps of one boot of the sensor and one run of the collector."""
        return self.by_boot_and_run.setdefault((boot_id, run), Stamps())


def best_run(sensors: Iterable[SensorStamps]) -> int:
    """Return the run of the collector whose clock the most stamps tell, to hold all others to.

    The host's clock may be set between two runs; within one it never steps.
    """
    counts: Counter[int] = Counter()
    for sensor in sensors:
        for (_, run), stamps in sensor.by_boot_and_run.items():
            counts[run] += len(stamps.pings) + len(stamps.arrivals)
    return counts.most_common(1)[0][0] if counts else 0


def fit_boots(stamps: SensorStamps, *, run: int) -> Mapping[int, HostClock]:
    """Return the clock of each boot of a sensor, from the run that is asked for if it can tell."""
    clocks: dict[int, HostClock] = {}
    for boot_id, found_run in sorted(
        stamps.by_boot_and_run, key=lambda key: (key[1] != run, key[1])
    ):
        clock = stamps.by_boot_and_run[boot_id, found_run].fit()
        if boot_id not in clocks and clock is not None:
            clocks[boot_id] = clock
    return clocks


Clocks = Mapping[Placement, Mapping[int, HostClock]]

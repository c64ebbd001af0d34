"""A sensor's clock against the host's, from all that a capture holds."""

from dataclasses import dataclass, field

import numpy as np

from imu_valgus.collect.clocks import HostClock, HostClockParams, fit_arrivals, fit_pings

_ENOUGH_PINGS = 8


@dataclass(slots=True)
class Stamps:
    """What tells a sensor's clock, from one reset of it to the next.

    ``pings``: (sent by the host, received by the sensor). ``arrivals``: (last sample taken by the
    sensor, arrived at the host). Seconds of the clock of where it happened.
    """

    pings: list[tuple[float, float]] = field(default_factory=list)
    arrivals: list[tuple[float, float]] = field(default_factory=list)

    def fit(self, params: HostClockParams | None = None) -> HostClock | None:
        """Fit the clock to the pings, to the arrivals where there are hardly any; None without."""
        if len(self.pings) >= _ENOUGH_PINGS or (self.pings and not self.arrivals):
            sent, received = np.array(self.pings).T
            return fit_pings(sent, received, params=params)
        if self.arrivals:
            taken, arrived = np.array(self.arrivals).T
            return fit_arrivals(taken, arrived, params=params)
        return None

"""Session time on the host's clock, while it records."""

from collections import deque
from typing import Final

import numpy as np

from imu_valgus.collect.clocks import HostClock, fit_pings
from imu_valgus.devices import ClockReading
from imu_valgus.recording import SessionInfo

_KEPT: Final = 300
"""Pings: five minutes of them tell the drift to 3 ppm."""
_EVERY: Final = 10
"""So many new pings make a new fit worth its 1 ms."""
_NS: Final = 1e-9


class SessionClock:
    """Tells when a moment of the session was by the host's clock.

    Parameters
    ----------
    info : SessionInfo
        Of the warm-up: its fit holds until enough new pings have come.
    """

    def __init__(self, info: SessionInfo) -> None:
        self.reference = info.reference
        self._sensor = info.sensor(info.reference)
        self._start_s = info.start.timestamp() if info.start else np.nan
        self._pings: deque[tuple[float, float]] = deque(maxlen=_KEPT)
        self._new = 0
        self._fit: HostClock | None = None

    def hear(self, reading: ClockReading) -> None:
        """Take the reference sensor's answer to a ping that carried the host's time."""
        self._pings.append((reading.ping * _NS, reading.received_s))
        self._new += 1
        if self._new >= _EVERY:
            self._new = 0
            self._fit = fit_pings(*np.array(self._pings).T)

    def host_s(self, session_s: float) -> float:
        """Return the host's time in s since 1970; NaN where the sensors' clocks do not tell it."""
        if self._fit is not None:
            device_s = self._sensor.device_time(np.array([session_s]))
            return float(self._fit.host_time(device_s)[0])
        account = self._sensor.host_clock
        drift_ppm = account.drift_ppm if account else 0.0
        return self._start_s + session_s * (1 + drift_ppm * 1e-6)

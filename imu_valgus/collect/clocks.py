"""A sensor's clock against the host's, from stamps that can only err one way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from imu_valgus.core import FloatArray

ClockMethod = Literal["pings", "arrivals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostClockParams:
    """What a sensor's crystal may do.

    Parameters
    ----------
    most_drift_ppm : float
        Crystals of wearables are sold as ± 20–50 ppm and move some 20 ppm more from a warm room
        to a cold field (Nordic nRF52840 product specification, LFXO and HFXO).
    """

    most_drift_ppm: float = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HostClock:
    """The host's time for a time of the sensor's clock: a line.

    ``host_s = origin_host_s + (device_s - origin_device_s) · (1 + drift_ppm·1e-6)``

    ``residual_s``: how far two estimates, each from every other stamp, part within the recording.
    ``n_stamps``: how many stamps there were. ``method``: what the stamps are.
    """

    origin_device_s: float
    origin_host_s: float
    drift_ppm: float
    residual_s: float
    n_stamps: int
    method: ClockMethod

    def host_time(self, device_s: FloatArray) -> FloatArray:
        """Turn times of the sensor's clock (n,) into the host's."""
        return self.origin_host_s + (device_s - self.origin_device_s) * (1 + self.drift_ppm * 1e-6)

    def device_time(self, host_s: FloatArray) -> FloatArray:
        """Turn times of the host's clock (n,) into the sensor's."""
        return self.origin_device_s + (host_s - self.origin_host_s) / (1 + self.drift_ppm * 1e-6)


def fit_pings(exchanges_s: FloatArray, *, params: HostClockParams | None = None) -> HostClock:
    """Fit the clock to pings that the sensor stamped as they came in and as it answered.

    Every stamp errs one way only: a ping waits for its turn on the air, up to a connection
    interval, but never comes in before it was sent; its answer never arrives before it left. So
    the clock lies between two lines. The answers wait for the next connection event and all wait
    alike: the lower hull of their way back tells the drift (Moon, Skelly & Towsley 1999,
    doi:10.1109/INFCOM.1999.749287). The pings are sent at random moments: the one that waited
    least, of the smallest round trip, tells the offset. Half the round trip is not taken off, as
    NTP does (RFC 5905): it is mostly the interval, which may differ between sensors.

    Parameters
    ----------
    exchanges_s : (n, 4)
        Sent by the host, received by the sensor, answered by the sensor, arrived at the host, each
        by the clock of where it happened; n of 1 or more.
    params : HostClockParams, optional
    """
    sent_s, received_s, answered_s, arrived_s = exchanges_s[np.argsort(exchanges_s[:, 1])].T
    steepest = (params or HostClockParams()).most_drift_ppm * 1e-6
    device_s, host_s = float(received_s[0]), float(sent_s[0])
    lead_s = (sent_s - host_s) - (received_s - device_s)
    delay_s = (arrived_s - host_s) - (answered_s - device_s)

    def line(every: slice) -> tuple[float, float]:
        _, falling = _line_above(answered_s[every] - device_s, -delay_s[every], steepest)
        at_s = received_s[every] - device_s
        return float(np.max(lead_s[every] + falling * at_s)), -falling

    offset_s, slope = line(slice(None))
    return HostClock(
        origin_device_s=device_s,
        origin_host_s=host_s + offset_s,
        drift_ppm=slope * 1e6,
        residual_s=_disagreement(line, received_s - device_s),
        n_stamps=len(received_s),
        method="pings",
    )


def fit_arrivals(
    sampled_device_s: FloatArray,
    arrived_host_s: FloatArray,
    *,
    params: HostClockParams | None = None,
) -> HostClock:
    """Fit the clock to the arrival of packets, where the sensor stamps no pings.

    No packet arrives before its last sample was taken: the line is the lower hull of the arrival
    times (Moon et al., as above).

    Parameters
    ----------
    sampled_device_s, arrived_host_s : (n,)
        The sensor's clock at each packet's last sample, the host's on its arrival; n of 1 or more.
    params : HostClockParams, optional
    """
    order = np.argsort(sampled_device_s, kind="stable")
    sampled_s, arrived_s = sampled_device_s[order], arrived_host_s[order]
    steepest = (params or HostClockParams()).most_drift_ppm * 1e-6
    device_s, host_s = float(sampled_s[0]), float(arrived_s[0])
    at_s = sampled_s - device_s
    delay_s = (arrived_s - host_s) - at_s

    def line(every: slice) -> tuple[float, float]:
        offset_s, falling = _line_above(at_s[every], -delay_s[every], steepest)
        return -offset_s, -falling

    offset_s, slope = line(slice(None))
    return HostClock(
        origin_device_s=device_s,
        origin_host_s=host_s + offset_s,
        drift_ppm=slope * 1e6,
        residual_s=_disagreement(line, at_s),
        n_stamps=len(at_s),
        method="arrivals",
    )


def _disagreement(line: Callable[[slice], tuple[float, float]], at_s: FloatArray) -> float:
    """Return how far the lines through every other stamp part, at most; infinite for one stamp."""
    if len(at_s) < 2:
        return np.inf
    (offset_s, slope), (other_s, other_slope) = (line(slice(k, None, 2)) for k in (0, 1))
    apart_s = (offset_s - other_s) + (slope - other_slope) * at_s[[0, -1]]
    return float(np.max(np.abs(apart_s)))


def _line_above(x_s: FloatArray, y_s: FloatArray, steepest: float) -> tuple[float, float]:
    """Return intercept and slope of the lowest line above all points.

    Lowest on the whole, in the sum over the points: it then is the edge of their upper convex
    hull that passes over their mean (Moon et al. 1999). A slope beyond ``steepest`` is cut to it.
    """
    middle = float(np.mean(x_s))
    hull: list[int] = []
    for k in range(len(x_s)):
        while len(hull) >= 2 and _turns_up(x_s, y_s, (hull[-2], hull[-1], k)):
            hull.pop()
        hull.append(k)
    after = next((n for n, k in enumerate(hull) if x_s[k] >= middle), len(hull) - 1)
    left, right = hull[max(after - 1, 0)], hull[after]
    run_s = float(x_s[right] - x_s[left])
    slope = float(y_s[right] - y_s[left]) / run_s if run_s > 0 else 0.0
    slope = float(np.clip(slope, -steepest, steepest))
    return float(np.max(y_s - slope * x_s)), slope


def _turns_up(x_s: FloatArray, y_s: FloatArray, corner: tuple[int, int, int]) -> bool:
    """Tell whether the middle of three points lies on or below the line through the others."""
    a, b, c = corner
    return bool((y_s[b] - y_s[a]) * (x_s[c] - x_s[a]) <= (y_s[c] - y_s[a]) * (x_s[b] - x_s[a]))

"""A sensor's clock against the host's, from stamps that can only err one way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from imu_valgus.core import FloatArray

ClockMethod = Literal["pings", "arrivals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostClockParams:
    """What is known of clocks and stamps beforehand.

    Parameters
    ----------
    drift_sd_ppm : float
        Crystals of wearables and computers are sold as ± 20–50 ppm.
    jitter_s : float
        What the quickest stamps still vary by: a radio event's place in the host's schedule. A
        drift that such an error would feign over the stamps' span is not believed.
    """

    drift_sd_ppm: float = 30.0
    jitter_s: float = 1e-3


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


def fit_pings(
    sent_host_s: FloatArray, received_device_s: FloatArray, *, params: HostClockParams | None = None
) -> HostClock:
    """Fit the clock to pings that the sensor stamped as they came in.

    A ping waits for its turn on the air, up to a connection interval, but it never comes in before
    it was sent: the clock is a line on or above all points (received by the sensor, sent by the
    host), and as low as it can be on the whole (Moon, Skelly & Towsley 1999,
    doi:10.1109/INFCOM.1999.749287). The pings are sent at random moments, so that of n the best
    waits an n-th of the interval. The way back is not used, as NTP does (RFC 5905): answers wait
    for the whole next interval, which may differ between sensors.

    Parameters
    ----------
    sent_host_s, received_device_s : (n,)
        The host's clock when each ping was sent, the sensor's when it came in; n of 1 or more.
    params : HostClockParams, optional
    """
    return _fit(received_device_s, sent_host_s, "pings", params or HostClockParams())


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
    return _fit(sampled_device_s, arrived_host_s, "arrivals", params or HostClockParams())


def _fit(
    device_s: FloatArray, host_s: FloatArray, method: ClockMethod, known: HostClockParams
) -> HostClock:
    order = np.argsort(device_s, kind="stable")
    device_s, host_s = device_s[order], host_s[order]
    origin_device_s, origin_host_s = float(device_s[0]), float(host_s[0])
    # Against a clock of the nominal pace only the drift is left, and the numbers are small.
    at_s = device_s - origin_device_s
    side = 1.0 if method == "pings" else -1.0
    lead_s = side * ((host_s - origin_host_s) - at_s)

    def line(every: slice) -> tuple[float, float]:
        return _line_above(at_s[every], lead_s[every], known)

    offset_s, slope = line(slice(None))
    return HostClock(
        origin_device_s=origin_device_s,
        origin_host_s=origin_host_s + side * offset_s,
        drift_ppm=side * slope * 1e6,
        residual_s=_disagreement(line, at_s),
        n_stamps=len(at_s),
        method=method,
    )


def _disagreement(line: Callable[[slice], tuple[float, float]], at_s: FloatArray) -> float:
    """Return how far the lines through every other stamp part, at most; infinite for one stamp."""
    if len(at_s) < 2:
        return np.inf
    (offset_s, slope), (other_s, other_slope) = (line(slice(k, None, 2)) for k in (0, 1))
    apart_s = (offset_s - other_s) + (slope - other_slope) * at_s[[0, -1]]
    return float(np.max(np.abs(apart_s)))


def _line_above(x_s: FloatArray, y_s: FloatArray, known: HostClockParams) -> tuple[float, float]:
    """Return intercept and slope of the lowest line above all points.

    Lowest on the whole, in the sum over the points: it then is the edge of their upper convex
    hull that passes over their mean (Moon et al. 1999). The slope is drawn towards none as far as
    the ends of that edge may err.
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
    slope = 0.0
    if run_s > 0:
        variance, error = (1e-6 * known.drift_sd_ppm) ** 2, 2 * (known.jitter_s / run_s) ** 2
        slope = float(y_s[right] - y_s[left]) / run_s * variance / (variance + error)
    return float(np.max(y_s - slope * x_s)), slope


def _turns_up(x_s: FloatArray, y_s: FloatArray, corner: tuple[int, int, int]) -> bool:
    """Tell whether the middle of three points lies on or below the line through the others."""
    a, b, c = corner
    return bool((y_s[b] - y_s[a]) * (x_s[c] - x_s[a]) <= (y_s[c] - y_s[a]) * (x_s[b] - x_s[a]))

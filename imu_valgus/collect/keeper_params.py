"""How a reference sensor is looked after while it records."""

from dataclasses import dataclass, field
from typing import Final

from imu_valgus.collect.fetching import FetchParams
from imu_valgus.devices.decoders.reference import SAMPLES_A_PACKET

LIVE_SAMPLES_A_PACKET: Final = 8
"""For whoever shows strides live: full in 40 ms at 200 Hz, for 11 % more bytes on the air."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperParams:
    """How a sensor is looked after.

    Parameters
    ----------
    turn_s : float
        Between looks at gaps, watchdog and clock.
    silence_periods, silence_s : float
        A link that brings no packet for as many packet periods and as many seconds is dead,
        whatever the operating system says (bleak PR #2012).
    samples_a_packet : int
        At most. Whoever shows strides live asks for fewer: a sample waits for its packet to fill.
    first_pings, first_ping_s, ping_s : int, float, float
        So many pings of the clock follow a connection quickly, the others slowly. The best of n
        waits an n-th of the connection interval: 30 ms / 50.
    status_s : float
        Between questions for battery and memory.
    reach_s : float
        One attempt to reach a sensor.
    fetch : FetchParams
    """

    turn_s: float = 0.5
    silence_periods: float = 3.0
    silence_s: float = 2.0
    samples_a_packet: int = SAMPLES_A_PACKET
    first_pings: int = 50
    first_ping_s: float = 0.1
    ping_s: float = 1.0
    status_s: float = 10.0
    reach_s: float = 20.0
    fetch: FetchParams = field(default_factory=FetchParams)

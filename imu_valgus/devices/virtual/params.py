"""What virtual sensors and their radio are, and what befalls them."""

from dataclasses import dataclass, field

from imu_valgus.core import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioParams:
    """What bumble does not model of a link.

    Parameters
    ----------
    interval_s : float
        Between connection events: nothing is sent in between.
    packets_an_interval : int
        Notifications that fit one event; some 4 to 6 of 244 bytes on the 2M PHY.
    supervision_s : float
        Out of reach, the link seems to be up for as long: what is sent is lost.
    missed : float
        Share of the connection events that fail and are made up for by the next one.
    loss, duplicates : float
        Shares of the notifications that get lost below the link layer's own repetition (as seen
        in hosts that cannot keep up, bleak#1343) or arrive twice.
    """

    interval_s: float = 0.03
    packets_an_interval: int = 6
    supervision_s: float = 1.0
    missed: float = 0.1
    loss: float = 0.0
    duplicates: float = 0.0


@dataclass(frozen=True, slots=True)
class Outage:
    """The sensors get out of reach for ``length_s``, ``start_s`` after the motion began.

    ``placement``: this sensor only; None for all.
    """

    length_s: float
    start_s: float
    placement: Placement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldParams:
    """What the sensors are, and what befalls them.

    Parameters
    ----------
    seed : int
        Draws the sensors' numbers, when they were switched on, and their losses.
    ring_samples, flash_samples, battery_percent : int
        See :class:`VirtualParams`.
    radio : RadioParams
    outages : tuple of Outage
    """

    seed: int = 0
    ring_samples: int = 8192
    flash_samples: int = 169_984
    battery_percent: int = 85
    radio: RadioParams = field(default_factory=RadioParams)
    outages: tuple[Outage, ...] = ()

"""What a sensor says: samples, and a little besides."""

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, get_args

import numpy as np

from imu_valgus.core import BoolArray, FloatArray

Source = Literal["live", "ram", "flash"]
"""Where samples come from: as they were measured, the sensor's ring in RAM, its flash memory."""

_SOURCES: Final = get_args(Source)


class Notification(NamedTuple):
    """The bytes of one characteristic, as they came or as they would come.

    ``characteristic`` is the full UUID in lower case; a value that was read counts as well.
    """

    characteristic: str
    payload: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Packet:
    """Consecutive samples that a sensor sent together, in SI units and the sensor's own frame.

    Parameters
    ----------
    acc_mps2, gyr_radps : (k, 3) or None
        Specific force and angular velocity. None where the sensor sends the other one apart, with
        samples and times of its own; never both.
    time_s : (k,), optional
        The sensor's own clock at each sample, NaN where the sensor does not tell it: most stamp
        one sample of a packet, the first or the last. None if it stamps nothing. The clock wraps
        at the ``time_wraps_s`` of its ``SensorModel``.
    first_index : int, optional
        How many samples of this kind the session held before the first one. None if the sensor
        does not count.
    session_id : int, optional
        The recording that the samples belong to, if the sensor says so.
    source : {"live", "ram", "flash"}
    clipped : (k,), optional
        True where an axis sat at the end of its range, or where the sensor says so of the whole
        packet. Default: nowhere.
    gap_before : bool
        The sensor itself says that it lost or spoilt samples before these or among them.
    dropped_before : int
        How many samples directly before these the sensor says it never had; 0 also where it cannot
        tell how many.

    Raises
    ------
    ValueError
        Where a shape disagrees, a value is not finite or there is no sample.
    """

    acc_mps2: FloatArray | None
    gyr_radps: FloatArray | None
    time_s: FloatArray | None = None
    first_index: int | None = None
    session_id: int | None = None
    source: Source = "live"
    clipped: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    gap_before: bool = False
    dropped_before: int = 0

    def __post_init__(self) -> None:
        k = len(self)
        if not k:
            raise ValueError("a packet holds one sample at least")
        if not self.clipped.size:
            object.__setattr__(self, "clipped", np.zeros(k, dtype=np.bool_))
        _check("acc_mps2", self.acc_mps2, (k, 3))
        _check("gyr_radps", self.gyr_radps, (k, 3))
        if self.time_s is not None and self.time_s.shape != (k,):
            raise ValueError(f"time_s has shape {self.time_s.shape}, expected {(k,)}")
        if self.clipped.shape != (k,):
            raise ValueError(f"clipped has shape {self.clipped.shape}, expected {(k,)}")
        if self.source not in _SOURCES:
            raise ValueError(f"source is {self.source!r}, expected one of {_SOURCES}")

    def __len__(self) -> int:
        one = self.gyr_radps if self.acc_mps2 is None else self.acc_mps2
        return 0 if one is None else one.shape[0]

    @property
    def next_index(self) -> int | None:
        """The index of the sample that follows the last one."""
        return None if self.first_index is None else self.first_index + len(self)


def _check(name: str, values: FloatArray | None, shape: tuple[int, int]) -> None:
    if values is None:
        return
    if values.shape != shape:
        raise ValueError(f"{name} has shape {values.shape}, expected {shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds values that are not finite")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a sensor says besides samples; each decoder has its own kinds."""


@dataclass(frozen=True, slots=True)
class Damaged(Notice):
    """Bytes that are no message of this sensor: what is wrong with them, and they themselves."""

    reason: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Battery(Notice):
    """How full the sensor's battery is; ``charging`` is None where the sensor does not say."""

    percent: int
    charging: bool | None = None


@dataclass(frozen=True, slots=True)
class Identity(Notice):
    """Which sensor this is."""

    serial: str
    firmware: str


@dataclass(frozen=True, slots=True)
class ClockReading(Notice):
    """The answer to a ping, on the sensor's own clock.

    ``received_s`` is when the ping came in, ``sent_s`` when the answer left; ``ping`` says which.
    """

    ping: int
    received_s: float
    sent_s: float


Message = Packet | Notice

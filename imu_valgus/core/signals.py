"""What a sensor measured, and the attitude that follows from it."""

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
Frame = Literal["sensor", "segment"]

GRAVITY_MPS2: Final = 9.80665
GAP_PERIODS: Final = 1.5
"""Two samples further apart than this many sampling periods have lost a sample between them."""

_ENOUGH_STEPS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class ImuSignal:
    """Six axes of one inertial sensor over time, checked once, here.

    Parameters
    ----------
    time_s : (n,)
        Strictly increasing. A step longer than ``GAP_PERIODS`` sampling periods is a gap: samples
        are missing there, and nobody fills them in.
    acc_mps2 : (n, 3)
        Specific force (gravity included; a sensor at rest reads 9.81 upwards) in ``frame``.
    gyr_radps : (n, 3)
        Angular velocity in ``frame``.
    clipped : (n,), optional
        True where an axis sat at the end of its range. Default: nowhere.
    mag_ut : (n, 3), optional
        Magnetic field in microtesla, kept for others: no angle here uses it.
    frame : {"sensor", "segment"}

    Raises
    ------
    ValueError
        Where a shape disagrees, a value is not finite or time does not increase.
    """

    time_s: FloatArray
    acc_mps2: FloatArray
    gyr_radps: FloatArray
    clipped: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    mag_ut: FloatArray | None = None
    frame: Frame = "sensor"

    def __post_init__(self) -> None:
        n = self.time_s.shape[0]
        if not self.clipped.size and n:
            object.__setattr__(self, "clipped", np.zeros(n, dtype=np.bool_))
        expected = {"time_s": (n,), "acc_mps2": (n, 3), "gyr_radps": (n, 3), "clipped": (n,)}
        if self.mag_ut is not None:
            expected["mag_ut"] = (n, 3)
        for name, shape in expected.items():
            values = getattr(self, name)
            if values.shape != shape:
                raise ValueError(f"{name} has shape {values.shape}, expected {shape}")
            if not np.isfinite(values).all():
                raise ValueError(f"{name} holds values that are not finite")
        if n < 2 or not (np.diff(self.time_s) > 0).all():
            raise ValueError("time_s must hold two samples or more and increase strictly")

    def __len__(self) -> int:
        return self.time_s.shape[0]

    @property
    def sampling_rate_hz(self) -> float:
        """The true rate by the signal's own clock: the mean over all steps that are no gaps."""
        steps = np.diff(self.time_s)
        return float(1.0 / np.mean(steps[steps <= GAP_PERIODS * typical_step(self.time_s)]))

    @property
    def duration_s(self) -> float:
        """Time from the first to the last sample, gaps included."""
        return float(self.time_s[-1] - self.time_s[0])

    def spans(self) -> list[slice]:
        """Return the stretches without a gap, in order."""
        return spans(self.time_s)

    def retimed(self, time_s: FloatArray) -> Self:
        """Return the same samples on another clock."""
        return replace(self, time_s=time_s)

    def __getitem__(self, samples: slice) -> Self:
        """Return a stretch of the signal."""
        return replace(
            self,
            time_s=self.time_s[samples],
            acc_mps2=self.acc_mps2[samples],
            gyr_radps=self.gyr_radps[samples],
            clipped=self.clipped[samples],
            mag_ut=None if self.mag_ut is None else self.mag_ut[samples],
        )

    def between(self, start_s: float, stop_s: float) -> slice:
        """Return the slice of the samples in [start_s, stop_s)."""
        first, last = np.searchsorted(self.time_s, [start_s, stop_s])
        return slice(int(first), int(last))


@dataclass(frozen=True, slots=True, eq=False)
class SegmentOrientation:
    """An attitude over time: ``to_earth`` turns vectors of ``frame`` into earth's.

    Earth has z up; its heading is free, and each sensor's own until two are tied together.
    """

    time_s: FloatArray
    to_earth: Rotation
    frame: Frame = "sensor"

    def __post_init__(self) -> None:
        if len(self.to_earth) != self.time_s.shape[0]:
            raise ValueError(f"{len(self.to_earth)} attitudes at {self.time_s.shape[0]} times")


def typical_step(time_s: FloatArray) -> float:
    """Return the median step of ``time_s`` (n,), two samples or more.

    Ten thousand of them, taken evenly, tell it: a sensor has one period.
    """
    every = len(time_s) // _ENOUGH_STEPS + 1
    return float(np.median(time_s[1::every] - time_s[:-1:every]))


def spans(time_s: FloatArray) -> list[slice]:
    """Return the stretches of ``time_s`` (n,) without a gap, as slices in order.

    A gap is a step longer than ``GAP_PERIODS`` times the median step.
    """
    if len(time_s) < 2:
        return [slice(0, len(time_s))]
    cuts = np.flatnonzero(np.diff(time_s) > GAP_PERIODS * typical_step(time_s)) + 1
    edges = [0, *cuts.tolist(), len(time_s)]
    return [slice(first, last) for first, last in pairwise(edges)]

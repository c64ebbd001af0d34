"""A few samples of one sensor, as they arrive."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from imu_valgus.core.signals import FloatArray, ImuSignal


@dataclass(frozen=True, slots=True, eq=False)
class ImuSamples:
    """What one packet brings, none to many samples in the sensor's frame.

    Parameters
    ----------
    time_s : (k,)
        Session time. It need not increase: packets may repeat what was sent before.
    acc_mps2 : (k, 3)
        Specific force.
    gyr_radps : (k, 3)
        Angular velocity.

    Raises
    ------
    ValueError
        Where a shape disagrees or a value is not finite.
    """

    time_s: FloatArray
    acc_mps2: FloatArray
    gyr_radps: FloatArray

    def __post_init__(self) -> None:
        k = self.time_s.shape[0]
        for name, shape in {"time_s": (k,), "acc_mps2": (k, 3), "gyr_radps": (k, 3)}.items():
            values = getattr(self, name)
            if values.shape != shape:
                raise ValueError(f"{name} has shape {values.shape}, expected {shape}")
            if not np.isfinite(values).all():
                raise ValueError(f"{name} holds values that are not finite")

    def __len__(self) -> int:
        return self.time_s.shape[0]

    @classmethod
    def none(cls) -> Self:
        """Return no samples at all, for the sensor that has sent nothing."""
        return cls(np.empty(0), np.empty((0, 3)), np.empty((0, 3)))

    @classmethod
    def of(cls, signal: ImuSignal, samples: slice) -> Self:
        """Take a few samples out of a signal, as if they arrived just now."""
        return cls(signal.time_s[samples], signal.acc_mps2[samples], signal.gyr_radps[samples])

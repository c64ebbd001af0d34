"""What every simulation hands over, and what they all share: clocks, stance, streams of chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import BoolArray, Bout, FloatArray, ImuSignal, Placement
from imu_valgus.simulation.params import SensorParams
from imu_valgus.simulation.sensor_model import SensorClock, SensorMounting

TRUTH_COLUMNS: Final = (
    "time_s",
    "side",
    "flexion_deg",
    "valgus_deg",
    "internal_rotation_deg",
    "in_stance",
)


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedRun:
    """What the sensors say, and what was true.

    Parameters
    ----------
    signals : by placement
        Each on its own clock, in its own frame.
    truth : DataFrame, columns TRUTH_COLUMNS
        One row a sample of the reference sensor and side, on true session time, which is that
        sensor's clock. Zero in the standing pose.
    contacts : DataFrame, columns side, initial_contact_s, toe_off_s
        Of the strides of running, in true session time, ordered by side and time; exact for a
        simulated runner, found on the feet for measured poses.
    bouts : what the runner did, in true session time.
    clocks, mountings : by placement
        The sensors' own clocks and how they sit, also true.
    """

    signals: Mapping[Placement, ImuSignal]
    truth: pd.DataFrame
    contacts: pd.DataFrame
    bouts: tuple[Bout, ...]
    clocks: Mapping[Placement, SensorClock] = field(default_factory=dict)
    mountings: Mapping[Placement, SensorMounting] = field(default_factory=dict)

    @property
    def reference(self) -> Placement:
        """The sensor whose clock is the session's."""
        return next(iter(self.signals))


def draw_clocks(
    params: SensorParams, placements: Sequence[Placement], rng: np.random.Generator
) -> dict[Placement, SensorClock]:
    """Give the reference the true clock and every other one its errors, signs alternating."""
    sign = float(rng.choice([-1.0, 1.0]))
    clocks: dict[Placement, SensorClock] = {placements[0]: SensorClock()}
    for order, placement in enumerate(placements[1:]):
        turn = sign * (-1.0) ** order
        clocks[placement] = SensorClock(turn * params.clock_offset_s, turn * params.clock_drift_ppm)
    return clocks


def in_stance(time_s: FloatArray, contacts: pd.DataFrame) -> BoolArray:
    """Tell (n,) which times lie in [initial contact, toe-off) of one leg's contacts."""
    contact_s, toe_off_s = (
        contacts[name].to_numpy() for name in ("initial_contact_s", "toe_off_s")
    )
    last = np.searchsorted(contact_s, time_s, side="right") - 1
    return (last >= 0) & (time_s < toe_off_s[last])


def chance(seed: int, *names: str) -> np.random.Generator:
    """Return the stream of chance that belongs to these names and a seed."""
    return np.random.default_rng([seed, *("/".join(names)).encode()])

"""One leg to be analysed, what was true of it, and what a method says of it."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from imu_valgus.core import Bout, FloatArray, ImuSignal, Side

Group = Literal["simulated", "measured", "walks"]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The knee's angles on the thigh's clock, zero at standing where ``zeroed``.

    ``trial`` (n,): which passage a sample belongs to. ``initial_contact_s`` and ``toe_off_s``
    (k,): exact; empty where nobody marked any.
    """

    time_s: FloatArray
    flexion_deg: FloatArray
    valgus_deg: FloatArray
    trial: FloatArray
    initial_contact_s: FloatArray
    toe_off_s: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LegCase:
    """One leg's raw signals, each on its own clock, and the truth that only the score may see.

    ``key`` names the signals: equal keys, equal samples. ``shank_s`` (m,): when the shank's samples
    were taken, on the thigh's clock. ``standing``: the zero first, then one in each later stretch
    of the recording, if the recording has gaps. ``gaits``: walking and running.
    """

    group: Group
    name: str
    side: Side
    key: str
    thigh: ImuSignal
    shank: ImuSignal
    shank_s: FloatArray
    standing: tuple[Bout, ...]
    gaits: tuple[Bout, ...]
    truth: Truth
    clock: Literal["shared", "own"]
    signals: Literal["measured", "computed"]
    impacts: bool = True

    @property
    def label(self) -> str:
        """The case and the leg."""
        return f"{self.name}, {self.side}"


@dataclass(frozen=True, slots=True, eq=False)
class LegAngles:
    """What a method says: degrees (n,) at ``time_s`` (n,) on the thigh's clock.

    ``shank_s`` (m,): when it believes that the shank's samples were taken, if it says.
    ``valgus_sd_deg`` (n,): how sure it is, if it says. ``strides``: its stride log on the same
    clock, if it keeps one.
    """

    time_s: FloatArray
    flexion_deg: FloatArray
    valgus_deg: FloatArray
    shank_s: FloatArray | None = None
    valgus_sd_deg: FloatArray | None = None
    strides: pd.DataFrame | None = None

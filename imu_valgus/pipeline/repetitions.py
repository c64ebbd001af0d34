"""The log of repetitions of each leg, with the same calibration as its strides."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from imu_valgus.core import Bout, Side
from imu_valgus.metrics import no_repetitions, repetition_log, stride_errors
from imu_valgus.pipeline.leg import LegMotion
from imu_valgus.pipeline.strides import Leg
from imu_valgus.pipeline.tables import angle_table
from imu_valgus.recording import Recording
from imu_valgus.strides import LegCourse, find_repetitions
from imu_valgus.sync import LegSync


def session_repetitions(
    legs: Mapping[Side, Leg],
    bouts: Sequence[Bout],
    recording: Recording,
    *,
    across: LegSync | None,
) -> pd.DataFrame:
    """Build the log of all legs' repetitions as the sensors alone judge them.

    Legs with one sensor have none.

    Returns
    -------
    DataFrame
        Columns ``REP_COLUMNS``.
    """
    knees: dict[Side, LegMotion] = {s: leg for s, leg in legs.items() if isinstance(leg, LegMotion)}
    if not knees:
        return no_repetitions()
    tables = find_repetitions(
        {side: _course(leg) for side, leg in knees.items()},
        bouts=bouts,
        events=recording.events,
        tied=across is not None and across.method != "unknown",
    )
    logs = [
        repetition_log(
            tables[side],
            angle_table(leg),
            session=recording.name,
            side=side,
            errors=stride_errors(
                leg.angles.valgus_deg,
                leg.error,
                start_s=tables[side]["start_s"].to_numpy(dtype=np.float64),
                toe_off_s=tables[side]["end_s"].to_numpy(dtype=np.float64),
            ),
        )
        for side, leg in knees.items()
    ]
    return pd.concat(logs, ignore_index=True)


def _course(leg: LegMotion) -> LegCourse:
    """Return what tells the kinds of repetitions apart."""
    return LegCourse(
        time_s=leg.time_s,
        flexion_deg=leg.angles.flexion_deg,
        thigh_lean_deg=leg.thigh_lean_deg,
        shank_lean_deg=leg.shank_lean_deg,
        thigh=leg.thigh,
        shank=leg.shank,
    )

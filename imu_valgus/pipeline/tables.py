"""Angles as a table: one row a sample and side, as in ``derived/angles.parquet``."""

import numpy as np
import pandas as pd

from imu_valgus.core import ANGLE_COLUMNS, SIDES, Side
from imu_valgus.pipeline.leg import LegMotion
from imu_valgus.pipeline.lone import LoneSegment

_SIDE = pd.CategoricalDtype(list(SIDES))


def angle_table(leg: LegMotion | LoneSegment) -> pd.DataFrame:
    """Return ANGLE_COLUMNS of one leg; what its sensors do not tell is NaN."""
    if isinstance(leg, LoneSegment):
        columns = {
            "time_s": leg.signal.time_s,
            "side": _sides(leg.side, len(leg.signal)),
            f"{leg.segment}_tilt_deg": leg.tilt_deg,
        }
        return pd.DataFrame(columns).reindex(columns=list(ANGLE_COLUMNS), fill_value=np.nan)
    return pd.DataFrame(
        {
            "time_s": leg.time_s,
            "side": _sides(leg.side, len(leg.time_s)),
            "flexion_deg": leg.angles.flexion_deg,
            "valgus_deg": leg.angles.valgus_deg,
            "internal_rotation_deg": leg.angles.internal_rotation_deg,
            "valgus_sd_deg": leg.error.sd_deg,
            "thigh_tilt_deg": leg.thigh_tilt_deg,
            "shank_tilt_deg": leg.shank_tilt_deg,
        }
    )


def _sides(side: Side, n: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.full(n, SIDES.index(side)), dtype=_SIDE)

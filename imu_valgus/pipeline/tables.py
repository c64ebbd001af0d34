"""Angles as a table: one row a sample and side, as in ``derived/angles.parquet``."""

import numpy as np
import pandas as pd

from imu_valgus.core import ANGLE_COLUMNS
from imu_valgus.pipeline.leg import LegMotion
from imu_valgus.pipeline.lone import LoneSegment


def angle_table(leg: LegMotion | LoneSegment) -> pd.DataFrame:
    """Return ANGLE_COLUMNS of one leg; what its sensors do not tell is NaN."""
    if isinstance(leg, LoneSegment):
        columns = {
            "time_s": leg.signal.time_s,
            "side": leg.side,
            f"{leg.segment}_tilt_deg": leg.tilt_deg,
        }
        table = pd.DataFrame(columns).reindex(columns=list(ANGLE_COLUMNS), fill_value=np.nan)
    else:
        table = pd.DataFrame(
            {
                "time_s": leg.time_s,
                "side": leg.side,
                "flexion_deg": leg.angles.flexion_deg,
                "valgus_deg": leg.angles.valgus_deg,
                "internal_rotation_deg": leg.angles.internal_rotation_deg,
                "valgus_sd_deg": leg.error.sd_deg,
                "thigh_tilt_deg": leg.thigh_tilt_deg,
                "shank_tilt_deg": leg.shank_tilt_deg,
            }
        )
    return table.astype({"side": pd.CategoricalDtype(["left", "right"])})

"""Put one leg's log of repetitions together."""

import numpy as np
import pandas as pd

from imu_valgus.core import REP_COLUMNS, Side
from imu_valgus.metrics.errors import StrideErrors
from imu_valgus.metrics.kinematics import repetition_angles
from imu_valgus.metrics.schema import REPETITION_LOG_SCHEMA
from imu_valgus.strides import GAP

_TEXT = ("session", "side", "kind", "quality", "reason")


def repetition_log(
    repetitions: pd.DataFrame,
    angles: pd.DataFrame,
    *,
    session: str,
    side: Side,
    errors: StrideErrors | None = None,
) -> pd.DataFrame:
    """Build the log of one leg's repetitions.

    Parameters
    ----------
    repetitions : DataFrame
        One leg's, of :func:`imu_valgus.strides.find_repetitions`.
    angles : DataFrame
        Columns ``ANGLE_COLUMNS``; rows of the other side are left out.
    session : str
    side : {"left", "right"}
    errors : StrideErrors, optional
        Of these repetitions, start and end in place of contact and toe-off. Without them the
        column of standard deviations stays empty.

    Returns
    -------
    DataFrame
        Columns ``REP_COLUMNS``, checked against ``REPETITION_LOG_SCHEMA``. A repetition with a gap
        keeps its times and loses its angles.
    """
    columns: dict[str, object] = {name: repetitions[name] for name in repetitions.columns}
    start_s, deepest_s, end_s = (
        repetitions[name].to_numpy(dtype=np.float64) for name in ("start_s", "deepest_s", "end_s")
    )
    own = angles[angles["side"] == side]
    numbers = repetition_angles(own, start_s, deepest_s, end_s)
    if errors is not None:
        numbers["valgus_peak_sd_deg"] = errors.peak_deg
    whole = ~repetitions["reason"].str.contains(GAP).to_numpy(dtype=np.bool_)
    columns |= {name: np.where(whole, values, np.nan) for name, values in numbers.items()}
    columns |= {"session": [session] * len(repetitions), "side": [side] * len(repetitions)}
    return _checked(pd.DataFrame(columns, index=repetitions.index))


def no_repetitions() -> pd.DataFrame:
    """Return the empty log: of a session in which no knee is measured."""
    return _checked(pd.DataFrame())


def _checked(columns: pd.DataFrame) -> pd.DataFrame:
    """Order the columns, give each its type and check them all."""
    log = columns.reindex(columns=list(REP_COLUMNS))
    kinds = dict.fromkeys(_TEXT, "str") | {"repetition": "int64"}
    kinds |= {name: "float64" for name in REP_COLUMNS if name not in kinds}
    return REPETITION_LOG_SCHEMA.validate(log.astype(kinds))

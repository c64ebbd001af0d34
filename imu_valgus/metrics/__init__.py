"""What each stride was like, one row a stride, and the two legs side by side.

Comes in: a leg's stride table, its angles (``ANGLE_COLUMNS``, degrees, zero at standing) and its
shank and thigh ``ImuSignal`` in the segment frame. Goes out: the stride log with ``STRIDE_COLUMNS``
in their order, checked by a pandera schema, and its files. Excursion is the maximum in stance minus
the value at initial contact, so it is never negative. What is not known is empty (NaN).
"""

from imu_valgus.metrics.comparison import (
    Crosstalk,
    crosstalk,
    crosstalk_in_strides,
    side_to_side,
)
from imu_valgus.metrics.errors import StrideErrors, stride_errors
from imu_valgus.metrics.files import (
    FORMAT_VERSION,
    read_stride_log,
    stride_log_csv,
    write_stride_log_csv,
    write_stride_log_parquet,
)
from imu_valgus.metrics.schema import STRIDE_LOG_SCHEMA
from imu_valgus.metrics.shock import ShockParams
from imu_valgus.metrics.stride_log import stride_log

__all__ = [
    "FORMAT_VERSION",
    "STRIDE_LOG_SCHEMA",
    "Crosstalk",
    "ShockParams",
    "StrideErrors",
    "crosstalk",
    "crosstalk_in_strides",
    "read_stride_log",
    "side_to_side",
    "stride_errors",
    "stride_log",
    "stride_log_csv",
    "write_stride_log_csv",
    "write_stride_log_parquet",
]

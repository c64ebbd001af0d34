"""What each stride and repetition was like, a row each, and the two legs side by side.

Comes in: a leg's stride table, its angles (``ANGLE_COLUMNS``, degrees, zero at standing) and its
shank and thigh ``ImuSignal`` in the segment frame. Goes out: the stride log with ``STRIDE_COLUMNS``
in their order, checked by a pandera schema, and its files; and the same of squats and landings with
``REP_COLUMNS``. Excursion is the maximum in stance minus the value at initial contact (of a
repetition: minus that at its start), so it is never negative. What is not known is empty (NaN).
Also here: how far our angles agree with a reference (``agreement``).
"""

from imu_valgus.metrics.agreement import Agreement, agreement, share_inside, stance_numbers
from imu_valgus.metrics.comparison import Crosstalk, crosstalk, crosstalk_in_strides, side_to_side
from imu_valgus.metrics.curves import CURVE_POINTS, Span, stride_curves
from imu_valgus.metrics.errors import StrideErrors, stride_errors
from imu_valgus.metrics.files import (
    FORMAT_VERSION,
    csv_text,
    curves_header_lines,
    harmless,
    read_repetition_log,
    read_stride_log,
    repetition_log_csv,
    stride_log_csv,
    write_log_csv,
    write_log_parquet,
)
from imu_valgus.metrics.loading import loading
from imu_valgus.metrics.repetitions import no_repetitions, repetition_log
from imu_valgus.metrics.schema import REPETITION_LOG_SCHEMA, STRIDE_LOG_SCHEMA
from imu_valgus.metrics.shock import ShockParams
from imu_valgus.metrics.stride_log import COMPUTED, lap_speeds, stride_log, with_computed

__all__ = [
    "COMPUTED",
    "CURVE_POINTS",
    "FORMAT_VERSION",
    "REPETITION_LOG_SCHEMA",
    "STRIDE_LOG_SCHEMA",
    "Agreement",
    "Crosstalk",
    "ShockParams",
    "Span",
    "StrideErrors",
    "agreement",
    "crosstalk",
    "crosstalk_in_strides",
    "csv_text",
    "curves_header_lines",
    "harmless",
    "lap_speeds",
    "loading",
    "no_repetitions",
    "read_repetition_log",
    "read_stride_log",
    "repetition_log",
    "repetition_log_csv",
    "share_inside",
    "side_to_side",
    "stance_numbers",
    "stride_curves",
    "stride_errors",
    "stride_log",
    "stride_log_csv",
    "with_computed",
    "write_log_csv",
    "write_log_parquet",
]

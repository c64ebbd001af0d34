"""The stride log on disk: CSV with a header that says what its columns mean, and Parquet."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from imu_valgus.core import STRIDE_COLUMNS, RecordingError
from imu_valgus.metrics.schema import STRIDE_LOG_SCHEMA
from imu_valgus.recording import write_atomically

FORMAT_VERSION: Final = 1
AT_STANDING: Final = "all three knee angles are 0 over the longest still standing before the run"
_TEXT: Final = ("session", "side", "surface", "quality", "reason")
_DECIMALS: Final = {"_s": 4, "_g": 3, "_mps": 3, "_spm": 3, "_pct": 1, "_deg": 3}


def header_lines(
    imu_valgus_version: str, *, zero: str = AT_STANDING, notes: Sequence[str] = ()
) -> list[str]:
    """Return the lines above the CSV's columns, each beginning with ``#``.

    Parameters
    ----------
    imu_valgus_version : str
    zero : str
        Where the angles are zero, if not at standing.
    notes : sequence of str
        More to know, a line each.
    """
    lines = [
        f"imu_valgus stride log, format {FORMAT_VERSION}, imu_valgus {imu_valgus_version}",
        "one row a stride [initial_contact_s, next_contact_s) of one foot; stance is "
        "[initial contact, toe-off)",
        "units: _s seconds of session time, _deg degrees, _g multiples of 9.80665 m/s2, _pct "
        "percent of stance, _spm steps a minute, _mps metres a second",
        "signs, either leg: flexion, valgus (knee abduction, the knee goes inwards) and internal "
        "rotation are positive",
        "signs of the tilts: positive where the segment's lower end lies outwards of its upper "
        "end; the thigh's peak is its minimum in stance, the shank's its maximum",
        f"zero: {zero}",
        "excursion: maximum in stance minus the value at initial contact, 0 when the peak is at "
        "contact",
        "_sd_: one standard deviation; stride_sd is the part that differs between strides",
        "shock: highest acceleration near initial contact, gravity included: resultant, and along "
        "the shank (axial); not a load of the bone",
        "empty: not known; reason 'computed': the accelerations hold no impacts, so no shocks",
        *notes,
    ]
    return ["# " + " ".join(line.split()) for line in lines]


def stride_log_csv(
    log: pd.DataFrame,
    imu_valgus_version: str,
    *,
    zero: str = AT_STANDING,
    notes: Sequence[str] = (),
) -> str:
    """Return the stride log as CSV text with its header lines."""
    rounded = log.round(
        {
            name: digits
            for name in log.columns
            for ending, digits in _DECIMALS.items()
            if name.endswith(ending)
        }
    )
    header = header_lines(imu_valgus_version, zero=zero, notes=notes)
    return "\n".join(header) + "\n" + rounded.to_csv(index=False, lineterminator="\n")


def write_stride_log_csv(path: Path, text: str) -> None:
    """Write the text of :func:`stride_log_csv`, whole or not at all."""
    with write_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_stride_log_parquet(path: Path, log: pd.DataFrame, metadata: Mapping[str, str]) -> None:
    """Write the stride log with full digits; ``metadata`` (version, parameters) goes along."""
    table = pa.Table.from_pandas(log, preserve_index=False)
    kept = {**(table.schema.metadata or {}), "format_version": str(FORMAT_VERSION), **metadata}
    with write_atomically(path) as temporary:
        pq.write_table(table.replace_schema_metadata(kept), temporary)


def read_stride_log(path: Path) -> pd.DataFrame:
    """Read a stride log, CSV or Parquet, and check it.

    Raises
    ------
    RecordingError
        Where the columns are not those of the stride log.
    """
    if path.suffix == ".parquet":
        log = pd.read_parquet(path)
    else:
        with path.open(encoding="utf-8") as lines:
            header = sum(1 for _ in takewhile(lambda line: line.startswith("#"), lines))
        numbers = {name: [""] for name in STRIDE_COLUMNS if name not in _TEXT}
        kinds = dict.fromkeys(_TEXT, "str")
        log = pd.read_csv(
            path, skiprows=header, keep_default_na=False, na_values=numbers, dtype=kinds
        )
    if tuple(log.columns) != STRIDE_COLUMNS:
        raise RecordingError(
            f"{path} does not have the columns of a stride log",
            hint="derived/ can be deleted and rebuilt: imu-valgus analyze SESSION",
        )
    floats = [name for name in STRIDE_COLUMNS if name not in (*_TEXT, "stride", "lap")]
    return STRIDE_LOG_SCHEMA.validate(log.astype(dict.fromkeys(floats, "float64")))

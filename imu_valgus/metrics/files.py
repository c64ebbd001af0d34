"""Both logs on disk: CSV with a header that says what its columns mean, and Parquet."""

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Final

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.parquet as pq

from imu_valgus.core import REP_COLUMNS, STRIDE_COLUMNS, RecordingError
from imu_valgus.metrics.curves import Span
from imu_valgus.metrics.schema import REPETITION_LOG_SCHEMA, STRIDE_LOG_SCHEMA
from imu_valgus.recording import write_atomically

FORMAT_VERSION: Final = 1
AT_STANDING: Final = "all three knee angles are 0 over the longest still standing before the run"
_TEXT: Final = ("session", "side", "surface", "kind", "quality", "reason")
_COUNTS: Final = ("stride", "lap", "repetition")
_UNITS: Final = "units: _s seconds of session time, _deg degrees"
_ANGLE_SIGNS: Final = (
    "signs, either leg: flexion, valgus (knee abduction, the knee goes inwards) and internal "
    "rotation are positive"
)
_TILT_SIGNS: Final = (
    "signs of the tilts: positive where the segment's lower end lies outwards of its upper end"
)
_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_FORMULA_IN_LINE: Final = re.compile(r"([,;]\s*)(?=[=+\-@])")
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
        f"{_UNITS}, _g multiples of 9.80665 m/s2, _pct percent of stance, _spm steps a minute, "
        "_mps metres a second",
        _ANGLE_SIGNS,
        f"{_TILT_SIGNS}; the thigh's peak is its minimum in stance, the shank's its maximum",
        f"zero: {zero}",
        "excursion: maximum in stance minus the value at initial contact, 0 when the peak is at "
        "contact",
        "_sd_: one standard deviation; stride_sd is the part that differs between strides",
        "shock: highest acceleration near initial contact, gravity included: resultant, and along "
        "the shank (axial); not a load of the bone",
        "empty: not known; reason 'computed': the accelerations hold no impacts, so no shocks",
        *notes,
    ]
    return _commented(lines)


def repetition_header_lines(
    imu_valgus_version: str, *, zero: str = AT_STANDING, notes: Sequence[str] = ()
) -> list[str]:
    """Return the lines above the columns of the log of repetitions; see :func:`header_lines`."""
    lines = [
        f"imu_valgus log of repetitions, format {FORMAT_VERSION}, imu_valgus {imu_valgus_version}",
        "one row a repetition [start_s, end_s) of one leg: from where the knee begins to bend (a "
        "landing: from contact) to where it is straight again, deepest_s where it bends most",
        "kind: squat (both knees together), single_leg_squat (the leg that stands), landing (after "
        "a flight), lunge (the front leg), unknown",
        "reason 'one leg worn' or 'other leg not known': such a squat may be a single-leg squat or "
        "the front of a lunge",
        _UNITS,
        _ANGLE_SIGNS,
        f"{_TILT_SIGNS}; the thigh's peak is its minimum, the shank's its maximum",
        f"zero: {zero}",
        "excursion: maximum minus the value at the start, 0 when the peak is at the start",
        "_sd_: one standard deviation",
        "empty: not known",
        *notes,
    ]
    return _commented(lines)


def _commented(lines: Sequence[str]) -> list[str]:
    """Put the lines into comments; a spreadsheet parts them at commas, and runs no part of one."""
    return ["# " + _FORMULA_IN_LINE.sub(r"\1'", " ".join(line.split())) for line in lines]


def stride_log_csv(
    log: pd.DataFrame,
    imu_valgus_version: str,
    *,
    zero: str = AT_STANDING,
    notes: Sequence[str] = (),
) -> str:
    """Return the stride log as CSV text with its header lines."""
    return csv_text(log, header_lines(imu_valgus_version, zero=zero, notes=notes))


def repetition_log_csv(
    log: pd.DataFrame,
    imu_valgus_version: str,
    *,
    zero: str = AT_STANDING,
    notes: Sequence[str] = (),
) -> str:
    """Return the log of repetitions as CSV text with its header lines."""
    return csv_text(log, repetition_header_lines(imu_valgus_version, zero=zero, notes=notes))


def curves_header_lines(imu_valgus_version: str, *, zero: str, span: Span) -> list[str]:
    """Return the lines above the columns of mean curves; see :func:`header_lines`."""
    lines = [
        f"imu_valgus mean curves, format {FORMAT_VERSION}, imu_valgus {imu_valgus_version}",
        "one row a leg, angle and percent; mean and standard deviation between the n good strides",
        f"percent: of the {span}, 0 is initial contact, 100 is "
        + ("toe-off" if span == "stance" else "the next contact"),
        f"{_UNITS}; valgus_from_contact is valgus less its value at initial contact",
        _ANGLE_SIGNS,
        _TILT_SIGNS,
        f"zero: {zero}",
        "empty: not known",
    ]
    return _commented(lines)


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table for a spreadsheet, in which no text runs as a formula.

    A text that begins with = + - @, a tab or a line's end gets an apostrophe before it [1]_;
    numbers stay what they are.

    References
    ----------
    .. [1] OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection.
    """
    text = table.select_dtypes(exclude=["number", "bool"]).columns
    return table.assign(**{name: [_harmless(str(cell)) for cell in table[name]] for name in text})


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text


def csv_text(log: pd.DataFrame, header: Sequence[str]) -> str:
    """Return a table as CSV text below its header lines, numbers rounded by their unit."""
    rounded = log.round(
        {
            name: digits
            for name in log.columns
            for ending, digits in _DECIMALS.items()
            if name.endswith(ending)
        }
    )
    return "\n".join(header) + "\n" + rounded.to_csv(index=False, lineterminator="\n")


def write_log_csv(path: Path, text: str) -> None:
    """Write the text of :func:`stride_log_csv` or its like, whole or not at all."""
    with write_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_log_parquet(path: Path, log: pd.DataFrame, metadata: Mapping[str, str]) -> None:
    """Write a log with full digits; ``metadata`` (version, parameters) goes along."""
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
    return _read(path, STRIDE_COLUMNS, STRIDE_LOG_SCHEMA, "a stride log")


def read_repetition_log(path: Path) -> pd.DataFrame:
    """Read a log of repetitions, CSV or Parquet, and check it.

    Raises
    ------
    RecordingError
        Where the columns are not those of the log of repetitions.
    """
    return _read(path, REP_COLUMNS, REPETITION_LOG_SCHEMA, "a log of repetitions")


def _read(
    path: Path, columns: tuple[str, ...], schema: pandera.DataFrameSchema, what: str
) -> pd.DataFrame:
    text = [name for name in columns if name in _TEXT]
    if path.suffix == ".parquet":
        log = pd.read_parquet(path)
    else:
        with path.open(encoding="utf-8") as lines:
            header = sum(1 for _ in takewhile(lambda line: line.startswith("#"), lines))
        numbers = {name: [""] for name in columns if name not in text}
        log = pd.read_csv(
            path,
            skiprows=header,
            keep_default_na=False,
            na_values=numbers,
            dtype=dict.fromkeys(text, "str"),
        )
    if tuple(log.columns) != columns:
        raise RecordingError(
            f"{path} does not have the columns of {what}",
            hint="derived/ can be deleted and rebuilt: imu-valgus analyze SESSION",
        )
    floats = [name for name in columns if name not in (*text, *_COUNTS)]
    kinds = dict.fromkeys(floats, "float64")
    if log.empty:  # no row tells its type
        kinds |= {name: "int64" for name in columns if name in _COUNTS}
    return schema.validate(log.astype(kinds))

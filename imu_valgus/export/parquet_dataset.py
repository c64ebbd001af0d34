"""Strides, repetitions and angles of many sessions as three Parquet datasets.

Each lies in ``<dataset>/athlete=<code>/session=<name>/``, so that pandas, pyarrow, DuckDB, polars
and Spark read all sessions as one table with the columns ``athlete`` and ``session``, and only
those that are asked for. A session is one file of each dataset: exporting it again replaces just
these.
Columns are those of ``derived/``: seconds of session time, degrees positive for either leg.
"""

import json
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from imu_valgus.core import ANGLE_COLUMNS, REP_COLUMNS, STRIDE_COLUMNS
from imu_valgus.export.exporter import ExportOptions
from imu_valgus.pipeline import read_derived, where_zero

_WORDS: Final = frozenset({"side", "surface", "kind", "quality", "reason"})
_COUNTS: Final = frozenset({"stride", "lap", "repetition"})
_IN_THE_PATH: Final = "session"
_README: Final = """\
Strides, repetitions (squats, landings) and knee angles of running sessions, by imu_valgus.

strides/, reps/ and angles/ are Parquet datasets, a file a session, parted by athlete and session:

    pandas.read_parquet("strides", filters=[("athlete", "==", "a03")])
    SELECT athlete, session, avg(valgus_excursion_deg) FROM
        read_parquet('strides/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)
        WHERE quality = 'good' GROUP BY ALL

Times are seconds of the session; angles are degrees, positive clinically for either leg. What is
not known is null. Where the angles of a session are zero, its files say in their metadata (zero).
"""


class ParquetDataset:
    """One session more in datasets parted by athlete and session."""

    name = "parquet"
    summary = "strides, repetitions and angles as Parquet datasets by athlete and session in DIR"
    takes: frozenset[str] = frozenset()
    carried_on: frozenset[str] = frozenset()

    def write(self, session: Path, into: Path, *, out: Path, options: ExportOptions) -> None:
        """Write the files of an analysed session; see :class:`Exporter`."""
        del options
        derived = read_derived(session)
        name = session.resolve().name
        part = Path(f"athlete={derived.info.athlete}") / f"{_IN_THE_PATH}={quote(name, safe='')}"
        about = {
            "imu_valgus_version": derived.summary.imu_valgus_version,
            "parameters": json.dumps(derived.summary.parameters),
            "zero": where_zero(derived.summary),
        }
        for dataset, table, columns in (
            ("strides", derived.strides, STRIDE_COLUMNS),
            ("reps", derived.repetitions, REP_COLUMNS),
            ("angles", derived.angles, ANGLE_COLUMNS),
        ):
            folder = into / dataset / part
            folder.mkdir(parents=True)
            kept = [column for column in columns if column != _IN_THE_PATH]
            _write(folder / f"{dataset}.parquet", table[kept], about)
        if not (out / "README.txt").exists():
            (into / "README.txt").write_text(_README, encoding="utf-8", newline="\n")


def _write(path: Path, table: pd.DataFrame, about: dict[str, str]) -> None:
    """Write one file; types are fixed, for all files of a dataset must agree, empty ones too."""
    words = {name: "str" for name in table.columns if name in _WORDS}
    types = {name: pa.string() for name in _WORDS} | {name: pa.int64() for name in _COUNTS}
    fields = [(str(name), types.get(name, pa.float64())) for name in table.columns]
    schema = pa.schema(fields, metadata=about)
    rows = pa.Table.from_pandas(table.astype(words), schema=schema, preserve_index=False)
    with path.open("wb") as file:
        parquet.write_table(rows, file, compression="zstd")

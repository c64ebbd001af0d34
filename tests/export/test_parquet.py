"""Datasets parted by athlete and session, as pandas, pyarrow and DuckDB read them."""

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.dataset as ds
import pytest
from made_sessions import MadeSession

from imu_valgus.core import RecordingError
from imu_valgus.export import export_session
from imu_valgus.pipeline import read_derived

ODD_NAME = "2026-11-22 a04=evening"


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session without squats and angles, under a name that is awkward in a path."""
    return MadeSession(athlete="a04").write(tmp_path_factory.mktemp("library") / ODD_NAME)


@pytest.fixture(scope="module")
def datasets(analysed_run: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("parquet")
    for session in (analysed_run, other):
        export_session(session, "parquet", out)
    return out


def test_pandas_reads_the_strides_of_one_athlete(datasets: Path, analysed_run: Path):
    table = pd.read_parquet(datasets / "strides", filters=[("athlete", "==", "a00")])

    log = read_derived(analysed_run).strides
    pd.testing.assert_frame_equal(
        table.drop(columns=["athlete", "session"]),
        log.drop(columns="session"),
        check_exact=True,
        check_dtype=False,
    )
    assert set(table["session"].astype("str")) == {analysed_run.name}


def test_duckdb_counts_strides_by_athlete_and_session(
    datasets: Path, analysed_run: Path, other: Path
):
    rows = (
        duckdb.connect()
        .execute(
            f"""SELECT athlete, session, count(*) FROM
        read_parquet('{datasets}/strides/**/*.parquet', hive_partitioning = true,
        hive_types_autocast = false) GROUP BY ALL ORDER BY athlete"""
        )
        .fetchall()
    )

    assert rows == [
        ("a00", analysed_run.name, len(read_derived(analysed_run).strides)),
        ("a04", ODD_NAME, len(read_derived(other).strides)),
    ]


@pytest.mark.parametrize("dataset", ["strides", "reps", "angles"])
def test_pyarrow_reads_full_and_empty_sessions_as_one_table(
    datasets: Path, analysed_run: Path, other: Path, dataset: str
):
    whole = ds.dataset(datasets / dataset, partitioning="hive").to_table()

    attribute = {"strides": "strides", "reps": "repetitions", "angles": "angles"}[dataset]
    expected = sum(len(getattr(read_derived(one), attribute)) for one in (analysed_run, other))
    assert whole.num_rows == expected


def test_angles_hold_every_digit(datasets: Path, analysed_run: Path):
    table = pd.read_parquet(datasets / "angles", filters=[("athlete", "==", "a00")])

    angles = read_derived(analysed_run).angles.astype({"side": "str"})
    pd.testing.assert_frame_equal(
        table[list(angles.columns)], angles, check_exact=True, check_dtype=False
    )


def test_the_files_say_where_the_angles_are_zero(datasets: Path):
    (file,) = (datasets / "strides" / "athlete=a00").glob("*/strides.parquet")

    metadata = ds.dataset(file).schema.metadata

    assert metadata[b"zero"].startswith(
        b"flexion is 0 and valgus 0 over the longest still standing"
    )


def test_a_session_again_replaces_its_own_files_only(other: Path, datasets: Path, tmp_path: Path):
    out = tmp_path / "out"
    shutil.copytree(datasets, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}

    with pytest.raises(RecordingError, match="is there already"):
        export_session(other, "parquet", out)
    written = export_session(other, "parquet", out, force=True)

    changed = {path for path, time in before.items() if path.stat().st_mtime_ns != time}
    assert changed == set(written)
    assert len(list(out.rglob("*.parquet"))) == len(before)

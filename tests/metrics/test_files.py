"""The stride log is written with a header that explains it, and read back as it was."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

from imu_valgus.core import STRIDE_COLUMNS, RecordingError
from imu_valgus.metrics import (
    csv_text,
    curves_header_lines,
    harmless,
    read_stride_log,
    stride_log,
    stride_log_csv,
    write_log_csv,
    write_log_parquet,
)


@pytest.fixture
def log(table_of, contacts, angles, shank) -> pd.DataFrame:
    made = stride_log(table_of(contacts), angles, session="NA", side="left", shank=shank)
    return made.assign(
        quality=["rejected", *made["quality"][1:]],
        reason=["user; #1, on the kerb", *made["reason"][1:]],
    )


@pytest.mark.parametrize("word", ["units", "signs", "zero", "imu_valgus 9.9", "stance is"])
def test_the_header_states_what_the_columns_mean(log, word):
    lines = stride_log_csv(log, "9.9").splitlines()

    assert any(word in line for line in lines if line.startswith("#"))


def test_after_the_header_come_the_columns(log):
    lines = stride_log_csv(log, "9.9").splitlines()

    first = next(line for line in lines if not line.startswith("#"))
    assert first == ",".join(STRIDE_COLUMNS)


def test_an_entered_standing_alignment_is_named_as_the_zero(log):
    text = stride_log_csv(log, "9.9", zero="standing alignment as measured: left 2°")

    assert "# zero: standing alignment as measured: left 2°" in text


def test_a_log_written_as_csv_is_read_back(log, tmp_path):
    path = tmp_path / "strides.csv"
    write_log_csv(path, stride_log_csv(log, "9.9"))

    pd.testing.assert_frame_equal(read_stride_log(path), log, atol=1e-3, rtol=0)


def test_a_log_written_as_parquet_is_read_back(log, tmp_path):
    path = tmp_path / "strides.parquet"
    write_log_parquet(path, log, {"imu_valgus_version": "9.9"})

    pd.testing.assert_frame_equal(read_stride_log(path), log)


def test_the_parquet_file_carries_the_version(log, tmp_path):
    path = tmp_path / "strides.parquet"
    write_log_parquet(path, log, {"imu_valgus_version": "9.9"})

    metadata = pq.read_schema(path).metadata
    assert metadata[b"imu_valgus_version"] == b"9.9"


def test_another_table_is_refused_with_a_hint(tmp_path):
    path = tmp_path / "strides.csv"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(RecordingError) as refused:
        read_stride_log(path)

    assert "analyze" in refused.value.hint


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_defused(begin: str):
    table = pd.DataFrame({"session": [f"{begin}cmd|' /C calc'!A0"]})

    assert harmless(table)["session"].tolist() == [f"'{begin}cmd|' /C calc'!A0"]


def test_numbers_below_zero_stay_numbers():
    table = pd.DataFrame({"valgus_ic_deg": [-1.5], "session": ["night-run"]})

    pd.testing.assert_frame_equal(harmless(table), table, check_dtype=False)


def test_no_part_of_a_header_line_is_a_formula():
    text = csv_text(
        pd.DataFrame({"n": [1]}), curves_header_lines("1", zero="0, =1+1", span="stance")
    )

    assert "zero: 0, '=1+1" in text

"""One leg of the shipped run, written as other programs write it: the same stride log comes out.

A format holds what its decimals hold. A DOT's 14 decimals and microseconds lose nothing; MT
Manager's six decimals, MetaBase's three and Capture2Go's 16 bits move the angles by what is named
here. The shipped run's times are whole milliseconds, which all of them write; its sensors have
clocks of their own, which a MetaBase file, stamped by one phone, would not look like.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from vendor_files import WRITERS

from imu_valgus.core import Placement
from imu_valgus.pipeline import analyze
from imu_valgus.recording import ImportParams, import_session, read_session

RUN = Path(__file__).parents[2] / "recordings" / "rbds001_treadmill-run"
LEG: tuple[Placement, ...] = ("right_thigh", "right_shank")
SECONDS_AND_OTHERS = {
    "movella_dot": (1e-9, 1e-9),
    "mt_manager": (1e-7, 1e-3),
    "metabase": (1e-5, 0.02),
    "capture2go": (1e-5, 0.02),
}
"""How far times (s) and all other numbers (degrees, g, steps a minute, %) may differ."""

Log = Callable[[str], pd.DataFrame]


@pytest.fixture(scope="module")
def stride_log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """The stride log of the leg, imported from files of a format."""
    run = read_session(RUN)
    folder = tmp_path_factory.mktemp("formats")

    def log(name: str) -> pd.DataFrame:
        files: list[tuple[Placement, Path]] = [
            (placement, path)
            for placement in LEG
            for path in WRITERS[name](folder / f"{name}_{placement}", run.signals[placement])
        ]
        import_session(files, folder / name, params=ImportParams(clock="own"))
        return analyze(read_session(folder / name)).strides.drop(columns="session")

    return log


@pytest.fixture(scope="module")
def own_columns(stride_log: Log) -> pd.DataFrame:
    """The log from files that hold every digit, in our own columns."""
    return stride_log("generic")


@pytest.mark.parametrize("name", SECONDS_AND_OTHERS)
def test_every_format_gives_the_same_stride_log(
    name: str, stride_log: Log, own_columns: pd.DataFrame
):
    seconds, others = SECONDS_AND_OTHERS[name]

    log = stride_log(name)

    times = [column for column in log if str(column).endswith("_s")]
    rest = log.columns.difference(times)
    pd.testing.assert_frame_equal(log[times], own_columns[times], rtol=0, atol=seconds)
    pd.testing.assert_frame_equal(log[rest], own_columns[rest], rtol=0, atol=others)


def test_the_log_that_they_are_held_against_has_strides(own_columns: pd.DataFrame):
    assert np.count_nonzero(own_columns["quality"] == "good") > 30

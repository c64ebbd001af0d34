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
from scipy.interpolate import CubicSpline
from scipy.signal import butter, sosfiltfilt
from vendor_files import WRITERS

from imu_valgus.core import ImuSignal, Placement
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

Log = Callable[..., pd.DataFrame]


def _sampled(signal: ImuSignal, rate_hz: float) -> ImuSignal:
    """The signal as a slower sensor gives it: low-passed at 40 % of its rate, then sampled."""
    below = butter(4, 0.4 * rate_hz, fs=signal.sampling_rate_hz, output="sos")
    time_s = np.arange(signal.time_s[0], signal.time_s[-1], 1 / rate_hz)
    acc, gyr = (
        CubicSpline(signal.time_s, sosfiltfilt(below, values, axis=0))(time_s)
        for values in (signal.acc_mps2, signal.gyr_radps)
    )
    return ImuSignal(time_s=time_s, acc_mps2=acc, gyr_radps=gyr)


@pytest.fixture(scope="module")
def stride_log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """The stride log of the leg, imported from files of a format, at another rate if said."""
    run = read_session(RUN)
    folder = tmp_path_factory.mktemp("formats")

    def log(name: str, rate_hz: float | None = None) -> pd.DataFrame:
        session = folder / f"{name}_{rate_hz or 'all'}"
        files: list[tuple[Placement, Path]] = []
        for placement in LEG:
            signal = run.signals[placement]
            taken = _sampled(signal, rate_hz) if rate_hz else signal
            paths = WRITERS[name](folder / f"{session.name}_{placement}", taken)
            files.extend((placement, path) for path in paths)
        import_session(files, session, params=ImportParams(clock="own"))
        return analyze(read_session(session)).strides.drop(columns="session")

    return log


@pytest.fixture(scope="module")
def own_columns(stride_log: Log) -> pd.DataFrame:
    """The log from files that hold every digit, in our own columns."""
    return stride_log("generic")


@pytest.mark.parametrize(
    "name",
    [
        "movella_dot",
        "mt_manager",
        "metabase",
        pytest.param("capture2go", marks=pytest.mark.slow),
    ],
)
def test_every_format_gives_the_same_stride_log(
    name: str, stride_log: Log, own_columns: pd.DataFrame
):
    seconds, others = SECONDS_AND_OTHERS[name]

    log = stride_log(name)

    times = [column for column in log if str(column).endswith("_s")]
    rest = log.columns.difference(times)
    pd.testing.assert_frame_equal(log[times], own_columns[times], rtol=0, atol=seconds)
    pd.testing.assert_frame_equal(log[rest], own_columns[rest], rtol=0, atol=others)


def test_a_dot_at_sixty_hertz_finds_the_same_strides_and_excursion(
    stride_log: Log, own_columns: pd.DataFrame
):
    log = stride_log("movella_dot", rate_hz=60.0)

    columns = ["initial_contact_s", "valgus_excursion_deg"]
    off = log[columns] - own_columns[columns]
    assert len(log) == len(own_columns)
    assert off["initial_contact_s"].abs().max() < 0.001
    assert abs(off["valgus_excursion_deg"].mean()) < 0.1


def test_the_log_that_they_are_held_against_has_strides(own_columns: pd.DataFrame):
    assert np.count_nonzero(own_columns["quality"] == "good") > 30

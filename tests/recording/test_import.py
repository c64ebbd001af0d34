"""Files of sensors become one session: clocks, gaps, units and the files themselves are kept."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import GRAVITY_MPS2, ImuSignal, Placement
from imu_valgus.recording import (
    ImportParams,
    decide_clock,
    import_files,
    import_session,
    read_session,
)

Write = Callable[[str, pd.DataFrame], Path]
SwingAt = Callable[[np.ndarray], pd.DataFrame]
ACC = ["acc_x_g", "acc_y_g", "acc_z_g"]
GYR = ["gyr_x_dps", "gyr_y_dps", "gyr_z_dps"]


def _thigh(*paths: Path, params: ImportParams | None = None) -> ImuSignal:
    files: list[tuple[Placement, Path]] = [("left_thigh", path) for path in paths]
    return import_files(files, params=params or ImportParams()).signals["left_thigh"]


def test_units_become_si(write_table: Write, table: pd.DataFrame):
    signal = _thigh(write_table("a.csv", table))

    np.testing.assert_allclose(signal.acc_mps2, table[ACC] * 9.80665, atol=1e-5)
    np.testing.assert_allclose(signal.gyr_radps, np.radians(table[GYR]), atol=1e-7)


@pytest.mark.parametrize(
    ("columns", "factor", "unit"),
    [
        (["time_s"], 1e3, "ms"),
        (["time_s"], 1e6, "us"),
        (ACC, GRAVITY_MPS2, "mps2"),
        (GYR, np.pi / 180, "radps"),
    ],
    ids=["ms", "us", "mps2", "radps"],
)
def test_the_same_samples_in_another_unit_are_the_same(
    write_table: Write, table: pd.DataFrame, columns: list[str], factor: float, unit: str
):
    other = table.copy()
    other[columns] *= factor
    other = other.rename(columns={name: name.rpartition("_")[0] + f"_{unit}" for name in columns})

    signal = _thigh(write_table("b.csv", other))

    expected = _thigh(write_table("a.csv", table))
    found = np.column_stack([signal.time_s, signal.acc_mps2, signal.gyr_radps])
    np.testing.assert_allclose(
        found, np.column_stack([expected.time_s, expected.acc_mps2, expected.gyr_radps]), atol=2e-5
    )


def test_the_order_of_the_columns_does_not_matter(write_table: Write, table: pd.DataFrame):
    turned = table[table.columns[::-1]]

    signal = _thigh(write_table("b.csv", turned))

    np.testing.assert_array_equal(signal.gyr_radps, _thigh(write_table("a.csv", table)).gyr_radps)


def test_a_magnetic_field_is_kept(write_table: Write, table: pd.DataFrame):
    with_field = table.assign(mag_x_ut=20.0, mag_y_ut=-4.5, mag_z_ut=41.25)

    signal = _thigh(write_table("a.csv", with_field))

    assert signal.mag_ut is not None
    np.testing.assert_array_equal(signal.mag_ut[17], [20.0, -4.5, 41.25])


HARMLESS: dict[str, Callable[[bytes], bytes]] = {
    "Windows line ends": lambda text: text.replace(b"\n", b"\r\n"),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text,
    "blank lines at the end": lambda text: text + b"\n\n",
    "no last line end": lambda text: text.rstrip(b"\n"),
    "blanks after commas": lambda text: text.replace(b",", b", "),
    "gzip, whatever it is called": gzip.compress,
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless_differences_are_read_alike(
    write_table: Write, table: pd.DataFrame, change: Callable[[bytes], bytes]
):
    path = write_table("a.csv", table)
    expected = _thigh(path)
    path.write_bytes(change(path.read_bytes()))

    signal = _thigh(path)

    np.testing.assert_array_equal(signal.acc_mps2, expected.acc_mps2)


def test_a_gap_of_minutes_in_one_file_stays_a_gap(write_table: Write, swing_at: SwingAt):
    time_s = np.concatenate([np.arange(300) / 100, 240 + np.arange(300) / 100])

    signal = _thigh(write_table("a.csv", swing_at(time_s)))

    assert signal.spans() == [slice(0, 300), slice(300, 600)]


def test_trials_are_joined_in_the_order_of_their_times(write_table: Write, swing_at: SwingAt):
    later = write_table("a.csv", swing_at(100 + np.arange(200) / 100))
    earlier = write_table("b.csv", swing_at(40 + np.arange(200) / 100))

    signal = _thigh(later, earlier)

    np.testing.assert_allclose(
        signal.time_s, np.concatenate([np.arange(200) / 100, 60 + np.arange(200) / 100]), atol=1e-6
    )


def test_separate_files_of_both_sensors_meet_at_the_gyroscope_times(
    write_table: Write, swing_at: SwingAt
):
    acc_s, gyr_s = 5 + np.arange(400) / 104, 5.5 + np.arange(250) / 100

    signal = _thigh(
        write_table("acc.csv", swing_at(acc_s)[["time_s", *ACC]]),
        write_table("gyr.csv", swing_at(gyr_s)[["time_s", *GYR]]),
    )

    np.testing.assert_allclose(
        signal.acc_mps2, swing_at(gyr_s)[ACC] * GRAVITY_MPS2, atol=0.001 * GRAVITY_MPS2
    )


def test_acceleration_is_not_made_up_in_a_gap(write_table: Write, swing_at: SwingAt):
    acc_s = np.concatenate([np.arange(200) / 100, 3 + np.arange(200) / 100]) + 0.003
    gyr_s = np.arange(500) / 100

    signal = _thigh(
        write_table("acc.csv", swing_at(acc_s)[["time_s", *ACC]]),
        write_table("gyr.csv", swing_at(gyr_s)[["time_s", *GYR]]),
    )

    spans_s = [(gyr_s[1] + signal.time_s[s][[0, -1]]).round(3).tolist() for s in signal.spans()]
    assert spans_s == [[0.01, 1.99], [3.01, 4.99]]


def test_session_time_counts_from_the_first_placement_named(write_table: Write, swing_at: SwingAt):
    shank = write_table("shank.csv", swing_at(1.6e9 + 7.25 + np.arange(300) / 100))
    thigh = write_table("thigh.csv", swing_at(1.6e9 + 5.0 + np.arange(400) / 100))

    recording = import_files([("left_shank", shank), ("left_thigh", thigh)])

    assert recording.info.reference == "left_shank"
    assert recording.signals["left_thigh"].time_s[0] == pytest.approx(-2.25, abs=1e-6)


SECONDS = np.arange(1000) / 100


@pytest.mark.parametrize(
    ("reference_s", "other_s", "clock"),
    [
        pytest.param(1.6e9, 1.6e9 + 7, "shared", id="both count from 1970"),
        pytest.param(1.6e9, 1.6e9 + 7200, "own", id="from 1970, but hours apart"),
        pytest.param(917.420, 917.431, "shared", id="started together long after power on"),
        pytest.param(917.420, 921.0, "own", id="switched on one after the other"),
        pytest.param(0.0, 0.0, "own", id="both from zero"),
        pytest.param(0.4, 0.1, "own", id="both from about zero"),
        pytest.param(1.6e9, 12.0, "own", id="one from 1970, one from power on"),
    ],
)
def test_clocks_that_look_like_one_epoch_are_shared(reference_s: float, other_s: float, clock: str):
    assert decide_clock(reference_s + SECONDS, other_s + SECONDS) == clock


def test_the_user_may_say_that_clocks_are_shared(write_table: Write, swing_at: SwingAt):
    thigh = write_table("thigh.csv", swing_at(np.arange(300) / 100))
    shank = write_table("shank.csv", swing_at(0.5 + np.arange(300) / 100))

    recording = import_files(
        [("left_thigh", thigh), ("left_shank", shank)], params=ImportParams(clock="shared")
    )

    assert recording.signals["left_shank"].time_s[0] == 0.5


def test_the_files_are_kept_as_they_were(tmp_path: Path, write_table: Write, table: pd.DataFrame):
    path = write_table("a.csv", table)

    import_session([("left_thigh", path)], tmp_path / "run")

    assert (tmp_path / "run/raw/left_thigh/a.csv").read_bytes() == path.read_bytes()


def test_files_of_one_name_are_all_kept(tmp_path: Path, write_table: Write, swing_at: SwingAt):
    walk = write_table("walk/Inertial.csv", swing_at(np.arange(300) / 100))
    run = write_table("run/Inertial.csv", swing_at(60 + np.arange(300) / 100))

    import_session([("left_thigh", walk), ("left_thigh", run)], tmp_path / "session")

    kept = tmp_path / "session/raw/left_thigh"
    assert [(kept / name).read_bytes() for name in ("Inertial.csv", "Inertial-2.csv")] == [
        walk.read_bytes(),
        run.read_bytes(),
    ]


def test_a_session_can_be_imported_again_from_its_own_raw_files(
    tmp_path: Path, write_table: Write, table: pd.DataFrame
):
    session = tmp_path / "run"
    import_session([("left_thigh", write_table("a.csv", table))], session)

    import_session([("left_thigh", session / "raw/left_thigh/a.csv")], session, force=True)

    assert len(read_session(session).signals["left_thigh"]) == len(table)


def test_progress_counts_every_byte_once(write_table: Write, table: pd.DataFrame):
    path = write_table("a.csv", table)
    told: list[int] = []

    import_files([("left_thigh", path)], progress=told.append)

    assert sum(told) == path.stat().st_size


def test_a_flat_top_at_the_range_is_marked_as_clipped(write_table: Write, swing_at: SwingAt):
    table = swing_at(np.arange(600) / 100)
    impact = np.zeros(600)
    impact[[100, 101, 102, 200, 300]] = [22.0, 25.0, 18.0, 17.0, 8.0]
    table["acc_y_g"] = np.clip(table["acc_y_g"] + impact, -16, 15.9995)

    signal = _thigh(write_table("a.csv", table))

    assert np.flatnonzero(signal.clipped).tolist() == [100, 101, 102, 200]


def test_a_range_that_was_reached_is_noted(write_table: Write, swing_at: SwingAt):
    table = swing_at(np.arange(600) / 100)
    table.loc[[100, 101], "gyr_x_dps"] = -2000.0

    recording = import_files([("left_thigh", write_table("a.csv", table))])

    assert recording.info.sensor("left_thigh").gyr_range_dps == 2000.0


def test_peaks_under_the_range_are_not_clipped(write_table: Write, swing_at: SwingAt):
    table = swing_at(np.arange(600) / 100)
    table.loc[[100, 101], "acc_y_g"] = 9.9

    assert not _thigh(write_table("a.csv", table)).clipped.any()


def test_a_single_peak_near_the_range_is_not_clipped(write_table: Write, swing_at: SwingAt):
    table = swing_at(np.arange(600) / 100)
    table.loc[100, "acc_y_g"] = 15.9

    assert not _thigh(write_table("a.csv", table)).clipped.any()


def test_a_range_that_is_given_marks_single_samples(write_table: Write, swing_at: SwingAt):
    table = swing_at(np.arange(600) / 100)
    table.loc[100, "acc_y_g"] = 15.99

    signal = _thigh(write_table("a.csv", table), params=ImportParams(acc_range_g=16.0))

    assert np.flatnonzero(signal.clipped).tolist() == [100]


def test_clipped_acceleration_marks_the_gyroscope_samples_around_it(
    write_table: Write, swing_at: SwingAt
):
    acc = swing_at(np.arange(600) / 100)
    acc.loc[[100, 101], "acc_y_g"] = 16.0
    gyr = swing_at(np.arange(600) / 100 + 0.004)

    signal = _thigh(
        write_table("acc.csv", acc[["time_s", *ACC]]),
        write_table("gyr.csv", gyr[["time_s", *GYR]]),
    )

    assert np.flatnonzero(signal.clipped).tolist() == [99, 100, 101]

"""What other programs write is read as it is: values, units, time, who wrote it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from vendor_files import WRITERS

from imu_valgus.core import GRAVITY_MPS2, ImuSignal
from imu_valgus.quality.signals import check_signal
from imu_valgus.recording import SensorFile, import_files, read_sensors

SAMPLES = Path(__file__).with_name("samples")
SEPARATORS = ("semicolon", "comma", "space")
SwingAt = Callable[[np.ndarray], pd.DataFrame]


def _read(path: Path) -> SensorFile:
    (sensor,) = read_sensors(path, lambda _: None)
    return sensor


def _rated(name: str, folder: Path) -> Path:
    """A sample of MT Manager with the line that says its rate."""
    path = folder / Path(name).name
    path.write_text("// Update Rate: 100.0Hz\n" + (SAMPLES / name).read_text())
    return path


@pytest.fixture
def swing(swing_at: SwingAt) -> Callable[..., ImuSignal]:
    """The swinging leg as a signal, from a time on, at a rate."""

    def signal(*, start_s: float = 0.0, rate_hz: float = 100.0, n: int = 400) -> ImuSignal:
        time_s = np.arange(n) / rate_hz
        table = swing_at(time_s).to_numpy()
        return ImuSignal(
            time_s=np.round(start_s + time_s, 6),
            acc_mps2=table[:, 1:4] * GRAVITY_MPS2,
            gyr_radps=np.radians(table[:, 4:]),
        )

    return signal


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("movella_dot/recorded_120hz.csv", ("Movella DOT", "", "1.6.0", "bei")),
        ("mt_manager/4_tab.txt", ("Xsens MT", "", "4.4.0", "")),
        ("metabase/walk_Gyroscope.csv", ("MetaMotion", "", "", "")),
        ("capture2go/200hz.bin", ("Capture2Go IMU", "1234ab", "1.0.3", "")),
    ],
)
def test_a_file_says_what_wrote_it(name: str, who: tuple[str, str, str, str]):
    sensor = _read(SAMPLES / name)

    assert (sensor.model, sensor.serial, sensor.firmware, sensor.label) == who


@pytest.mark.parametrize(
    ("name", "acc_mps2", "gyr_radps"),
    [
        (
            "movella_dot/recorded_120hz.csv",
            [0.06049161031842, 0.01594381593168, -9.65323448181152],
            np.radians([0.02204104885459, 0.24006941914558, 0.04952512308955]),
        ),
        (
            "mt_manager/4_tab.txt",
            [9.645108, 0.128211, -1.834658],
            [0.024471, 0.002012, 0.007768],
        ),
        (
            "capture2go/200hz.bin",
            [0.0, 17.12438965, 0.20118164],
            [0.0, 0.0, 4.27703671],
        ),
    ],
)
def test_the_first_sample_is_in_si(
    name: str, acc_mps2: list[float], gyr_radps: list[float] | np.ndarray
):
    sensor = _read(SAMPLES / name)

    assert sensor.acc_mps2 is not None
    assert sensor.gyr_radps is not None
    found = np.concatenate([sensor.acc_mps2[0], sensor.gyr_radps[0]])
    np.testing.assert_allclose(found, [*acc_mps2, *gyr_radps], atol=1e-8)


def test_the_two_files_of_metabase_are_one_sensor():
    files = [SAMPLES / f"metabase/walk_{sensor}.csv" for sensor in ("Accelerometer", "Gyroscope")]

    signal = import_files([("left_thigh", path) for path in files]).signals["left_thigh"]

    np.testing.assert_allclose(signal.acc_mps2[0] / GRAVITY_MPS2, [0.0, 1.746, 0.02], atol=1e-9)


def test_metabase_tells_when_it_was():
    files = [SAMPLES / f"metabase/walk_{sensor}.csv" for sensor in ("Accelerometer", "Gyroscope")]

    start = import_files([("left_thigh", path) for path in files]).info.start

    assert start is not None
    assert start.isoformat() == "2022-08-19T12:38:00.909000+00:00"


def test_what_a_dot_wrote_before_its_first_measurement_is_left_out():
    sensor = _read(SAMPLES / "movella_dot/recorded_120hz.csv")

    assert (len(sensor.time_s), sensor.time_s[0]) == (24, 2974.031395)


def test_a_tag_that_is_a_placement_says_where_a_dot_sat(tmp_path: Path):
    path = tmp_path / "D4CA6EF17860_20210830_170505.csv"
    text = (SAMPLES / "movella_dot/recorded_120hz.csv").read_text()
    path.write_text(text.replace("DeviceTag:,bei", "DeviceTag:,left_thigh,,,,"))

    recording = import_files([(None, path)])

    assert list(recording.signals) == ["left_thigh"]


def test_rows_of_a_dot_that_end_in_a_comma_are_read(tmp_path: Path):
    path = tmp_path / "recorded.csv"
    text = (SAMPLES / "movella_dot/recorded_120hz.csv").read_text()
    head, table = text.split("\n\n")
    spaced = table.replace(",", ", ").replace("\n", ", \n").replace(" ", "", 11)
    path.write_text(f"{head}\n\n{spaced}")

    sensor = _read(path)

    expected = _read(SAMPLES / "movella_dot/recorded_120hz.csv").gyr_radps
    np.testing.assert_array_equal(sensor.gyr_radps, expected)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_mt_manager_may_part_columns_as_it_likes(tmp_path: Path, separator: str):
    sensor = _read(_rated(f"mt_manager/2022_{separator}.txt", tmp_path))

    assert sensor.acc_mps2 is not None
    assert sensor.acc_mps2[4].tolist() == [0.061840, -0.013683, 9.956912]


def test_packets_of_mt_manager_count_time_at_the_rate_that_it_says():
    sensor = _read(SAMPLES / "mt_manager/4_tab.txt")

    np.testing.assert_allclose(sensor.time_s[[0, -1]], [40.97, 41.08])


def test_a_rate_that_is_written_into_the_file_counts(tmp_path: Path):
    sensor = _read(_rated("mt_manager/2019_tab.txt", tmp_path))

    np.testing.assert_allclose(sensor.time_s, [30.27, 30.28, 30.29, 30.30])


@pytest.mark.parametrize(("name", "start_s"), [("movella_dot", 4294.0), ("mt_manager", 429_495.0)])
def test_a_counter_of_32_bits_begins_again_without_a_step(
    tmp_path: Path, swing: Callable[..., ImuSignal], name: str, start_s: float
):
    (path,) = WRITERS[name](tmp_path / "a", swing(start_s=start_s))

    times = _read(path).time_s

    np.testing.assert_allclose(times, start_s + np.arange(400) / 100, atol=1e-6)


def _mt_manager(path: Path, columns: str, rows: list[str]) -> Path:
    """A table of MT Manager at rest: the first columns as given, then both sensors."""
    names = f"{columns};Acc_X;Acc_Y;Acc_Z;Gyr_X;Gyr_Y;Gyr_Z"
    body = "".join(f"{row};0.1;0.2;9.8;0.001;0.002;0.003\n" for row in rows)
    path.write_text(f"// Start Time: Unknown\n// Update Rate: 60.0Hz\n{names}\n{body}")
    return path


@pytest.mark.parametrize("column", ["PacketCounter", "Counter"])
def test_the_packet_counter_begins_again_without_a_step(tmp_path: Path, column: str):
    counts = [f"{count % 2**16:05d}" for count in range(65_520, 65_560)]

    sensor = _read(_mt_manager(tmp_path / "a.txt", column, counts))

    np.testing.assert_allclose(np.diff(sensor.time_s), 1 / 60)


def test_utc_of_mt_manager_counts_from_1970_across_midnight_and_new_year(tmp_path: Path):
    columns = "PacketCounter;UTC_Nano;UTC_Year;UTC_Month;UTC_Day;UTC_Hour;UTC_Minute;UTC_Second"
    rows = ["1;980000000;2023;12;31;23;59;59", "2;0;2024;1;1;0;0;0", "3;20000000;2024;1;1;0;0;0"]

    sensor = _read(_mt_manager(tmp_path / "a.txt", columns, rows))

    np.testing.assert_allclose(sensor.time_s - 1_704_067_200, [-0.02, 0.0, 0.02], atol=1e-6)


def test_packets_that_mt_manager_lost_are_a_gap(tmp_path: Path):
    path = _mt_manager(tmp_path / "a.txt", "PacketCounter", [str(n) for n in range(40)])
    lines = path.read_text().splitlines()
    lines[12:20] = [line.split(";")[0] + ";" * 6 for line in lines[12:20]]
    path.write_text("\n".join(lines) + "\n")

    times = _read(path).time_s

    assert (len(times), round(float(np.diff(times).max()) * 60)) == (32, 9)


def test_a_frame_that_capture2go_lost_is_a_gap():
    times = _read(SAMPLES / "capture2go/200hz.bin").time_s

    steps = np.round(np.diff(times) * 200)
    assert np.flatnonzero(steps != 1).tolist() == [159]
    assert steps[159] == 9


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_brings_the_samples_back(
    tmp_path: Path, swing: Callable[..., ImuSignal], name: str
):
    signal = swing(start_s=20.0)

    paths = WRITERS[name](tmp_path / "a", signal)

    found = import_files([("left_thigh", path) for path in paths]).signals["left_thigh"]
    np.testing.assert_allclose(found.acc_mps2, signal.acc_mps2, atol=0.006)
    np.testing.assert_allclose(found.gyr_radps, signal.gyr_radps, atol=0.001)


def test_sixty_hertz_are_imported_and_warned_of(tmp_path: Path, swing: Callable[..., ImuSignal]):
    (path,) = WRITERS["movella_dot"](tmp_path / "a", swing(rate_hz=60.0))
    signal = import_files([("left_thigh", path)]).signals["left_thigh"]

    findings = check_signal(signal, placement="left_thigh", at_rest=None)

    assert {finding.topic: finding.severity for finding in findings}["rate"] == "warning"

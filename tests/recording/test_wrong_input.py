"""Every wrong input ends in one line that names file, row and column, and leaves no session."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from syrupy.assertion import SnapshotAssertion

from imu_valgus.core import Placement, RecordingError
from imu_valgus.recording import ImportParams, import_session
from imu_valgus.recording.readers import source

GYR = ["gyr_x_dps", "gyr_y_dps", "gyr_z_dps"]
ACC = ["acc_x_g", "acc_y_g", "acc_z_g"]
Files = list[tuple[Placement, Path]]
Case = Callable[[pd.DataFrame], Files]


def _text(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, float_format="%.6f")


def _thigh(content: str | bytes, name: str = "a.csv") -> Files:
    path = Path(name)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [("left_thigh", path)]


def _renamed(**names: str) -> Case:
    return lambda table: _thigh(_text(table.rename(columns=names)))


def _line(number: int, change: Callable[[str], str]) -> Case:
    def case(table: pd.DataFrame) -> Files:
        lines = _text(table).splitlines()
        lines[number - 1] = change(lines[number - 1])
        return _thigh("\n".join(lines) + "\n")

    return case


def _cell(row: int, column: str, value: str | float) -> Case:
    def case(table: pd.DataFrame) -> Files:
        frame = table.map("{:.6f}".format)
        frame.loc[row, column] = str(value)
        return _thigh(frame.to_csv(index=False))

    return case


def _scaled(columns: list[str], factor: float, unit: str = "") -> Case:
    """The numbers times a factor, under columns that claim another unit."""

    def case(table: pd.DataFrame) -> Files:
        frame = table.copy()
        frame[columns] *= factor
        names = {name: name.rpartition("_")[0] + f"_{unit}" for name in columns}
        return _thigh(_text(frame.rename(columns=names if unit else {})))

    return case


def _whole(change: Callable[[str], str | bytes], name: str = "a.csv") -> Case:
    return lambda table: _thigh(change(_text(table)), name)


def _rows(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Case:
    return lambda table: _thigh(_text(change(table)))


def _without_gravity(table: pd.DataFrame) -> Files:
    """What phones call linear acceleration: gravity turned along by the gyroscope, taken out."""
    angle = np.radians(np.cumsum(table["gyr_z_dps"]) / 100.0)
    free = table.assign(
        acc_x_g=table["acc_x_g"] - np.sin(angle), acc_y_g=table["acc_y_g"] - np.cos(angle)
    )
    return _thigh(_text(free))


def _resting_in_degrees(table: pd.DataFrame) -> Files:
    rng = np.random.default_rng(3)
    still = table.assign(acc_x_g=0.0, acc_y_g=1.0, acc_z_g=0.0)
    still[GYR] = np.array([0.3, 3.8, 0.9]) + rng.normal(0, 0.1, (len(still), 3))
    return _thigh(_text(still.rename(columns={name: name[:-3] + "radps" for name in GYR})))


def _apart(later_s: float) -> Case:
    """Accelerometer and gyroscope in two files, the second so much later."""

    def case(table: pd.DataFrame) -> Files:
        gyr = table[["time_s", *GYR]].assign(time_s=table["time_s"] + later_s)
        acc = table[["time_s", *ACC]]
        return [*_thigh(_text(acc), "acc.csv"), *_thigh(_text(gyr), "gyr.csv")]

    return case


def _two_trials(second: Callable[[pd.DataFrame], pd.DataFrame]) -> Case:
    return lambda table: [
        *_thigh(_text(table), "walk.csv"),
        *_thigh(_text(second(table)), "run.csv"),
    ]


def _same_file_for_two(table: pd.DataFrame) -> Files:
    (thigh,) = _thigh(_text(table))
    return [thigh, ("left_shank", Path("../here/a.csv"))]


def _copied_file(table: pd.DataFrame) -> Files:
    (thigh,) = _thigh(_text(table))
    (copy,) = _thigh(_text(table), "b.csv")
    return [thigh, ("left_shank", copy[1])]


def _folder(_: pd.DataFrame) -> Files:
    Path("Left_Upper_Leg").mkdir()
    return [("left_thigh", Path("Left_Upper_Leg"))]


def _swap_rows(table: pd.DataFrame) -> pd.DataFrame:
    return table.iloc[[*range(100), 101, 100, *range(102, 300)]]


def _x_imu3(header: str) -> Case:
    return lambda _: _thigh(f"{header}\n" + "1,2,3,4,5,6,7\n" * 3, "Inertial.csv")


CASES: dict[str, Case] = {
    "a column is missing": _rows(lambda table: table.drop(columns="acc_z_g")),
    "the time is missing": _rows(lambda table: table.drop(columns="time_s")),
    "both sensors are missing": _rows(lambda table: table[["time_s"]]),
    "the gyroscope is missing": _rows(lambda table: table.drop(columns=GYR)),
    "a unit is unknown": _renamed(acc_x_g="acc_x_ms2"),
    "a name is misspelt": _renamed(time_s="time_sec"),
    "a column is unknown": _renamed(gyr_z_dps="temperature_c"),
    "all columns are unknown": _rows(lambda table: table.set_axis(list("tabcdef"), axis=1)),
    "a column is there twice": _renamed(gyr_z_dps="gyr_y_dps"),
    "a column has no name": _renamed(gyr_z_dps=""),
    "an axis has another unit": _renamed(acc_z_g="acc_z_mps2"),
    "time is there in two units": _rows(lambda table: table.assign(time_ms=table["time_s"] * 1e3)),
    "there is no header": _whole(lambda text: text.split("\n", 1)[1]),
    "semicolons": _whole(lambda text: text.replace(",", ";").replace(".", ",")),
    "tabs": _whole(lambda text: text.replace(",", "\t")),
    "decimal commas in quotes": _cell(7, "acc_y_g", "0,98"),
    "decimal commas": _line(9, lambda line: line.replace(".", ",")),
    "UTF-16": _whole(lambda text: text.encode("utf-16")),
    "a binary file": _whole(lambda _: bytes(range(256)) * 40),
    "one endless line": _whole(lambda _: "a" * 100_000),
    "no bytes": _whole(lambda _: ""),
    "no rows": _rows(lambda table: table.iloc[:0]),
    "one row": _rows(lambda table: table.iloc[:1]),
    "an empty cell": _cell(41, "gyr_y_dps", ""),
    "NaN": _cell(41, "gyr_y_dps", "nan"),
    "infinity": _cell(41, "gyr_y_dps", "inf"),
    "a word": _cell(41, "gyr_y_dps", "fast"),
    "too few values": _line(30, lambda line: line.rpartition(",")[0]),
    "too many values": _line(30, lambda line: line + ",1.0"),
    "bytes in the middle": _line(30, lambda line: line[:-4] + "\0\1\2\3"),
    "a last line cut off between columns": _whole(lambda text: text[:-20]),
    "a last line cut off after a comma": _whole(lambda text: text[: text.rindex(",") + 1]),
    "a last number cut off": _whole(lambda text: text[:-4]),
    "time runs back": _rows(_swap_rows),
    "a row twice": _rows(lambda table: table.iloc[[*range(50), *range(49, 300)]]),
    "two samples at one time": _cell(20, "time_s", 0.19),
    "milliseconds called seconds": _scaled(["time_s"], 1e3),
    "seconds called milliseconds": _renamed(time_s="time_ms"),
    "no gravity": _without_gravity,
    "g called m/s²": _scaled(ACC, 1.0, "mps2"),
    "m/s² called g": _scaled(ACC, 9.80665),
    "milli-g called g": _scaled(ACC, 999.0),
    "acceleration scaled with half the range": _scaled(ACC, 0.5),
    "acceleration scaled with twice the range": _scaled(ACC, 2.0),
    "degrees called radians": _scaled(GYR, 1.0, "radps"),
    "slow degrees called radians": _scaled(GYR, 0.2, "radps"),
    "degrees called radians at rest": _resting_in_degrees,
    "radians called degrees": _scaled(GYR, np.pi / 180),
    "more than a sensor can turn": _cell(11, "gyr_x_dps", -5000.0),
    "more than a sensor can bear": _cell(11, "acc_x_g", 1e6),
    "a broken gzip": _whole(lambda _: b"\x1f\x8b" + b"nonsense" * 50, "a.csv.gz"),
    "a gzip cut off": _whole(lambda text: gzip.compress(text.encode())[:-900], "a.csv.gz"),
    "a file that is not there": lambda _: [("left_thigh", Path("nowhere.csv"))],
    "a folder": _folder,
    "a file for two placements": _same_file_for_two,
    "a file twice": lambda table: _thigh(_text(table)) * 2,
    "a copy for another placement": _copied_file,
    "accelerometer and gyroscope at other times": _apart(60.0),
    "trials that overlap": _two_trials(lambda table: table.assign(time_s=table["time_s"] + 1.0)),
    "trials at other rates": _two_trials(
        lambda table: table.iloc[::2].assign(time_s=table["time_s"] + 60.0)
    ),
    "x-IMU3's magnetometer": _x_imu3("Timestamp (us),X (a.u.),Y (a.u.),Z (a.u.)"),
    "x-IMU3 in other units": _x_imu3(
        "Timestamp (us),Gyroscope X (rad/s),Gyroscope Y (rad/s),Gyroscope Z (rad/s),"
        "Accelerometer X (g),Accelerometer Y (g),Accelerometer Z (g)"
    ),
    "MC10 without an axis": _x_imu3("Timestamp_seconds,Gyro_X_s,Gyro_Y_s"),
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, so that messages name files as a user would."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.mark.parametrize("case", CASES)
def test_wrong_input_gets_its_line_and_hint(
    case: str, table: pd.DataFrame, snapshot: SnapshotAssertion
):
    files = CASES[case](table)

    with pytest.raises(RecordingError) as caught:
        import_session(files, Path("run"))

    assert f"{caught.value}\nhint: {caught.value.hint}" == snapshot


@pytest.mark.parametrize("case", CASES)
def test_wrong_input_leaves_nothing_behind(case: str, table: pd.DataFrame):
    files = CASES[case](table)
    before = sorted(Path().iterdir())

    with pytest.raises(RecordingError):
        import_session(files, Path("run"))

    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize("case", CASES)
def test_wrong_input_takes_one_line(case: str, table: pd.DataFrame):
    files = CASES[case](table)

    with pytest.raises(RecordingError) as caught:
        import_session(files, Path("run"))

    assert "\n" not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_file_past_the_limit_is_refused(
    table: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
    snapshot: SnapshotAssertion,
    pack: Callable[[bytes], bytes],
):
    monkeypatch.setattr(source, "MAX_BYTES", 10_000)

    with pytest.raises(RecordingError) as caught:
        import_session(_thigh(pack(_text(table).encode())), Path("run"))

    assert f"{caught.value}\nhint: {caught.value.hint}" == snapshot


@pytest.mark.parametrize("athlete", ["Jane Doe", "jane@club.org", "jane", "A03", "a3", ""])
def test_a_name_is_no_athlete_code(table: pd.DataFrame, athlete: str):
    params = ImportParams(athlete=athlete)

    with pytest.raises(RecordingError, match="is no pseudonymous athlete code"):
        import_session(_thigh(_text(table)), Path("run"), params=params)

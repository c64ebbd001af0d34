"""Motion-BIDS of others: what `_channels.tsv` and `_motion.json` say of a table without header.

Channels and sidecars are those of public example datasets (github.com/bids-standard/bids-examples):
MOTION_JSON and the thigh's and shank's rows of CHANNELS are of motion_systemvalidation, sub-pp002,
task-backwards, tracksys-imu; VIVE is of motion_spotrotation, sub-01, tracksys-HTCVive; MARKER is of
motion_systemvalidation, tracksys-omc. No table of inertial samples of theirs was to be had, so the
samples are those of the shipped run.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import GRAVITY_MPS2, Event, ImuSignal, Placement, RecordingError
from imu_valgus.recording import import_files, read_session

SHIPPED = Path(__file__).parents[2] / "recordings" / "rbds001_treadmill-run"
RATE_HZ = 199.9058823529412
MOTION_JSON: Mapping[str, object] = {
    "ACCELChannelCount": 48,
    "GYROChannelCount": 48,
    "InstitutionName": "Kiel University",
    "MAGNChannelCount": 48,
    "Manufacturer": "Noraxon Inc.",
    "ManufacturersModelName": "myoMOTION",
    "MotionChannelCount": 144,
    "SamplingFrequency": RATE_HZ,
    "SamplingFrequencyEffective": RATE_HZ,
    "StartTime": "na",
    "TaskDescription": "walking backwards",
    "TaskName": "backwards",
    "TrackedPointsCount": 16,
}
HEADER = "name\ttype\tunits\tsampling_frequency\ttracked_point\tcomponent\torientation_component"
CHANNELS = tuple(
    f"{point}_{kind}_{axis}\t{kind}\t{units}\t199.905882352941\t{point}\t{axis}\t{axis}"
    for kind, units in (("ACCEL", "m/s^2"), ("GYRO", "rad/s"), ("MAGN", "T"))
    for point in ("leftThigh", "leftShank")
    for axis in "xyz"
)
VIVE = """\
name\tcomponent\ttype\ttracked_point\tunits\tsampling_frequency\tplacement
headRigid_quat_w\tquat_w\tORNT\theadRigid\tn/a\t89.3015261895807\thead
headRigid_quat_x\tquat_x\tORNT\theadRigid\tn/a\t89.3015261895807\thead
headRigid_quat_y\tquat_y\tORNT\theadRigid\tn/a\t89.3015261895807\thead
headRigid_quat_z\tquat_z\tORNT\theadRigid\tn/a\t89.3015261895807\thead
headRigid_cart_x\tx\tPOS\theadRigid\tm\t89.3015261895807\thead
headRigid_cart_y\ty\tPOS\theadRigid\tm\t89.3015261895807\thead
headRigid_cart_z\tz\tPOS\theadRigid\tm\t89.3015261895807\thead
Rigid_headRigid_PS_orientation_yaw\tn/a\tMISC\theadRigid\tn/a\t89.3015261895807\thead
HTCVive_latency\tn/a\tLATENCY\tn/a\tseconds\t89.3015261895807\tn/a
"""
MARKER = """\
name\ttype\tunits\tsampling_frequency\ttracked_point\tcomponent\torientation_component
lToe_POS_x\tPOS\tm\t199.900398406375\tlToe\tx\tx
lToe_POS_y\tPOS\tm\t199.900398406375\tlToe\ty\ty
lToe_POS_z\tPOS\tm\t199.900398406375\tlToe\tz\tz
"""


@dataclass(frozen=True)
class Dataset:
    """A dataset of one tracking system; change a part, then ``write`` it."""

    table: pd.DataFrame
    channels: Sequence[str] = CHANNELS
    sidecar: Mapping[str, object] = field(default_factory=lambda: MOTION_JSON)
    header: bool = False
    name: str = "sub-pp002_task-backwards_tracksys-imu"

    def write(self, root: Path) -> Path:
        """Write the dataset and return its table."""
        folder = root / "sub-pp002" / "motion"
        folder.mkdir(parents=True)
        (root / "dataset_description.json").write_text('{"Name": "theirs", "BIDSVersion": "1.9.0"}')
        path = folder / f"{self.name}_motion.tsv"
        self.table.to_csv(path, sep="\t", header=self.header, index=False, na_rep="n/a")
        path.with_suffix(".json").write_text(json.dumps(self.sidecar))
        lines = (HEADER, *self.channels)
        described = folder / f"{self.name}_channels.tsv"
        described.write_text("".join(f"{line}\n" for line in lines))
        return path

    def with_channel(self, line: str, values: np.ndarray) -> "Dataset":
        """Add a channel in front."""
        name = line.partition("\t")[0]
        table = self.table.copy()
        table.insert(0, name, values)
        return replace(self, table=table, channels=(line, *self.channels))

    def in_units(self, **units: tuple[str, float]) -> "Dataset":
        """Tell a kind of channel in another unit, of which one is so many of the old."""
        table, channels = self.table.copy(), list(self.channels)
        for kind, (unit, factor) in units.items():
            for at, line in enumerate(channels):
                cells = line.split("\t")
                if cells[1] == kind:
                    table[cells[0]] = table[cells[0]] / factor
                    channels[at] = "\t".join([*cells[:2], unit, *cells[3:]])
        return replace(self, table=table, channels=channels)


@pytest.fixture(scope="module")
def legs() -> dict[Placement, ImuSignal]:
    shipped = read_session(SHIPPED).signals
    placements: list[Placement] = ["left_thigh", "left_shank"]
    return {one: shipped[one][4000:6000] for one in placements}


@pytest.fixture
def theirs(legs: dict[Placement, ImuSignal]) -> Dataset:
    columns: dict[str, np.ndarray] = {}
    field_t = np.tile([2e-5, -4e-5, 1e-6], (2000, 1))
    for point, signal in zip(("leftThigh", "leftShank"), legs.values(), strict=True):
        for kind, values in (
            ("ACCEL", signal.acc_mps2),
            ("GYRO", signal.gyr_radps),
            ("MAGN", field_t),
        ):
            for axis, column in zip("xyz", values.T, strict=True):
                columns[f"{point}_{kind}_{axis}"] = column
    names = [line.partition("\t")[0] for line in CHANNELS]
    return Dataset(pd.DataFrame(columns)[names])


@pytest.mark.parametrize("header", [False, True])
def test_each_tracked_point_is_a_sensor_at_its_place(
    theirs: Dataset, legs: dict[Placement, ImuSignal], tmp_path: Path, header: bool
):
    path = replace(theirs, header=header).write(tmp_path / "ds")

    recording = import_files([(None, path)])

    assert list(recording.signals) == ["left_thigh", "left_shank"]
    for placement, signal in legs.items():
        np.testing.assert_allclose(recording.signals[placement].acc_mps2, signal.acc_mps2)
        np.testing.assert_allclose(recording.signals[placement].gyr_radps, signal.gyr_radps)


def test_the_sidecar_tells_model_rate_and_task(theirs: Dataset, tmp_path: Path):
    info = import_files([(None, theirs.write(tmp_path / "ds"))]).info

    assert {sensor.model for sensor in info.sensors} == {"Noraxon Inc. myoMOTION"}
    assert info.sensors[0].sampling_rate_hz == pytest.approx(RATE_HZ)
    assert (info.notes, info.athlete) == ("walking backwards", "pp002")


def test_sensors_of_one_tracking_system_share_a_clock(theirs: Dataset, tmp_path: Path):
    info = import_files([(None, theirs.write(tmp_path / "ds"))]).info

    assert [sensor.clock for sensor in info.sensors] == ["shared", "shared"]


def test_a_field_in_tesla_is_kept_in_microtesla(theirs: Dataset, tmp_path: Path):
    signal = import_files([(None, theirs.write(tmp_path / "ds"))]).signals["left_shank"]

    assert signal.mag_ut is not None
    np.testing.assert_allclose(signal.mag_ut[0], [20.0, -40.0, 1.0])


def test_a_field_in_arbitrary_units_is_left_out(theirs: Dataset, tmp_path: Path):
    path = theirs.in_units(MAGN=("a.u.", 1.0)).write(tmp_path / "ds")

    assert import_files([(None, path)]).signals["left_shank"].mag_ut is None


def test_units_of_the_channels_are_heeded(
    theirs: Dataset, legs: dict[Placement, ImuSignal], tmp_path: Path
):
    other = theirs.in_units(ACCEL=("g", GRAVITY_MPS2), GYRO=("deg/s", np.pi / 180))

    recording = import_files([(None, other.write(tmp_path / "ds"))])

    again, signal = recording.signals["left_shank"], legs["left_shank"]
    np.testing.assert_allclose(again.acc_mps2, signal.acc_mps2, atol=1e-9)
    np.testing.assert_allclose(again.gyr_radps, signal.gyr_radps, atol=1e-9)


def test_latencies_tell_time_and_gaps(theirs: Dataset, tmp_path: Path):
    latency_s = np.arange(2000) / 200.0
    latency_s[1200:] += 0.5
    line = "imu_latency\tLATENCY\tseconds\t200\tn/a\tn/a\tn/a"

    recording = import_files([(None, theirs.with_channel(line, latency_s).write(tmp_path / "ds"))])

    signal = recording.signals["left_thigh"]
    np.testing.assert_allclose(signal.time_s, latency_s)
    assert len(signal.spans()) == 2


def test_rows_without_a_value_of_a_sensor_are_its_gap(theirs: Dataset, tmp_path: Path):
    shank = [name for name in theirs.table.columns if name.startswith("leftShank")]
    table = theirs.table.copy()
    table.loc[700:799, shank] = np.nan

    recording = import_files([(None, replace(theirs, table=table).write(tmp_path / "ds"))])

    assert [len(signal) for signal in recording.signals.values()] == [2000, 1900]
    assert len(recording.signals["left_shank"].spans()) == 2


def test_sidecars_above_the_file_hold_for_it(theirs: Dataset, tmp_path: Path):
    path = theirs.write(tmp_path / "ds")
    beside = path.with_suffix(".json")
    above = tmp_path / "ds" / "task-backwards_motion.json"
    above.write_text(json.dumps({**MOTION_JSON, "Manufacturer": "Nobody"}))
    beside.write_text(json.dumps({"Manufacturer": "Noraxon Inc."}))

    info = import_files([(None, path)]).info

    assert info.sensors[0].model == "Noraxon Inc. myoMOTION"
    assert info.sensors[0].sampling_rate_hz == pytest.approx(RATE_HZ)


def test_events_of_others_become_notes(theirs: Dataset, tmp_path: Path):
    path = theirs.write(tmp_path / "ds")
    events = path.with_name("sub-pp002_task-backwards_events.tsv")
    events.write_text(
        "onset\tduration\ttrial_type\tvalue\n1.5\tn/a\tturn\tleft\n2\t3\trun\tn/a\n4\t0\tn/a\t255\n"
    )

    recording = import_files([(None, path)])

    assert recording.events == (
        Event(1.5, 0.0, "note", value="turn left"),
        Event(2.0, 3.0, "run"),
        Event(4.0, 0.0, "note", value="255"),
    )


@pytest.mark.parametrize(
    ("acq_time", "start"),
    [
        ("2022-12-05T19:23:27.866Z", "2022-12-05T19:23:27.866000+00:00"),
        ("2022-12-05T19:23:27", "None"),
        ("1922-12-05T19:23:27.866Z", "None"),
        ("n/a", "None"),
    ],
)
def test_a_moment_is_the_start_where_its_zone_and_year_are_true(
    theirs: Dataset, tmp_path: Path, acq_time: str, start: str
):
    path = theirs.write(tmp_path / "ds")
    scans = tmp_path / "ds" / "sub-pp002" / "sub-pp002_scans.tsv"
    scans.write_text(f"filename\tacq_time\nmotion/{path.name}\t{acq_time}\n")

    info = import_files([(None, path)]).info

    assert (info.start.isoformat() if info.start else "None") == start


def test_a_point_that_is_no_placement_is_chosen_by_name(theirs: Dataset, tmp_path: Path):
    renamed = [line.replace("\tleftThigh\t", "\tpocket\t") for line in theirs.channels]
    path = replace(theirs, channels=renamed).write(tmp_path / "ds")

    recording = import_files([("right_thigh", Path(f"{path}#pocket"))])

    assert list(recording.signals) == ["right_thigh"]


@pytest.mark.parametrize(
    ("channels", "problem", "hint"),
    [
        (MARKER, "holds positions of markers, nothing of an inertial sensor", "validate"),
        (VIVE, "holds positions of markers, nothing of an inertial sensor", "validate"),
        (
            "\n".join(line for line in VIVE.splitlines() if "\tPOS\t" not in line),
            "holds orientations, nothing of an inertial sensor",
            "export acceleration and turn rate",
        ),
    ],
    ids=["optical", "optical with orientations", "orientations only"],
)
def test_a_tracking_system_without_inertial_sensors_is_told(
    tmp_path: Path, channels: str, problem: str, hint: str
):
    n_channels = len(channels.splitlines()) - 1
    path = tmp_path / "sub-01_task-Rotation_tracksys-HTCVive_motion.tsv"
    pd.DataFrame(np.zeros((200, n_channels))).to_csv(path, sep="\t", header=False, index=False)
    path.with_name(path.name.replace("_motion", "_channels")).write_text(channels)

    with pytest.raises(RecordingError, match=problem) as told:
        import_files([("left_thigh", path)])

    assert hint in told.value.hint


@pytest.mark.parametrize("onset", ["soon", "1e999", "n/a"])
def test_an_onset_that_is_no_time_is_told(theirs: Dataset, tmp_path: Path, onset: str):
    path = theirs.write(tmp_path / "ds")
    events = path.with_name("sub-pp002_task-backwards_events.tsv")
    events.write_text(f"onset\tduration\n0.5\t0\n{onset}\t0\n")

    with pytest.raises(RecordingError, match=r"events\.tsv, line 3, column onset: .* is no time"):
        import_files([(None, path)])


def without_channels(path: Path) -> None:
    path.with_name(path.name.replace("_motion", "_channels")).unlink()


def without_sidecar(path: Path) -> None:
    path.with_suffix(".json").unlink()


def with_broken_sidecar(path: Path) -> None:
    path.with_suffix(".json").write_text('{"SamplingFrequency": ')


def with_wrong_words_of_ours(path: Path) -> None:
    words = {"first_sample_s": 0, "sensor": {"placement": "left_elbow", "sampling_rate_hz": 200}}
    path.with_suffix(".json").write_text(json.dumps({**MOTION_JSON, "ImuValgus": words}))


def change_channels(path: Path, change: Callable[[str], str]) -> None:
    described = path.with_name(path.name.replace("_motion", "_channels"))
    described.write_text(change(described.read_text()))


def without_a_channel(path: Path) -> None:
    change_channels(path, lambda text: text[: text.rstrip().rindex("\n") + 1])


def without_an_axis(path: Path) -> None:
    change_channels(path, lambda text: text.replace("\tleftThigh\tz\tz", "\tleftThigh\tx\tz"))


def in_unheard_units(path: Path) -> None:
    change_channels(path, lambda text: text.replace("\tm/s^2\t", "\tcounts\t"))


def without_units(path: Path) -> None:
    change_channels(path, lambda text: text.replace("\tunits\t", "\tunit\t"))


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (without_channels, r"imu_motion\.tsv: no _channels\.tsv beside it says"),
        (without_sidecar, "neither a LATENCY channel nor a SamplingFrequency tells time"),
        (with_broken_sidecar, r"imu_motion\.json: no valid JSON"),
        (with_wrong_words_of_ours, r"imu_motion\.json: ImuValgus\.sensor\.placement: Input should"),
        (
            without_a_channel,
            r"imu_motion\.tsv, line 1: 18 columns, .*imu_channels\.tsv describes 17",
        ),
        (without_an_axis, r"imu_channels\.tsv: leftThigh: no ACCEL channel with the component z"),
        (in_unheard_units, r"imu_channels\.tsv: leftThigh: ACCEL in counts, which"),
        (without_units, r"imu_channels\.tsv, line 1: no column units"),
    ],
)
def test_a_damaged_dataset_gets_one_line(
    theirs: Dataset, tmp_path: Path, damage: Callable[[Path], None], problem: str
):
    path = theirs.write(tmp_path / "ds")
    damage(path)

    with pytest.raises(RecordingError, match=problem):
        import_files([(None, path)])


def test_names_that_differ_from_the_channels_are_told(theirs: Dataset, tmp_path: Path):
    path = replace(theirs, header=True).write(tmp_path / "ds")
    path.write_text(path.read_text().replace("leftShank_GYRO_y", "leftShank_GYRO_q", 1))

    with pytest.raises(
        RecordingError, match=r"column leftShank_GYRO_q: called leftShank_GYRO_y in"
    ):
        import_files([(None, path)])

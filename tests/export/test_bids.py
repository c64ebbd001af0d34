"""Motion-BIDS as the standard's own validator reads it, and as an import brings it back."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import Event, ImuSignal, RecordingError
from imu_valgus.export import export_session
from imu_valgus.pipeline import analyze_session, read_derived
from imu_valgus.recording import (
    ImportParams,
    Recording,
    SensorInfo,
    assemble_recording,
    import_session,
    read_session,
    write_session,
)

SHIPPED = Path(__file__).parents[2] / "recordings" / "rbds001_treadmill-run"
VALIDATOR = Path(sys.executable).with_name("bids-validator-deno")
START = datetime(2026, 11, 22, 9, 0, 0, 250_000, tzinfo=UTC)
EVENTS = (
    Event(0.5, 2.25, "stand"),
    Event(3.0, 5.0, "run", value="on the track, mind the bend"),
    Event(4.125, 0.0, "pain", "left", "3"),
)


def rich_recording() -> Recording:
    """Ten seconds of the shipped run with gaps, a field, a drift, a shared clock and events."""
    shipped = read_session(SHIPPED)

    def cut(placement, start_s: float, *, mag: bool = False) -> ImuSignal:
        signal = shipped.signals[placement]
        kept = signal[signal.between(20.0, 30.0)]
        rows = np.r_[0:400, 460 : len(kept)]
        field = np.linspace([20, -40, 0], [25, -38, 2], len(rows)).astype(np.float32)
        return ImuSignal(
            time_s=start_s + kept.time_s[rows] - kept.time_s[0],
            acc_mps2=kept.acc_mps2[rows],
            gyr_radps=kept.gyr_radps[rows],
            mag_ut=field.astype(np.float64) if mag else None,
        )

    known = SensorInfo(
        placement="left_thigh",
        sampling_rate_hz=200.0,
        clock="shared",
        signals="computed",
        impacts=False,
        model="IVG-1",
        serial="3F2A",
        firmware="1.4.0",
        acc_range_g=16.0,
        gyr_range_dps=2000.0,
    )
    sensors = [
        known,
        replace(known, placement="left_shank", serial="3F2B", clock_drift_ppm=40.0),
        replace(known, placement="right_thigh", serial="", clock="own", clock_drift_ppm=-12.0),
    ]
    return assemble_recording(
        sensors,
        {
            "left_thigh": cut("left_thigh", 812.5, mag=True),
            "left_shank": cut("left_shank", 77.0),
            "right_thigh": cut("right_thigh", 3.25),
        },
        athlete="a03",
        notes="Ten seconds of a treadmill run; computed.",
        events=EVENTS,
        start=START,
        zeros={"left_shank": 76.75},
    )


@pytest.fixture(scope="module")
def rich_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    session = tmp_path_factory.mktemp("library") / "2026-11-22_a03_track-run"
    write_session(session, rich_recording())
    return session


@pytest.fixture(scope="module")
def dataset(
    analysed_run: Path, rich_session: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """One session that is analysed and one that is not, of two athletes."""
    out = tmp_path_factory.mktemp("bids") / "dataset"
    export_session(analysed_run, "bids", out)
    export_session(rich_session, "bids", out)
    return out


@pytest.fixture
def small(rich_session: Path, tmp_path: Path) -> Path:
    export_session(rich_session, "bids", tmp_path / "small")
    return tmp_path / "small"


def errors_of(dataset: Path) -> list[str]:
    """Run the standard's validator on a dataset and those derived from it; name the errors."""
    told = subprocess.run(
        [VALIDATOR, dataset, "--recursive", "--format", "json", "--max-rows", "-1"],
        capture_output=True,
        check=False,
    )
    answer = json.loads(told.stdout)
    all_of_them = [answer, *answer.get("derivativesSummary", {}).values()]
    return [
        f"{issue['code']} {issue.get('subCode', '')} {issue.get('location', '')}"
        for one in all_of_them
        for issue in one["issues"]["issues"]
        if issue["severity"] == "error"
    ]


def motion(dataset: Path, athlete: str = "a03") -> Path:
    (folder,) = (dataset / f"sub-{athlete}").glob("ses-*/motion")
    return folder


def the_file(folder: Path, ending: str) -> Path:
    (path,) = folder.glob(f"*{ending}")
    return path


def test_the_validator_finds_no_error(dataset: Path):
    assert errors_of(dataset) == []


def drop_rate(small: Path) -> None:
    path = the_file(motion(small), "leftThigh_motion.json")
    content = json.loads(path.read_text())
    del content["SamplingFrequency"]
    path.write_text(json.dumps(content))


def drop_tracked_points(small: Path) -> None:
    path = the_file(motion(small), "leftThigh_channels.tsv")
    pd.read_csv(path, sep="\t").drop(columns="tracked_point").to_csv(path, sep="\t", index=False)


def forget_participant(small: Path) -> None:
    (small / "participants.tsv").write_text("participant_id\nsub-b01\n")


def misname(small: Path) -> None:
    path = the_file(motion(small), "leftThigh_motion.tsv")
    path.rename(path.with_name(path.name.replace("_task-run", "")))


@pytest.mark.parametrize("fault", [drop_rate, drop_tracked_points, forget_participant, misname])
def test_the_validator_finds_a_planted_fault(small: Path, fault: Callable[[Path], None]):
    fault(small)

    assert errors_of(small)


@pytest.fixture(scope="module")
def imported(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    session = tmp_path_factory.mktemp("again") / "session"
    files = sorted(motion(dataset).glob("*_motion.tsv"))
    import_session([(None, file) for file in files], session)
    return read_session(session)


def test_samples_come_back_to_the_last_digit(rich_session: Path, imported: Recording):
    before = read_session(rich_session)

    for placement, signal in before.signals.items():
        again = imported.signals[placement]
        np.testing.assert_array_equal(again.acc_mps2, signal.acc_mps2)
        np.testing.assert_array_equal(again.gyr_radps, signal.gyr_radps)
        assert (again.mag_ut is None) == (signal.mag_ut is None)
        if again.mag_ut is not None and signal.mag_ut is not None:
            np.testing.assert_array_equal(again.mag_ut, signal.mag_ut)


def test_times_come_back_to_the_microsecond(rich_session: Path, imported: Recording):
    before = read_session(rich_session)

    for placement, signal in before.signals.items():
        again = imported.signals[placement].time_s
        np.testing.assert_allclose(again, signal.time_s, rtol=0, atol=0.51e-6)


def test_who_wore_what_comes_back(rich_session: Path, imported: Recording):
    before = read_session(rich_session).info

    again = {
        sensor.placement: replace(
            sensor,
            files=(),
            sampling_rate_hz=round(sensor.sampling_rate_hz, 3),
            zero_device_time_s=round(sensor.zero_device_time_s, 5),
        )
        for sensor in imported.info.sensors
    }
    assert again == {
        sensor.placement: replace(
            sensor,
            sampling_rate_hz=round(sensor.sampling_rate_hz, 3),
            zero_device_time_s=round(sensor.zero_device_time_s, 5),
        )
        for sensor in before.sensors
    }
    assert replace(imported.info, sensors=before.sensors) == before


def test_events_come_back(imported: Recording):
    assert imported.events == EVENTS


def test_the_analysis_of_what_comes_back_gives_the_same_stride_log(
    dataset: Path, analysed_run: Path, run_command, tmp_path: Path
):
    files = sorted(motion(dataset, "a00").glob("*_motion.tsv"))

    answer = run_command("import", *files, "--to", tmp_path / analysed_run.name)
    analyze_session(tmp_path / analysed_run.name)

    assert "clock reference" in answer.stdout
    pd.testing.assert_frame_equal(
        read_derived(tmp_path / analysed_run.name).strides,
        read_derived(analysed_run).strides,
        rtol=0,
        atol=1e-6,
    )


def test_a_session_imported_again_is_kept_with_all_that_was_read(dataset: Path, tmp_path: Path):
    files = sorted(motion(dataset).glob("*_motion.tsv"))
    once = import_session([(None, file) for file in files], tmp_path / "s1")
    kept = sorted((tmp_path / "s1" / "raw" / "together").glob("*_motion.tsv"))

    twice = import_session([(None, file) for file in kept], tmp_path / "s2")

    assert replace(twice.info, sensors=once.info.sensors) == once.info
    assert twice.events == once.events


def test_a_chosen_part_of_the_sensors_keeps_its_clocks(dataset: Path, tmp_path: Path):
    folder = motion(dataset)
    files = [the_file(folder, f"{one}_motion.tsv") for one in ("leftShank", "rightThigh")]

    again = import_session([(None, file) for file in files], tmp_path / "s", params=ImportParams())

    assert [sensor.clock for sensor in again.info.sensors] == ["shared", "own"]
    assert again.signals["left_shank"].time_s[0] == 0.0


def test_recordings_of_two_athletes_are_no_session(dataset: Path, tmp_path: Path):
    files = [
        the_file(motion(dataset, athlete), "leftThigh_motion.tsv") for athlete in ("a03", "a00")
    ]

    with pytest.raises(RecordingError, match=r"is of sub-a00 ses-\w+, but .* of sub-a03"):
        import_session([("left_thigh", files[0]), ("right_thigh", files[1])], tmp_path / "mixed")


def test_the_first_samples_are_told_as_moments_where_they_are_known(dataset: Path):
    scans = pd.read_csv(
        next((dataset / "sub-a03").glob("ses-*/*_scans.tsv")), sep="\t", keep_default_na=False
    )

    assert list(scans["acq_time"]) == [
        "2026-11-22T09:00:00.250000Z",
        "2026-11-22T09:00:00.500010Z",
        "n/a",
    ]


def test_angles_of_the_knees_are_those_of_the_session(dataset: Path, analysed_run: Path):
    folder = motion(dataset / "derivatives" / "imu_valgus", "a00")
    names = pd.read_csv(the_file(folder, "leftKnee_channels.tsv"), sep="\t")["name"]

    table = pd.read_csv(the_file(folder, "leftKnee_motion.tsv"), sep="\t", names=list(names))

    angles = read_derived(analysed_run).angles_of("left")
    np.testing.assert_array_equal(
        table["valgus_deg"].to_numpy(np.float32), angles["valgus_deg"].to_numpy(np.float32)
    )
    first_s = float(angles["time_s"].iloc[0])
    np.testing.assert_allclose(table["latency"] + first_s, angles["time_s"], rtol=0, atol=0.51e-6)


def test_strides_are_events_of_their_knee(dataset: Path, analysed_run: Path):
    folder = motion(dataset / "derivatives" / "imu_valgus", "a00")

    table = pd.read_csv(the_file(folder, "leftKnee_events.tsv"), sep="\t")

    strides = read_derived(analysed_run).strides_of("left")
    mine = table[table["trial_type"] == "stride"]
    np.testing.assert_allclose(mine["initial_contact_s"], strides["initial_contact_s"])
    np.testing.assert_allclose(mine["valgus_excursion_deg"], strides["valgus_excursion_deg"])


def test_participants_of_others_stay_as_they_are(rich_session: Path, tmp_path: Path):
    out = tmp_path / "theirs"
    out.mkdir()
    theirs = "participant_id\tage\tgroup\nsub-b01\t41\tcontrol\n"
    (out / "participants.tsv").write_text(theirs)
    (out / "README").write_text("ours")

    export_session(rich_session, "bids", out)

    assert (out / "participants.tsv").read_text() == theirs + "sub-a03\tn/a\tn/a\n"
    assert not (out / "README.md").exists()


def test_sessions_whose_names_differ_in_signs_only_get_labels_of_their_own(
    rich_session: Path, tmp_path: Path
):
    other = tmp_path / "2026-11-22-A03-trackrun"
    shutil.copytree(rich_session, other)
    for session in (rich_session, other):
        export_session(session, "bids", tmp_path / "out")

    labels = {path.name for path in (tmp_path / "out" / "sub-a03").iterdir()}
    assert labels == {"ses-20261122a03trackrun", "ses-20261122A03trackrun2"}


def test_the_same_session_again_needs_force(rich_session: Path, small: Path):
    with pytest.raises(RecordingError, match="is there already"):
        export_session(rich_session, "bids", small)

    export_session(rich_session, "bids", small, force=True)

    assert len(list((small / "sub-a03").iterdir())) == 1


def test_recordings_of_others_stay_in_the_table_of_a_session(rich_session: Path, small: Path):
    scans = next((small / "sub-a03").glob("ses-*/*_scans.tsv"))
    with scans.open("a") as file:
        file.write("eeg/theirs_eeg.edf\tn/a\n")

    export_session(rich_session, "bids", small, force=True)

    assert scans.read_text().count("eeg/theirs_eeg.edf\tn/a\n") == 1
    assert scans.read_text().count("leftThigh_motion.tsv") == 1


def test_a_sensor_of_an_earlier_export_is_not_left_among_the_new(rich_session: Path, small: Path):
    stale = the_file(motion(small), "leftThigh_motion.tsv")
    stale.rename(stale.with_name(stale.name.replace("leftThigh", "leftFoot")))

    with pytest.raises(RecordingError, match=r"leftFoot_motion\.tsv is of an earlier export"):
        export_session(rich_session, "bids", small, force=True)

"""A session survives the way to disk and back, and says what is wrong with it."""

import json
import tempfile
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from imu_valgus.core import Event, ImuSignal, Placement, RecordingError
from imu_valgus.recording import (
    SCHEMA_PATH,
    Recording,
    SensorInfo,
    SessionInfo,
    assemble_recording,
    read_info,
    read_session,
    write_session,
)
from imu_valgus.recording.info import json_schema, parse_session_json, session_json


@st.composite
def imu_signals(draw: st.DrawFn) -> ImuSignal:
    """Any signal whose axes float32 holds; times in steps of 1/1024 s, which add up exactly."""
    n = draw(st.integers(2, 30))
    steps = draw(npst.arrays(np.int64, n, elements=st.integers(1, 10**6)))
    axes = npst.arrays(
        np.float32,
        (n, 3),
        elements=st.floats(-4000, 4000, width=32, allow_nan=False),
    )
    start = draw(st.integers(0, 2**30))
    return ImuSignal(
        time_s=(start + np.cumsum(steps)) / 1024,
        acc_mps2=draw(axes).astype(np.float64),
        gyr_radps=draw(axes).astype(np.float64),
        clipped=draw(npst.arrays(np.bool_, n)),
        mag_ut=draw(st.none() | axes.map(lambda values: values.astype(np.float64))),
    )


@settings(max_examples=40, deadline=None)
@given(thigh=imu_signals(), shank=imu_signals(), clock=st.sampled_from(["shared", "own"]))
def test_what_is_written_is_read_again(thigh: ImuSignal, shank: ImuSignal, clock: str):
    sensors = [
        SensorInfo(placement="right_thigh", sampling_rate_hz=thigh.sampling_rate_hz),
        SensorInfo(
            placement="right_shank",
            sampling_rate_hz=shank.sampling_rate_hz,
            clock="shared" if clock == "shared" else "own",
        ),
    ]
    written = assemble_recording(sensors, {"right_thigh": thigh, "right_shank": shank})

    with tempfile.TemporaryDirectory() as folder:
        write_session(Path(folder) / "run", written)
        found = read_session(Path(folder) / "run")

    assert _content(found) == _content(written)


def _content(recording: Recording) -> object:
    signals = {
        placement: tuple(
            None if values is None else values.tolist()
            for values in (
                signal.time_s,
                signal.acc_mps2,
                signal.gyr_radps,
                signal.clipped,
                signal.mag_ut,
            )
        )
        for placement, signal in recording.signals.items()
    }
    return recording.info, signals, recording.events


def test_seconds_since_1970_keep_their_microseconds_on_disk(tmp_path: Path, recording: Recording):
    start_s = 1_580_420_369.888_081
    signal = recording.signals["left_thigh"]
    sensors = [SensorInfo(placement="left_thigh", sampling_rate_hz=128.0)]
    timed = assemble_recording(sensors, {"left_thigh": signal.retimed(signal.time_s + start_s)})

    write_session(tmp_path / "run", timed)

    device_time_s = pd.read_parquet(tmp_path / "run/signals/left_thigh.parquet")["device_time_s"]
    assert device_time_s[0] == pytest.approx(start_s, abs=1e-6, rel=0)


def test_a_clock_that_counts_from_1970_tells_the_start(recording: Recording):
    signal = recording.signals["left_thigh"]
    sensors = [SensorInfo(placement="left_thigh", sampling_rate_hz=128.0)]

    timed = assemble_recording(sensors, {"left_thigh": signal.retimed(signal.time_s + 1.5e9)})

    assert timed.info.start is not None
    assert timed.info.start.isoformat() == "2017-07-14T02:40:00+00:00"


def test_session_time_counts_from_the_reference_and_an_own_clock_from_its_own_first_sample(
    tmp_path: Path, recording: Recording
):
    write_session(tmp_path / "run", recording)

    found = read_session(tmp_path / "run")

    assert {p: signal.time_s[0] for p, signal in found.signals.items()} == {
        "left_thigh": 0.0,
        "left_shank": 0.0,
    }


def test_a_shared_clock_keeps_a_late_start_late(recording: Recording):
    thigh = recording.signals["left_thigh"]
    sensors = [
        SensorInfo(placement="left_thigh", sampling_rate_hz=128.0, clock="shared"),
        SensorInfo(placement="left_shank", sampling_rate_hz=128.0, clock="shared"),
    ]
    signals: dict[Placement, ImuSignal] = {
        "left_thigh": thigh.retimed(thigh.time_s + 10.0),
        "left_shank": recording.signals["left_shank"].retimed(thigh.time_s + 10.75),
    }

    together = assemble_recording(sensors, signals)

    assert together.signals["left_shank"].time_s[0] == 0.75


def test_the_folder_is_that_of_the_design(tmp_path: Path, recording: Recording):
    source = tmp_path / "a.csv"
    source.write_text("what came")

    write_session(tmp_path / "run", recording, raw_files=[("left_thigh/a.csv", source)])

    found = {str(path.relative_to(tmp_path / "run")) for path in (tmp_path / "run").rglob("*")}
    assert found == {
        "session.json",
        "raw",
        "raw/left_thigh",
        "raw/left_thigh/a.csv",
        "signals",
        "signals/left_thigh.parquet",
        "signals/left_shank.parquet",
        "events.tsv",
        "derived",
    }


def test_a_signal_on_disk_has_the_columns_and_types_of_the_design(
    tmp_path: Path, recording: Recording
):
    write_session(tmp_path / "run", recording)

    frame = pd.read_parquet(tmp_path / "run/signals/left_shank.parquet")

    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "sample_index": "int64",
        "device_time_s": "float64",
        "acc_x_mps2": "float32",
        "acc_y_mps2": "float32",
        "acc_z_mps2": "float32",
        "gyr_x_radps": "float32",
        "gyr_y_radps": "float32",
        "gyr_z_radps": "float32",
        "clipped": "bool",
    }


def test_the_shipped_schema_is_that_of_the_types():
    assert SCHEMA_PATH.read_text(encoding="utf-8") == json_schema()


def test_what_is_written_meets_the_shipped_schema(recording: Recording):
    schema = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))

    faults = list(
        jsonschema.Draft202012Validator(schema).iter_errors(
            json.loads(session_json(recording.info))
        )
    )

    assert faults == []


@pytest.mark.parametrize(
    "change",
    [
        {"athlete": "Jane Doe"},
        {"athlete": "jane@club.org"},
        {"format_version": 2},
        {"coach": "somebody"},
        {"sensors": []},
        {"reference": "left_knee"},
    ],
    ids=lambda change: next(iter(change)) + "=" + str(next(iter(change.values()))),
)
def test_the_shipped_schema_refuses_what_the_reader_refuses(
    recording: Recording, change: dict[str, object]
):
    content = json.loads(session_json(recording.info)) | change
    schema = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))

    refused_by_schema = not jsonschema.Draft202012Validator(schema).is_valid(content)

    with pytest.raises(RecordingError):
        parse_session_json(json.dumps(content), Path("session.json"))
    assert refused_by_schema


def test_a_name_is_not_written_as_athlete(tmp_path: Path, recording: Recording):
    named = Recording(
        info=SessionInfo(
            athlete="Jane Doe", reference="left_thigh", sensors=recording.info.sensors
        ),
        signals=recording.signals,
    )

    with pytest.raises(
        RecordingError, match=r"session\.json, athlete: String should match pattern"
    ):
        write_session(tmp_path / "run", named)


def _session(folder: Path, recording: Recording) -> Path:
    write_session(folder / "run", recording)
    return folder / "run"


@pytest.mark.parametrize(
    ("version", "message", "hint"),
    [
        (
            7,
            "session format 7 is newer than 1, the newest that this imu-valgus reads",
            "update imu-valgus",
        ),
        (
            0,
            "session format 0 is older than 1, the oldest that this imu-valgus reads",
            "import the files under raw/ again with imu-valgus import",
        ),
    ],
)
def test_another_format_version_is_refused_with_the_cure(
    tmp_path: Path, recording: Recording, version: int, message: str, hint: str
):
    path = _session(tmp_path, recording) / "session.json"
    path.write_text(json.dumps({"format_version": version, "whatever": 1}))

    with pytest.raises(RecordingError) as caught:
        read_info(tmp_path / "run")

    assert (str(caught.value), caught.value.hint) == (f"{path}: {message}", hint)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "line 1: no JSON: Expecting property name enclosed in double quotes"),
        ("[]", "says no format_version, so it describes no session"),
        ('{"format_version": 1}', "reference: Field required"),
        (
            '{"format_version": 1, "reference": "left_knee", "sensors": []}',
            "reference: Input should be 'left_thigh', 'left_shank', 'right_thigh', 'right_shank', "
            "'pelvis', 'left_foot' or 'right_foot' (found 'left_knee')",
        ),
        (
            '{"format_version": 1, "reference": "pelvis", "sensors": '
            '[{"placement": "left_foot", "sampling_rate_hz": 100}]}',
            "session: Value error, the reference pelvis is none of the sensors ['left_foot']",
        ),
        (
            '{"format_version": 1, "reference": "pelvis", "sensors": '
            '[{"placement": "pelvis", "sampling_rate_hz": -5}]}',
            "sensors.0.sampling_rate_hz: Input should be greater than 0 (found -5)",
        ),
    ],
)
def test_a_broken_session_json_names_line_or_field(
    tmp_path: Path, recording: Recording, text: str, message: str
):
    path = _session(tmp_path, recording) / "session.json"
    path.write_text(text)

    with pytest.raises(RecordingError) as caught:
        read_session(tmp_path / "run")

    separator = ": " if message.startswith("says") else ", "
    assert str(caught.value) == f"{path}{separator}{message}"


def _delete(path: Path) -> None:
    path.unlink()


def _overwrite(path: Path) -> None:
    path.write_bytes(b"no parquet at all")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-50])


def _drop_column(path: Path) -> None:
    pd.read_parquet(path).drop(columns="gyr_y_radps").to_parquet(path)


def _put_nan(path: Path) -> None:
    frame = pd.read_parquet(path)
    frame.loc[3, "acc_x_mps2"] = np.nan
    frame.to_parquet(path)


def _put_words(path: Path) -> None:
    frame = pd.read_parquet(path)
    frame["acc_x_mps2"] = "fast"
    frame.to_parquet(path)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_delete, "is missing"),
        (_overwrite, "is broken: no Parquet file"),
        (_cut, "is broken: no Parquet file"),
        (_drop_column, "lacks the column gyr_y_radps"),
        (_put_nan, "is broken: acc_mps2 holds values that are not finite"),
        (_put_words, "is broken: could not convert string to float: 'fast'"),
    ],
)
def test_a_broken_signal_is_named_with_the_cure(
    tmp_path: Path, recording: Recording, damage: object, message: str
):
    path = _session(tmp_path, recording) / "signals" / "left_shank.parquet"
    assert callable(damage)
    damage(path)

    with pytest.raises(RecordingError) as caught:
        read_session(tmp_path / "run")

    assert (str(caught.value), caught.value.hint) == (
        f"{path} {message}",
        "make it anew of what lies under raw/: imu-valgus import … --to … --force for files, "
        "imu-valgus recover for a capture",
    )


def test_a_folder_that_is_no_session_is_named(tmp_path: Path):
    with pytest.raises(RecordingError, match=r"is no session: it holds no session\.json"):
        read_session(tmp_path)


def test_a_session_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(RecordingError, match="nowhere is not there"):
        read_session(tmp_path / "nowhere")


def test_a_session_knows_its_name(tmp_path: Path, recording: Recording):
    write_session(tmp_path / "2026-11-22_a03_track-run", recording)

    assert read_session(tmp_path / "2026-11-22_a03_track-run").name == "2026-11-22_a03_track-run"


def test_events_are_kept_with_the_session(tmp_path: Path, recording: Recording):
    noted = Recording(recording.info, recording.signals, (Event(1.0, 0.0, "note", value="wind"),))

    write_session(tmp_path / "run", noted)

    assert read_session(tmp_path / "run").events == noted.events


def test_signals_without_a_sensor_are_refused(recording: Recording):
    signals: dict[Placement, ImuSignal] = {"left_thigh": recording.signals["left_thigh"]}

    with pytest.raises(ValueError, match="sensors at"):
        Recording(info=recording.info, signals=signals)

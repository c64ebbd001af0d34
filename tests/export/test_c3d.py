"""What stands in an exported C3D file, read back by ezc3d."""

import json
import struct
import sys
from pathlib import Path
from typing import Any

import ezc3d
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sessions import MadeSession, add_signal

from imu_valgus.core import ImuSignal, ImuValgusError, RecordingError, Segment, placement_of
from imu_valgus.export import export_session
from imu_valgus.export.c3d import MAX_FRAMES, Grid, aligned, resampled
from imu_valgus.pipeline import (
    AnalysisParams,
    LegMotion,
    SideSummary,
    Summary,
    SyncFacts,
    read_derived,
    session_legs,
)
from imu_valgus.recording import SensorInfo, assemble_recording, import_session, read_session

SIDES = (("left", "LKneeAngles"), ("right", "RKneeAngles"))


def read(path: Path) -> Any:
    return ezc3d.c3d(str(path))


def said(content: Any, group: str, name: str) -> list[Any]:
    return list(content["parameters"][group][name]["value"])


@pytest.fixture(scope="module")
def run(analysed_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = export_session(analysed_run, "c3d", tmp_path_factory.mktemp("c3d"))
    return path


@pytest.mark.parametrize(("side", "label"), SIDES)
def test_angles_are_those_of_the_session_as_plug_in_gait_signs_them(
    analysed_run: Path, run: Path, side: str, label: str
):
    content = read(run)

    table = read_derived(analysed_run).angles
    mine = table[table["side"] == side]
    frames = content["data"]["points"][:3, said(content, "POINT", "LABELS").index(label)]
    time_s = np.arange(frames.shape[1]) / 200.0
    known = np.isfinite(frames[0])
    for axis, (column, sign) in enumerate(
        [("flexion_deg", 1), ("valgus_deg", -1), ("internal_rotation_deg", 1)]
    ):
        expected = np.interp(time_s, mine["time_s"], sign * mine[column])
        np.testing.assert_allclose(frames[axis, known], expected[known], atol=1e-4)


def test_nearly_all_of_the_angles_are_known(run: Path):
    points = read(run)["data"]["points"]

    assert np.isfinite(points).mean() > 0.99


def test_points_say_that_they_are_angles_in_degrees(run: Path):
    content = read(run)

    assert said(content, "POINT", "ANGLES") == ["LKneeAngles", "RKneeAngles"]
    assert said(content, "POINT", "ANGLE_UNITS") == ["deg"]


def test_contacts_of_both_legs_are_events(analysed_run: Path, run: Path):
    content = read(run)

    strides = read_derived(analysed_run).strides
    taken = strides[strides["quality"] != "rejected"]
    found = events_in(content)
    for side in ("left", "right"):
        leg = taken[taken["side"] == side]
        strikes = np.union1d(leg["initial_contact_s"].round(6), leg["next_contact_s"].round(6))
        mine = found[found["context"] == side.capitalize()]
        for label, times in (("Foot Strike", strikes), ("Foot Off", leg["toe_off_s"])):
            np.testing.assert_allclose(
                mine.loc[mine["label"] == label, "time_s"], np.sort(times), atol=1e-5
            )


def events_in(content: Any) -> pd.DataFrame:
    """Return all events of a file, its lists of 255 laid together."""
    group = content["parameters"]["EVENT"]
    tables: list[pd.DataFrame] = []
    number = 1
    while f"TIMES{'' if number == 1 else number}" in group:
        suffix = "" if number == 1 else str(number)
        minutes, seconds = group[f"TIMES{suffix}"]["value"]
        tables.append(
            pd.DataFrame(
                {
                    "time_s": 60 * minutes + seconds,
                    "context": group[f"CONTEXTS{suffix}"]["value"],
                    "label": group[f"LABELS{suffix}"]["value"],
                }
            )
        )
        number += 1
    return pd.concat(tables, ignore_index=True)


def test_channels_are_named_by_placement_quantity_and_axis(run: Path):
    content = read(run)

    labels = said(content, "ANALOG", "LABELS")
    units = dict(zip(labels, said(content, "ANALOG", "UNITS"), strict=True))
    assert units == {
        f"{side}_{segment}_{what}_{axis}": unit
        for side in ("left", "right")
        for segment in ("thigh", "shank")
        for what, unit in (("acc", "m/s^2"), ("gyr", "deg/s"))
        for axis in "xyz"
    }


def test_the_reference_sensors_channels_are_its_samples(analysed_run: Path, run: Path):
    content = read(run)

    session = read_session(analysed_run)
    reference = session.signals[session.info.reference]
    first = said(content, "ANALOG", "LABELS").index(f"{session.info.reference}_acc_x")
    channels = content["data"]["analogs"][0, first : first + 6]
    measured = np.column_stack([reference.acc_mps2, np.degrees(reference.gyr_radps)])
    expected = [
        np.interp(np.arange(channels.shape[1]) / 200.0, reference.time_s, column)
        for column in measured.T
    ]
    known = np.isfinite(channels[0])
    np.testing.assert_allclose(channels[:, known], np.array(expected)[:, known], atol=1e-3)


def test_the_signals_are_imported_again_where_they_were(analysed_run: Path, run: Path, tmp_path):
    import_session([(None, run)], tmp_path / "again")

    again = read_session(tmp_path / "again")
    summary = read_derived(analysed_run).summary
    for placement, signal in aligned(read_session(analysed_run), summary).items():
        mine = again.signals[placement]
        begin_s = np.ceil(200.0 * max(signal.time_s[0], 0.0)) / 200.0
        expected = resampled(
            signal.time_s, signal.gyr_radps, mine.time_s - mine.time_s[0] + begin_s
        )
        np.testing.assert_allclose(mine.gyr_radps, expected, atol=1e-4)


def test_numbers_are_written_as_floats(run: Path):
    (scale,) = struct.unpack_from("<f", run.read_bytes(), 12)

    assert scale < 0


def test_zero_and_signs_are_said(run: Path):
    content = read(run)

    assert "standing" in " ".join(said(content, "IMU_VALGUS", "ZERO"))
    assert "valgus (abduction) is y with its sign turned" in said(content, "IMU_VALGUS", "SIGNS")


def test_legs_that_nothing_ties_are_said_to_be_so(long_session, tmp_path):
    description = long_session / "derived" / "summary.json"
    summary = json.loads(description.read_text())
    description.write_text(json.dumps({**summary, "cross_leg_sync": {"method": "unknown"}}))

    written = export_session(long_session, "c3d", tmp_path / "out")

    assert said(read(written[0]), "IMU_VALGUS", "LEGS") == [
        "nothing ties the two legs' times: compare none across legs"
    ]


@pytest.fixture
def long_session(tmp_path: Path) -> Path:
    """One sensor at 10 Hz for 700 s, 800 strides a leg: more than one file has room for."""
    session = MadeSession(n_strides=800).write(tmp_path / "run")
    add_signal(session, 700.0)
    return session


def test_a_long_session_becomes_files_of_five_minutes(long_session, tmp_path):
    written = export_session(long_session, "c3d", tmp_path / "out")

    contents = [read(path) for path in written]
    assert [path.name for path in written] == [f"run_part0{n}.c3d" for n in (1, 2, 3)]
    assert [content["data"]["analogs"].shape[2] for content in contents] == [3000, 3000, 1001]
    assert [said(content, "IMU_VALGUS", "START_S") for content in contents] == [[0], [300], [600]]


def test_the_events_of_all_parts_are_those_of_the_session(long_session, tmp_path):
    written = export_session(long_session, "c3d", tmp_path / "out")

    found = np.concatenate(
        [events_in(one)["time_s"] + 300 * n for n, one in enumerate(map(read, written))]
    )
    strides = read_derived(long_session).strides
    taken = strides[strides["quality"] != "rejected"]
    expected = [
        np.union1d(leg["initial_contact_s"].round(6), leg["next_contact_s"].round(6))
        for _, leg in taken.groupby("side")
    ]
    expected = np.sort(np.concatenate([*expected, taken["toe_off_s"]]))
    np.testing.assert_allclose(np.sort(found), expected[expected < 700.1], atol=1e-4)


def test_no_list_is_longer_than_a_parameter_may_be(long_session, tmp_path):
    written = export_session(long_session, "c3d", tmp_path / "out")

    group = read(written[1])["parameters"]["EVENT"]
    lengths = {
        name: len(group[name]["value"]) for name in group if name.startswith(("LABELS", "CONTEXTS"))
    }
    assert (max(lengths.values()), sum(lengths.values())) == (255, 2 * group["USED"]["value"][0])


def test_a_leg_without_angles_leaves_its_signals_and_events(long_session, tmp_path):
    written = export_session(long_session, "c3d", tmp_path / "out")

    content = read(written[0])
    assert (said(content, "POINT", "LABELS"), content["data"]["analogs"].shape[1]) == ([], 6)


def still(n: int, rate_hz: float) -> ImuSignal:
    return ImuSignal(np.arange(n) / rate_hz, np.ones((n, 3)), np.zeros((n, 3)))


@given(rate_hz=st.integers(25, 4000), length_s=st.integers(2, 20))
def test_the_analog_rate_is_a_whole_multiple_of_the_frames(rate_hz: int, length_s: int):
    grid = Grid.over({"left_shank": still(rate_hz * length_s, float(rate_hz))})

    assert grid.point_rate_hz <= 250
    assert rate_hz <= grid.point_rate_hz * grid.ratio < rate_hz + grid.ratio


@given(point_rate_hz=st.integers(1, 250), n_frames=st.integers(1, 900_000))
def test_parts_have_room_and_leave_nothing_out(point_rate_hz: int, n_frames: int):
    parts = list(Grid(point_rate_hz, 1, n_frames).parts())

    begins = [round(part.start_s * point_rate_hz) for part in parts]
    ends = [begin + part.n_frames for begin, part in zip(begins, parts, strict=True)]
    assert (begins, ends[-1]) == ([0, *ends[:-1]], n_frames)
    assert max(part.n_frames for part in parts) <= MAX_FRAMES


def test_between_samples_the_line_is_followed_and_gaps_stay_gaps():
    time_s = np.array([0.0, 0.1, 0.2, 0.3, 0.8, 0.9])
    ramp = np.column_stack([10 * time_s, -time_s])

    told = resampled(time_s, ramp, np.array([-0.01, 0.0, 0.05, 0.3, 0.5, 0.8, 0.85, 0.9, 0.91]))

    nan = np.nan
    np.testing.assert_allclose(told[:, 0], [nan, 0, 0.5, 3, nan, 8, 8.5, 9, nan])


def test_a_shank_that_is_late_at_the_knee_is_set_right():
    sensors = [
        SensorInfo(placement="left_thigh", sampling_rate_hz=100.0, clock="shared"),
        SensorInfo(placement="left_shank", sampling_rate_hz=100.0, clock="shared"),
    ]
    recording = assemble_recording(
        sensors, {"left_thigh": still(500, 100.0), "left_shank": still(500, 100.0)}
    )
    late = Summary(sides={"left": SideSummary(sync=SyncFacts(lateness_ms=12.0))})

    signals, before = aligned(recording, late), aligned(recording, Summary())

    shift_s = before["left_shank"].time_s - signals["left_shank"].time_s
    np.testing.assert_allclose(shift_s, 0.012)


def test_sensors_with_their_own_clocks_are_put_where_the_analysis_had_them(analysed_run: Path):
    recording, summary = read_session(analysed_run), read_derived(analysed_run).summary

    signals = aligned(recording, summary)

    for side, leg in session_legs(recording, params=AnalysisParams()).legs.items():
        assert isinstance(leg, LegMotion)
        worn: dict[Segment, ImuSignal] = {"thigh": leg.thigh, "shank": leg.shank}
        for place, analysed in worn.items():
            mine = signals[placement_of(side, place)]
            np.testing.assert_allclose(mine.time_s, analysed.time_s, atol=1e-3)


def test_a_session_that_is_not_analysed_is_sent_there(tmp_path):
    session = MadeSession().write(tmp_path / "run", analysed=False)

    with pytest.raises(RecordingError) as caught:
        export_session(session, "c3d", tmp_path / "out")

    assert "imu-valgus analyze" in caught.value.hint


def test_without_the_extra_the_message_names_it(long_session, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ezc3d", None)

    with pytest.raises(ImuValgusError, match="needs the optional extra c3d") as caught:
        export_session(long_session, "c3d", tmp_path / "out")

    assert "imu-valgus[c3d]" in caught.value.hint

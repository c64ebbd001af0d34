"""Speed from a watch: read, laid in time, and put into the stride log."""

import datetime as dt
import io
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.profile_type import FileType, Manufacturer
from garmin_fit_sdk import Decoder, Stream
from made_sessions import MadeSession, add_signal

from imu_valgus.core import REP_COLUMNS, ImuValgusError, RecordingError
from imu_valgus.library import Catalogue
from imu_valgus.library.sessions.watch import note_watch
from imu_valgus.pipeline.following import write_judged
from imu_valgus.pipeline.heard import JUDGED_COLUMNS, Judged
from imu_valgus.recording import SpeedCurve, read_speeds, write_speeds

START = "2026-11-22T09:00:00+01:00"
START_UNIX_S = 1_795_334_400
LENGTH_S = 90.0
METRES_PER_DEGREE = 2 * np.pi * 6_371_008.8 / 360


@pytest.fixture
def session(tmp_path):
    """Twenty strides a leg from 60 s on, judged, and a reference sensor of 90 s."""
    made = MadeSession(start=START)
    folder = made.write(tmp_path / "library" / "run")
    add_signal(folder, LENGTH_S)
    strides = pd.concat([made.strides("left"), made.strides("right")], ignore_index=True)
    write_judged(
        folder,
        Judged(
            strides.reindex(columns=list(JUDGED_COLUMNS)), pd.DataFrame(columns=list(REP_COLUMNS))
        ),
    )
    return folder


def write_fit(path: Path, seconds: np.ndarray, **columns: np.ndarray) -> Path:
    builder = FitFileBuilder(auto_define=True)
    about = FileIdMessage()
    about.type = FileType.ACTIVITY
    about.manufacturer = Manufacturer.DEVELOPMENT.value
    about.product = 0
    about.serial_number = 1
    about.time_created = START_UNIX_S * 1000
    builder.add(about)
    for number, second in enumerate(seconds):
        record = RecordMessage()
        record.timestamp = round((START_UNIX_S + second) * 1000)
        for name, values in columns.items():
            setattr(record, name, float(values[number]))
        builder.add(record)
    path.write_bytes(builder.build().to_bytes())
    return path


def gpx(points: str, *, version: str = "1/1", before: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{before}<gpx xmlns="http://www.topografix.com/GPX/{version}" '
        'xmlns:t="http://www.garmin.com/xmlschemas/TrackPointExtension/v2" '
        f'xmlns:odd="http://example.org/knots"><trk><trkseg>{points}</trkseg></trk></gpx>'
    )


def point(second: float, east_m: float, more: str = "") -> str:
    when = dt.datetime.fromtimestamp(START_UNIX_S + second, dt.UTC).isoformat()
    time = when.replace("+00:00", "Z")
    return (
        f'<trkpt lat="0.0" lon="{east_m / METRES_PER_DEGREE:.9f}"><time>{time}</time>{more}</trkpt>'
    )


SECONDS = np.arange(-20.0, 120.0)


def test_the_fit_file_of_these_tests_is_one_for_the_makers_own_reader(tmp_path):
    path = write_fit(tmp_path / "run.fit", SECONDS, enhanced_speed=np.full(140, 3.2))

    with io.BytesIO(path.read_bytes()) as content:
        found, errors = Decoder(Stream.from_bytes_io(content)).read()

    at_start = found.get("record_mesgs", [])[20]
    assert (errors, at_start.get("timestamp"), at_start.get("enhanced_speed")) == (
        [],
        dt.datetime.fromisoformat(START),
        3.2,
    )


def test_a_stride_has_the_speed_that_the_watch_told_at_its_middle(session, tmp_path, run_command):
    watch = write_fit(tmp_path / "run.fit", SECONDS, enhanced_speed=3.0 + 0.01 * (SECONDS + 20))

    run_command("note", session, "--watch", watch)

    strides = pd.read_parquet(session / "derived" / "strides.parquet")
    middle_s = 0.5 * (strides["initial_contact_s"] + strides["next_contact_s"])
    np.testing.assert_allclose(strides["speed_mps"], 3.2 + 0.01 * middle_s, atol=2e-3)


def test_the_answer_says_how_much_the_watch_told(session, tmp_path, run_command):
    watch = write_fit(tmp_path / "run.fit", SECONDS[:100], enhanced_speed=np.full(100, 3.0))

    answer = run_command("note", session, "--watch", watch)

    first, second = answer.stdout.splitlines()
    assert (first.partition(", offset ")[2], second) == (
        "+0 s: speed over 79 of 90 s, median 3.00 m/s",
        "strides with a speed: 40 of 40",
    )


def test_the_catalogue_shows_the_watchs_speed(session, tmp_path, run_command):
    run_command("note", session, "--speed", 2.5)
    watch = write_fit(tmp_path / "run.fit", SECONDS, enhanced_speed=np.full(140, 3.3))
    with Catalogue.open(session.parent) as catalogue:
        typed = catalogue.sessions()["speed_mps"].tolist()
        run_command("note", session, "--watch", watch)
        told = catalogue.sessions()["speed_mps"].tolist()

    assert (typed, told) == ([2.5, 2.5], pytest.approx([3.3, 3.3]))


def test_another_file_replaces_the_first_wholly(session, tmp_path, run_command):
    first = write_fit(tmp_path / "a.fit", SECONDS, enhanced_speed=np.full(140, 3.3))
    second = write_fit(tmp_path / "b.fit", SECONDS[:85], enhanced_speed=np.full(85, 2.0))

    for watch in (first, second):
        run_command("note", session, "--watch", watch)

    strides = pd.read_parquet(session / "derived" / "strides.parquet")
    known = strides["speed_mps"].dropna()
    assert (set(known.round(6)), 0 < len(known) < len(strides)) == ({2.0}, True)


def test_neither_the_place_nor_the_files_name_is_kept(session, tmp_path, run_command):
    track = "".join(point(s, 3 * s) for s in SECONDS).replace('lat="0.0"', 'lat="51.47795"')
    watch = tmp_path / "Jane_Doe_home.gpx"
    watch.write_text(gpx(track))

    run_command("note", session, "--watch", watch)

    kept = b"".join(path.read_bytes() for path in session.rglob("*") if path.is_file())
    assert (b"51.47" in kept, b"Jane" in kept) == (False, False)


def told(session: Path, watch: Path, at_s: float = 45.0) -> float:
    note_watch(session, watch)
    curve = read_speeds(session)
    assert curve is not None
    return float(curve.at(np.array([at_s]))[0])


@pytest.mark.parametrize("column", ["speed", "enhanced_speed"])
def test_a_fit_file_tells_its_speed(session, tmp_path, column):
    watch = write_fit(tmp_path / "run.fit", SECONDS, **{column: np.full(140, 3.2)})

    assert told(session, watch) == pytest.approx(3.2, abs=1e-3)


def test_a_fit_file_without_speed_tells_its_distance(session, tmp_path):
    watch = write_fit(tmp_path / "run.fit", SECONDS, distance=2.8 * (SECONDS + 20))

    assert told(session, watch) == pytest.approx(2.8, abs=0.01)


def test_gpx_positions_tell_the_speed(session, tmp_path):
    watch = tmp_path / "run.gpx"
    watch.write_text(gpx("".join(point(s, 3.1 * s) for s in SECONDS)))

    assert told(session, watch) == pytest.approx(3.1, abs=0.01)


@pytest.mark.parametrize(
    ("version", "more"),
    [
        ("1/0", "<speed>2.9</speed>"),
        ("1/1", "<extensions><t:TrackPointExtension><t:speed>2.9</t:speed>"
         "</t:TrackPointExtension></extensions>"),
    ],
)  # fmt: skip
def test_gpx_speed_in_metres_a_second_counts_before_positions(session, tmp_path, version, more):
    watch = tmp_path / "run.gpx"
    watch.write_text(gpx("".join(point(s, 3.1 * s, more) for s in SECONDS), version=version))

    assert told(session, watch) == pytest.approx(2.9)


def test_gpx_speed_of_unknown_unit_does_not_count(session, tmp_path):
    watch = tmp_path / "run.gpx"
    odd = "<extensions><odd:speed>11.3</odd:speed></extensions>"
    watch.write_text(gpx("".join(point(s, 3.1 * s, odd) for s in SECONDS)))

    assert told(session, watch) == pytest.approx(3.1, abs=0.01)


def test_a_clock_that_was_off_is_set_right_by_the_offset(session, tmp_path):
    watch = write_fit(tmp_path / "run.fit", SECONDS + 3600, enhanced_speed=3 + 0.01 * SECONDS)

    note_watch(session, watch, offset_s=-3600)

    curve = read_speeds(session)
    assert curve is not None
    assert curve.at(np.array([45.0]))[0] == pytest.approx(3.45, abs=1e-3)


def test_files_that_do_not_overlap_are_refused_with_the_offset_that_would_do(session, tmp_path):
    watch = write_fit(tmp_path / "run.fit", SECONDS + 3620, enhanced_speed=np.full(140, 3.0))

    with pytest.raises(RecordingError, match="do not overlap") as caught:
        note_watch(session, watch)

    assert "--offset -3600 lets both begin together" in caught.value.hint


def test_a_session_that_knows_no_start_takes_no_watch(tmp_path):
    session = MadeSession(start=None).write(tmp_path / "run", analysed=False)
    watch = write_fit(tmp_path / "run.fit", SECONDS, enhanced_speed=np.full(140, 3.0))

    with pytest.raises(RecordingError, match="does not know when it began"):
        note_watch(session, watch)


def test_over_a_pause_of_the_watch_nobody_knows_the_speed():
    curve = SpeedCurve(np.array([0.0, 8.0, 30.0, 31.0]), np.full(4, 3.0), "")

    speeds = curve.at(np.array([-1.0, 4.0, 20.0, 30.5, 32.0]))

    np.testing.assert_array_equal(speeds, [np.nan, 3.0, np.nan, 3.0, np.nan])


def test_a_jump_of_the_position_is_no_speed(session, tmp_path):
    speed = np.full(140, 3.0)
    speed[65] = 40.0
    watch = write_fit(tmp_path / "run.fit", SECONDS, enhanced_speed=speed)

    assert told(session, watch, at_s=45.0) == pytest.approx(3.0)


def test_speeds_are_read_as_written(tmp_path):
    written = SpeedCurve(np.array([0.0, 1.5]), np.array([3.25, 2.0]), "gpx 0123456789ab")

    write_speeds(tmp_path, written)

    found = read_speeds(tmp_path)
    assert found is not None
    assert (found.time_s.tolist(), found.speed_mps.tolist(), found.source) == (
        [0.0, 1.5],
        [3.25, 2.0],
        "gpx 0123456789ab",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# x\n",
        "# x\na\tb\n1\t2\n",
        "# x\ntime_s\tspeed_mps\n1\tfast\n",
        "# x\ntime_s\tspeed_mps\n2\t3\n1\t3\n",
    ],
)
def test_damaged_speeds_are_named(tmp_path, text):
    (tmp_path / "speed.tsv").write_text(text)

    with pytest.raises(RecordingError, match=r"speed\.tsv"):
        read_speeds(tmp_path)


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.gpx", gpx("&c;", before=BOMB).encode(), "declares a document type"),
        ("run.gpx", gpx("&c;", before=BOMB).encode("utf-16"), "declares a document type"),
        ("run.gpx", gpx(point(0, 0))[:-9].encode(), "no whole XML"),
        ("run.gpx", b"", "no whole XML"),
        ("run.gpx", gpx("").encode(), "tells no speed"),
        ("run.gpx", gpx('<trkpt lat="91" lon="0"/>').encode(), "lat '91' cannot be read"),
        ("run.gpx", gpx(point(0, 0).replace("T08", " noon")).encode(), "time '2026-11-22 noon"),
        ("run.fit", b"", "no whole FIT file"),
        ("run.fit", b"\x0e\x10junk" * 40, "no whole FIT file"),
        ("run.tcx", b"<x/>", "neither .fit nor .gpx"),
    ],
)
def test_a_watchs_file_that_cannot_be_read_is_one_line_and_a_hint(
    session, run_command, name, content, said
):
    watch = session.parent / name
    watch.write_bytes(content)

    answer = run_command("note", session, "--watch", watch)

    lines = answer.stderr.splitlines()
    assert (answer.exit_code, len(lines), said in lines[0]) == (1, 2, True)


def test_a_fit_file_that_is_cut_off_is_refused(session, tmp_path):
    watch = write_fit(tmp_path / "run.fit", SECONDS, enhanced_speed=np.full(140, 3.0))
    watch.write_bytes(watch.read_bytes()[:-300])

    with pytest.raises(RecordingError, match="no whole FIT file"):
        note_watch(session, watch)


def test_without_the_extra_the_message_names_it(session, tmp_path, monkeypatch):
    watch = write_fit(tmp_path / "run.fit", SECONDS, enhanced_speed=np.full(140, 3.0))
    monkeypatch.setitem(sys.modules, "fit_tool.fit_file", None)

    with pytest.raises(ImuValgusError, match="needs the optional extra fit") as caught:
        note_watch(session, watch)

    assert "imu-valgus[fit]" in caught.value.hint

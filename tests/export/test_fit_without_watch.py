"""What is made of a session without a watch's file, and what is refused."""

import sys
from pathlib import Path

import numpy as np
import pytest
from fit_export import (
    LENGTH_S,
    START_UNIX_S,
    decoded,
    expected,
    exported,
    made_run,
    ours,
    strides_of,
)
from fit_tool.fit_file import FitFile
from fit_tool.validation import DEFAULT_LEVELS, validate_fit_file
from made_fit import file_id, garmin_activity, whole
from made_sessions import MadeSession, add_signal

from imu_valgus.core import ImuValgusError, RecordingError
from imu_valgus.export import ExportOptions, export_session
from imu_valgus.recording import SpeedCurve, write_speeds


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return made_run(tmp_path / "library" / "run")


def garmin_watch(n: int = 120, begin_s: int = -10) -> bytes:
    return garmin_activity(START_UNIX_S + begin_s, n)


def test_without_a_watch_an_activity_is_made_that_fits_the_profile(session):
    made = FitFile.from_bytes(exported(session))

    report = validate_fit_file(made, levels=DEFAULT_LEVELS)

    assert report.errors == []


def test_the_made_activity_has_a_record_each_second_of_the_session(session):
    found = decoded(exported(session))

    seconds = [one["timestamp"].timestamp() - START_UNIX_S for one in found["record_mesgs"]]
    assert seconds == list(range(91))


def test_the_made_activity_has_the_sessions_medians(session):
    found = decoded(exported(session))

    assert ours(found, found["session_mesgs"][0]) == pytest.approx(
        expected(strides_of(session), 0, LENGTH_S), abs=1e-5
    )


def test_the_made_activity_has_the_speed_where_the_session_knows_it(session):
    write_speeds(session, SpeedCurve(np.array([10.0, 15.0]), np.array([3.0, 4.0]), "gpx 0123"))

    found = decoded(exported(session))

    told = {
        one["timestamp"].timestamp() - START_UNIX_S: one["enhanced_speed"]
        for one in found["record_mesgs"]
        if "enhanced_speed" in one
    }
    assert told == pytest.approx({10.0: 3.0, 11.0: 3.2, 12.0: 3.4, 13.0: 3.6, 14.0: 3.8, 15.0: 4.0})


def refused(session: Path, watch: bytes | None, *, name: str = "run.fit") -> RecordingError:
    path = None
    if watch is not None:
        path = session.parent / name
        path.write_bytes(watch)
    with pytest.raises(RecordingError) as caught:
        export_session(session, "fit", session.parent / "out", options=ExportOptions(watch=path))
    return caught.value


@pytest.mark.parametrize(
    ("name", "watch", "said"),
    [
        ("run.fit", b"", "no whole FIT file"),
        ("run.fit", garmin_watch()[:-300], "no whole FIT file"),
        ("run.fit", b"\x0e\x10junk" * 40, "no whole FIT file"),
        ("run.gpx", b"<gpx/>", "a .gpx file has no place"),
        ("run.fit", whole(file_id(0)), "holds no points with a time"),
        ("run.fit", garmin_watch(begin_s=0, n=55), "no good stride of the session"),
    ],
)
def test_a_watchs_file_that_will_not_do_is_named(session, name, watch, said):
    error = refused(session, watch, name=name)

    assert (name in str(error), said in str(error), error.hint != "") == (True, True, True)


def test_a_watch_of_another_day_is_refused_with_the_offset_that_would_do(session):
    error = refused(session, garmin_watch(begin_s=3600))

    assert "do not overlap" in str(error)
    assert "--watch-offset -3600 lets both begin together" in error.hint


def test_a_file_that_holds_the_fields_already_is_refused(session):
    error = refused(session, exported(session, garmin_watch()))

    assert "holds the fields of an earlier export already" in str(error)


def test_a_session_that_knows_no_start_has_no_place_in_a_watchs_time(tmp_path):
    session = MadeSession(start=None).write(tmp_path / "library" / "run")
    add_signal(session, LENGTH_S)

    assert "does not know when it began" in str(refused(session, None))


def test_a_session_without_good_strides_is_refused(tmp_path):
    session = MadeSession(n_rejected=20).write(tmp_path / "library" / "run")
    add_signal(session, LENGTH_S)

    assert "no good stride has a number" in str(refused(session, None))


def test_without_the_extra_the_message_names_it(session, monkeypatch):
    for name in [one for one in sys.modules if one.split(".")[0] == "fit_tool"]:
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(ImuValgusError, match="needs the optional extra fit") as caught:
        export_session(session, "fit", session.parent / "out")

    assert "imu-valgus[fit]" in caught.value.hint

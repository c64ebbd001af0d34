"""A watch's FIT file with our numbers in it: all of the watch's stays, ours are right."""

import io
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from fit_tool.fit_file import FitFile
from fit_tool.validation import DEFAULT_LEVELS, validate_fit_file
from fit_tool.wire import RawDataRecord, RawDefinitionRecord, decode_bytes
from garmin_fit_sdk import Decoder, Encoder, Stream
from made_fit import (
    FILE_ID,
    FIT_EPOCH_UNIX_S,
    LAP,
    RECORD,
    SESSION,
    UINT32,
    data,
    definition,
    file_id,
    odd_activity,
    whole,
)
from made_sessions import MadeSession, add_signal

from imu_valgus.core import RecordingError, Side
from imu_valgus.export import ExportOptions, export_session
from imu_valgus.export.fit_fields import APPLICATION_ID
from imu_valgus.recording import SpeedCurve, write_speeds

START_UNIX_S = 1_795_334_400
LENGTH_S = 90.0
NAMES = [
    f"{side}_{what}"
    for side in ("left", "right")
    for what in ("valgus_peak", "valgus_excursion", "tibial_shock")
]
COLUMNS = {
    "valgus_peak": "valgus_peak_deg",
    "valgus_excursion": "valgus_excursion_deg",
    "tibial_shock": "tibial_shock_g",
}


class ShockedSession(MadeSession):
    """A made session whose strides differ in all that goes into the file."""

    def strides(self, side: Side) -> pd.DataFrame:
        log = super().strides(side)
        drift = 0.1 * np.arange(len(log))
        return log.assign(
            tibial_shock_g=6.0 + drift + (1.0 if side == "right" else 0.0),
            valgus_peak_deg=log["valgus_peak_deg"] + drift,
        )


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """Twenty strides a leg from 60 s on, the first two rejected, in 90 s from START on."""
    folder = ShockedSession().write(tmp_path / "library" / "run")
    add_signal(folder, LENGTH_S)
    return folder


def strides_of(session: Path) -> pd.DataFrame:
    return pd.read_parquet(session / "derived" / "strides.parquet")


def exported(session: Path, watch: bytes | None = None, offset_s: float | None = None) -> bytes:
    out, path = session.parents[1] / "out", None
    if watch is not None:
        path = session.parents[1] / "watch.fit"
        path.write_bytes(watch)
    options = ExportOptions(watch=path, watch_offset_s=offset_s)
    (written,) = export_session(session, "fit", out, options=options, force=True)
    return written.read_bytes()


Messages = dict[str, list[dict[Any, Any]]]


def decoded(content: bytes) -> Messages:
    """Return what Garmin's reader says, which must find nothing wrong."""
    with io.BytesIO(content) as bytes_io:
        assert Decoder(Stream.from_bytes_io(bytes_io)).check_integrity()
    with io.BytesIO(content) as bytes_io:
        found, errors = Decoder(Stream.from_bytes_io(bytes_io)).read()
    assert errors == []
    return cast("Messages", found)


def ours(found: Messages, message: Mapping[Any, Any]) -> dict[str, float]:
    """Return a decoded message's developer fields of our application by name."""
    index = next(
        one["developer_data_index"]
        for one in found["developer_data_id_mesgs"]
        if bytes(one["application_id"]) == APPLICATION_ID.bytes
    )
    names = {
        one["key"]: one["field_name"]
        for one in found["field_description_mesgs"]
        if one["developer_data_index"] == index
    }
    told = message.get("developer_fields", {})
    return {name: told[key] for key, name in names.items() if key in told}


def expected(strides: pd.DataFrame, begin_s: float, end_s: float) -> dict[str, float]:
    """Return the medians of good strides whose contact lies in [begin_s, end_s) of the session."""
    rows = strides[
        (strides["quality"] == "good")
        & (strides["initial_contact_s"] >= begin_s)
        & (strides["initial_contact_s"] < end_s)
    ]
    return {
        name: float(rows.loc[rows["side"] == side, COLUMNS[what]].median())
        for name in NAMES
        for side, _, what in [name.partition("_")]
    }


def garmin_watch(n: int = 120, begin_s: int = -10) -> bytes:
    """Return an activity by Garmin's own encoder, with another app's developer field."""
    begin = START_UNIX_S + begin_s
    app = {"mesg_num": 207, "application_id": list(range(16)), "developer_data_index": 0}
    field = {
        "mesg_num": 206,
        "developer_data_index": 0,
        "field_definition_number": 0,
        "fit_base_type_id": 132,
        "field_name": "Theirs",
        "units": "W",
    }
    known: Any = {0: {"developer_data_id_mesg": app, "field_description_mesg": field}}
    encoder = Encoder(known)

    def write(number: int, **message: object) -> None:
        encoder.write_mesg({"mesg_num": number, **message})

    def fit(unix_s: float) -> int:
        return int(unix_s) - FIT_EPOCH_UNIX_S

    write(0, type="activity", manufacturer="development", time_created=fit(begin))
    encoder.write_mesg(app)
    encoder.write_mesg(field)
    for second in range(n):
        write(
            20,
            timestamp=fit(begin + second),
            heart_rate=140,
            enhanced_speed=3.2,
            developer_fields={0: second},
        )
    for lap, (first, last) in enumerate([(0, 75), (75, n)]):
        write(
            19,
            message_index=lap,
            timestamp=fit(begin + last),
            start_time=fit(begin + first),
            total_elapsed_time=float(last - first),
        )
    write(
        18,
        timestamp=fit(begin + n),
        start_time=fit(begin),
        total_elapsed_time=float(n),
        sport="running",
    )
    return bytes(encoder.close())


WATCHES = pytest.mark.parametrize(
    "watch",
    [garmin_watch(), odd_activity(START_UNIX_S - 10, 120, with_compressed=False)],
    ids=["by Garmin's encoder", "odd"],
)


@WATCHES
def test_each_second_has_the_medians_of_its_strides(session, watch):
    found = decoded(exported(session, watch))

    strides = strides_of(session)
    for message in found["record_mesgs"]:
        second = message["timestamp"].timestamp() - START_UNIX_S
        assert ours(found, message) == pytest.approx(
            expected(strides, second - 0.5, second + 0.5), nan_ok=True, abs=1e-5
        )


def test_the_seconds_of_the_run_are_told_and_no_others(session):
    found = decoded(exported(session, garmin_watch()))

    told = [
        message["timestamp"].timestamp() - START_UNIX_S
        for message in found["record_mesgs"]
        if np.isfinite(ours(found, message)["left_valgus_peak"])
    ]
    assert (min(told), max(told), len(told)) == (61, 73, 13)


@pytest.mark.parametrize("kind", ["lap_mesgs", "session_mesgs"])
def test_laps_and_session_have_the_medians_of_their_strides(session, kind):
    found = decoded(exported(session, garmin_watch()))

    for message in found[kind]:
        begin_s = message["start_time"].timestamp() - START_UNIX_S
        assert ours(found, message) == pytest.approx(
            expected(strides_of(session), begin_s, begin_s + message["total_elapsed_time"]),
            nan_ok=True,
            abs=1e-5,
        )


def test_names_units_and_base_type_are_described(session):
    found = decoded(exported(session, garmin_watch()))

    described = [
        (one["field_name"], one["units"], one["fit_base_type_id"])
        for one in found["field_description_mesgs"]
        if one["field_name"] != "Theirs"
    ]
    units = ["degrees", "degrees", "g"] * 2
    assert described == [(name, unit, 0x88) for name, unit in zip(NAMES, units, strict=True)]


def without_ours(found: Messages) -> Messages:
    """Return decoded messages less what we added."""
    kept: Messages = {}
    added = {one["key"] for one in found["field_description_mesgs"] if one["field_name"] in NAMES}
    index = {
        one["developer_data_index"]
        for one in found["field_description_mesgs"]
        if one["key"] in added
    }
    for kind, messages in found.items():
        rows = [dict(one) for one in messages]
        if kind in ("field_description_mesgs", "developer_data_id_mesgs"):
            rows = [one for one in rows if one["developer_data_index"] not in index]
        for one in rows:
            one.pop("key", None)
            theirs = [
                value for key, value in one.pop("developer_fields", {}).items() if key not in added
            ]
            if theirs:
                one["theirs"] = theirs
        kept[kind] = rows
    return kept


@WATCHES
def test_every_message_of_the_watch_is_decoded_as_before(session, watch):
    after = decoded(exported(session, watch))

    assert without_ours(after) == without_ours(decoded(watch))


def data_of(content: bytes, segment: int = 0) -> list[RawDataRecord]:
    records = decode_bytes(content).segments[segment].records
    return [one for one in records if isinstance(one, RawDataRecord)]


def is_told(record: RawDataRecord) -> bool:
    return record.definition.global_id in (SESSION, LAP, RECORD)


def test_data_are_kept_byte_by_byte(session):
    watch = odd_activity(START_UNIX_S - 10, 120)

    after = [
        one.source_bytes[: -4 * len(NAMES)] if is_told(one) else one.source_bytes
        for one in data_of(exported(session, watch))
    ]

    assert [after[0], *after[2 + len(NAMES) :]] == [one.source_bytes for one in data_of(watch)]


def test_records_with_compressed_timestamps_have_their_second(session):
    content = exported(session, odd_activity(START_UNIX_S - 10, 120))

    told = {
        one.resolved_timestamp + FIT_EPOCH_UNIX_S - START_UNIX_S: struct.unpack(
            "<6f", one.payload[1:]
        )
        for one in data_of(content)
        if one.header.is_time_compressed and one.resolved_timestamp is not None
    }
    strides = strides_of(session)
    assert told == {
        second: pytest.approx(
            tuple(expected(strides, second - 0.5, second + 0.5).values()), nan_ok=True, abs=1e-5
        )
        for second in range(70, 110)
    }


def test_unknown_is_written_as_fits_invalid(session):
    content = exported(session, odd_activity(START_UNIX_S - 10, 120))

    before_the_run = next(one for one in data_of(content) if is_told(one))
    assert before_the_run.payload.endswith(b"\xff" * 4 * len(NAMES))


def test_files_in_one_are_each_given_the_fields(session):
    watch = odd_activity(START_UNIX_S, 60) + odd_activity(START_UNIX_S + 60, 15)

    written = exported(session, watch)

    n_bytes = [[len(one.payload) for one in data_of(written, n) if is_told(one)] for n in (0, 1)]
    before = [[len(one.payload) for one in data_of(watch, n) if is_told(one)] for n in (0, 1)]
    assert n_bytes == [[n + 4 * len(NAMES) for n in file] for file in before]


def test_a_file_in_the_chain_without_records_stays_as_it_is(session):
    settings = whole(file_id(1_000_000_000), header_bytes=12)

    written = exported(session, odd_activity(START_UNIX_S, 80) + settings)

    assert written.endswith(settings)


def test_a_file_of_protocol_1_says_2_which_developer_fields_need(session):
    begin = START_UNIX_S - FIT_EPOCH_UNIX_S
    records = [data(1, "<I", begin + second) for second in range(90)]
    watch = whole(file_id(begin), definition(1, RECORD, [(253, 4, UINT32)]), *records)

    written = exported(session, watch)

    assert (watch[1], written[1]) == (0x10, 0x20)


def test_records_defined_before_the_files_first_message_are_told_too(session):
    begin = START_UNIX_S - FIT_EPOCH_UNIX_S
    records = [data(1, "<I", begin + second) for second in range(90)]
    watch = whole(definition(1, RECORD, [(253, 4, UINT32)]), file_id(begin), *records)

    found = decoded(exported(session, watch))

    assert set(ours(found, found["record_mesgs"][65])) == set(NAMES)


def test_a_lap_without_its_begin_is_not_guessed(session):
    begin = START_UNIX_S - FIT_EPOCH_UNIX_S
    watch = whole(
        file_id(begin),
        definition(1, RECORD, [(253, 4, UINT32)]),
        *(data(1, "<I", begin + second) for second in range(90)),
        definition(2, LAP, [(253, 4, UINT32)]),
        data(2, "<I", begin + 90),
    )

    found = decoded(exported(session, watch))

    assert np.isnan(list(ours(found, found["lap_mesgs"][0]).values())).all()


def test_a_clock_that_was_off_is_set_right_by_the_offset(session):
    late = decoded(exported(session, garmin_watch(begin_s=3590), offset_s=-3600.0))
    right = decoded(exported(session, garmin_watch(begin_s=-10)))

    assert [ours(late, one) for one in late["record_mesgs"]] == [
        pytest.approx(ours(right, one), nan_ok=True) for one in right["record_mesgs"]
    ]


def test_one_leg_has_one_legs_fields(tmp_path):
    session = MadeSession(excursion_deg={"right": 4.0}).write(tmp_path / "library" / "run")
    add_signal(session, LENGTH_S)

    found = decoded(exported(session, garmin_watch()))

    assert set(ours(found, found["record_mesgs"][75])) == {
        "right_valgus_peak",
        "right_valgus_excursion",
    }


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

    error = refused(session, garmin_watch())

    assert "imu-valgus[fit]" in error.hint


def test_the_command_takes_the_watch_and_its_offset(session, tmp_path, run_command):
    watch = tmp_path / "late.fit"
    watch.write_bytes(garmin_watch(begin_s=3590))

    answer = run_command(
        "export", session, "--to", "fit", "--out", tmp_path / "out",
        "--watch", watch, "--watch-offset", -3600,
    )  # fmt: skip

    assert (answer.exit_code, answer.stdout.split()) == (0, [str(tmp_path / "out" / "run.fit")])


def test_the_files_first_message_stays_first(session):
    content = exported(session, odd_activity(START_UNIX_S - 10, 120))

    assert data_of(content)[0].definition.global_id == FILE_ID


def test_another_apps_index_is_not_taken(session):
    records = decode_bytes(exported(session, odd_activity(START_UNIX_S - 10, 120))).segments[0]

    first = next(
        one
        for one in records.records
        if isinstance(one, RawDefinitionRecord) and one.global_id == RECORD
    )
    indices = [one.developer_data_index for one in first.developer_field_definitions]
    assert indices == [0] + [1] * len(NAMES)

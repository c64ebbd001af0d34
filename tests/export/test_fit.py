"""A watch's FIT file with our numbers in it: all of the watch's stays, ours are right."""

import struct
from pathlib import Path

import numpy as np
import pytest
from fit_export import (
    LENGTH_S,
    NAMES,
    START_UNIX_S,
    Messages,
    decoded,
    expected,
    exported,
    made_run,
    ours,
    strides_of,
)
from fit_tool.wire import RawDataRecord, RawDefinitionRecord, decode_bytes
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
    garmin_activity,
    odd_activity,
    whole,
)
from made_sessions import MadeSession, add_signal


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return made_run(tmp_path / "library" / "run")


def garmin_watch(n: int = 120, begin_s: int = -10) -> bytes:
    return garmin_activity(START_UNIX_S + begin_s, n)


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

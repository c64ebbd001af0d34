"""A folder of sessions, asked as a whole."""

import json
import math
import shutil
from pathlib import Path

import pandas as pd
import pytest
from made_sessions import MadeSession

from imu_valgus.core import STRIDE_COLUMNS, Event, RecordingError
from imu_valgus.library import Catalogue, find_sessions
from imu_valgus.pipeline import read_derived, run_mean
from imu_valgus.pipeline.summary import FindingText


def leg(table: pd.DataFrame, session: str, side: str) -> pd.Series:
    return table[(table["session"] == session) & (table["side"] == side)].iloc[0]


def only(table: pd.DataFrame, session: str) -> pd.Series:
    rows = table[table["session"] == session]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_session_has_a_row_for_each_leg(tmp_path):
    MadeSession(excursion_deg={"left": 5.0, "right": 4.0}).write(tmp_path / "run")

    with Catalogue.open(tmp_path) as catalogue:
        table = catalogue.sessions()

    assert table[["session", "athlete", "side", "state", "n_good", "n_rejected"]].to_numpy(
    ).tolist() == [
        ["run", "a03", "left", "analysed", 18, 2],
        ["run", "a03", "right", "analysed", 18, 2],
    ]  # fmt: skip


def test_the_error_of_the_mean_is_that_of_the_report(tmp_path):
    session = MadeSession(sd_shared_deg=1.5).write(tmp_path / "run")
    summary = read_derived(session).summary.sides["left"]
    expected = run_mean(summary.valgus_excursion_deg, 18)

    with Catalogue.open(tmp_path) as catalogue:
        row = leg(catalogue.sessions(), "run", "left")

    assert expected is not None
    assert (row["valgus_excursion_deg"], row["valgus_excursion_sd_deg"]) == (
        expected.value,
        expected.sd,
    )


def test_the_start_is_utc_and_the_date_that_of_the_place(tmp_path):
    MadeSession(start="2026-11-23T00:30:00+02:00").write(tmp_path / "run")

    with Catalogue.open(tmp_path) as catalogue:
        row = leg(catalogue.sessions(), "run", "left")

    assert (row["started"], row["date"]) == (pd.Timestamp("2026-11-22T22:30Z"), "2026-11-23")


def test_a_session_that_knows_no_time_has_the_date_of_its_name(tmp_path):
    MadeSession(start=None).write(tmp_path / "2026-10-01_a03_track-run")

    with Catalogue.open(tmp_path) as catalogue:
        row = catalogue.sessions().iloc[0]

    assert (row["started"] is pd.NaT, row["date"]) == (True, "2026-10-01")


def test_pain_of_one_leg_is_not_that_of_the_other(tmp_path):
    events = [
        Event(70.0, 0.0, "pain", side="left", value="3"),
        Event(80.0, 0.0, "pain", side="left", value="5 outside"),
        Event(90.0, 0.0, "pain", value="1"),
        Event(95.0, 0.0, "pain", side="right", value="a little"),
    ]
    MadeSession(events=events).write(tmp_path / "run")

    with Catalogue.open(tmp_path) as catalogue:
        table = catalogue.sessions()

    assert table["pain"].tolist() == [5.0, 1.0]


def test_the_gravest_finding_stands_in_the_row(tmp_path):
    findings = [FindingText("note", "a"), FindingText("warning", "b"), FindingText("ok", "c")]
    MadeSession(findings=findings).write(tmp_path / "run")

    with Catalogue.open(tmp_path) as catalogue:
        assert leg(catalogue.sessions(), "run", "left")["worst_finding"] == "warning"


def test_a_session_that_was_never_analysed_has_one_row(tmp_path):
    MadeSession().write(tmp_path / "run", analysed=False)

    with Catalogue.open(tmp_path) as catalogue:
        row = only(catalogue.sessions(), "run")

    assert (row["state"], row["athlete"], math.isnan(row["valgus_peak_deg"])) == (
        "not analysed",
        "a03",
        True,
    )


def break_json(session: Path) -> None:
    (session / "session.json").write_text("{ not")


def break_summary(session: Path) -> None:
    (session / "derived" / "summary.json").write_text('{"format_version": 1, "sides": 3}')


def break_strides(session: Path) -> None:
    path = session / "derived" / "strides.parquet"
    path.write_bytes(path.read_bytes()[:200])


def break_a_page_of_strides(session: Path) -> None:
    path = session / "derived" / "strides.parquet"
    content = bytearray(path.read_bytes())
    content[4:3000] = b"\x00" * 2996
    path.write_bytes(content)


def exchange_the_columns(session: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(session / "derived" / "strides.parquet")


def exchange_the_types(session: Path) -> None:
    path = session / "derived" / "strides.parquet"
    pd.read_parquet(path).assign(cadence_spm="fast").to_parquet(path)


def break_events(session: Path) -> None:
    (session / "events.tsv").write_text("onset\tduration\ttrial_type\nsoon\t0\tlap\n")


def break_covariates(session: Path) -> None:
    (session / "covariates.tsv").write_text("pain\t11\n")


def take_the_info(session: Path) -> None:
    (session / "session.json").unlink()


def make_the_info_a_folder(session: Path) -> None:
    take_the_info(session)
    (session / "session.json").mkdir()


def link_the_info(session: Path) -> None:
    outside = session.parent.parent / "outside.json"
    shutil.move(session / "session.json", outside)
    (session / "session.json").symlink_to(outside)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (break_json, "run/session.json, line 1: no JSON"),
        (break_summary, "run/derived/summary.json: sides"),
        (break_strides, "run/derived/strides.parquet: cannot be read"),
        (break_a_page_of_strides, "run/derived/strides.parquet: cannot be read"),
        (exchange_the_columns, "run/derived/strides.parquet: cannot be read"),
        (exchange_the_types, "run/derived/strides.parquet: column cadence_spm holds no numbers"),
        (break_events, "run/events.tsv, line 2, column onset"),
        (break_covariates, "run/covariates.tsv, line 1"),
        (take_the_info, "run is no session: it holds no session.json"),
        (make_the_info_a_folder, "run/session.json cannot be read"),
        (link_the_info, "run/session.json is a link"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_broken_session_is_a_row_that_says_why_and_spoils_no_other(tmp_path, spoil, why):
    library = tmp_path / "library"
    spoil(MadeSession().write(library / "run"))
    MadeSession().write(library / "whole")

    with Catalogue.open(library) as catalogue:
        row = only(catalogue.sessions(), "run")
        strides = catalogue.strides()

    assert (row["state"], row["why"][: len(why)], set(strides["session"])) == (
        "broken",
        why,
        {"whole"},
    )


def test_a_session_that_appears_is_seen_without_opening_again(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        before = catalogue.sessions()
        MadeSession().write(tmp_path / "run")
        after = catalogue.sessions()

    assert (len(before), len(after)) == (0, 2)


def test_a_session_that_goes_leaves_no_row(tmp_path):
    MadeSession().write(tmp_path / "run")

    with Catalogue.open(tmp_path) as catalogue:
        shutil.rmtree(tmp_path / "run")

        assert (len(catalogue.sessions()), len(catalogue.strides())) == (0, 0)


def test_an_analysis_is_seen_when_it_is_done(tmp_path):
    session = MadeSession().write(tmp_path / "run", analysed=False)

    with Catalogue.open(tmp_path) as catalogue:
        before = catalogue.sessions()
        MadeSession().analyse(session)
        after = catalogue.sessions()

    assert (before["state"].tolist(), after["state"].tolist()) == (
        ["not analysed"],
        ["analysed", "analysed"],
    )


def test_notes_in_words_are_told_a_line_each(tmp_path):
    events = [Event(60.0, 0.0, "note", value="wind"), Event(70.0, 0.0, "note", value="new shoes")]
    MadeSession(events=events, excursion_deg={"left": 5.0}).write(tmp_path / "run")

    with Catalogue.open(tmp_path) as catalogue:
        assert leg(catalogue.sessions(), "run", "left")["notes"] == "wind\nnew shoes"


def test_what_did_not_change_is_not_read_again(tmp_path):
    for name in ("a", "b", "c"):
        MadeSession().write(tmp_path / name)
    Catalogue.open(tmp_path).close()
    (tmp_path / "b" / "events.tsv").write_text("onset\tduration\ttrial_type\n1\t0\tnote\n")
    read: list[tuple[int, int]] = []

    with Catalogue.open(tmp_path, on_read=lambda n, of: read.append((n, of))) as catalogue:
        table = catalogue.sessions()

    assert (read, table["n_notes"].tolist()) == ([(1, 1)], [0, 0, 1, 1, 0, 0])


def test_what_is_remembered_is_what_is_read(tmp_path):
    MadeSession(speed_mps=3.2, events=[Event(61, 0, "pain", value="2")]).write(tmp_path / "run")
    MadeSession().write(tmp_path / "new", analysed=False)
    with Catalogue.open(tmp_path) as catalogue:
        read = catalogue.sessions()

    with Catalogue.open(tmp_path) as catalogue:
        remembered = catalogue.sessions()

    pd.testing.assert_frame_equal(remembered, read)


@pytest.mark.parametrize("content", ["", "[]", '{"format_version": 1, "sessions": {"run": 3}}'])
def test_a_damaged_memory_is_made_anew(tmp_path, content):
    MadeSession().write(tmp_path / "run")
    Catalogue.open(tmp_path).close()
    (tmp_path / ".imu_valgus" / "catalogue.json").write_text(content)

    with Catalogue.open(tmp_path) as catalogue:
        assert len(catalogue.sessions()) == 2


def test_a_memory_that_leads_out_of_the_library_is_not_written(tmp_path):
    library, outside = tmp_path / "library", tmp_path / "outside"
    MadeSession().write(library / "run")
    outside.mkdir()
    (library / ".imu_valgus").symlink_to(outside)

    Catalogue.open(library).close()

    assert list(outside.iterdir()) == []


def test_two_catalogues_may_look_at_one_library(tmp_path):
    MadeSession().write(tmp_path / "run")

    with Catalogue.open(tmp_path) as one, Catalogue.open(tmp_path) as other:
        assert len(one.strides()) == len(other.strides()) == 40


HOSTILE = (
    "a*b",
    "axxb",
    "it's",
    '"; DROP TABLE sessions; --',
    "[x]",
    "<b>bold",
    "wh?t",
    "ü {}",
)


def test_names_that_are_patterns_or_code_are_only_names(tmp_path):
    for number, name in enumerate(HOSTILE):
        MadeSession(n_strides=3 + number).write(tmp_path / name)

    with Catalogue.open(tmp_path) as catalogue:
        counts = [len(catalogue.strides([name])) for name in HOSTILE]

    assert counts == [2 * (3 + number) for number in range(len(HOSTILE))]


def test_a_name_that_is_no_text_is_a_broken_session(tmp_path):
    MadeSession().write(Path(f"{tmp_path}/run\udcff"), analysed=False)
    MadeSession().write(tmp_path / "whole")

    with Catalogue.open(tmp_path) as catalogue:
        row = only(catalogue.sessions(), "run\\udcff")

    assert (row["state"], row["why"]) == ("broken", "run\\udcff: the folder's name is no UTF-8")


def test_a_link_is_no_session(tmp_path):
    library = tmp_path / "library"
    library.mkdir()
    (library / "run").symlink_to(MadeSession().write(tmp_path / "elsewhere"))

    assert find_sessions(library) == []


def test_what_is_no_session_is_passed_over(tmp_path):
    MadeSession().write(tmp_path / "run")
    MadeSession().write(tmp_path / ".partial-12345678-run")
    (tmp_path / "athletes").mkdir()
    (tmp_path / "README.md").write_text("about")

    assert [path.name for path in find_sessions(tmp_path)] == ["run"]


@pytest.mark.parametrize(("name", "said"), [("nowhere", "is not there"), ("run", "is one session")])
def test_a_folder_that_is_no_library_is_refused(tmp_path, name, said):
    MadeSession().write(tmp_path / "run")

    with pytest.raises(RecordingError, match=said):
        Catalogue.open(tmp_path / name)


def test_the_strides_of_a_session_come_in_the_order_of_the_stride_log(tmp_path):
    MadeSession().write(tmp_path / "a")
    MadeSession().write(tmp_path / "b")

    with Catalogue.open(tmp_path) as catalogue:
        strides = catalogue.strides(["b"])

    assert (tuple(strides.columns), strides["stride"].tolist()) == (
        STRIDE_COLUMNS,
        [*range(1, 21), *range(1, 21)],
    )


def test_a_question_joins_sessions_and_strides(tmp_path):
    MadeSession(athlete="a01", excursion_deg={"left": 3.0}).write(tmp_path / "a")
    MadeSession(athlete="a02", excursion_deg={"left": 7.0}).write(tmp_path / "b")

    with Catalogue.open(tmp_path) as catalogue:
        answer = catalogue.query(
            "SELECT athlete, avg(strides.valgus_excursion_deg) AS mean FROM strides "
            "JOIN sessions USING (session, side) WHERE quality = $quality GROUP BY athlete "
            "ORDER BY athlete",
            {"quality": "good"},
        )

    assert answer.to_numpy().tolist() == [["a01", 3.0], ["a02", 7.0]]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{outside}')",
        "COPY (SELECT 1) TO '{library}/x.csv'",
        "SELECT 1; DROP TABLE sessions",
        "SET enable_external_access = true",
        "SELEC",
        "",
    ],
)
def test_a_question_neither_leaves_the_library_nor_writes(tmp_path, sql):
    outside = tmp_path / "outside.txt"
    outside.write_text("secret")
    library = MadeSession().write(tmp_path / "library" / "run").parent

    with Catalogue.open(library) as catalogue, pytest.raises(RecordingError):
        catalogue.query(sql.format(outside=outside, library=library))


def test_the_memory_is_plain_json(tmp_path):
    MadeSession().write(tmp_path / "run")

    Catalogue.open(tmp_path).close()

    memory = json.loads((tmp_path / ".imu_valgus" / "catalogue.json").read_text())
    assert list(memory["sessions"]) == ["run"]

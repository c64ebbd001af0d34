"""events.tsv holds BIDS events."""

import tempfile
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu_valgus.core import SIDES, Event, EventKind, RecordingError
from imu_valgus.recording import read_events, write_events

seconds = st.floats(-1e6, 1e6, allow_nan=False)
printable = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20).filter(
    lambda text: text != "n/a"
)
events = st.builds(
    Event,
    onset_s=seconds,
    duration_s=seconds.map(abs),
    trial_type=st.sampled_from(get_args(EventKind)),
    side=st.none() | st.sampled_from(SIDES),
    value=printable,
)


@settings(deadline=None)
@given(written=st.lists(events, max_size=8))
def test_events_are_read_as_written_in_the_order_of_their_onsets(written: list[Event]):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.tsv"
        write_events(path, written)
        found = read_events(path)

    assert found == tuple(sorted(written, key=lambda event: event.onset_s))


def test_the_file_is_plain_bids(tmp_path: Path):
    path = tmp_path / "events.tsv"

    write_events(
        path,
        [
            Event(12.5, 30.0, "squat"),
            Event(600.25, 0.0, "pain", side="left", value="knee,\tafter\nlap 3"),
        ],
    )

    assert path.read_text() == (
        "onset\tduration\ttrial_type\tside\tvalue\n"
        "12.5\t30.0\tsquat\tn/a\tn/a\n"
        "600.25\t0.0\tpain\tleft\tknee, after lap 3\n"
    )


def test_a_table_from_a_spreadsheet_is_read(tmp_path: Path):
    path = tmp_path / "events.tsv"
    path.write_bytes(b"\xef\xbb\xbftrial_type\tonset\tduration\tcoach\r\nlap\t61.2\tn/a\tK\r\n\r\n")

    assert read_events(path) == (Event(61.2, 0.0, "lap"),)


def test_no_file_holds_no_events(tmp_path: Path):
    assert read_events(tmp_path / "events.tsv") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("onset\tduration\n", ", line 1: no column trial_type"),
        (
            "onset\tduration\ttrial_type\n1,5\t0\tlap\n",
            ", line 2, column onset: '1,5' is no time in seconds",
        ),
        (
            "onset\tduration\ttrial_type\n1\t-2\tlap\n",
            ", line 2, column duration: '-2' is no time in seconds",
        ),
        (
            "onset\tduration\ttrial_type\n1\t2\tlap\n\n1\t2\tjump\n",
            ", line 4, column trial_type: 'jump' is unknown",
        ),
        (
            "onset\tduration\ttrial_type\tside\n1\t2\tpain\tLeft\n",
            ", line 2, column side: 'Left' is unknown",
        ),
        (
            "onset\tduration\ttrial_type\n1 2 lap\n",
            ", line 2: 1 values, the header names 3 columns",
        ),
        ("onset\tduration\ttrial_type\nnan\t2\tlap\n", ", line 2, column onset: 'nan' is no time"),
    ],
)
def test_a_broken_table_names_line_and_column(tmp_path: Path, text: str, message: str):
    path = tmp_path / "events.tsv"
    path.write_text(text)

    with pytest.raises(RecordingError) as caught:
        read_events(path)

    assert str(caught.value).startswith(f"{path}{message}")


def test_a_table_that_is_no_text_is_named(tmp_path: Path):
    path = tmp_path / "events.tsv"
    path.write_bytes(b"\xff\xfeo\x00n\x00")

    with pytest.raises(RecordingError, match="is no UTF-8 text"):
        read_events(path)

"""Events override what was found, and the right standing is picked."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu_valgus.activities import apply_events, longest_standing
from imu_valgus.core import Bout, Event, EventKind

FOUND = (Bout(0.0, 5.0, "stand"), Bout(5.0, 20.0, "walk"), Bout(20.0, 60.0, "run"))


def test_a_noted_run_cuts_what_was_found():
    noted = Event(10.0, 30.0, "run")

    assert apply_events(FOUND, [noted]) == (
        Bout(0.0, 5.0, "stand"),
        Bout(5.0, 10.0, "walk"),
        Bout(10.0, 40.0, "run"),
        Bout(40.0, 60.0, "run"),
    )


def test_a_noted_standing_inside_a_walk_leaves_both_its_ends():
    kept = apply_events(FOUND, [Event(10.0, 2.0, "stand")])

    assert [(bout.start_s, bout.stop_s, bout.kind) for bout in kept][1:4] == [
        (5.0, 10.0, "walk"),
        (10.0, 12.0, "stand"),
        (12.0, 20.0, "walk"),
    ]


@pytest.mark.parametrize("trial_type", ["lap", "pain", "note", "reject", "restore"])
def test_other_events_change_no_bout(trial_type: EventKind):
    assert apply_events(FOUND, [Event(10.0, 2.0, trial_type)]) == FOUND


def test_an_event_without_duration_changes_no_bout():
    assert apply_events(FOUND, [Event(10.0, 0.0, "stand")]) == FOUND


@given(
    st.lists(
        st.builds(
            Event, st.floats(0, 60), st.floats(0, 30), st.sampled_from(["stand", "walk", "run"])
        ),
        max_size=5,
    )
)
def test_bouts_stay_disjoint_whatever_is_noted(events: list[Event]):
    kept = apply_events(FOUND, events)

    assert all(one.stop_s <= other.start_s for one, other in pairwise(kept))


def test_the_longest_standing_before_the_run_is_picked():
    bouts = [Bout(0, 3, "stand"), Bout(5, 10, "stand"), Bout(10, 60, "run"), Bout(60, 90, "stand")]

    assert longest_standing(bouts, 10.0) == Bout(5, 10, "stand")


def test_nobody_stood_means_no_standing():
    assert longest_standing([Bout(0, 3, "walk")], 10.0) is None

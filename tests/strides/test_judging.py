"""The user's word overrules what the sensors say of a stride, but for gaps."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import Event, EventKind, Side
from imu_valgus.strides import hear_the_user

START_S = np.arange(5.0, 15.0, 0.7)
TENTH_S = float(START_S[9])


def event(
    trial_type: EventKind, onset_s: float = TENTH_S, *, side: Side | None = "left", value: str = ""
) -> Event:
    return Event(onset_s, 0.0, trial_type, side, value)


def heard(events: Sequence[Event], *, reason: str = "") -> pd.DataFrame:
    """Fifteen strides, the tenth of them judged by ``reason``."""
    n = len(START_S)
    judged = pd.DataFrame({"begins_s": START_S, "quality": ["good"] * n, "reason": [""] * n})
    if reason:
        judged.loc[9, ["quality", "reason"]] = [
            "rejected" if "gap" in reason else "suspect",
            reason,
        ]
    return hear_the_user(judged, events, side="left", start="begins_s")


def test_a_reject_names_the_stride_at_its_contact_and_says_why():
    table = heard([event("reject", TENTH_S + 0.02, value="kerb")])

    rejected = table[table["quality"] == "rejected"]
    assert (rejected.index.tolist(), rejected["reason"].tolist()) == ([9], ["user; kerb"])


@pytest.mark.parametrize(
    "event",
    [
        event("reject", side="right"),
        event("reject", TENTH_S + 0.35),
        event("note"),
    ],
    ids=["for the other leg", "far from any contact", "of another kind"],
)
def test_what_does_not_name_a_stride_changes_nothing(event: Event):
    assert set(heard([event])["quality"]) == {"good"}


def test_without_a_side_both_legs_are_meant():
    assert heard([event("reject", side=None)])["quality"][9] == "rejected"


def test_the_last_word_holds():
    assert heard([event("reject"), event("restore")])["quality"][9] == "good"


def test_a_suspect_stride_is_restored():
    table = heard([event("restore")], reason="clipping")

    assert (table["quality"][9], table["reason"][9]) == ("good", "user")


@pytest.mark.parametrize("word", ["restore", "reject"])
def test_over_a_gap_nothing_is_restored(word: EventKind):
    table = heard([event(word)], reason="gap; clipping")

    assert (table["quality"][9], table["reason"][9]) == ("rejected", "gap; clipping")


def test_a_word_about_a_gap_in_a_hedge_is_no_gap():
    table = heard([event("reject", value="gap in the hedge"), event("restore")])

    assert table["quality"][9] == "good"

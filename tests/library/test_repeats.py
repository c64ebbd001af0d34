"""What counts as a repeat, and what is left out with a reason."""

import datetime as dt
from pathlib import Path

import pytest

from imu_valgus.library import RepeatParams
from imu_valgus.library.reliability.repeats import Candidate, choose_repeats

FIRST = dt.date(2026, 3, 1)


def candidate(
    name: str, *, after_days: int | None = 0, athlete: str = "a03", setting: tuple[str, ...] = ()
) -> Candidate:
    return Candidate(
        session=Path(name),
        athlete=athlete,
        day=None if after_days is None else FIRST + dt.timedelta(days=after_days),
        setting=setting,
    )


def names(sessions: tuple[Path, ...]) -> list[str]:
    return [session.name for session in sessions]


def test_sessions_within_the_days_are_repeats_in_the_order_of_time():
    found = choose_repeats([candidate("b", after_days=14), candidate("a"), candidate("c")])

    assert names(found.taken["a03"]) == ["a", "c", "b"]


def test_of_sessions_far_apart_the_larger_set_is_taken():
    early = [candidate("a"), candidate("b", after_days=1)]
    late = [candidate(name, after_days=60) for name in ("c", "d", "e")]

    assert names(choose_repeats([*early, *late]).taken["a03"]) == ["c", "d", "e"]


def test_of_equal_sets_the_earlier_is_taken():
    found = choose_repeats([candidate(name, after_days=30 * (name > "b")) for name in "abcd"])

    assert names(found.taken["a03"]) == ["a", "b"]


def test_another_phase_is_no_repeat():
    after = [candidate(name, after_days=5, setting=("phase after",)) for name in ("c", "d")]

    found = choose_repeats([candidate("a"), candidate("b"), candidate("e"), *after])

    assert names(found.taken["a03"]) == ["a", "b", "e"]


def test_runners_are_kept_apart():
    found = choose_repeats([candidate("a"), candidate("b", athlete="a04")])

    assert found.taken == {}


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (candidate("x", after_days=None), "its day is not known"),
        (candidate("x", after_days=15), "not within 14 days"),
        (candidate("x", setting=("shoes old",)), "another setting (shoes old noted"),
        (candidate("x", athlete="a04"), "no other session of a04"),
    ],
)
def test_what_is_left_out_says_why(other: Candidate, reason: str):
    found = choose_repeats([candidate("a"), candidate("b"), other])

    assert found.left_out[Path("x")].startswith(reason)


def test_the_days_can_be_chosen():
    found = choose_repeats(
        [candidate("a"), candidate("b", after_days=20)], params=RepeatParams(within_days=20)
    )

    assert names(found.taken["a03"]) == ["a", "b"]

"""Sets of indices behave as sets."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from imu_valgus.collect import IndexSet

_ends = st.tuples(st.integers(0, 60), st.integers(0, 60))
_ranges = st.lists(_ends, max_size=12)


def _as_set(ranges: Iterable[tuple[int, int]]) -> set[int]:
    return {k for first, stop in ranges for k in range(first, stop)}


@given(ranges=_ranges)
def test_an_index_set_holds_what_was_added(ranges: list[tuple[int, int]]):
    assert _as_set(IndexSet(ranges)) == _as_set(ranges)


@given(ranges=_ranges)
def test_its_ranges_neither_touch_nor_overlap(ranges: list[tuple[int, int]]):
    held = list(IndexSet(ranges))

    assert all(one.stop < two.first for one, two in pairwise(held))


@given(ranges=_ranges, more=_ends)
def test_adding_tells_how_many_are_new(ranges: list[tuple[int, int]], more: tuple[int, int]):
    held = IndexSet(ranges)

    assert held.add(*more) == len(_as_set([more]) - _as_set(ranges))


@given(ranges=_ranges, within=_ends)
def test_what_is_missing_is_the_rest(ranges: list[tuple[int, int]], within: tuple[int, int]):
    missing = IndexSet(ranges).missing(*within)

    assert _as_set(missing) == _as_set([within]) - _as_set(ranges)


@given(one=_ranges, two=_ranges)
def test_the_intersection_is_in_both(one: list[tuple[int, int]], two: list[tuple[int, int]]):
    assert _as_set(IndexSet(one) & IndexSet(two)) == _as_set(one) & _as_set(two)

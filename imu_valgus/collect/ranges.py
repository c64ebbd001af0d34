"""Sets of sample indices, as the half-open ranges that they are."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Range(NamedTuple):
    """The samples [first, stop)."""

    first: int
    stop: int

    def __len__(self) -> int:
        return max(self.stop - self.first, 0)


class IndexSet:
    """A set of indices, kept as ranges that neither overlap nor touch, in ascending order."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._firsts: list[int] = []
        self._stops: list[int] = []
        for first, stop in ranges:
            self.add(first, stop)

    def add(self, first: int, stop: int) -> int:
        """Add [first, stop); return how many of these indices are new."""
        if stop <= first:
            return 0
        low = bisect_left(self._stops, first)
        high = bisect_right(self._firsts, stop)
        known = sum(
            max(min(stop, self._stops[k]) - max(first, self._firsts[k]), 0)
            for k in range(low, high)
        )
        if low < high:
            self._firsts[low:high] = [min(first, self._firsts[low])]
            self._stops[low:high] = [max(stop, self._stops[high - 1])]
        else:
            self._firsts.insert(low, first)
            self._stops.insert(low, stop)
        return stop - first - known

    def missing(self, first: int, stop: int) -> list[Range]:
        """Return what of [first, stop) is not in the set."""
        gaps: list[Range] = []
        at = first
        for held in self:
            if held.stop <= at:
                continue
            if held.first >= stop:
                break
            if held.first > at:
                gaps.append(Range(at, held.first))
            at = held.stop
        if at < stop:
            gaps.append(Range(at, stop))
        return gaps

    def __and__(self, other: "IndexSet") -> "IndexSet":
        """Return what is in both."""
        return IndexSet(
            (max(one.first, two.first), min(one.stop, two.stop))
            for one in self
            for two in other
            if one.first < two.stop and two.first < one.stop
        )

    def __iter__(self) -> Iterator[Range]:
        return map(Range, self._firsts, self._stops)

    def __len__(self) -> int:
        return sum(self._stops) - sum(self._firsts)

    def __bool__(self) -> bool:
        return bool(self._firsts)

    @property
    def stop(self) -> int:
        """One past the highest index; 0 for the empty set."""
        return self._stops[-1] if self._stops else 0

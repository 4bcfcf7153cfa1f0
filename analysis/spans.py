"""Spans: where words stand in a text."""

from bisect import bisect_right
from collections.abc import Callable, Iterable

Span = tuple[int, int]
"""First character and the one after the last, counted from 0 in the normalised text."""


def in_any(spans: Iterable[Span]) -> Callable[[int], bool]:
    """Make a test that tells of many places whether each is in one of the spans, in any order.

    >>> is_inside = in_any([(4, 9), (0, 2)])
    >>> is_inside(1), is_inside(3), is_inside(8)
    (True, False, True)
    """
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        starts.append(start)
        ends.append(max(end, ends[-1]) if ends else end)

    def is_inside(at: int) -> bool:
        index = bisect_right(starts, at) - 1
        return index >= 0 and at < ends[index]

    return is_inside

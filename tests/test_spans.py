"""Spans: which places are in any of them."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.spans import in_any

PLACES = st.integers(0, 40)


@given(st.lists(st.tuples(PLACES, PLACES)), st.lists(PLACES))
def test_finds_the_places_in_spans_of_any_order(
    spans: list[tuple[int, int]], places: list[int]
) -> None:
    is_inside = in_any(spans)
    for at in places:
        assert is_inside(at) == any(start <= at < end for start, end in spans)

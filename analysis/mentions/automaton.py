"""An automaton that finds the longest of many forms wherever they stand in a text."""

from collections.abc import Callable, Sequence

Finder = Callable[[str], list[tuple[int, int, int]]]
"""Gives, of a text, the number of each form that was found, and its start and end."""


def finder(forms: Sequence[str]) -> Finder:
    """Make one of some forms; matches are the leftmost and longest, and do not overlap."""
    from ahocorasick_rs import AhoCorasick, MatchKind

    if not forms:
        return lambda _text: []
    return AhoCorasick(forms, matchkind=MatchKind.LeftmostLongest).find_matches_as_indexes

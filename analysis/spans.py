"""Spans: where words stand in a text."""

Span = tuple[int, int]
"""First character and the one after the last, counted from 0 in the normalised text."""

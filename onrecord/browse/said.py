"""What the pages of persons and of offices share: lists of whom they spoke about, and of what."""

from collections.abc import Mapping, Sequence

from onrecord.browse.reader import Row
from onrecord.browse.tone_words import GUESS, say_label

MOST_SHOWN = 10
"""Rows of a list on a page; the query behind it has the others."""

_KINDS = {
    "country": "Countries",
    "person": "Persons",
    "organisation": "Organisations",
    "office": "Offices",
}


def by_kind(about: Sequence[Row]) -> Mapping[str, list[Row]]:
    """Sort whom somebody spoke about into kinds, the most mentioned of each first."""
    return {
        title: rows[:MOST_SHOWN]
        for kind, title in _KINDS.items()
        if (rows := [row for row in about if row["kind"] == kind])
    }


def mark_guess(statements: Sequence[Row]) -> list[Row]:
    """Put the label of each statement's tone in words, and call a guess a guess."""
    return [
        {
            **row,
            "said_tone": say_label(row["tone_label"]),
            "is_guess": row["tone_label"] and (row["tone_confidence"] or 0) < GUESS,
        }
        for row in statements[: 2 * MOST_SHOWN]
    ]

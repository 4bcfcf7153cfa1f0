"""What the pages of persons and of offices share: lists of whom they spoke about, and of what."""

import json
from collections.abc import Mapping, Sequence

from onrecord.browse.reader import Reader, Row
from onrecord.browse.tone_words import GUESS, say_label

MOST_SHOWN = 10
"""Rows of a list on a page; the query behind it has the others."""

_KINDS = {
    "country": "Countries",
    "person": "Persons",
    "organisation": "Organisations",
    "office": "Offices",
}
_WITH_PAGES = """
SELECT 'person' AS kind, id FROM persons WHERE id IN (SELECT value FROM json_each(:targets))
UNION ALL
SELECT 'office', name FROM sources WHERE name IN (SELECT value FROM json_each(:targets))
"""


async def by_kind(reader: Reader, about: Sequence[Row]) -> Mapping[str, list[Row]]:
    """Sort whom somebody spoke about into kinds, the most mentioned first, with their pages."""
    shown = {kind: [row for row in about if row["kind"] == kind][:MOST_SHOWN] for kind in _KINDS}
    targets = [row["target"] for kind in ("person", "office") for row in shown[kind]]
    found = await reader.rows(_WITH_PAGES, targets=json.dumps(targets)) if targets else []
    there = {(row["kind"], row["id"]) for row in found}
    return {
        title: [{**row, "page": _page(reader, row, there)} for row in shown[kind]]
        for kind, title in _KINDS.items()
        if shown[kind]
    }


def _page(reader: Reader, row: Row, there: set[tuple[str, str]]) -> str | None:
    """Give the address of who is spoken about; texts name others than those who speak here."""
    kind, target = row["kind"], row["target"]
    if kind == "country":
        return reader.country(target)
    if (kind, target) not in there:
        return None
    return reader.person(target) if kind == "person" else reader.office(target)


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

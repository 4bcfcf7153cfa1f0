"""What feeds say of statements, of edits, and of what became of statements."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from onrecord.browse import change_words
from onrecord.browse.atom import MOST_ENTRIES, Entry, moment, tag
from onrecord.browse.moments import say_published, say_time
from onrecord.browse.posts import excerpt
from onrecord.browse.reader import Reader, Row
from onrecord.browse.search_words import match_of

_MOST_CHANGES = 10
_SUMMARY = 600
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_STATEMENT = """
SELECT s.id, s.title, substr(s.text, 1, 2000) AS text, s.account, s.linked, s.speaker, s.office,
    s.published_at, s.published_precision, s.first_seen_at, r.first_captured_at AS changed_at,
    t.at AS taken_at, t.reason AS taken_why
FROM ({ids}) AS i
CROSS JOIN statements AS s ON s.rowid = i.number
LEFT JOIN revisions AS r ON r.statement_id = s.id AND r.revision = s.revision
LEFT JOIN takedowns AS t ON t.statement_id = s.id
"""
_LATEST = """
SELECT * FROM (
    SELECT rowid AS number FROM statements WHERE {column} = :key AND published_at IS NOT NULL
    ORDER BY published_at DESC LIMIT :most
)
UNION ALL
SELECT * FROM (
    SELECT rowid AS number FROM statements WHERE {column} = :key AND published_at IS NULL
    ORDER BY rowid DESC LIMIT :most
)
"""
_FOUND = """
SELECT rowid AS number FROM statements_fts WHERE statements_fts MATCH :words
ORDER BY rowid DESC LIMIT :most
"""
_EDITS = """
SELECT e.*, r.witness, r.publisher_updated_at, s.title, substr(s.text, 1, 200) AS text, s.account,
    s.linked, s.speaker, s.office, t.at AS taken_at, t.reason AS taken_why
FROM (
    SELECT * FROM told_edits ORDER BY seen_at DESC, statement_id, revision LIMIT :most
) AS e
CROSS JOIN revisions AS r ON r.statement_id = e.statement_id AND r.revision = e.revision
CROSS JOIN statements AS s ON s.id = e.statement_id
LEFT JOIN takedowns AS t ON t.statement_id = e.statement_id
"""
_TURNS = """
SELECT f.*, s.title, substr(s.text, 1, 200) AS text, s.account, s.linked, s.speaker, s.office,
    k.at AS taken_at, k.reason AS taken_why
FROM (
    SELECT rowid AS number FROM fates AS t
    WHERE state <> 'suspect' AND (state <> 'back' OR (
        SELECT state FROM fates
        WHERE statement_id = t.statement_id AND at < t.at AND state <> 'suspect'
        ORDER BY at DESC LIMIT 1
    ) IN ('gone', 'moved', 'withdrawn'))
    ORDER BY at DESC, statement_id, state
    LIMIT :most
) AS t
CROSS JOIN fates AS f ON f.rowid = t.number
CROSS JOIN statements AS s ON s.id = f.statement_id
LEFT JOIN takedowns AS k ON k.statement_id = f.statement_id
"""


async def statements_of(reader: Reader, column: str, key: str) -> list[Entry]:
    """Give the latest statements of a speaker, a source or a country, by a column of ours.

    Those without a date come in the order in which they were recorded.
    """
    ids = _LATEST.format(column=column)
    sql = _STATEMENT.format(ids=ids)
    return _statements(reader, await reader.rows(sql, key=key, most=MOST_ENTRIES))


async def statements_with(reader: Reader, words: str) -> list[Entry]:
    """Give the statements with some words that were recorded last, as the search page does."""
    sql = _STATEMENT.format(ids=_FOUND)
    rows = await reader.rows(sql, words=match_of(words), most=MOST_ENTRIES)
    return _statements(reader, rows)


def _statements(reader: Reader, rows: Sequence[Row]) -> list[Entry]:
    return [_statement(reader, row) for row in rows]


def _statement(reader: Reader, row: Row) -> Entry:
    """Say a statement; its time is when its latest words were captured, or withheld."""
    published = say_published(row["published_at"], row["published_precision"])
    speaks = row["speaker"] or f"No speaker named, {row['office']}"
    words = _withheld(row) or excerpt(row["text"] or "The words are not kept.", _SUMMARY)
    is_exact = row["published_precision"] == "time"
    return Entry(
        id=tag("statements", row["id"]),
        title=change_words.say_name(row),
        link=_address(reader, row["id"]),
        author=row["speaker"] or row["office"],
        updated=_latest(row["first_seen_at"], row["changed_at"], row["taken_at"]),
        published=moment(row["published_at"]) if is_exact else None,
        summary=f"{words}\n\n{speaks}. Published: {published}.",
    )


async def edits(reader: Reader, archive: str) -> list[Entry]:
    """Give the edits that were seen last; those that are held are none."""
    rows = await reader.rows(_EDITS, most=MOST_ENTRIES)
    return [_edit(reader, archive, row) for row in rows]


def _edit(reader: Reader, archive: str, row: Row) -> Entry:
    kind = "Silent edit" if row["is_silent"] == 1 else "Edit"
    return Entry(
        id=tag(archive, "edits", row["statement_id"], str(row["revision"])),
        title=f"{kind}: {change_words.say_name(row)}",
        link=_address(reader, row["statement_id"]),
        author=row["speaker"] or row["office"],
        updated=_latest(row["seen_at"], row["taken_at"]),
        summary="\n".join(filter(None, _what_changed(row))),
    )


def _what_changed(row: Row) -> list[str]:
    changes = change_words.read_changes(row["changes"])
    said = [change_words.say_change(each) for each in changes[:_MOST_CHANGES]]
    others = row["differences"] - len(said)
    if said and others > 0:
        said.append(f"And {others} more place{'' if others == 1 else 's'}.")
    kept = "" if said else _withheld(row) or "The words are not kept."
    told = change_words.say_told(row["is_silent"], row["witness"])
    seen = f"Seen {say_time(row['seen_at'])}; the publisher may have changed it earlier."
    return [*said, kept, change_words.say_edit_classes(row), f"{told}.", seen]


async def turns(reader: Reader, archive: str) -> list[Entry]:
    """Give what became of statements: gone, moved, withdrawn, and back after that."""
    rows = await reader.rows(_TURNS, most=MOST_ENTRIES)
    return [_turn(reader, archive, row) for row in rows]


def _turn(reader: Reader, archive: str, row: Row) -> Entry:
    instead = (
        f"The post that took its place: {_address(reader, row['reposted_as'])}"
        if row["reposted_as"]
        else ""
    )
    return Entry(
        id=tag(archive, "fates", row["statement_id"], row["at"], row["state"]),
        title=f"{change_words.say_turn_at(row)}: {change_words.say_name(row)}",
        link=_address(reader, row["statement_id"]),
        author=row["speaker"] or row["office"],
        updated=_latest(row["at"], row["taken_at"]),
        summary="\n".join(
            filter(None, [change_words.say_turn_fully(row), instead, _withheld(row)])
        ),
    )


def _withheld(row: Row) -> str:
    if not row["taken_at"]:
        return ""
    return f"The words are withheld since {say_time(row['taken_at'])}: {row['taken_why']}."


def _address(reader: Reader, statement_id: str) -> str:
    return absolute(reader, reader.statement(statement_id))


def absolute(reader: Reader, path: str) -> str:
    """Make an address whole, as the visitor's own request was."""
    return str(reader.datasette.absolute_url(reader.request, path))


def _latest(*times: Any) -> datetime:
    return max(filter(None, map(moment, times)), default=_NEVER)

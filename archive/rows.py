"""Rows: how a statement, its revisions and what surrounds them are written in their tables."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from archive.ledger import append_event, append_leaf, imported_leaf
from archive.records import Capture, Statement, fields_of
from archive.tones import keep_tone, shown_tone, withhold_words

_COUNTED = "source, country, kind, state, language, tone_status"
_COUNT = f"""
INSERT INTO statement_counts ({_COUNTED}, statements)
SELECT source, country, kind, state, coalesce(language, ''), tone_status, count(*)
FROM statements
WHERE rowid > ?
GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT ({_COUNTED}) DO UPDATE SET statements = statements + excluded.statements
"""  # noqa: S608 - our own names


def insert_captures(db: Database, crawl_id: str, captures: Iterable[Capture]) -> None:
    """Insert captures; one that a replay brings again is there already, but may be judged anew."""
    for capture in captures:
        _insert(db, "captures", {"crawl_id": crawl_id} | asdict(capture), unless_there=True)
        if capture.answer:
            note_answer(db, capture.id, capture.answer, capture.answer_reason)


def note_answer(db: Database, capture_id: str, answer: str, reason: str | None) -> None:
    """Note of what kind the answer of a capture is."""
    db.execute(
        "UPDATE captures SET answer = ?, answer_reason = ? WHERE id = ?",
        [answer, storable(reason), capture_id],
    )


def insert_statement(db: Database, key: str, statement: Statement) -> None:
    """Insert a statement that is seen for the first time, so that lists and searches know it."""
    row = {
        "id": key,
        "source": statement.source,
        "native_id": statement.native_id,
        "country": statement.country,
        "first_seen_at": statement.capture.captured_at,
        "revision": 1,
    }
    last = last_row(db.conn)
    _insert(db, "statements", row | _look(statement) | _wording(statement))
    list_statements(db.conn, last)


def last_row(connection: sqlite3.Connection) -> int:
    """Give the number of the last row of `statements`."""
    last: int = connection.execute("SELECT coalesce(max(rowid), 0) FROM statements").fetchone()[0]
    return last


def list_statements(connection: sqlite3.Connection, after: int) -> None:
    """Put the statements behind a row into the full-text index, and count them."""
    connection.execute(
        "INSERT INTO statements_fts (rowid, title, text) "
        "SELECT rowid, title, text FROM statements WHERE rowid > ?",
        [after],
    )
    connection.execute(_COUNT, [after])


def see_again(db: Database, key: str, statement: Statement, revision: int | None) -> None:
    """Renew what every look renews; with a revision, the wording and its tone too."""
    row = _look(statement)
    if revision is not None:
        row |= _wording(statement) | {"revision": revision}
        if statement.tone:
            keep_tone(db.conn, statement.text_sha256, statement.tone)
    columns = ", ".join(f"{name} = ?" for name in row)  # sqlite-utils' update looks it all up
    db.execute(f"UPDATE statements SET {columns} WHERE id = ?", [*row.values(), key])  # noqa: S608


def insert_revision(
    db: Database,
    key: str,
    statement: Statement,
    *,
    crawl_id: str,
    revision: int,
    is_silent: int | None,
) -> None:
    """Insert a wording with its tone and its line in the ledger."""
    capture = statement.capture
    _insert(
        db,
        "revisions",
        {
            "statement_id": key,
            "revision": revision,
            "title": statement.title,
            "text": statement.text,
            "text_sha256": statement.text_sha256,
            "first_captured_at": statement.seen_at,
            "publisher_updated_at": statement.publisher_updated_at,
            "publisher_changes": statement.publisher_changes,
            "publisher_hash": statement.publisher_hash,
            "pages": statement.pages,
            "witness": statement.witness,
            "is_silent": is_silent,
            "capture_id": capture.id,
        },
    )
    if statement.tone:
        keep_tone(db.conn, statement.text_sha256, statement.tone)
    if statement.witness == "import":
        leaf = imported_leaf(fields_of(statement), key, revision)
        append_leaf(db, crawl_id, "revision", key, leaf)
        return
    append_event(
        db,
        crawl_id=crawl_id,
        kind="revision",
        key=key,
        capture=capture,
        revision=revision,
        native_id=statement.native_id,
        published_raw=statement.published_raw,
        text_sha256=statement.text_sha256,
        publisher_hash=statement.publisher_hash,
        witness=statement.witness,
        seen_at=statement.seen_at,
    )


def insert_check(
    db: Database,
    key: str,
    capture: Capture,
    *,
    outcome: str,
    evidence: str | None,
    revision: int | None,
    witness: str | None = None,
    at: str | None = None,
    moved_to: str | None = None,
) -> None:
    """Insert what one look at a statement found, by a witness where it was not ours."""
    row = {
        "statement_id": key,
        "capture_id": capture.id,
        "checked_at": at or capture.captured_at,
        "outcome": outcome,
        "evidence": evidence,
        "revision": revision,
        "witness": witness,
        "moved_to": moved_to,
    }
    _insert(db, "checks", row, unless_there=True)


def keep_hash_only(db: Database, key: str) -> bool:
    """Let go of every text of a statement and keep the hashes; False where none was left."""
    db.execute(
        "UPDATE statements SET text = NULL, title = NULL, linked = NULL WHERE id = ?",
        [key],
    )
    withhold_words(db.conn, key)
    changed = db.execute(
        "UPDATE revisions SET text = NULL, title = NULL WHERE statement_id = ? "
        "AND (text IS NOT NULL OR title IS NOT NULL)",
        [key],
    )
    return bool(changed.rowcount)


def insert_once(db: Database, table: str, row: Mapping[str, Any], same: tuple[str, ...]) -> None:
    """Insert unless a replay has brought the very same row before."""
    where = " AND ".join(f"{column} IS ?" for column in same)
    found = db.execute(f"SELECT 1 FROM {table} WHERE {where}", [row[each] for each in same])  # noqa: S608
    if found.fetchone() is None:
        db.table(table).insert(dict(row))


def storable(text: str | None) -> str | None:
    """Make any text fit for SQLite: a lone surrogate is written as its escape."""
    return text and text.encode("utf-8", "backslashreplace").decode()


def _insert(
    db: Database, table: str, row: Mapping[str, Any], *, unless_there: bool = False
) -> None:
    """Insert a row; sqlite-utils' own insert looks the table up and nests a savepoint each time."""
    marks = ", ".join("?" * len(row))
    sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"  # noqa: S608 - our own names
    db.execute(sql + " ON CONFLICT DO NOTHING" * unless_there, list(row.values()))


def _look(statement: Statement) -> dict[str, Any]:
    """Name the columns that every look renews, whether or not the wording changed."""
    return {
        "url": statement.url,
        "kind": statement.kind,
        "published_at": statement.published_at,
        "published_raw": statement.published_raw,
        "published_precision": statement.published_precision,
        "delivered_on": statement.delivered_on,
        "speaker": statement.speaker,
        "speaker_id": statement.speaker_id,
        "holder_id": statement.holder_id,
        "account": statement.account,
        "office": statement.office,
        "linked": statement.linked,
        "corrections": statement.corrections,
        "route": statement.route,
        "last_seen_at": statement.seen_at,
        "state": _state(statement),
    }


def _state(statement: Statement) -> str:
    if statement.witness:  # whether it still stands there is another question
        return "unchecked"
    return "live" if statement.withdrawn is None else "withdrawn"


def _wording(statement: Statement) -> dict[str, Any]:
    return {
        "title": statement.title,
        "text": statement.text,
        "language": statement.language,
        "capture_id": statement.capture.id,
    } | shown_tone(statement.tone, statement.text_sha256)

"""Takedowns: whose words are withheld for good, while their hashes stay."""

from dataclasses import replace

from sqlite_utils import Database

from archive.ledger import append_event
from archive.memory import capture_of
from archive.records import Statement
from archive.rows import keep_hash_only


def is_taken_down(db: Database, key: str) -> bool:
    """Tell whether the words of a statement are withheld by a person's decision."""
    sql = "SELECT 1 FROM takedowns WHERE statement_id = ?"
    return db.execute(sql, [key]).fetchone() is not None


def without_words(statement: Statement) -> Statement:
    """Give what may be kept of a look at a statement whose words are withheld."""
    return replace(
        statement,
        text=None,
        title=None,
        linked=None,
        corrections=None,
        publisher_changes=None,
        tone=None,
    )


def take_down(db: Database, key: str, *, at: str, reason: str, warc_file: str) -> bool:
    """Withhold every word of a statement; False where that was decided before."""
    done = db.execute(
        "INSERT INTO takedowns (statement_id, at, reason, warc_file) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        [key, at, reason, warc_file],
    )
    if not done.rowcount:
        return False
    _withhold(db, key)
    row = db.execute("SELECT capture_id FROM statements WHERE id = ?", [key]).fetchone()
    capture = capture_of(db, row[0]) if row else None
    if capture:  # else the statement is not in this archive, and will have no words if it comes
        (crawl_id,) = db.execute(
            "SELECT crawl_id FROM captures WHERE id = ?", [capture.id]
        ).fetchone()
        append_event(
            db, crawl_id=crawl_id, kind="withheld", key=key, capture=capture, at=at, reason=reason
        )
    return True


def _withhold(db: Database, key: str) -> None:
    """Let go of all words, and of what was read out of texts that nobody else's are."""
    of_nobody_else = """
        text_sha256 IN (SELECT text_sha256 FROM revisions WHERE statement_id = :key)
        AND text_sha256 NOT IN (
            SELECT o.text_sha256 FROM revisions AS r
            JOIN revisions AS o ON o.text_sha256 = r.text_sha256
            WHERE r.statement_id = :key AND o.statement_id != :key AND o.text IS NOT NULL
        )
    """
    for table in ("sentences", "mentions"):
        db.execute(f"DELETE FROM {table} WHERE {of_nobody_else}", {"key": key})  # noqa: S608 - our own names
    keep_hash_only(db, key)
    db.execute("UPDATE statements SET corrections = NULL WHERE id = ?", [key])
    db.execute("UPDATE revisions SET publisher_changes = NULL WHERE statement_id = ?", [key])
    db.execute(
        "UPDATE quarantine SET item = '{}' WHERE (source, native_id) = "
        "(SELECT source, native_id FROM statements WHERE id = ?)",
        [key],
    )

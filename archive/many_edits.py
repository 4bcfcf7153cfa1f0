"""Many edits at once: a crawl that finds a good part of a source changed has met a redesign."""

from sqlite_utils import Database

from archive.events import MANY_EDITS, raise_event

MOST = 3
SHARE = 0.2

_SEEN = """
SELECT DISTINCT k.statement_id FROM captures AS c
JOIN checks AS k ON k.capture_id = c.id AND k.witness IS NULL AND k.outcome IN ('seen', 'withdrawn')
JOIN revisions AS first ON first.statement_id = k.statement_id AND first.revision = 1
JOIN captures AS found ON found.id = first.capture_id
WHERE c.crawl_id = :crawl AND (found.crawl_id != :crawl OR first.witness IS NOT NULL)
"""
_EDITED = """
SELECT e.statement_id, e.revision, r.first_captured_at FROM captures AS c
JOIN checks AS k ON k.capture_id = c.id AND k.witness IS NULL
JOIN revisions AS r ON r.statement_id = k.statement_id AND r.revision = k.revision
    AND r.capture_id = c.id AND r.witness IS NULL
JOIN edits AS e ON e.statement_id = r.statement_id AND e.revision = r.revision
WHERE c.crawl_id = :crawl ORDER BY e.statement_id, e.revision
"""
_HOLD = "UPDATE edits SET is_held = ? WHERE statement_id = ? AND revision = ?"


def are_many(edited: int, seen: int) -> bool:
    """Tell whether so many of the known statements that were seen cannot all have been edited."""
    return edited > MOST and edited > SHARE * seen


def hold_many_edits(db: Database, source: str, crawl_id: str) -> bool:
    """Hold the edits of a crawl that found too many of them, until a person accepts them.

    That frees them by itself: see the trigger `edits_decide`.
    """
    asked = {"crawl": crawl_id}
    edits = db.execute(_EDITED, asked).fetchall()
    edited = sorted({each[0] for each in edits})
    if len(edited) <= MOST:
        return False
    (seen,) = db.execute(f"SELECT count(*) FROM ({_SEEN})", asked).fetchone()  # noqa: S608 - our own
    is_held = are_many(len(edited), seen) and not _is_accepted(db, crawl_id)
    db.conn.executemany(_HOLD, [(int(is_held), *each[:2]) for each in edits])
    if is_held:
        raise_event(
            db,
            source=source,
            crawl_id=crawl_id,
            at=max(each[2] for each in edits),
            kind=MANY_EDITS,
            statements=edited,
            of=seen,
        )
    return is_held


def _is_accepted(db: Database, crawl_id: str) -> bool:
    sql = "SELECT 1 FROM events WHERE crawl_id = ? AND kind = ? AND state = 'accepted'"
    return db.execute(sql, [crawl_id, MANY_EDITS]).fetchone() is not None


def hold_edit(db: Database, statement_id: str, revision: int) -> None:
    """Hold one edit while its crawl goes on."""
    db.execute(_HOLD, [1, statement_id, revision])

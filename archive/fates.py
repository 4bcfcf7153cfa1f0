"""Fates: what became of statements, each turn written with the looks that it rests on."""

from sqlite_utils import Database

from archive.ledger import append_event
from archive.memory import capture_of
from archive.missing import Confirmed
from archive.records import Statement

_NOT_THERE = {"suspect", "gone", "moved"}


def note_seen(db: Database, statement: Statement, before: str | None, crawl_id: str) -> None:
    """Note what a look turned that found a statement, given its state before (None: new)."""
    if statement.withdrawn is not None:
        if before != "withdrawn":
            _turn(db, statement, "withdrawn", statement.withdrawn, crawl_id)
    elif before in _NOT_THERE:
        evidence = f"seen where it was published; it was {before}"
        missed = last_suspected(db, statement.id)
        _turn(db, statement, "back", evidence, crawl_id, missed)
    elif before == "withdrawn":
        _turn(db, statement, "back", "its publisher does not mark it as withdrawn", crawl_id)


def note_suspect(
    db: Database, key: str, *, at: str, evidence: str, capture_id: str, crawl_id: str
) -> None:
    """Note that a statement was not found at one look."""
    insert_fate(
        db, key, at=at, state="suspect", evidence=evidence, capture_id=capture_id, crawl_id=crawl_id
    )
    db.execute("UPDATE statements SET state = 'suspect' WHERE id = ?", [key])


def note_moved(
    db: Database, key: str, *, at: str, moved_to: str, capture_id: str, crawl_id: str
) -> None:
    """Note that a statement's address leads to where the same words stand."""
    insert_fate(
        db,
        key,
        at=at,
        state="moved",
        evidence=f"its address leads to {moved_to}, where the same words stand",
        capture_id=capture_id,
        crawl_id=crawl_id,
        moved_to=moved_to,
    )
    db.execute("UPDATE statements SET state = 'moved' WHERE id = ?", [key])
    _append(db, "moved", key, capture_id, crawl_id, at=at, moved_to=moved_to)


def note_gone(
    db: Database,
    confirmed: Confirmed,
    crawl_id: str,
    *,
    event_id: str | None = None,
    decided_at: str | None = None,
) -> None:
    """Note that a statement is gone, by two looks, or by a person's decision on an event."""
    key, first, last = confirmed.statement_id, confirmed.first, confirmed.last
    at = decided_at or last.at
    insert_fate(
        db,
        key,
        at=at,
        state="gone",
        evidence=last.evidence,
        capture_id=last.capture_id,
        first_at=first.at,
        first_capture_id=first.capture_id,
        crawl_id=crawl_id,
        event_id=event_id,
        reposted_as=_reposted_as(db, key),
    )
    db.execute("UPDATE statements SET state = 'gone' WHERE id = ?", [key])
    leaf = {"at": at, "evidence": last.evidence, "first_capture": first.capture_id}
    _append(db, "gone", key, last.capture_id, crawl_id, **leaf, event=event_id)


def insert_fate(db: Database, key: str, **row: str | None) -> None:
    """Insert a turn, unless a replay has brought it before."""
    row["statement_id"] = key
    marks = ", ".join("?" * len(row))
    sql = f"INSERT INTO fates ({', '.join(row)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - our own names
    db.execute(sql, list(row.values()))


def last_suspected(db: Database, key: str) -> tuple[str, str] | None:
    """Tell when a statement was last turned suspect, and by which capture."""
    row: tuple[str, str] | None = db.execute(
        "SELECT at, capture_id FROM fates WHERE statement_id = ? AND state = 'suspect' "
        "ORDER BY at DESC LIMIT 1",
        [key],
    ).fetchone()
    return row


def _turn(
    db: Database,
    statement: Statement,
    state: str,
    evidence: str,
    crawl_id: str,
    missed: tuple[str, str] | None = None,
) -> None:
    key, capture = statement.id, statement.capture
    insert_fate(
        db,
        key,
        at=statement.seen_at,
        state=state,
        evidence=evidence,
        capture_id=capture.id,
        first_at=missed and missed[0],
        first_capture_id=missed and missed[1],
        crawl_id=crawl_id,
    )
    append_event(db, crawl_id=crawl_id, kind=state, key=key, capture=capture, at=statement.seen_at)


def _reposted_as(db: Database, key: str) -> str | None:
    row = db.execute(
        "SELECT reposted_as FROM fates WHERE statement_id = ? AND state = 'suspect' "
        "ORDER BY at DESC LIMIT 1",
        [key],
    ).fetchone()
    return row[0] if row else None


def _append(
    db: Database, kind: str, key: str, capture_id: str, crawl_id: str, **fields: str | None
) -> None:
    capture = capture_of(db, capture_id)
    assert capture is not None
    append_event(db, crawl_id=crawl_id, kind=kind, key=key, capture=capture, **fields)

"""Events: what happened to many statements of a source at once waits here for a person."""

from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from archive.missing import Confirmed

MANY_GONE = "many_gone"
MANY_EDITS = "many_edits"


def raise_event(
    db: Database,
    *,
    source: str,
    crawl_id: str,
    at: str,
    kind: str,
    statements: Sequence[str],
    of: int | None = None,
) -> str:
    """Hold statements of a source together until a person says what became of them.

    Raised once more by the same crawl, it is the same event, and what is new joins it; once it
    is decided, nothing joins it. `statements` are their ids, `of` is how many the source has.

    Returns:
        The event's id, the same in every rebuild.
    """
    event_id = f"{crawl_id}/{kind}"
    db.execute(
        "INSERT INTO events (id, source, crawl_id, at, kind, statements, of) "
        "VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING",
        [event_id, source, crawl_id, at, kind, of],
    )
    add_to_event(db, event_id, statements)
    return event_id


def add_to_event(db: Database, event_id: str, statements: Sequence[str]) -> None:
    """Let statements join an event that waits."""
    for each in statements:
        db.execute(
            "INSERT INTO event_statements (event_id, statement_id) "
            "SELECT id, ? FROM events WHERE id = ? AND state = 'waiting' ON CONFLICT DO NOTHING",
            [each, event_id],
        )
    db.execute(
        "UPDATE events SET statements = (SELECT count(*) FROM event_statements "
        "WHERE event_id = events.id) WHERE id = ?",
        [event_id],
    )


def hold_looks(db: Database, event_id: str, confirmed: Iterable[Confirmed]) -> None:
    """Write down which looks missed each statement that an event holds."""
    for each in confirmed:
        first, last = each.first, each.last
        db.execute(
            "UPDATE event_statements SET evidence = ?, first_at = ?, first_capture_id = ?, at = ?, "
            "capture_id = ? WHERE event_id = ? AND statement_id = ?",
            [
                *(last.evidence, first.at, first.capture_id, last.at, last.capture_id),
                *(event_id, each.statement_id),
            ],
        )

"""Last looks: what the archive remembers of the records of one account."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class LastLook:
    """How a record was when it was last looked at."""

    state: str
    route: str
    last_seen_at: str
    publisher_hash: str | None
    """The publisher's own hash of what was last seen."""


def last_looks(db: Database, source: str, prefix: str, before: str) -> dict[str, LastLook]:
    """Map the native ids that begin so, of what was first seen before a time, to the last looks."""
    rows = db.execute(
        """
        SELECT native_id, state, route, last_seen_at, (
            SELECT evidence FROM checks WHERE statement_id = statements.id AND outcome = 'seen'
            ORDER BY checked_at DESC, checks.id DESC LIMIT 1
        ) FROM statements
        WHERE source = :source AND native_id >= :prefix AND native_id < :prefix || char(1114111)
            AND first_seen_at < :before
        ORDER BY native_id
        """,
        {"source": source, "prefix": prefix, "before": before},
    )
    return {row[0]: LastLook(*row[1:]) for row in rows}


def revision_with_hash(
    db: Database, source: str, native_id: str, publisher_hash: str
) -> int | None:
    """Find the archived revision that a publisher's hash stands for."""
    row = db.execute(
        """
        SELECT revisions.revision FROM statements
        JOIN revisions ON statement_id = statements.id
        WHERE source = :source AND native_id = :native_id AND publisher_hash = :hash
        UNION ALL
        SELECT checks.revision FROM statements
        JOIN checks ON statement_id = statements.id
        WHERE source = :source AND native_id = :native_id AND evidence = :hash
            AND checks.revision IS NOT NULL
        LIMIT 1
        """,
        {"source": source, "native_id": native_id, "hash": publisher_hash},
    ).fetchone()
    return row[0] if row else None


def last_etag(db: Database, source: str, start: str, end: str) -> str | None:
    """Give the ETag of a source's last capture of an address that begins and ends so."""
    row = db.execute(
        """
        SELECT etag FROM captures JOIN crawls ON crawls.id = crawl_id
        WHERE source = :source AND url >= :start AND url < :start || char(1114111)
            AND substr(url, -length(:end)) = :end AND status = 200
        ORDER BY captured_at DESC, captures.rowid DESC LIMIT 1
        """,
        {"source": source, "start": start, "end": end},
    ).fetchone()
    return row[0] if row else None


def captured_among(db: Database, urls: Sequence[str]) -> set[str]:
    """Tell which of some addresses were captured before."""
    marks = ", ".join("?" * len(urls))
    rows = db.execute(f"SELECT DISTINCT url FROM captures WHERE url IN ({marks})", list(urls))  # noqa: S608 - question marks only
    return {row[0] for row in rows}


def ids_of_route(db: Database, source: str, route: str) -> list[str]:
    """Name the statements that a feed led to, by its name without how it reads."""
    rows = db.execute(
        "SELECT native_id FROM statements "
        "WHERE source = :source AND substr(route, 1, length(:route)) = :route",
        {"source": source, "route": f"{route} #"},
    )
    return [row[0] for row in rows]

"""What the archive remembers of a source, for a crawl to decide what to ask for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from archive.clock import utc_text


@dataclass(frozen=True, slots=True)
class Remembered:
    """A statement to look for again, with what its own page may not say."""

    native_id: str
    url: str
    title: str | None
    published_raw: str | None
    route: str


def settled_ids(db: Database, source: str) -> frozenset[str]:
    """Name the statements first brought in by the last whole crawl or by one before it.

    Paging may stop at a page of these, and only of these: what a crawl that died half-way
    brought in says nothing about the pages behind it.
    """
    rows = db.execute(
        """
        SELECT native_id FROM statements
        JOIN revisions ON statement_id = statements.id AND revisions.revision = 1
        JOIN captures ON captures.id = revisions.capture_id
        JOIN crawls ON crawls.id = captures.crawl_id
        WHERE statements.source = :source AND crawls.kind = 'crawl' AND crawls.id <= (
            SELECT max(id) FROM crawls
            WHERE source = :source AND kind = 'crawl' AND outcome = 'finished'
        )
        """,
        {"source": source},
    )
    return frozenset(row[0] for row in rows)


def known_urls(db: Database, source: str) -> dict[str, str]:
    """Map the native id of every statement of a source to its address."""
    rows = db.execute("SELECT native_id, url FROM statements WHERE source = ?", [source])
    return {native_id: url or "" for native_id, url in rows}


def worth_rechecking(
    db: Database, source: str, *, now: datetime, within: timedelta
) -> list[Remembered]:
    """List the suspects, then what was published or first seen lately, longest unseen first."""
    rows = db.execute(
        """
        SELECT native_id, url, title, published_raw, route FROM statements
        WHERE source = :source AND url LIKE 'http%'
            AND (state = 'suspect' OR max(coalesce(published_at, ''), first_seen_at) >= :since)
        ORDER BY state = 'suspect' DESC, last_seen_at, id
        """,
        {"source": source, "since": utc_text(now - within)},
    )
    return [Remembered(*row) for row in rows]


def newest_published(db: Database, source: str) -> str | None:
    """Tell the publication date of a source's newest statement."""
    newest: str | None = db.execute(
        "SELECT max(published_at) FROM statements WHERE source = ?", [source]
    ).fetchone()[0]
    return newest


def last_started(db: Database, source: str) -> str | None:
    """Tell when a source's last crawl began that went on to its end, with faults or without."""
    started: str | None = db.execute(
        "SELECT max(started_at) FROM crawls WHERE source = ? AND kind = 'crawl' "
        "AND outcome IN ('finished', 'faulty')",
        [source],
    ).fetchone()[0]
    return started

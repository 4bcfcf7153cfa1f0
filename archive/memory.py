"""What the archive remembers of a source, for a crawl to decide what to ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.clock import utc_text
from archive.records import Capture

_FIELDS = [field.name for field in fields(Capture)]
_CAPTURE = ", ".join(_FIELDS)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A statement to look for again, with what its own page may not say."""

    native_id: str
    url: str
    title: str | None
    published_raw: str | None
    route: str


def settled_ids(db: Database, source: str) -> frozenset[str]:
    """Name the statements that the last whole crawl, or one before it, saw where they stand.

    Paging may stop at a page of these, and only of these: what a crawl that died half-way
    brought in, or what came from a file or another archive, says nothing about the pages behind.
    """
    rows = db.execute(
        """
        SELECT native_id FROM statements
        JOIN revisions ON statement_id = statements.id AND revisions.revision = 1
        JOIN captures ON captures.id = revisions.capture_id
        JOIN crawls ON crawls.id = captures.crawl_id
        WHERE statements.source = :source AND crawls.kind = 'crawl' AND witness IS NULL
            AND crawls.id <= :last
        UNION
        SELECT native_id FROM statements
        JOIN revisions ON revisions.statement_id = statements.id AND revisions.revision = 1
        JOIN checks ON checks.statement_id = statements.id
        JOIN captures ON captures.id = checks.capture_id
        WHERE statements.source = :source AND revisions.witness IS NOT NULL
            AND checks.witness IS NULL AND captures.crawl_id <= :last
        """,
        {"source": source, "last": _last_whole_crawl(db, source)},
    )
    return frozenset(row[0] for row in rows)


def _last_whole_crawl(db: Database, source: str) -> str | None:
    last: str | None = db.execute(
        "SELECT max(id) FROM crawls WHERE source = ? AND kind = 'crawl' AND outcome = 'finished'",
        [source],
    ).fetchone()[0]
    return last


def last_capture(db: Database, url: str) -> Capture | None:
    """Give the latest capture of an address that brought a page or the word that it is the same."""
    row = db.execute(
        f"SELECT {_CAPTURE} FROM captures WHERE url = ? AND status IN (200, 304) "  # noqa: S608 - our own names
        "AND request_sha256 IS NULL AND rendered_from IS NULL "
        "ORDER BY captured_at DESC, rowid DESC LIMIT 1",
        [url],
    ).fetchone()
    return _capture(row)


def has_answered(db: Database, url: str) -> bool:
    """Tell whether an address gave an answer before, other than that of a server in trouble."""
    sql = "SELECT 1 FROM captures WHERE url = ? AND status < 500 AND status != 429"
    return db.execute(sql, [url]).fetchone() is not None


def has_worked(db: Database, source: str, before: datetime) -> bool:
    """Tell whether anything of a source was read from the web before a crawl began."""
    sql = (
        "SELECT 1 FROM revisions JOIN statements ON statements.id = statement_id "
        "WHERE source = ? AND witness IS NULL AND first_captured_at < ? LIMIT 1"
    )
    return db.execute(sql, [source, utc_text(before)]).fetchone() is not None


def capture_of(db: Database, capture_id: str) -> Capture | None:
    """Give a capture by its id."""
    row = db.execute(
        f"SELECT {_CAPTURE} FROM captures WHERE id = ?",  # noqa: S608 - our own names
        [capture_id],
    ).fetchone()
    return _capture(row)


def _capture(row: tuple[Any, ...] | None) -> Capture | None:
    return Capture(**dict(zip(_FIELDS, row, strict=True))) if row else None


def is_as_at_last_whole_crawl(db: Database, source: str, capture: Capture) -> bool:
    """Tell whether an address gave the same bytes in the source's last crawl without a fault."""
    rows = db.execute(
        """
        SELECT 1 FROM captures AS c LEFT JOIN captures AS whole ON whole.id = c.refers_to
        WHERE c.url = :url AND c.crawl_id = :crawl AND coalesce(whole.sha256, c.sha256)
            = coalesce((SELECT sha256 FROM captures WHERE id = :refers_to), :sha256)
        """,
        {
            "url": capture.url,
            "crawl": _last_whole_crawl(db, source),
            "refers_to": capture.refers_to,
            "sha256": capture.sha256,
        },
    )
    return rows.fetchone() is not None


def hosts_to_leave_alone(db: Database, now: datetime) -> dict[str, str]:
    """Map each host that wants to be asked again later to the time when it may be."""
    rows = db.execute(
        "SELECT url, not_before FROM captures WHERE not_before > ? ORDER BY not_before",
        [utc_text(now)],
    )
    return {urlsplit(url).netloc.lower(): not_before for url, not_before in rows}


def latest_sha256(db: Database, source: str, native_id: str) -> str | None:
    """Give the hash of a statement's latest text."""
    row = db.execute(
        "SELECT r.text_sha256 FROM statements AS s JOIN revisions AS r "
        "ON r.statement_id = s.id AND r.revision = s.revision WHERE source = ? AND native_id = ?",
        [source, native_id],
    ).fetchone()
    return row[0] if row else None


def routes_of(db: Database, source: str) -> list[str]:
    """Name the routes that led to a source's statements."""
    rows = db.execute("SELECT DISTINCT route FROM statements WHERE source = ?", [source])
    return sorted(row[0] for row in rows)


def known_urls(db: Database, source: str) -> dict[str, str]:
    """Map the native id of every statement of a source to its address."""
    rows = db.execute("SELECT native_id, url FROM statements WHERE source = ?", [source])
    return {native_id: url or "" for native_id, url in rows}


def catalogued(db: Database, source: str) -> dict[str, int]:
    """Map the native id of every statement without words to the hash of what was told of it.

    That is the address, the title, the date, the day of delivery and the speaker, in this order.
    """
    rows = db.execute(
        "SELECT native_id, url, title, published_raw, delivered_on, speaker FROM statements "
        "WHERE source = ? AND text = ''",
        [source],
    )
    return {row[0]: hash(row[1:]) for row in rows}  # and not the words, which may be many


def last_seen(db: Database, source: str) -> dict[str, str]:
    """Map the native id of every statement that a source is known to show to when it was seen."""
    rows = db.execute(
        "SELECT native_id, last_seen_at FROM statements WHERE source = ? AND state = 'live'",
        [source],
    )
    return dict(rows.fetchall())


def due_by_plan(
    db: Database, source: str, *, route: str, now: datetime, plan: Sequence[timedelta]
) -> list[Remembered]:
    """List what a plan says to look at again, such as an hour, a day and a week after it appeared.

    A statement is due when it was last looked at before the latest step that has passed; the
    newest come first. One that is reported deleted is looked for once more a day later.
    """
    steps = sorted(plan, reverse=True)
    cases = " ".join("WHEN age >= ? THEN ?" for _ in steps)
    seconds = [each for step in steps for each in [step.total_seconds()] * 2]
    rows = db.execute(
        f"""
        WITH looked AS (
            SELECT s.id, native_id, url, title, published_raw, route, state,
                unixepoch(?) - unixepoch(coalesce(
                    CASE WHEN published_precision = 'time' THEN published_at END, first_seen_at
                )) AS age,
                max(unixepoch(?) - unixepoch(max(c.checked_at)), 0) AS since_look
            FROM statements AS s JOIN checks AS c ON c.statement_id = s.id AND c.witness IS NULL
            WHERE source = ? AND route = ? AND text IS NOT NULL GROUP BY s.id
        )
        SELECT native_id, url, title, published_raw, route FROM looked
        WHERE (state = 'suspect' AND since_look >= 86400)
            OR (state != 'suspect' AND age - since_look < CASE {cases} END)
        ORDER BY state = 'suspect' DESC, age
        """,  # noqa: S608 - question marks only
        [utc_text(now), utc_text(now), source, route, *seconds],
    )
    return [Remembered(*row) for row in rows]


def all_of(db: Database, source: str, route: str) -> list[Remembered]:
    """List every statement that a route led to."""
    rows = db.execute(
        "SELECT native_id, url, title, published_raw, route FROM statements "
        "WHERE source = ? AND route = ? ORDER BY id",
        [source, route],
    )
    return [Remembered(*row) for row in rows]


def published_after(db: Database, source: str, *, feed: str, moment: str) -> list[Remembered]:
    """List what a feed led to that was published after a moment and is not known to be gone.

    `feed` is the part of its route before the `#`.
    """
    rows = db.execute(
        """
        SELECT native_id, url, title, published_raw, route FROM statements
        WHERE source = ? AND published_at > ? AND published_precision = 'time'
            AND substr(route, 1, length(?) + 2) = ? || ' #' AND state NOT IN ('unchecked', 'gone')
        ORDER BY published_at DESC, id
        """,
        [source, moment, feed, feed],
    )
    return [Remembered(*row) for row in rows]


def was_asked_since(db: Database, url: str, moment: str, *, refusals_count: bool) -> bool:
    """Tell whether an address gave an answer since a moment, be it only "not found".

    Whether "not allowed" is an answer depends on who asked.
    """
    rows = db.execute(
        "SELECT 1 FROM captures WHERE url = ? AND captured_at >= ? AND status < 500 "
        "AND status NOT IN (408, 429) AND (? OR status NOT IN (401, 403))",
        [url, moment, refusals_count],
    )
    return rows.fetchone() is not None


def has_been_told(db: Database, source: str, message: str) -> bool:
    """Tell whether an issue stands in the archive already, word for word."""
    rows = db.execute("SELECT 1 FROM issues WHERE source = ? AND message = ?", [source, message])
    return rows.fetchone() is not None


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

"""Timelines: which stretches of a timeline with rising ids were read whole, and what is left."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

_LAST_NUMBER = re.compile(r"(\d+)$")


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch to ask for: newer than one id, older than another; None where it is open."""

    newer_than: int | None = None
    older_than: int | None = None


def gaps(db: Database, source: str, timeline: str) -> list[Gap]:
    """Name what is to be asked of a timeline, newest first.

    A crawl reads a timeline from its newest post back to what is known. One that came to its end
    without an error of this timeline leaves nothing behind it; one that stopped on the way, such
    as at the end of a budget, leaves a gap below what it read. Of a crawl that died nothing is
    trusted: a page may be recorded and the page before it not.

    `timeline` is the address of its answers up to their first parameter.
    """
    known: int | None = None
    read: list[tuple[int, int]] = []
    for ids, is_whole in _crawls(db, source, timeline):
        if is_whole:
            highest = [*ids, *(high for _, high in read), *([known] if known else [])]
            known, read = max(highest, default=None), []
        else:
            newer = [each for each in ids if known is None or each > known]
            read += [(min(newer), max(newer))] if newer else []
    edges = [known, *(edge for stretch in _merged(read) for edge in stretch), None]
    return [Gap(*edges[at : at + 2]) for at in reversed(range(0, len(edges), 2))]


def asked_after(db: Database, source: str, lookup: str) -> list[str]:
    """List what a source's last crawl asked that began with a look-up, such as that of a user."""
    rows = db.execute(
        """
        SELECT url FROM captures WHERE status = 200 AND crawl_id = (
            SELECT max(crawls.id) FROM captures JOIN crawls ON crawls.id = crawl_id
            WHERE source = :source AND url = :lookup AND status = 200
        ) ORDER BY captures.rowid
        """,
        {"source": source, "lookup": lookup},
    )
    return [row[0] for row in rows]


def _crawls(db: Database, source: str, timeline: str) -> Iterable[tuple[list[int], bool]]:
    """Give, crawl by crawl, the ids that a timeline showed, and whether it was read to its end.

    An edited post has an id for each version: the first names the statement, the last stands in
    its address.
    """
    rows = db.execute(
        """
        SELECT crawls.id, native_id, statements.url, EXISTS (
            SELECT 1 FROM issues WHERE issues.crawl_id = crawls.id AND level = 'error'
            AND substr(issues.url, 1, length(:timeline)) = :timeline
        )
        FROM crawls JOIN captures ON captures.crawl_id = crawls.id
        LEFT JOIN checks ON checks.capture_id = captures.id AND checks.witness IS NULL
        LEFT JOIN statements ON statements.id = checks.statement_id
        WHERE crawls.source = :source AND crawls.kind = 'crawl'
            AND crawls.outcome IN ('finished', 'faulty') AND status = 200
            AND substr(captures.url, 1, length(:timeline)) = :timeline
        ORDER BY crawls.id
        """,
        {"source": source, "timeline": timeline},
    )
    by_crawl: dict[str, tuple[list[int], bool]] = {}
    for crawl, native_id, url, has_error in rows:
        ids, _ = by_crawl.setdefault(crawl, ([], not has_error))
        ids += [int(each) for each in (native_id, _number(url)) if each and each.isdecimal()]
    return by_crawl.values()


def _merged(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put stretches in order, oldest first, those that overlap in one."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(stretches):
        if merged and low <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return merged


def _number(url: str | None) -> str | None:
    found = _LAST_NUMBER.search(url or "")
    return found[1] if found else None

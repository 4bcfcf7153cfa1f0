"""Covered: day by day, what was expected of sources and what was collected, gaps and alarms."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Covered:
    """What was collected of one source in a window of days."""

    source: str
    every_days: int
    """Days within which a good crawl is due."""

    last_good_crawl_at: str | None
    last_crawl_at: str | None
    days: tuple[dict[str, Any], ...]
    """Rows of `coverage_days`."""

    gaps: tuple[dict[str, Any], ...]
    """Rows of `gaps` that reach into the window."""

    alarms: tuple[dict[str, Any], ...]
    """What was not as before, by crawl and feed."""

    def is_overdue(self, on: date) -> bool:
        """Tell whether a good crawl has been due before a day."""
        good = self.last_good_crawl_at
        return good is None or (on - date.fromisoformat(good[:10])).days > self.every_days


def crawled_sources(db: Database) -> list[str]:
    """Name the sources that were ever crawled."""
    rows = db.execute("SELECT DISTINCT source FROM crawl_days ORDER BY source")
    return [name for (name,) in rows.fetchall()]


def covered(db: Database, sources: Sequence[str], *, since: date, until: date) -> list[Covered]:
    """Tell what was collected of sources in a window."""
    return [_covered(db, name, since.isoformat(), until.isoformat()) for name in sources]


def _covered(db: Database, source: str, since: str, until: str) -> Covered:
    window = {"source": source, "since": since, "until": until}
    days = db.query(
        "SELECT * FROM coverage_days WHERE source = :source AND day BETWEEN :since AND :until "
        "ORDER BY day",
        window,
    )
    gaps = db.query(
        "SELECT since, until, days, why, good_before FROM gaps "
        "WHERE source = :source AND since <= :until AND until >= :since ORDER BY since",
        window,
    )
    alarms = db.query(
        "SELECT crawl_id, at, feed, alarms FROM shapes WHERE source = :source "
        "AND alarms IS NOT NULL AND substr(at, 1, 10) BETWEEN :since AND :until ORDER BY at, feed",
        window,
    )
    every, good, last = db.execute(
        "SELECT max(1, (coalesce(every_seconds, 86400) + 86399) / 86400), "
        "(SELECT max(started_at) FROM crawls WHERE source = name AND kind = 'crawl' "
        "AND outcome = 'finished'), "
        "(SELECT max(started_at) FROM crawls WHERE source = name AND kind = 'crawl') "
        "FROM sources WHERE name = ?",
        [source],
    ).fetchone()
    told = ({**each, "alarms": json.loads(str(each["alarms"]))} for each in alarms)
    return Covered(source, every, good, last, tuple(days), tuple(gaps), tuple(told))

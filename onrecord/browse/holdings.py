"""What an archive holds, in numbers, and how well it is kept up."""

import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from onrecord.browse import moments
from onrecord.browse.reader import Reader, Row, TemplateVars

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.database import Database

TABLES = ("statements", "revisions", "sources", "crawls", "crawl_days")

_WINDOW_DAYS = 30
_COUNTED_FOR_SECONDS = 30
"""Counting a million texts takes 0.1 s; who reads on sees the numbers of the last half minute."""

_COUNTS = (
    "SELECT (SELECT count(*) FROM statements) AS statements, "
    "(SELECT count(*) FROM revisions) AS revisions"
)
_DATES = (
    "SELECT (SELECT min(published_at) FROM statements) AS first, "
    "(SELECT min(began) FROM (SELECT (SELECT min(started_at) FROM crawls AS c "
    "WHERE c.source = s.name) AS began FROM sources AS s)) AS since"
)
_SOURCES = """
SELECT
    s.name,
    s.country,
    max(1, (coalesce(s.every_seconds, 86400) + 86399) / 86400) AS every_days,
    c.started_at,
    c.outcome,
    (
        SELECT d.day FROM crawl_days AS d
        WHERE d.source = s.name AND d.good > 0 ORDER BY d.day DESC LIMIT 1
    ) AS good_day
FROM sources AS s
LEFT JOIN crawls AS c ON c.id = (
    SELECT l.id FROM crawls AS l
    WHERE l.source = s.name AND l.kind = 'crawl' AND l.outcome != 'running'
    ORDER BY l.started_at DESC LIMIT 1
)
ORDER BY s.name
"""
_GAPS = """
SELECT DISTINCT source FROM (
    SELECT
        d.source,
        d.number,
        lead(d.number, 1, :today) OVER (PARTITION BY d.source ORDER BY d.day) AS ended,
        max(1, (coalesce(s.every_seconds, 86400) + 86399) / 86400) AS every_days
    FROM sources AS s
    CROSS JOIN crawl_days AS d ON d.source = s.name AND d.day >= date(:today, :back)
    WHERE d.good > 0
)
WHERE ended - 1 > :today - :window AND ended - number > every_days
"""
"""The sources that had days in the window on which a good crawl was due and none began."""

_counted: WeakKeyDictionary["Database", tuple[float, Row]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Kept:
    """How the sources are kept up: how many of each kind, and the latest crawl."""

    sources: int
    countries: int
    well: int
    faulty: int
    late: int
    never: int
    with_gaps: int
    last: Row | None


async def read(reader: Reader) -> TemplateVars:
    """Read the numbers and dates of an archive."""
    dates = await reader.row(_DATES) or {}
    today = datetime.now(UTC).date()
    sources = await reader.rows(_SOURCES)
    asked = {"today": _day_number(today), "back": f"-{2 * _WINDOW_DAYS} days"}
    gaps = await reader.rows(_GAPS, **asked, window=_WINDOW_DAYS)
    return {
        **await _counts(reader),
        "first": (dates.get("first") or "")[:10],
        "since": (dates.get("since") or "")[:10],
        "kept": judge(sources, {row["source"] for row in gaps}, today),
        "window": _WINDOW_DAYS,
        "say_date": moments.say_date,
    }


async def _counts(reader: Reader) -> Row:
    database = reader.datasette.get_database(reader.database)
    at, counts = _counted.get(database, (0.0, {}))
    if not counts or time.monotonic() - at > _COUNTED_FOR_SECONDS:
        counts = await reader.row(_COUNTS) or {}
        _counted[database] = (time.monotonic(), counts)
    return counts


def judge(sources: Sequence[Row], gaps: Collection[str], today: date) -> Kept:
    """Judge how sources are kept up; `gaps` are those that were not read every day of late.

    A source is well if its last crawl was good and the next good one is not overdue.
    """
    kinds = Counter(_kind(source, today) for source in sources)
    crawled = [source for source in sources if source["started_at"]]
    return Kept(
        sources=len(sources),
        countries=len({source["country"] for source in sources}),
        well=kinds["well"],
        faulty=kinds["faulty"],
        late=kinds["late"],
        never=kinds["never"],
        with_gaps=sum(
            source["name"] in gaps or _is_long_ago(source["good_day"], today) for source in crawled
        ),
        last=max(crawled, key=lambda source: str(source["started_at"]), default=None),
    )


def _kind(source: Row, today: date) -> str:
    if not source["started_at"]:
        return "never"
    if source["outcome"] != "finished" or not source["good_day"]:
        return "faulty"
    age = (today - date.fromisoformat(source["good_day"])).days
    return "late" if age > source["every_days"] else "well"


def _is_long_ago(good_day: str | None, today: date) -> bool:
    """Tell whether no good crawl began in the days that gaps are looked for in."""
    if good_day is None:
        return True
    return (today - date.fromisoformat(good_day)).days >= _WINDOW_DAYS


def _day_number(day: date) -> int:
    """Number a day as `crawl_days` does, by Julian days."""
    return day.toordinal() + 1_721_425

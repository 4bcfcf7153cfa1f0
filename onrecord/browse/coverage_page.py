"""The pages of coverage: how each source does, and the calendar of one."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from sqlite3 import Connection

from datasette.database import QueryInterrupted
from sqlite_utils import Database

from archive.clock import utc_now
from archive.covered import Covered, covered
from archive.log_alarms import LogAlarm
from onrecord.browse.changes_page import say_event
from onrecord.browse.moments import say_date
from onrecord.browse.page_frame import NotThereError, Page
from onrecord.browse.reader import Reader, Row, TemplateVars
from onrecord.covering import SIGNS, say_days, say_log, sign_of

_MONTHS = 12
_MOST_CRAWLS = 20
_MOST_ISSUES = 20
_MOST_GAPS = 50

_LOOKS = {"#": "good", "!": "faulty", ".": "missed", "-": "none"}
"""The sign of a day, and how its cell is named in the stylesheet."""

_STATES = {
    "well": "Well",
    "late": "Late: no good crawl in the time that its file asks for",
    "failing": "Failing: the last crawl met with faults or was interrupted",
    "alarms": "Alarms: the last crawl was not like the good ones before",
    "never crawled": "Never crawled",
}
_COUNTING = """
SELECT 1 FROM sources WHERE name = :source AND ids = 'rising'
UNION ALL
SELECT 1 FROM channels AS c JOIN shapes AS p ON p.feed >= c.name || ' ' AND p.feed < c.name || '!'
WHERE c.ids = 'rising' AND p.source = :source
LIMIT 1
"""
_ISSUES = """
SELECT at, level, message, url, capture_id, crawl_id FROM issues WHERE crawl_id IN (
    SELECT id FROM crawls WHERE source = :source ORDER BY started_at DESC LIMIT 20
) ORDER BY at DESC, id DESC LIMIT :most
"""
_LOG_ALARMS = """
SELECT since, last_at, bytes, ended_at FROM log_alarms
WHERE ended_at IS NULL OR ended_at > datetime('now', '-28 days')
ORDER BY since DESC LIMIT 20
"""
_SET_ASIDE = """
SELECT coalesce(sum(quarantined), 0) AS quarantined, coalesce(sum(faults), 0) AS faults,
    count(*) AS crawls
FROM crawls WHERE source = :source
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the calendar; without a sign it is before the first crawl or after the last one."""

    day: str
    look: str = ""
    sign: str = ""
    words: str = ""


async def read_coverage(reader: Reader) -> TemplateVars:
    """Read how each source does."""
    rows = await reader.answer("health_of_sources", country=reader.asked("country"))
    told = [each | {"said": _STATES[each["state"]]} for each in rows]
    waiting = await reader.answer("events_that_wait", source="")
    return {
        "country": reader.asked("country"),
        "sources": sorted(told, key=lambda each: each["state"] == "well"),
        "troubled": [each for each in rows if each["state"] != "well"],
        "events": [each | {"said": say_event(each)} for each in waiting],
        "log_alarms": [
            {"since": each["since"], "said": say_log(LogAlarm(**each))}
            for each in await reader.rows(_LOG_ALARMS)
        ],
    }


async def read_source(reader: Reader) -> TemplateVars:
    """Read the last twelve months of a source, as `onrecord coverage` tells them."""
    name, today = reader.asked("source"), utc_now().date()
    source = await reader.row("SELECT * FROM sources WHERE name = :source", source=name)
    if source is None:
        raise NotThereError(f"No source is named {name}")
    since = _first_day(today)
    found = await _covered(reader, name, since, today)
    health = await reader.answer("health_of_sources", country="")
    state = next((each for each in health if each["source"] == name), None)
    set_aside = await reader.row(_SET_ASIDE, source=name)
    return {
        "source": source,
        "state": state,
        "said": _STATES[state["state"]] if state else "",
        "every": _say_every(source["every_seconds"]),
        "since": since.isoformat(),
        "until": today.isoformat(),
        "covered": found,
        "is_overdue": found.is_overdue(today),
        "months": list(_months(found.days, since, today)),
        "legend": [(sign, _LOOKS[sign], words) for sign, words in SIGNS.items()],
        "counts": _count(found.days),
        "gaps": [each | {"said": say_days(each)} for each in reversed(found.gaps[-_MOST_GAPS:])],
        "alarms": list(reversed(found.alarms))[:_MOST_GAPS],
        "crawls": (await reader.answer("crawls_of_a_source", source=name))[:_MOST_CRAWLS],
        "issues": await reader.rows(_ISSUES, source=name, most=_MOST_ISSUES),
        "set_aside": set_aside,
        "events": [
            each | {"said": say_event(each)}
            for each in await reader.answer("events_that_wait", source=name)
        ],
        **await _id_gaps(reader, name),
    }


async def _covered(reader: Reader, name: str, since: date, until: date) -> Covered:
    """Ask as the command `onrecord coverage` does, so that both say the same."""

    def ask(connection: Connection) -> Covered:
        db = Database(connection, recursive_triggers=False)
        return covered(db, [name], since=since, until=until)[0]

    database = reader.datasette.get_database(reader.database)
    found: Covered = await database.execute_fn(ask)
    return found


async def _id_gaps(reader: Reader, name: str) -> TemplateVars:
    """Read which numbers were never seen, where the publisher counts what it publishes."""
    if await reader.row(_COUNTING, source=name) is None:
        return {"is_counting": False}
    try:
        rows = await reader.answer("numbers_never_seen", source=name)
    except QueryInterrupted:  # Of a source with very many statements.
        return {"is_counting": True, "id_gaps": None}
    return {"is_counting": True, "id_gaps": rows[:_MOST_GAPS], "more_id_gaps": len(rows)}


def _first_day(today: date) -> date:
    """Give the first day of the calendar: twelve months that end with this one."""
    months = today.year * 12 + today.month - _MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _months(
    days: Sequence[Row], since: date, until: date
) -> Iterator[tuple[str, list[Cell | None]]]:
    """Give each month with a cell for each of 31 days; None where the month has no such day."""
    known = {each["day"]: each for each in days}
    first = since
    while first <= until:
        length = monthrange(first.year, first.month)[1]
        cells = [_cell(first + timedelta(days=at), known, until) for at in range(length)]
        yield say_date(f"{first:%Y-%m}"), [*cells, *[None] * (31 - length)]
        first += timedelta(days=length)


def _cell(day: date, known: dict[str, Row], until: date) -> Cell | None:
    if day > until:
        return None
    row = known.get(day.isoformat())
    if row is None:
        return Cell(day.isoformat())
    sign = sign_of(row)
    return Cell(day.isoformat(), _LOOKS[sign], sign, SIGNS[sign])


def _count(days: Sequence[Row]) -> list[tuple[str, int]]:
    """Count the days of each kind, in the order of the legend."""
    signs = [sign_of(each) for each in days]
    return [(words, signs.count(sign)) for sign, words in SIGNS.items()]


def _say_every(seconds: int | None) -> str:
    """Say how often a source is to be crawled.

    >>> _say_every(3600), _say_every(172800), _say_every(None)
    ('every hour', 'every 2 days', 'once a day, where its file says nothing else')
    """
    if seconds is None:
        return "once a day, where its file says nothing else"
    for length, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds % length == 0:
            many = seconds // length
            return f"every {name}" if many == 1 else f"every {many} {name}s"
    return ""


_TABLES = ("sources", "crawls", "crawl_days", "shapes", "events", "coverage_days", "gaps")
PAGES = (
    Page(
        path="coverage",
        template="onrecord_coverage.html",
        tables=(*_TABLES, "log_alarms"),
        read=read_coverage,
    ),
    Page(
        path="coverage/(?P<source>[^/]+)",
        template="onrecord_coverage_of.html",
        tables=(*_TABLES, "issues", "statements", "channels", "id_gaps", "quarantine"),
        read=read_source,
    ),
)

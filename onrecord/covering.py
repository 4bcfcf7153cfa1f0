"""Covering: a calendar of what was collected of sources, with the gaps and alarms in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from archive.covered import Covered
from archive.log_alarms import LogAlarm

SIGNS = {
    "#": "good crawl",
    "!": "crawled, but not well",
    ".": "none, though one was due",
    "-": "none was due",
}
"""What a day can have been, as a sign and in words."""

_LEGEND = "   ".join(f"{sign} {words}" for sign, words in SIGNS.items())
_WIDTH = 70


def lines(
    found: Sequence[Covered], since: date, until: date, of_log: Sequence[LogAlarm] = ()
) -> Iterator[str]:
    """Write a calendar of each source and, below, what is missing and why.

    `of_log` are the alarms of the archive's write-ahead log, which come first.
    """
    yield from (f"alarm  {each.since[:10]}: {say_log(each)}" for each in of_log)
    if not found:
        yield "Nothing was ever crawled into this archive."
        return
    yield f"{since} to {until} (UTC)   {_LEGEND}"
    for each in found:
        yield ""
        yield f"{each.source}: {_last(each, until)}"
        yield from _calendar(each, since, until)
        yield from (f"  gap    {say_days(gap)}: {gap['why']}" for gap in each.gaps)
        for alarm in each.alarms:
            for words in alarm["alarms"]:
                yield f"  alarm  {alarm['at'][:10]}: {alarm['feed']}: {words}"
    gaps = sum(gap["days"] for each in found for gap in each.gaps)
    late = sum(each.is_overdue(until) for each in found)
    yield ""
    yield f"Sources: {len(found)}. Days in gaps: {gaps}. Overdue: {late}"


def _last(covered: Covered, until: date) -> str:
    good = covered.last_good_crawl_at
    if good is None:
        return "no good crawl yet"
    overdue = ", overdue" if covered.is_overdue(until) else ""
    return f"last good crawl {good[:10]} {good[11:16]}{overdue}"


def _calendar(covered: Covered, since: date, until: date) -> Iterator[str]:
    """Write a sign for each day, in lines that begin with their first day."""
    signs = {each["day"]: sign_of(each) for each in covered.days}
    shown = [since + timedelta(days=count) for count in range((until - since).days + 1)]
    for start in range(0, len(shown), _WIDTH):
        part = shown[start : start + _WIDTH]
        yield f"  {part[0]}  {''.join(signs.get(day.isoformat(), ' ') for day in part)}".rstrip()


def say_log(alarm: LogAlarm) -> str:
    """Say that the write-ahead log was too large, and whether it still is.

    >>> say_log(LogAlarm("2031-03-05T08:00:00Z", "2031-03-05T09:00:00Z", 300_000_000, None))
    'the write-ahead log had 286 MB at 2031-03-05 09:00, since somebody reads the archive for long'
    """
    size = f"the write-ahead log had {alarm.bytes // 1024 // 1024} MB at {_minute(alarm.last_at)}"
    if alarm.ended_at is None:
        return f"{size}, since somebody reads the archive for long"
    return f"{size}, since somebody read the archive for long; over at {_minute(alarm.ended_at)}"


def _minute(at: str) -> str:
    return f"{at[:10]} {at[11:16]}"


def sign_of(day: Mapping[str, object]) -> str:
    """Give the sign of a day by its row of `coverage_days`.

    >>> sign_of({"good": 0, "crawls": 0, "expected": 1})
    '.'
    """
    if day["good"]:
        return "#"
    if day["crawls"]:
        return "!"
    return "." if day["expected"] else "-"


def say_days(gap: Mapping[str, object]) -> str:
    """Say from when to when a gap is.

    >>> say_days({"since": "2031-03-05", "until": "2031-03-07", "days": 3})
    '2031-03-05 to 2031-03-07, 3 days'
    """
    if gap["since"] == gap["until"]:
        return str(gap["since"])
    return f"{gap['since']} to {gap['until']}, {gap['days']} days"

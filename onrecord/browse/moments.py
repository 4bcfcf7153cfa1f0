"""Times and dates as people read them: day, month in words, zone, and how exact they are."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def say_date(text: str) -> str:
    """Say a date, a month or a year; anything else is given back as it is.

    >>> say_date("2020-09-02"), say_date("2020-09"), say_date("2020")
    ('2 September 2020', 'September 2020', '2020')
    """
    try:
        year, *rest = (int(part) for part in text.split("-"))
        day = date(year, *[*rest, 1, 1][:2])
    except (TypeError, ValueError):
        return text
    return [str(year), f"{_MONTHS[day.month - 1]} {year}", _day(day)][min(len(rest), 2)]


def say_time(text: str | None, zone: str | None = None) -> str:
    """Say a UTC moment, and the local time if a zone is given.

    >>> say_time("2020-09-02T20:10:00Z", "Asia/Kolkata")
    '2 September 2020, 20:10 UTC (01:40 on 3 September 2020 in Asia/Kolkata)'
    """
    try:
        moment = datetime.fromisoformat(text or "").astimezone(UTC)
    except (ValueError, OverflowError):
        return text or "not known"
    said = f"{_day(moment)}, {moment:%H:%M} UTC"
    try:
        local = moment.astimezone(ZoneInfo(zone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        return said
    if local.utcoffset() == moment.utcoffset():
        return said
    on_day = f" on {_day(local)}" if local.date() != moment.date() else ""
    return f"{said} ({local:%H:%M}{on_day} in {zone})"


def say_published(at: str | None, precision: str | None, zone: str | None = None) -> str:
    """Say when a statement was published, no more exactly than its publisher does."""
    if not at:
        return "undated"
    if precision == "time":
        return say_time(at, zone)
    parts = {"year": 1, "month": 2}.get(precision or "", 3)
    exact = {"year": "only the year", "month": "only the month", "date": "only the day"}
    said = say_date("-".join(at[:10].split("-")[:parts]))
    return f"{said} ({exact[precision]} is given)" if precision in exact else said


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

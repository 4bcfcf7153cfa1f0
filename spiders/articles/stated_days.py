"""Stated days: the day on which something was published, as its publisher writes it."""

import re
from datetime import date
from urllib.parse import urlsplit

from analysis.dates import Order, read_date

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?=$|[T ])|(\d{4})(\d\d)(\d\d)(?=$|T)")
_IN_PATH = re.compile(
    r"/((?:19|20)\d\d)(?:/(\d\d?)/(\d\d?)|-(\d\d)-(\d\d)|(\d\d)(\d\d))(?=[/_-]|$)"
)
_ORDERS: tuple[Order, ...] = ("DMY", "MDY")
# Before there were news sites: a default that was never filled in.
_FIRST_YEAR = 1993


def stated_day(raw: str | None) -> date | None:
    """Read the day of a date or time, in its own zone; None where it could be two days, or none.

    >>> stated_day("2031-03-04T23:30:00-05:00"), stated_day("4 March 2031"), stated_day("3/4/2031")
    (datetime.date(2031, 3, 4), datetime.date(2031, 3, 4), None)
    """
    line = (raw or "").strip()
    if found := _ISO.match(line):
        return _day(*(each for each in found.groups() if each))
    days = {_read(line, order) for order in _ORDERS} - {None} if line else set()
    return days.pop() if len(days) == 1 else None


def day_in_address(url: str | None) -> date | None:
    """Read the day that a web address holds between its slashes, if it holds just one.

    >>> day_in_address("https://news.example/2031/03/04/harbour")
    datetime.date(2031, 3, 4)
    """
    path = urlsplit(url or "").path
    found = (_day(*filter(None, match.groups())) for match in _IN_PATH.finditer(path))
    days = {day for day in found if day}
    return days.pop() if len(days) == 1 else None


def _read(line: str, order: Order) -> date | None:
    # Times are left out: brought to UTC, they could lie on another day.
    read = read_date(line, timezone="UTC", order=order, languages=("en",))
    return _day(*read.at[:10].split("-")) if read and read.precision in {"date", "time"} else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= _FIRST_YEAR else None

"""Times as the archive writes them: UTC, ISO 8601, to the second."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_AGE = re.compile("[0-9]{1,10}")


def utc_text(moment: datetime) -> str:
    """Write a moment as `2026-11-23T08:15:00Z`.

    >>> utc_text(datetime(2026, 11, 23, 8, 15, tzinfo=UTC))
    '2026-11-23T08:15:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_utc(text: str) -> datetime:
    """Read what `utc_text` wrote, with or without fractions of a second."""
    return datetime.fromisoformat(text).astimezone(UTC)


def utc_now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(UTC)


def clock_ahead(captured_at: str, told: str | None, age: str | None = None) -> int | None:
    """Tell how many seconds our clock is ahead of a server's, by its Date and Age headers.

    None where it told no time that can be read. Source: RFC 9110, 6.6.1, and RFC 9111, 5.1.

    >>> clock_ahead("2026-03-02T10:00:00Z", "Mon, 02 Mar 2026 09:59:00 GMT", "50")
    10
    """
    try:
        theirs = parsedate_to_datetime(told or "")
        stored = int(age) if age and _AGE.fullmatch(age) else 0
        ahead = read_utc(captured_at) - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
    return round(ahead.total_seconds()) - stored

"""Times as the archive writes them: UTC, ISO 8601, to the second."""

from datetime import UTC, datetime


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

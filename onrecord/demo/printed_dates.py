"""Dates as the fictional offices print them, each in its own zone and manner."""

from datetime import datetime
from zoneinfo import ZoneInfo

_NOON = 12
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}


def stamp(at: datetime, zone: str) -> str:
    """Print 02 SEP 2025 10:40AM.

    >>> from datetime import UTC
    >>> stamp(datetime(2025, 9, 2, 7, 40, tzinfo=UTC), "Europe/Tallinn")
    '02 SEP 2025 10:40AM'
    """
    local = at.astimezone(ZoneInfo(zone))
    month = _month(local, "en")[:3].upper()
    half = "AM" if local.hour < _NOON else "PM"
    hour = (local.hour - 1) % 12 + 1
    return f"{local.day:02} {month} {local.year} {hour:02}:{local.minute:02}{half}"


def long_date(at: datetime, zone: str, language: str) -> str:
    """Print 2 September 2025, or 1er septembre 2025.

    >>> from datetime import UTC
    >>> long_date(datetime(2025, 9, 1, tzinfo=UTC), "Asia/Tbilisi", "fr")
    '1er septembre 2025'
    """
    local = at.astimezone(ZoneInfo(zone))
    day = "1er" if language == "fr" and local.day == 1 else str(local.day)
    return f"{day} {_month(local, language)} {local.year}"


def _month(local: datetime, language: str) -> str:
    return _MONTHS[language].split()[local.month - 1]

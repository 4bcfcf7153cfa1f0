"""Date stamps that machines write: ISO 8601 and the headers of mail and feeds, spelled out."""

import re

from analysis.months import ENGLISH_MONTHS

_ISO = re.compile(
    r"(?<!\d)(\d{4})(-?)(\d{2})\2(\d{2})(?P<t>[Tt_ ])(\d{2}):?(\d{2})"
    r"(?P<second>:?\d{2}(?:[.,]\d+)?)?\s?(?P<zone>Z\b|z\b|[+-]\d{2}(?::?\d{2})?)?(?![\d:])",
)
_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})")
_RFC822 = re.compile(
    r"(?P<weekday>[A-Za-z]{3,9}\.?,\s+)?(?P<day>\d{1,2})[\s-](?P<month>[A-Za-z]{3,9})\.?[\s-]"
    r"(?P<year>\d{4}|\d{2})\s+(?P<time>\d{1,2}:\d{2}(?P<second>:\d{2})?)(?:\.\d+)?\s*"
    r"(?P<zone>[+-]\d{2}:?\d{2}|[A-Za-z]{1,5})?(?:\s*\([^()\d]*\))?",
)
_RFC822_ZONES = {
    "EST": "-05:00",
    "EDT": "-04:00",
    "CST": "-06:00",
    "CDT": "-05:00",
    "MST": "-07:00",
    "MDT": "-06:00",
    "PST": "-08:00",
    "PDT": "-07:00",
}


def spell_out_rfc822(line: str, latest: int) -> str:
    """Rewrite the date of a mail or feed header, whose zone names have fixed offsets."""
    found = _RFC822.fullmatch(line)
    if not found or found["month"][:3].lower() not in ENGLISH_MONTHS:
        return line
    zone = (found["zone"] or "").upper()
    if (zone in _RFC822_ZONES and (found["weekday"] or found["second"])) or zone[:1] in {"+", "-"}:
        zone = "UTC" + _RFC822_ZONES.get(zone, zone)
    year = full_year(found["year"], latest)
    return f"{found['day']} {found['month']} {year:04} {found['time']} {zone}"


def spell_out_iso(line: str) -> str:
    """Rewrite ISO 8601 in any of its widths as one spaced form with a named offset."""
    if day := _ISO_DAY.fullmatch(line):
        return day[1]
    return _ISO.sub(_spaced, line)


def _spaced(found: re.Match[str]) -> str:
    year, _, month, day, t, hour, minute, second, zone = found.groups()
    seconds = ":" + second.removeprefix(":")[:2] if second else ""
    spaced = f"{year}-{month}-{day} {hour}:{minute}{seconds}"
    if not zone:
        return spaced
    if zone[0] == "-" and t == " " and not second:
        return f"{spaced} {zone}"  # "10:40-11:30" may be a stretch of time
    return f"{spaced} UTC" + ("" if zone in {"Z", "z"} else zone)


def full_year(figure: str, latest: int) -> int:
    """Give the year of two or four digits, two being the last such year not after `latest`."""
    if re.fullmatch(r"\d{4}", figure):
        return int(figure)
    return latest - (latest - int(figure)) % 100

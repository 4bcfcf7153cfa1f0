"""Date lines made from known instants, as ministries print them; what each may be read as."""
# ruff: noqa: RUF001 - the signs of all languages are the point here.

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

_FIRST = datetime(1995, 1, 1, tzinfo=UTC)
_DAYS = 365 * 31
_QUARTER = timedelta(minutes=15)
_DIGITS = ("٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９", "۰۱۲۳۴۵۶۷۸۹")
_ZONES = ("IST", "EST", "CST", "BST", "MSK", "CET", "GST", "PST", "JST", "AST", "SST", "PKT")


@dataclass(frozen=True, slots=True)
class Place:
    """How a source writes dates."""

    zone: ZoneInfo
    order: str
    language: str


@dataclass(frozen=True, slots=True)
class Line:
    """A date as printed, and what it says."""

    raw: str
    instants: frozenset[datetime]
    """The instants that it can mean; where it is more or less than one, nobody can tell which."""

    days: frozenset[str]
    """The days that it can be read as, where it is not read to the time."""

    is_plain: bool = False
    """Whether anybody would read it, to the time."""


def lines(place: Place, chance: random.Random, count: int) -> Iterator[Line]:
    """Write lines of all kinds, some of them hostile."""
    kinds = [*_KINDS]
    for number in range(count):
        yield kinds[number % len(kinds)](place, _instant(place, chance), chance)


def _instant(place: Place, chance: random.Random) -> datetime:
    """Choose an instant, often near a change of the clocks."""
    at = _FIRST + timedelta(days=chance.randrange(_DAYS), minutes=chance.randrange(1440))
    if chance.random() < 0.4:
        day = at.replace(hour=0, minute=0)
        for each in range(366):
            now = day + timedelta(days=each)
            then = now + timedelta(days=1)
            offsets = (
                now.astimezone(place.zone).utcoffset(),
                then.astimezone(place.zone).utcoffset(),
            )
            if offsets[0] != offsets[1] and then.year < _FIRST.year + 31:
                return now + timedelta(minutes=chance.randrange(1440))
    return at


def readings(local: datetime, zone: ZoneInfo) -> frozenset[datetime]:
    """Find the instants at which the clocks of a zone show a time, by trying every offset."""
    found = set()
    for quarters in range(-60, 61):
        at = (local - quarters * _QUARTER).replace(tzinfo=UTC)
        if at.astimezone(zone).replace(tzinfo=None) == local:
            found.add(at)
    return frozenset(found)


def _local(place: Place, at: datetime) -> datetime:
    return at.astimezone(place.zone).replace(tzinfo=None, second=0, microsecond=0)


def _day(place: Place, local: datetime, chance: random.Random) -> str:
    """Write a day as the source does."""
    year, month, day = f"{local.year}", f"{local.month:02}", f"{local.day:02}"
    if chance.random() < 0.5:
        sign = chance.choice("./-")
        parts = {"D": day, "M": month, "Y": year}
        return sign.join(parts[each] for each in place.order)
    if place.language in {"ja", "zh"}:
        return f"{year}年{local.month}月{local.day}日"
    if place.language == "ko":
        return f"{year}년 {local.month}월 {local.day}일"
    named = get_month_names("wide", locale=place.language)[local.month]
    if place.order == "MDY":
        return f"{named} {local.day}, {year}"
    of = " de " if place.language in {"es", "pt"} else " "
    dot = "." if place.language in {"de", "nb", "cs"} else ""
    return f"{local.day}{dot}{of}{named}{of}{year}"


def _clock(local: datetime, chance: random.Random) -> str:
    if chance.random() < 0.3:
        half = "PM" if local.hour >= 12 else "AM"
        return f"{local.hour % 12 or 12}:{local.minute:02} {half}"
    return f"{local.hour:02}:{local.minute:02}"


def _of(place: Place, local: datetime, raw: str, *, plain: bool = True) -> Line:
    instants = readings(local, place.zone)
    return Line(raw, instants, frozenset({f"{local:%Y-%m-%d}"}), plain and len(instants) == 1)


def _printed(place: Place, at: datetime, chance: random.Random) -> Line:
    local = _local(place, at)
    joint = chance.choice([" ", ", ", " | ", " - "])
    return _of(place, local, f"{_day(place, local, chance)}{joint}{_clock(local, chance)}")


def _shifted(place: Place, at: datetime, chance: random.Random) -> Line:
    """Name a time that the clocks may skip."""
    local = _local(place, at) + timedelta(minutes=chance.choice([30, 60, 90]))
    return _of(place, local, f"{_day(place, local, chance)} {_clock(local, chance)}")


def _own_zone(place: Place, at: datetime, chance: random.Random) -> Line:
    """Name the zone as its own clocks do: of two readings it may leave one."""
    local, name = _local(place, at), at.astimezone(place.zone).tzname() or ""
    instants = {each for each in readings(local, place.zone) if _name(each, place) == name}
    raw = f"{_day(place, local, chance)} {_clock(local, chance)} {name}"
    if name.startswith(("+", "-")):  # a zone without letters has its offset for a name
        return _with_offset(place, at, chance)
    return Line(raw, frozenset(instants), frozenset({f"{local:%Y-%m-%d}"}), len(instants) == 1)


def _other_zone(place: Place, at: datetime, chance: random.Random) -> Line:
    """Name some zone: unless it is the source's own, only the day is sure."""
    local, name = _local(place, at), chance.choice(_ZONES)
    instants = {each for each in readings(local, place.zone) if _name(each, place) == name}
    raw = f"{_day(place, local, chance)} {_clock(local, chance)} {name}"
    return Line(raw, frozenset(instants), frozenset({f"{local:%Y-%m-%d}"}))


def _name(at: datetime, place: Place) -> str:
    return at.astimezone(place.zone).tzname() or ""


def _offset(place: Place, at: datetime) -> timedelta:
    offset = at.astimezone(place.zone).utcoffset()
    assert offset is not None
    return offset


def _with_offset(place: Place, at: datetime, chance: random.Random) -> Line:
    """State the offset, as machines do: the instant is sure, whatever the clocks do."""
    at = at.replace(second=0, microsecond=0)
    offset = chance.choice([_offset(place, at), timedelta(hours=chance.randint(-11, 13))])
    local = (at + offset).replace(tzinfo=None)
    sign, minutes = ("-", -offset) if offset < timedelta(0) else ("+", offset)
    hours, rest = divmod(int(minutes.total_seconds()) // 60, 60)
    day = f"{_ENGLISH_DAYS[local.weekday()]}, {local.day:02} {_ENGLISH[local.month - 1]}"
    written = f"{sign}{hours:02}:{rest:02}"
    raw = chance.choice(
        [
            f"{local:%Y-%m-%dT%H:%M}:00{written}",
            f"{local:%Y-%m-%dT%H:%M}:00.000{written}",
            f"{day} {local.year} {local:%H:%M}:00 {written.replace(':', '')}",
            f"{at:%Y-%m-%dT%H:%M}:00Z",
            f"{at:%Y-%m-%d %H:%M}:00 UTC",
        ]
    )
    return Line(raw, frozenset({at}), frozenset(), is_plain=True)


_ENGLISH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_ENGLISH_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def _disguised(place: Place, at: datetime, chance: random.Random) -> Line:
    """Write with marks that nobody sees, other blanks, and the digits of another script."""
    line = _printed(place, at, chance)
    digits = str.maketrans("0123456789", chance.choice(_DIGITS))
    raw = chance.choice(
        [
            "\ufeff" + line.raw,
            line.raw.replace(" ", "\u00a0"),
            line.raw.replace(" ", "\u202f ") + "\u200e",
            line.raw.replace(" ", "\n   "),
            line.raw.translate(digits),
            "\u200f" + line.raw + "\u200b",
        ]
    )
    return Line(raw, line.instants, line.days)


def _wrapped(place: Place, at: datetime, chance: random.Random) -> Line:
    """Stand among other words, as in a head or a list."""
    line = _printed(place, at, chance)
    before, after = chance.choice(
        [("Posted On: ", " by PIO Tolva"), ("Published: ", ""), ("", " |"), ("(", ")")]
    )
    return Line(before + line.raw + after, line.instants, line.days)


def _short_year(place: Place, at: datetime, chance: random.Random) -> Line:
    local = _local(place, at)
    parts = {"D": f"{local.day:02}", "M": f"{local.month:02}", "Y": f"{local.year % 100:02}"}
    sign = chance.choice("./-")
    raw = sign.join(parts[each] for each in place.order)
    return Line(f"{raw} {_clock(local, chance)}", readings(local, place.zone), _one(local))


def _date_alone(place: Place, at: datetime, chance: random.Random) -> Line:
    local = _local(place, at)
    return Line(_day(place, local, chance), frozenset(), _one(local))


def _two_dates(place: Place, at: datetime, chance: random.Random) -> Line:
    """Hold two dates, of which none is the one."""
    local = _local(place, at)
    other = local + timedelta(days=chance.randint(1, 99), minutes=7)
    both = [f"{_day(place, each, chance)} {_clock(each, chance)}" for each in (local, other)]
    return Line(chance.choice([" - ", " / ", " to "]).join(both), frozenset(), frozenset())


def _impossible(place: Place, at: datetime, chance: random.Random) -> Line:
    local = _local(place, at)
    day = {"D": "31", "M": "02", "Y": f"{local.year}"}
    wrong = [
        "/".join(day[each] for each in place.order) + " 10:40",
        f"{_day(place, local, chance)} 25:61",
        f"{local.year}-13-45T10:40:00Z",
        "two days ago, 10:40",
        f"{_clock(local, chance)}",
        f"{local:%Y-%m-%d}T10:40:00+99:00",
    ]
    return Line(chance.choice(wrong), frozenset(), _one(local))


def _one(local: datetime) -> frozenset[str]:
    return frozenset({f"{local:%Y-%m-%d}"})


_KINDS: tuple[Callable[[Place, datetime, random.Random], Line], ...] = (
    *(_printed, _shifted, _own_zone, _other_zone, _with_offset, _disguised, _wrapped),
    *(_short_year, _date_alone, _two_dates, _impossible, _printed, _with_offset),
)

"""Published dates as ministries write them: read exactly as far as the text settles them.

Nothing is guessed. The zone and the day/month order come from the source, missing parts are never
filled in, and a line that holds two dates, an impossible one or only "two days ago" is not read.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from analysis.clock import Reading, instant_of, read_offset, take_times
from analysis.months import month_named
from analysis.stamps import full_year, spell_out_iso, spell_out_rfc822

Order = Literal["DMY", "MDY", "YMD"]
Precision = Literal["time", "date", "month", "year"]

_STAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|(?P<local>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.[0-9]{1,9})?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})"
)

# A date line is a line: in anything longer a date is part of the prose.
_LONGEST_LINE = 160


@dataclass(frozen=True)
class PublishedAt:
    """A date as far as its text settles it."""

    at: str
    """ISO 8601, as long as the precision: 2020-09-02T05:10:00Z, 2020-09-02, 2020-09, 2020."""
    precision: Precision
    """How far the text goes; "time" is an instant in UTC, the others are the publisher's days."""


class _Day(NamedTuple):
    year: int
    month: int | None = None
    day: int | None = None

    def as_published(self) -> PublishedAt:
        """Check the parts against the calendar."""
        whole = date(
            self.year,
            1 if self.month is None else self.month,
            1 if self.day is None else self.day,
        ).isoformat()
        if self.day is not None:
            return PublishedAt(whole, "date")
        if self.month is not None:
            return PublishedAt(whole[:7], "month")
        return PublishedAt(whole[:4], "year")


def read_date(
    raw: str,
    *,
    timezone: str,
    order: Order,
    languages: Sequence[str],
    now: datetime | None = None,
) -> PublishedAt | None:
    """Read a date line, or give None where it cannot be read without guessing.

    `now` (the time of capture) only decides the century of a two-digit year. A time of day whose
    zone is not settled leaves the date: "10:40 EST" from a source in London is 2020-09-02.

    Raises:
        LookupError: if the zone or a language is unknown.
    """
    zone = ZoneInfo(timezone)
    if stamp := _at_a_glance(raw):
        return stamp
    return _read_line(raw, zone, order, languages, now)


def _at_a_glance(raw: str) -> PublishedAt | None:
    """Read what machines write most, as the long way would; None for all that is not plain."""
    found = _STAMP.fullmatch(raw)
    if found is None:
        return None
    try:
        if found["zone"] is None:
            return PublishedAt(date.fromisoformat(raw).isoformat(), "date")
        local = datetime.fromisoformat(found["local"])
        if found["zone"] == "Z":
            return PublishedAt(found["local"] + "Z", "time")
        offset = read_offset(found["zone"])
        if offset is None:
            return None
        return PublishedAt((local - offset).isoformat() + "Z", "time")
    except (ValueError, OverflowError):
        return None


def _read_line(
    raw: str, zone: ZoneInfo, order: Order, languages: Sequence[str], now: datetime | None
) -> PublishedAt | None:
    known = tuple(tag.split("-")[0].lower() for tag in languages)
    latest = now.year + 1 if now else 2068
    line = " ".join(raw.split())
    if len(line) > 2 * _LONGEST_LINE or len(line := _clean(line)) > _LONGEST_LINE:
        return None
    try:
        left, readings = take_times(spell_out_iso(spell_out_rfc822(line, latest)))
        day = _Numbers(left, order, known, latest).read()
        if day is None or (readings and day.day is None):
            return None
        return _at_time(day.as_published(), readings, zone)
    except (ValueError, OverflowError):  # 31 February, 25:61, an instant before year 1
        return None


def _at_time(day: PublishedAt, readings: Sequence[Reading], zone: ZoneInfo) -> PublishedAt:
    instants = {instant_of(date.fromisoformat(day.at), each, zone) for each in readings}
    instant = instants.pop() if len(instants) == 1 else None
    if instant is None:
        return day
    return PublishedAt(instant.replace(tzinfo=None).isoformat(timespec="seconds") + "Z", "time")


_MOSCOW = re.compile(r"\b\u043c\u0441\u043a\b", re.IGNORECASE)


def _clean(raw: str) -> str:
    """Fold what only looks different: digits of any script, widths, blanks, invisible marks."""
    folded: list[str] = []
    for char in unicodedata.normalize("NFC", raw):
        kind = unicodedata.category(char)
        if kind == "Nd":
            folded.append(str(unicodedata.decimal(char)))
        elif "\uff01" <= char <= "\uff5e":
            folded.append(unicodedata.normalize("NFKC", char))
        elif kind != "Cf":
            folded.append("-" if char in "\u2212\u2010\u2011" else char)
    line = _MOSCOW.sub("MSK", " ".join("".join(folded).split()))
    # 元年 is the first year of a Japanese era, \u0652 and its like are Arabic vowel signs.
    return re.sub("[\u064b-\u0652]", "", line.replace("元年", "1年"))


# Shapes of people: a line is its numbers and the gaps of text between them.

_ORDINAL = re.compile(r"^(?:st|nd|rd|th|er|ère|re|º|ª|°|-?\u0433\u043e)(?![^\W\d_])", re.IGNORECASE)
_AFTER_DAY = re.compile(r"(?:st|nd|rd|th|º)?[\s,.]*(?:de|del|of)?\s*", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s?([./-])\s?")
_PUNCTUATION = " ,.;:|/()[]'\u2019\u2013\u2014-·•"
_UNITS = {
    ("年", "月"): re.compile(r"\s?[日号號]"),
    ("년", "월"): re.compile(r"\s?일"),
}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_WRAPPER = re.compile(
    r"\b(?:as of|as at|(?:date|time|first|last|issued|posted|published|released|updated|modified)"
    r"(?: (?:on|at|in))?|on|in)\b",
    re.IGNORECASE,
)


class _Numbers:
    """The numbers of a line with the gaps around them; every number must belong to a date."""

    def __init__(self, text: str, order: Order, languages: tuple[str, ...], latest: int) -> None:
        pieces = re.split(r"(\d+)", text)
        self.gaps, self.numbers = pieces[::2], pieces[1::2]
        self.order, self.languages, self.latest = order, languages, latest

    def read(self) -> _Day | None:
        """Read the one date of the line."""
        if len(self.numbers) in {1, 2} and (short := self._month_or_year()):
            return short
        days: set[_Day] = set()
        i = 0
        while i < len(self.numbers):
            day, used = self._day_at(i)
            if day is None:
                return None
            days.add(day)
            i += used
        return days.pop() if len(days) == 1 else None

    def _day_at(self, i: int) -> tuple[_Day | None, int]:
        rest = len(self.numbers) - i
        if rest not in {1, 2}:
            day = self._in_units(i) or self._in_figures(i)
            if day:
                return day, 3
        if rest != 1:
            return self._with_month_name(i), 2
        figure = self.numbers[i]
        if re.fullmatch(r"\d{8}", figure) and len(self.numbers) == 1:
            return _Day(int(figure[:4]), int(figure[4:6]), int(figure[6:])), 1
        return None, 1

    def _in_units(self, i: int) -> _Day | None:
        """Read 2020年9月2日, 令和2年9月2日, 2020년 9월 2일, 2 tháng 9 năm 2020."""
        gaps = (self.gaps[i + 1].strip(), self.gaps[i + 2].strip())
        first, second, third = self.numbers[i : i + 3]
        if gaps == ("tháng", "năm"):
            return _Day(int(third), int(second), int(first))
        end = _UNITS.get(gaps)
        year = self._year_of_era(i)
        if end is None or year is None or not end.match(self.gaps[i + 3]):
            return None
        return _Day(year, int(second), int(third))

    def _year_of_era(self, i: int) -> int | None:
        before, figure = self.gaps[i].strip(), self.numbers[i]
        for era, zero in _ERAS.items():
            if before.endswith(era):
                return zero + int(figure)
        return int(figure) if _is_year(figure) else None

    def _in_figures(self, i: int) -> _Day | None:
        """Read 2/9/2020 and its like in the source's order; a year in front is always YMD."""
        separators = [_SEPARATOR.fullmatch(gap) for gap in self.gaps[i + 1 : i + 3]]
        if not all(separators) or len({found[1] for found in separators if found}) != 1:
            return None
        parts = self.numbers[i : i + 3]
        if not _is_year(parts[0]) and self.gaps[i][-1:].isalpha():
            return None  # H31.4.30 is 2019 in Japan
        order = "YMD" if _is_year(parts[0]) else self.order
        by_letter = dict(zip(order, parts, strict=True))
        year = by_letter.pop("Y")
        if len(year) not in {2, 4} or not all(map(_is_short, by_letter.values())):
            return None
        return _Day(full_year(year, self.latest), int(by_letter["M"]), int(by_letter["D"]))

    def _with_month_name(self, i: int) -> _Day | None:
        """Read 2 September 2020, 02-Sep-20, September 2nd, 2020 and 2020 September 2."""
        first, second = self.numbers[i : i + 2]
        between = self.gaps[i + 1]
        month = self._month(_ORDINAL.sub("", between.strip()))
        if month and _is_short(first) and _is_year(second):
            return _Day(int(second), month, int(first))
        if month and _is_short(first) and _is_short(second) and self.order != "YMD":
            return _Day(full_year(second, self.latest), month, int(first))
        if month and _is_year(first) and _is_short(second):
            return _Day(int(first), month, int(second))
        if _is_short(first) and _is_year(second) and _AFTER_DAY.fullmatch(between):
            words = re.split(r"[\s,;:|()/\u2013\u2014-]+", self.gaps[i].strip(_PUNCTUATION))
            month = self._month(words[-1])
            return _Day(int(second), month, int(first)) if month else None
        return None

    def _month_or_year(self) -> _Day | None:
        """Read September 2020, 2020-09, 2020年9月 or 2020, if the line says nothing else."""
        gaps = [_WRAPPER.sub("", gap).strip(_PUNCTUATION) for gap in self.gaps]
        figures = self.numbers
        if len(figures) == 1 and _is_year(figures[0]):
            words = "".join(gaps).removesuffix("年") if not gaps[0] else " ".join(gaps).strip()
            month = self._month(words)
            return _Day(int(figures[0]), month) if month or not words else None
        if len(figures) == 1:
            return None
        if gaps == ["", "年", "月"] and _is_year(figures[0]):
            return _Day(int(figures[0]), int(figures[1]))
        year, month_figure = sorted(figures, key=len, reverse=True)
        alone = not gaps[0] and not gaps[2] and _SEPARATOR.fullmatch(self.gaps[1])
        if alone and _is_year(year) and _is_short(month_figure):
            return _Day(int(year), int(month_figure))
        return None

    def _month(self, gap: str) -> int | None:
        """Give the month that a gap names and says nothing beside."""
        named = {month_named(part.strip(_PUNCTUATION), self.languages) for part in gap.split("/")}
        months = named - {None}
        return months.pop() if len(months) == 1 else None


def _is_year(figure: str) -> bool:
    return re.fullmatch(r"\d{4}", figure) is not None


def _is_short(figure: str) -> bool:
    return len(figure) in {1, 2}

"""Date lines: tables of what ministries write, and properties over many shapes."""

import csv
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from datetime import timezone as fixed_zone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.dates import PublishedAt, read_date

TABLES = sorted((Path(__file__).parent / "dates").glob("*.csv"))
ROWS = [
    pytest.param(row, id=f"{table.stem}-{number}")
    for table in TABLES
    for number, row in enumerate(
        csv.DictReader(table.read_text(encoding="utf-8").splitlines()), start=2
    )
]
LONDON = {"timezone": "Europe/London", "order": "DMY", "languages": ["en"]}


@pytest.mark.parametrize("row", ROWS)
def test_a_date_line_is_read_as_far_as_it_goes(row: dict[str, Any]) -> None:
    got = read_date(
        row["raw"],
        timezone=row["timezone"],
        order=row["order"],
        languages=row["languages"].split(),
    )
    expected = PublishedAt(row["at"], row["precision"]) if row["at"] else None
    assert got == expected


def test_the_tables_are_as_wide_as_promised() -> None:
    rows = [param.values[0] for param in ROWS]
    assert len(rows) >= 150
    assert len({row["timezone"] for row in rows}) >= 12


@pytest.mark.parametrize(
    "raw",
    [
        "\ufeff2\u00a0September\u202f2020",
        "2\u200b September\u2060 2020",
        "\u200e2 Sep\u00adtember 2020\u200f",
        "2\tSeptember\r\n 2020",
        "2 September\u3000\uff12\uff10\uff12\uff10",
    ],
)
def test_marks_that_nobody_sees_change_nothing(raw: str) -> None:
    assert read_date(raw, **LONDON) == PublishedAt("2020-09-02", "date")


def test_accents_may_come_apart() -> None:
    reading = read_date(
        "2 fe\u0301vrier 2020", timezone="Europe/Paris", order="DMY", languages=["fr"]
    )
    assert reading == PublishedAt("2020-02-02", "date")


@pytest.mark.parametrize(("year", "at"), [(2026, "1965-03-05"), (2066, "2065-03-05")])
def test_the_capture_decides_the_century_of_two_digits(year: int, at: str) -> None:
    now = datetime(year, 11, 23, tzinfo=UTC)
    assert read_date("05.03.65", **LONDON, now=now) == PublishedAt(at, "date")


def test_nothing_is_filled_in_from_the_clock() -> None:
    for raw in ("2 September", "September", "10:40", "Wednesday", "2 days ago"):
        assert read_date(raw, **LONDON, now=datetime(2020, 9, 2, tzinfo=UTC)) is None


def test_a_date_deep_in_prose_is_not_a_date_line() -> None:
    prose = "The harbour treaty was signed on 2 September 2020 in the old customs house. " * 3
    assert read_date(prose, **LONDON) is None


def test_a_line_may_stand_in_a_desert_of_blanks() -> None:
    line = "\n" * 5000 + "2 September" + "\t" * 5000 + "2020"
    assert read_date(line, **LONDON) == PublishedAt("2020-09-02", "date")


def test_a_region_of_a_language_does_not_matter() -> None:
    reading = read_date(
        "2 de setembro de 2020", timezone="America/Sao_Paulo", order="DMY", languages=["pt-BR"]
    )
    assert reading == PublishedAt("2020-09-02", "date")


def test_a_language_nobody_knows_is_the_source_files_fault() -> None:
    with pytest.raises(LookupError, match="zz"):
        read_date("2 Foo 2020", timezone="Europe/London", order="DMY", languages=["zz"])


def test_a_zone_nobody_knows_is_the_source_files_fault() -> None:
    with pytest.raises(LookupError):
        read_date("2020", timezone="Europe/Atlantis", order="DMY", languages=["en"])


def test_dateparser_waits_until_a_foreign_name_needs_it() -> None:
    code = (
        "import sys; from analysis.dates import read_date as r\n"
        "k = dict(timezone='Asia/Kolkata', order='DMY', languages=['en', 'fr'])\n"
        "r('Posted On: 02 SEP 2020 10:40AM by PIB Delhi', **k); r('2020-09-02T10:40Z', **k)\n"
        "r('Wed, 02 Sep 2020 10:40:00 GMT', **k); r('2/9/2020', **k)\n"
        "assert 'dateparser' not in sys.modules\n"
        "r('2 septembre 2020', **k)\n"
        "assert 'dateparser' in sys.modules"
    )
    root = Path(__file__).resolve().parents[1]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


ZONE_NAMES = """
Asia/Kolkata Europe/London America/New_York Asia/Tokyo Europe/Berlin Europe/Moscow Africa/Cairo
Asia/Kathmandu Australia/Lord_Howe America/St_Johns Pacific/Apia UTC
"""
ZONES = st.sampled_from(ZONE_NAMES.split())
FIRST, LAST = datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2068-01-01")
MOMENTS = st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(microsecond=0))
WITH_OFFSET = ("%Y-%m-%dT%H:%M:%S%z", "%Y%m%dT%H%M%S%z", "%a, %d %b %Y %H:%M:%S %z")
LOCAL = (
    "%Y-%m-%d %H:%M:%S",
    "%d %B %Y %H:%M:%S",
    "%B %d, %Y at %I:%M:%S %p",
    "%A, %d. %b. %Y, %H:%M:%S",
    "%H:%M:%S %d/%m/%Y",
    "%a %b %d %H:%M:%S %Y",
    "Posted on %d-%b-%Y %I:%M:%S%p by the Ministry of Tides",
    "%Y年%m月%d日 %H:%M:%S",
)
DAYS = ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d.%m.%y", "%d %B %Y", "%B %d, %Y", "%d-%b-%y")


@given(MOMENTS, ZONES, st.sampled_from(WITH_OFFSET), st.integers(-12, 14))
def test_a_stated_offset_always_wins(moment: datetime, zone: str, shape: str, hours: int) -> None:
    aware = moment.replace(tzinfo=fixed_zone(timedelta(hours=hours)))
    got = read_date(aware.strftime(shape), timezone=zone, order="MDY", languages=["en"])
    expected = aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert got == PublishedAt(expected, "time")


@given(MOMENTS, ZONES, st.sampled_from(LOCAL))
def test_a_local_time_is_the_instant_or_only_the_day(
    moment: datetime, zone: str, shape: str
) -> None:
    got = read_date(moment.strftime(shape), timezone=zone, order="DMY", languages=["en", "zh"])
    first, second = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        assert got == PublishedAt(f"{moment:%Y-%m-%d}", "date")
    else:
        assert got == PublishedAt(f"{first.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "time")


@given(st.dates(FIRST.date(), LAST.date()), ZONES, st.sampled_from(DAYS))
def test_a_day_is_the_same_day_everywhere(day: date, zone: str, shape: str) -> None:
    got = read_date(day.strftime(shape), timezone=zone, order="DMY", languages=["en"])
    assert got == PublishedAt(day.isoformat(), "date")


@given(st.dates(FIRST.date(), LAST.date()), st.dates(FIRST.date(), LAST.date()))
def test_two_days_are_no_day(one: date, other: date) -> None:
    got = read_date(f"{one:%d %B %Y} and {other:%d %B %Y}", **LONDON)
    assert got == (PublishedAt(one.isoformat(), "date") if one == other else None)


SCRAPS = """
2 02 2020 99 31 10:40 25:61 : . / - , T Z AM PM GMT IST UTC+5 +0530 -11:30 Sept March mai 年 月 日
下午 सितंबर أيلول hrs h Uhr th ago of de ( ) 令和 20200902 \uff10\uff10 \u0664 \u200b
"""
PIECES = st.sampled_from(SCRAPS.split())
LINES = st.lists(PIECES, max_size=9).flatmap(
    lambda words: st.sampled_from(["", " "]).map(lambda glue: glue.join(words))
)


@settings(max_examples=400)
@given(st.one_of(st.text(max_size=80), LINES), ZONES, st.sampled_from(["DMY", "MDY", "YMD"]))
def test_no_text_raises_and_what_is_read_is_a_date(text: str, zone: str, order: Any) -> None:
    got = read_date(text, timezone=zone, order=order, languages=["en", "fr", "hi", "ar"])
    if got is not None:
        lengths = {"year": 4, "month": 7, "date": 10, "time": 20}
        assert len(got.at) == lengths[got.precision]
        datetime.fromisoformat(got.at + {"year": "-01-01", "month": "-01"}.get(got.precision, ""))

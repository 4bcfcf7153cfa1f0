"""The countries: who speaks here and who is spoken about, and a page for each."""

import re
from collections.abc import Sequence
from functools import partial

from onrecord.browse import moments, tone_words
from onrecord.browse.charts import Chart, picture
from onrecord.browse.country_charts import countries_chart, months_chart
from onrecord.browse.country_names import Names, country_names
from onrecord.browse.page_frame import NotThereError, Page
from onrecord.browse.periods import Periods, read_periods
from onrecord.browse.posts import excerpt, say_heading
from onrecord.browse.reader import Reader, Row, TemplateVars
from onrecord.browse.tone_steps import margin
from onrecord.browse.wording import read_linked

_CODE = re.compile(r"[a-z0-9-]{2,20}")
_ENOUGH = 20
_MOST_FORMULAS = 15
_MOST_TURNS = 15

_OFFICES = (
    "SELECT s.name, s.office, (SELECT substr(max(published_at), 1, 10) FROM statements "
    "WHERE source = s.name) AS last_on FROM sources AS s WHERE s.country = :country "
    "ORDER BY s.office LIMIT 200"
)
_PEOPLE = (
    "SELECT h.person_id, p.name, h.role, h.capacity, h.since, h.until, o.office, o.name AS source "
    "FROM sources AS o JOIN holders AS h ON h.source = o.name "
    "JOIN persons AS p ON p.id = h.person_id WHERE o.country = :country "
    "ORDER BY h.until IS NOT NULL, h.capacity <> 'holder', o.office, h.since DESC LIMIT 100"
)
_STATEMENTS = (
    "SELECT id, title, substr(text, 1, 200) AS text, linked, account, published_at, "
    "published_precision, speaker, source, office, state FROM statements WHERE country = :country "
    "AND published_at IS NOT NULL ORDER BY published_at DESC LIMIT 10"
)


async def read_list(reader: Reader) -> TemplateVars:
    """Read all countries that speak here or are spoken about."""
    names = await country_names(reader)
    rows = await reader.answer("countries_here")
    for row in rows:
        row["name"] = names[row["country"]]
    return {
        "speaking": [row for row in rows if row["offices"] or row["statements"]],
        "spoken_about": [row for row in rows if not (row["offices"] or row["statements"])],
        "query": "countries_here",
    }


async def read_country(reader: Reader) -> TemplateVars:
    """Read what one country's offices say of others, and what others say of it."""
    code = reader.asked("code").lower()
    offices = await reader.rows(_OFFICES, country=code)
    names = await country_names(reader)
    if not _CODE.fullmatch(code) or not (offices or code in names):
        raise NotThereError(f"No country “{code}” speaks here or is spoken about")
    found = {
        "code": code,
        "names": names,
        "name": names[code],
        "offices": offices,
        "people": await reader.rows(_PEOPLE, country=code),
        "latest": [_statement(row) for row in await reader.rows(_STATEMENTS, country=code)],
        "said": [_said(row) for row in await reader.answer(_LATELY, country=code)],
        "turns": await _turns(reader, code),
        "formulas": await _formulas(reader, code),
        "queries": {"lately": _LATELY, "turns": _TURNS, "formulas": _FORMULAS},
    }
    return found | await _tones(reader, code, names)


_LATELY = "said_lately_about_a_country"
_TURNS = "turning_points_of_a_country"
_FORMULAS = "standing_formulas"
_TONES = "tone_of_a_country"
_MONTHS = "months_of_a_country"


def _statement(row: Row) -> Row:
    published = moments.say_published(row["published_at"], row["published_precision"])
    return row | {"heading": say_heading(row, read_linked(row["linked"])), "published": published}


def _said(row: Row) -> Row:
    return row | {
        "heading": excerpt(row["title"] or "Untitled", 100),
        "sentence": excerpt(row["sentence"] or "", 600),
        "label": tone_words.say_label(row["tone_label"]),
        "confidence": tone_words.say_confidence(row["tone_confidence"]),
    }


async def _turns(reader: Reader, code: str) -> list[Row]:
    rows = await reader.answer(_TURNS, country=code)
    return [
        row | {"confidence_said": tone_words.say_confidence(row["confidence"])}
        for row in rows[:_MOST_TURNS]
    ]


async def _formulas(reader: Reader, code: str) -> list[Row]:
    rows = await reader.answer(_FORMULAS, country=code, about="")
    return rows[:_MOST_FORMULAS]


async def _tones(reader: Reader, code: str, names: Names) -> TemplateVars:
    """Read the tone of a period in both directions, and of all months toward it."""
    periods = await read_periods(reader)
    rows = await _toned(reader, code, names, periods)
    toward, of_others = (_one_way(rows, direction) for direction in _WAYS)
    months = await _months(reader, code)
    page, asked = reader.country(code), {"period": periods.chosen}
    return {
        "periods": periods,
        "toward": toward,
        "of_others": of_others,
        "toward_chart": picture(_way_chart("toward", toward, names[code], periods), page, **asked),
        "of_others_chart": picture(
            _way_chart("from", of_others, names[code], periods), page, **asked
        ),
        "months": months,
        "months_chart": picture(_months_chart(months, names[code]), page),
        "tone_query": _TONES,
        "tone_parameters": {"country": code, **asked},
        "months_query": _MONTHS,
        "months_parameters": {"country": code},
        "why_no_mean": say_why(toward + of_others),
    }


_WAYS = {
    "toward": "Mean tone of {} toward other countries with its 95 % interval, {}",
    "from": "Mean tone of other countries toward {} with its 95 % interval, {}",
}


async def _toned(reader: Reader, code: str, names: Names, periods: Periods) -> list[Row]:
    if not periods.chosen:
        return []
    rows = await reader.answer(_TONES, country=code, period=periods.chosen)
    for row in rows:
        row["name"] = names[row["other"]]
        row["margin"] = margin(row["variance"], row["n"])
    return rows


def _one_way(rows: Sequence[Row], direction: str) -> list[Row]:
    return [row for row in rows if row["direction"] == direction]


def _way_chart(direction: str, rows: Sequence[Row], name: str, periods: Periods) -> Chart | None:
    return countries_chart(direction, rows, _WAYS[direction].format(name, periods.said))


async def _months(reader: Reader, code: str) -> list[Row]:
    return (await reader.answer(_MONTHS, country=code))[::-1]


def _months_chart(months: Sequence[Row], name: str) -> Chart | None:
    label = f"Statements that mention {name} by month, and their mean tone toward it"
    return months_chart(months, label)


async def _draw_way(reader: Reader, direction: str) -> Chart | None:
    code, names = reader.asked("code").lower(), await country_names(reader)
    periods = await read_periods(reader)
    rows = await _toned(reader, code, names, periods)
    return _way_chart(direction, _one_way(rows, direction), names[code], periods)


async def _draw_months(reader: Reader) -> Chart | None:
    code, names = reader.asked("code").lower(), await country_names(reader)
    return _months_chart(await _months(reader, code), names[code])


def say_why(rows: Sequence[Row]) -> str:
    """Say why rows without a mean have none.

    >>> say_why([{"n": 3, "mean": None}, {"n": 7, "mean": None}])
    'A mean is given from 20 scored statements on; the most here is 7.'
    """
    most = max((row["n"] for row in rows if row["mean"] is None), default=0)
    return f"A mean is given from {_ENOUGH} scored statements on; the most here is {most}."


_TABLES = ("statements", "sources", "entities", "said_about", "target_periods")

PAGES = (
    Page(path="countries", template="onrecord_countries.html", tables=_TABLES, read=read_list),
    Page(
        path=r"countries/(?P<code>[^/]+)",
        template="onrecord_country.html",
        tables=(
            *_TABLES,
            *("persons", "holders", "mentions", "sentences", "turning_points"),
            *("formulas", "standing_formulas", "tone_toward"),
        ),
        read=read_country,
        charts={
            **{way: partial(_draw_way, direction=way) for way in _WAYS},
            "months": _draw_months,
        },
    ),
)

"""The page that finds statements by their words, those first that were recorded last."""

import asyncio
import re
from sqlite3 import OperationalError

from datasette.database import QueryInterrupted

from onrecord.browse import change_words
from onrecord.browse.moments import say_published
from onrecord.browse.page_frame import Page
from onrecord.browse.reader import Reader, Row, TemplateVars
from onrecord.browse.search_words import LONGEST, has_beginning, match_of
from onrecord.browse.statement_rows import read_number

MOST_COUNTED = 1_000
ON_A_PAGE = 20
LOOKED_THROUGH = 5_000
"""How many found statements are looked through for those of a country or source, a page."""

_NO_END = 2**62
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Marks around found words; these characters are for private use, so no font shows them."""

_LOOKED = """
SELECT count(*) AS n, min(number) AS last FROM (
    SELECT rowid AS number FROM statements_fts
    WHERE statements_fts MATCH :words AND rowid < :before
    ORDER BY rowid DESC LIMIT :most
)
"""
_COUNT = """
SELECT count(*) AS n FROM (
    SELECT 1 FROM statements_fts WHERE statements_fts MATCH :words LIMIT :most
)
"""
_FOUND = """
SELECT
    f.rowid AS number, s.id, s.title, substr(s.text, 1, 200) AS text, s.account, s.linked,
    s.language, s.speaker, s.office, s.state, s.published_at, s.published_precision,
    t.at AS withheld,
    passage(s.title, :words, :open, :close) AS marked_title,
    passage(s.text, :words, :open, :close) AS marked_text
FROM statements_fts AS f
CROSS JOIN statements AS s ON s.rowid = f.rowid
LEFT JOIN takedowns AS t ON t.statement_id = s.id
WHERE statements_fts MATCH :words AND f.rowid < :before AND f.rowid >= :last
    AND (:source = '' OR s.source = :source)
    AND (:country = '' OR s.source IN (SELECT name FROM sources WHERE country = :country))
ORDER BY f.rowid DESC LIMIT :most
"""
_SOURCES = "SELECT name, office, country FROM sources ORDER BY country, office, name LIMIT 1000"
_WORDS_HIDDEN = dict.fromkeys(("title", "text", "linked", "marked_title", "marked_text"))
_EMPTY: TemplateVars = {"found": [], "counted": None, "earlier": None, "looked": None}


async def read_search(reader: Reader) -> TemplateVars:
    """Read a page of what was found; without words, only what the form offers."""
    words, country, source = (reader.asked(name) for name in ("q", "country", "source"))
    given = {"q": words, "country": country, "source": source}
    sources = await reader.rows(_SOURCES)
    told: TemplateVars = {
        "asked": given,
        "kept": {name: value for name, value in given.items() if value},
        "table_filters": {name: given[name] for name in ("country", "source") if given[name]},
        "before": read_number(reader.asked("before")),
        "sources": sources,
        "countries": sorted({each["country"] for each in sources}),
        "is_of_beginnings": has_beginning(words),
        "trouble": f"Give at most {LONGEST} characters." if len(words) > LONGEST else "",
    }
    if not words or told["trouble"]:
        return told | _EMPTY
    try:
        return told | await _find(reader, told["before"], words, country, source)
    except QueryInterrupted:
        trouble = "These words took too long to find together. Give fewer, or rarer ones."
    except OperationalError:
        trouble = "The search could not be read. Leave out what is no word."
    return told | _EMPTY | {"trouble": trouble}


async def _find(reader: Reader, before: int, words: str, country: str, source: str) -> TemplateVars:
    """Find the latest with some words, recorded before one of them."""
    match = match_of(words)
    asked = {"words": match, "before": before or _NO_END}
    is_narrowed = bool(country or source)
    looked = await reader.row(_LOOKED, **asked, most=LOOKED_THROUGH) if is_narrowed else None
    rows, counted = await asyncio.gather(
        reader.rows(
            _FOUND,
            **asked,
            last=looked["last"] if looked and looked["last"] else 0,
            country=country,
            source=source,
            most=ON_A_PAGE + 1,
            open=_OPEN,
            close=_CLOSE,
        ),
        reader.row(_COUNT, words=match, most=MOST_COUNTED + 1),
    )
    found = [_told(row) for row in rows[:ON_A_PAGE]]
    is_cut = looked is not None and looked["n"] == LOOKED_THROUGH
    earlier = found[-1]["number"] if len(rows) > ON_A_PAGE else None
    return {
        "found": found,
        "counted": counted["n"] if counted else 0,
        "most_counted": MOST_COUNTED,
        "earlier": earlier or (looked["last"] if looked and is_cut else None),
        "looked": LOOKED_THROUGH if is_cut and earlier is None else None,
    }


def _told(row: Row) -> Row:
    """Say a found statement; one whose words are withheld shows none of them."""
    if row["withheld"]:
        row = row | _WORDS_HIDDEN
    return row | {
        "heading": split_marked(row["marked_title"] or change_words.say_name(row)),
        "words": split_marked(row["marked_text"] or ""),
        "published": say_published(row["published_at"], row["published_precision"]),
    }


def split_marked(text: str) -> list[tuple[str, bool]]:
    r"""Split a text into what was found in it and what was not.

    >>> split_marked("At the \ue000lake\ue001, early")
    [('At the ', False), ('lake', True), (', early', False)]
    """
    parts = re.split(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}", text)
    pieces = [(part, number % 2 == 1) for number, part in enumerate(parts)]
    return [(_unmarked(part), is_found) for part, is_found in pieces if part]


def _unmarked(part: str) -> str:
    """Drop marks that a publisher wrote."""
    return part.replace(_OPEN, "").replace(_CLOSE, "")


PAGES = (
    Page(
        path="search",
        template="onrecord_search.html",
        tables=("statements", "takedowns", "sources"),
        read=read_search,
    ),
)

"""The page of an office: who holds it, how it is collected, what it published and of whom."""

import asyncio
from collections.abc import Mapping, Sequence

from onrecord.browse import month_charts
from onrecord.browse.cells import is_web_address
from onrecord.browse.charts import Chart, picture
from onrecord.browse.page_frame import NotThereError, Page
from onrecord.browse.reader import Reader, Row, TemplateVars
from onrecord.browse.said import MOST_SHOWN, by_kind, mark_guess

_OFFICE = """
SELECT o.*, coalesce(e.name, upper(o.country)) AS country_name
FROM sources AS o
LEFT JOIN entities AS e ON e.kind = 'country' AND e.id = o.country
WHERE o.name = :source
"""
_ACCOUNTS = """
SELECT a.platform, a.handle, a.since, a.until, a.url, a.proof, a.person_id, p.name
FROM accounts AS a
LEFT JOIN persons AS p ON p.id = a.person_id
WHERE a.source = :source
ORDER BY a.until IS NOT NULL, a.person_id, a.platform, a.since DESC, a.handle
LIMIT 100
"""
_LATEST = """
SELECT
    id AS statement_id, published_at, coalesce(title, substr(text, 1, 120)) AS title, kind, speaker,
    speaker_id, language, tone_label, tone, tone_confidence, state
FROM statements
WHERE source = :source
ORDER BY published_at DESC, id
LIMIT 20
"""
_LAST_CRAWL = """
SELECT id, kind, started_at, outcome FROM crawls
WHERE source = :source
ORDER BY started_at DESC
LIMIT 1
"""
_LAST_GOOD = """
SELECT id, started_at FROM crawls
WHERE source = :source AND kind = 'crawl' AND outcome = 'finished'
ORDER BY started_at DESC
LIMIT 1
"""
_WAITING = (
    "SELECT id, kind, at, statements FROM events WHERE source = :source AND state = 'waiting'"
)
_FORMULAS = """
SELECT
    f.phrase, f.target, coalesce(e.name, f.target) AS about, f.status, f.reworded_to,
    f.n, f.chances, f.first_used_on, f.first_id, f.last_used_on, f.last_id
FROM formulas AS f
LEFT JOIN entities AS e ON e.kind = 'country' AND e.id = f.target
WHERE f.country = :country
ORDER BY f.n DESC, f.last_used_on DESC, f.target, f.phrase
LIMIT 11
"""
_LISTS = {
    "months": "months_of_an_office",
    "holders": "holders_of_an_office",
    "speakers": "speakers_of_an_office",
    "about": "spoken_about_by_an_office",
}
_OF_EITHER = {"edits": "edits_of_a_speaker_or_an_office", "gone": "gone_of_a_speaker_or_an_office"}
_OWN = {
    "accounts": _ACCOUNTS,
    "latest": _LATEST,
    "last_crawl": _LAST_CRAWL,
    "last_good": _LAST_GOOD,
    "waiting": _WAITING,
}
_RETENTIONS = {
    "keep": "A text stays in the archive when its publisher deletes it.",
    "hash-only": "Only the hash of a text stays when its publisher deletes it.",
}
_SPANS = ((7 * 86400, "week"), (86400, "day"), (3600, "hour"), (60, "minute"))


async def _read_office(reader: Reader) -> TemplateVars:
    source = reader.asked("source")
    office = await reader.row(_OFFICE, source=source)
    if office is None:
        raise NotThereError(f"No office of this archive has the name “{source}”")
    found = await _found(reader, office)
    page = reader.office(source)
    return {
        **found,
        "office": office,
        **month_charts.sum_up(
            found["months"],
            page,
            await month_charts.months_due(reader, "office_months", office["name"]),
        ),
        "terms": picture(month_charts.terms_chart(found["holders"]), page),
        "about": await by_kind(reader, found["about"]),
        "latest": mark_guess(found["latest"]),
        "last_crawl": next(iter(found["last_crawl"]), None),
        "last_good": next(iter(found["last_good"]), None),
        "retention": _RETENTIONS.get(office["retention"], office["retention"]),
        "every": say_every(office["every_seconds"]),
        "is_web_address": is_web_address,
        "most": MOST_SHOWN,
    }


async def _found(reader: Reader, office: Row) -> Mapping[str, list[Row]]:
    source = office["name"]
    asked = {
        **{name: reader.answer(query, source=source) for name, query in _LISTS.items()},
        **{
            name: reader.answer(query, speaker="", source=source)
            for name, query in _OF_EITHER.items()
        },
        **{name: reader.rows(sql, source=source) for name, sql in _OWN.items()},
        "formulas": reader.rows(_FORMULAS, country=office["country"]),
    }
    answers: Sequence[list[Row]] = await asyncio.gather(*asked.values())
    return dict(zip(asked, answers, strict=True))


def say_every(seconds: int | None) -> str:
    """Say how often something is done.

    >>> say_every(86400), say_every(6 * 3600), say_every(14 * 86400), say_every(None)
    ('every day', 'every 6 hours', 'every 2 weeks', 'not declared')
    """
    if not seconds or seconds < 1:
        return "not declared"
    length, word = next((span for span in _SPANS if seconds % span[0] == 0), (1, "second"))
    count = seconds // length
    return f"every {word}" if count == 1 else f"every {count} {word}s"


async def _volume(reader: Reader) -> Chart | None:
    return month_charts.volume_chart(await _listed(reader, "months"))


async def _tone(reader: Reader) -> Chart | None:
    return month_charts.tone_chart(await _listed(reader, "months"))


async def _terms(reader: Reader) -> Chart | None:
    return month_charts.terms_chart(await _listed(reader, "holders"))


async def _listed(reader: Reader, name: str) -> list[Row]:
    return await reader.answer(_LISTS[name], source=reader.asked("source"))


OFFICE = Page(
    path=r"offices/(?P<source>[^/]+)",
    template="onrecord_office.html",
    tables=(
        *("statements", "sources", "persons", "holders", "accounts", "entities", "crawls"),
        *("events", "speaker_months", "office_months", "tone_of_offices", "said_about", "formulas"),
        *("revisions", "edits", "fates", "summary_due"),
    ),
    read=_read_office,
    charts={"volume": _volume, "tone": _tone, "terms": _terms},
)

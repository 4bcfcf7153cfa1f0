"""The page of a person: how much they said, in what tone and about whom, and what became of it."""

import asyncio
from collections.abc import Mapping, Sequence

from onrecord.browse import month_charts
from onrecord.browse.cells import is_web_address
from onrecord.browse.charts import Chart
from onrecord.browse.country_names import country_names
from onrecord.browse.page_frame import NotThereError, Page
from onrecord.browse.reader import Reader, Row, TemplateVars
from onrecord.browse.said import MOST_SHOWN, by_kind, mark_guess
from onrecord.browse.wording import read_json

_PERSON = "SELECT id, name, aliases FROM persons WHERE id = :speaker"
_NAMED = """
SELECT EXISTS (SELECT 1 FROM speaker_months WHERE speaker = :speaker)
    OR EXISTS (SELECT 1 FROM statements WHERE speaker = :speaker AND speaker_id IS NULL) AS is_there
"""
_TERMS = """
SELECT h.role, h.capacity, h.since, h.until, h.source, o.office, o.country
FROM holders AS h
JOIN sources AS o ON o.name = h.source
WHERE h.person_id = :speaker
ORDER BY h.since DESC, h.source, h.role
LIMIT 100
"""
_ACCOUNTS = """
SELECT platform, handle, since, until, url, proof, source FROM accounts
WHERE person_id = :speaker
ORDER BY until IS NOT NULL, platform, since DESC, handle
LIMIT 100
"""
_FIRST_NEGATIVE = """
SELECT
    w.said_on, w.kind, w.target, w.about, w.months, w.statement_id, w.confidence, w.n, w.not_scored,
    w.negative_high, w.since, coalesce(s.title, substr(s.text, 1, 120)) AS title
FROM first_negative_words AS w
JOIN statements AS s ON s.id = w.statement_id
WHERE w.speaker = :speaker
ORDER BY w.said_on DESC, w.statement_id, w.about
LIMIT 11
"""
_VERDICTS = """
SELECT verdict, count(*) AS n FROM quotes WHERE speaker_id = :speaker GROUP BY 1 ORDER BY 2 DESC, 1
"""
_LISTS = {
    "months": "months_of_a_speaker",
    "about": "spoken_about_by_a_speaker",
    "latest": "statements_of_a_speaker",
    "quotes": "quotes_of_a_speaker",
}
_OF_EITHER = {"edits": "edits_of_a_speaker_or_an_office", "gone": "gone_of_a_speaker_or_an_office"}


async def _read_person(reader: Reader) -> TemplateVars:
    speaker = reader.asked("who")
    person = await _person(reader, speaker)
    found = await _found(reader, speaker)
    return {
        **found,
        "who": person,
        "names": await country_names(reader),
        **month_charts.sum_up(
            found["months"],
            reader.person(speaker),
            await month_charts.months_due(reader, "speaker_months", speaker),
        ),
        "has_means": any(row["mean"] is not None for row in found["about"]),
        "about": await by_kind(reader, found["about"]),
        "latest": mark_guess(found["latest"]),
        "all_statements": _all_statements(reader, person),
        "is_web_address": is_web_address,
        "most": MOST_SHOWN,
    }


async def _person(reader: Reader, speaker: str) -> Row:
    """Find a person by id, or somebody whom no source file knows by name."""
    person = await reader.row(_PERSON, speaker=speaker)
    if person:
        aliases = read_json(person["aliases"])
        names = [str(each) for each in aliases] if isinstance(aliases, list) else []
        return {**person, "speaker": speaker, "aliases": names}
    named = await reader.row(_NAMED, speaker=speaker)
    if not (named and named["is_there"]):
        raise NotThereError(f"Nobody who speaks in this archive has the id or the name “{speaker}”")
    return {"id": None, "name": speaker, "speaker": speaker, "aliases": []}


async def _found(reader: Reader, speaker: str) -> Mapping[str, list[Row]]:
    asked = {
        **{name: reader.answer(query, speaker=speaker) for name, query in _LISTS.items()},
        **{
            name: reader.answer(query, speaker=speaker, source="")
            for name, query in _OF_EITHER.items()
        },
        "terms": reader.rows(_TERMS, speaker=speaker),
        "accounts": reader.rows(_ACCOUNTS, speaker=speaker),
        "first_negative": reader.rows(_FIRST_NEGATIVE, speaker=speaker),
        "verdicts": reader.rows(_VERDICTS, speaker=speaker),
    }
    answers: Sequence[list[Row]] = await asyncio.gather(*asked.values())
    return dict(zip(asked, answers, strict=True))


def _all_statements(reader: Reader, person: Row) -> str:
    which = (
        {"speaker_id": person["id"]}
        if person["id"]
        else {"speaker": person["name"], "speaker_id__isnull": "1"}
    )
    return reader.of_table("statements", **which, _sort_desc="published_at")


async def _volume(reader: Reader) -> Chart | None:
    return month_charts.volume_chart(await _months(reader))


async def _tone(reader: Reader) -> Chart | None:
    return month_charts.tone_chart(await _months(reader))


async def _months(reader: Reader) -> list[Row]:
    return await reader.answer(_LISTS["months"], speaker=reader.asked("who"))


PERSON = Page(
    path=r"people/(?P<who>[^/]+)",
    template="onrecord_person.html",
    tables=(
        *("statements", "persons", "holders", "sources", "accounts", "entities"),
        *("speaker_months", "summary_due", "target_periods", "tone_of_speakers"),
        "turning_points",
        *("first_negative_words", "revisions", "edits", "fates", "quotes", "articles"),
    ),
    read=_read_person,
    charts={"volume": _volume, "tone": _tone},
)

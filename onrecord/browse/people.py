"""The page of everybody who speaks in the archive, and of the offices they speak for."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from onrecord.browse.office_page import OFFICE
from onrecord.browse.page_frame import Page
from onrecord.browse.person_page import PERSON
from onrecord.browse.reader import Reader, Row, TemplateVars

_A_PAGE = 100
"""As many as the query people_who_speak gives."""

_TERMS = """
SELECT h.person_id, h.role, h.capacity, h.since, h.until, h.source, o.office, o.country
FROM json_each(:people) AS j
CROSS JOIN holders AS h ON h.person_id = j.value
JOIN sources AS o ON o.name = h.source
ORDER BY h.since DESC, h.source
"""
_OFFICES = """
SELECT o.name, o.office, o.country, coalesce(e.name, upper(o.country)) AS country_name
FROM sources AS o
LEFT JOIN entities AS e ON e.kind = 'country' AND e.id = o.country
ORDER BY country_name, o.country, o.office, o.name
LIMIT 1000
"""


async def _read_people(reader: Reader) -> TemplateVars:
    name, page = reader.asked("name"), _page_number(reader.asked("page"))
    people, offices = await asyncio.gather(
        reader.answer("people_who_speak", name=name, page=str(page)), reader.rows(_OFFICES)
    )
    known = [row["person_id"] for row in people if row["person_id"]]
    terms = await reader.rows(_TERMS, people=json.dumps(known))
    more = {"name": name} if name else {}
    return {
        "name": name,
        "page": page,
        "people": people,
        "terms": _by_person(terms),
        "countries": [
            (code, country, list(rows))
            for (code, country), rows in groupby(
                offices, key=lambda row: (row["country"], row["country_name"])
            )
        ],
        "before": reader.page("people", **more, page=str(page - 1)) if page > 1 else None,
        "after": reader.page("people", **more, page=str(page + 1))
        if len(people) == _A_PAGE
        else None,
    }


def _page_number(asked: str) -> int:
    return min(max(int(asked), 1), 9999) if asked.isdecimal() and len(asked) < 5 else 1  # noqa: PLR2004


def _by_person(terms: Sequence[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for term in terms:
        found[term["person_id"]].append(term)
    return found


PAGES = (
    Page(
        path="people",
        template="onrecord_people.html",
        tables=("persons", "holders", "sources", "entities", "speaker_months"),
        read=_read_people,
    ),
    PERSON,
    OFFICE,
)

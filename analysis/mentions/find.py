"""All mentions in a text: countries, organisations, offices and persons, with their spans."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from analysis.mentions.context import is_the_city, means_country, means_organisation
from analysis.mentions.offices import office_at, offices_alone
from analysis.mentions.people import People, Person
from analysis.mentions.places import Place, Places
from analysis.mentions.scan import scan
from analysis.mentions.tables import tables_hash
from analysis.spans import in_any

Kind = Literal["country", "person", "organisation", "office"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody or something spoken about: from `start` up to `end` in the normalised text.

    `id` is an ISO 3166 code (`ru`), a person of the register, an organisation (`sco`), or an office
    named like its source (`ru_mod`). A mention of an office covers the one of its country.
    """

    start: int
    end: int
    kind: Kind
    id: str


class Gazetteer:
    """What can be found: the names of the tables, and the persons and places given.

    Making one takes a moment; make it once for many texts.
    """

    def __init__(self, people: Iterable[Person] = (), places: Iterable[Place] = ()) -> None:
        self._persons, self._places = tuple(people), tuple(places)
        self.people = People(self._persons)
        self.places = Places(self._places)

    @cached_property
    def version(self) -> str:
        """A short hash of all names and rules: the same for two that find the same."""
        told = hashlib.sha256(tables_hash().encode())
        for named in sorted(map(repr, (*self._persons, *self._places))):
            told.update(named.encode() + b"\0")
        return told.hexdigest()[:8]


def find_mentions(
    text: str, language: str | None, gazetteer: Gazetteer, day: date | None = None
) -> tuple[Mention, ...]:
    """Find who is spoken about in a normalised text, in the order of the text.

    `language` is the text's by ISO 639-1, None where it is not known; `day` is when it was said: it
    tells two persons of one name apart by when they held their offices.

    >>> find_mentions("Met my Chinese counterpart.", "en", Gazetteer())
    (Mention(start=7, end=14, kind='country', id='cn'),)
    """
    mentions: list[Mention] = []
    countries: dict[int, str] = {}
    for found in scan(text, language):
        start, end, term = found
        if term.kind == "country" and means_country(text, found):
            if term.rule == "brussels" and not is_the_city(text, start):
                mentions.append(Mention(start, end, "organisation", "eu"))
            elif term.rule == "pair":
                mentions.extend(_both(start, end, term.id))
            else:
                mentions.append(Mention(start, end, "country", term.id))
                countries[end] = term.id
        elif term.kind == "organisation" and means_organisation(text, found):
            mentions.append(Mention(start, end, "organisation", term.id))
    is_told = in_any((each.start, each.end) for each in mentions)
    for start, end, code in gazetteer.places.find(text, language):
        if not is_told(start):  # what the tables name means what they say
            mentions.append(Mention(start, end, "country", code))
            countries[end] = code
    mentions.extend(_offices(text, mentions))
    mentions.extend(
        Mention(start, end, "person", person)
        for start, end, person in gazetteer.people.find(text, countries, day)
    )
    if not mentions:
        return ()
    return tuple(sorted(_distinct(mentions), key=lambda each: (each.start, each.end, each.kind)))


def _both(start: int, end: int, ids: str) -> tuple[Mention, Mention]:
    one, _, other = ids.partition("+")
    half = (end - start) // 2
    return Mention(start, start + half, "country", one), Mention(end - half, end, "country", other)


def _offices(text: str, mentions: list[Mention]) -> list[Mention]:
    with_country = [
        Mention(office[0], office[1], "office", office[2])
        for each in mentions
        if (office := office_at(text, each.start, each.end, each.id))
    ]
    alone = offices_alone(text)
    if not alone:
        return with_country
    is_told = in_any((each.start, each.end) for each in with_country)
    return with_country + [
        Mention(start, end, "office", office_id)
        for start, end, office_id in alone
        if not is_told(start)
    ]


def _distinct(mentions: list[Mention]) -> list[Mention]:
    """Leave out countries and organisations that are words in a person's name."""
    persons = [(each.start, each.end) for each in mentions if each.kind == "person"]
    if not persons:
        return mentions
    is_in_person = in_any(persons)
    return [
        each
        for each in mentions
        if each.kind not in {"country", "organisation"} or not is_in_person(each.start)
    ]

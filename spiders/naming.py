"""Naming: what a mentioned country, person, organisation or office is called."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from analysis.mentions import Gazetteer
from analysis.mentions.tables import rows_of
from analysis.reading import MentionReading
from archive.records import EntityRow
from spiders.people import Register, read_register

_NOT_IN_THE_LIST = {"xk": "Kosovo"}


class Names:
    """The gazetteer that finds whom texts name, and what they are called."""

    def __init__(self, register: Register) -> None:
        self.gazetteer = Gazetteer(people=register.people, places=register.places)
        self._persons = {person.id: person.name for person in register.people}
        self._offices = register.offices
        self._countries = country_names() | {each.code: each.names[0] for each in register.places}

    def rows(self, mentions: Iterable[MentionReading]) -> tuple[EntityRow, ...]:
        """Name what is mentioned, each once."""
        keys = dict.fromkeys((mention.kind, mention.id) for mention in mentions)
        return tuple(EntityRow(kind, key, self.name_of(kind, key)) for kind, key in keys)

    def name_of(self, kind: str, key: str) -> str:
        """Name one; what nobody knows a name of keeps its id."""
        if kind == "person":
            return self._persons.get(key, key)
        if kind == "organisation":
            return organisation_names().get(key, key.upper())
        if kind == "office":
            code = key.partition("_")[0]
            place = self._countries.get(code) or organisation_names().get(code, code)
            return f"{place}: {self._offices.get(key) or _titled(key)}"
        return self._countries.get(key, key)


@lru_cache(maxsize=8)
def known_names(folders: tuple[Path, ...]) -> Names:
    """Give the names of the tables, of the built-in sources and of those in some folders."""
    return Names(read_register(folders))


@cache
def country_names() -> dict[str, str]:
    """Map lower-case ISO 3166 codes to short names in English."""
    listed = (files("tzdata") / "zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    found = {code.lower(): name for code, name in re.findall(r"(?m)^([A-Z]{2})\t(.+)$", listed)}
    return _NOT_IN_THE_LIST | found


@cache
def organisation_names() -> dict[str, str]:
    """Map the ids of organisations to their names."""
    names: dict[str, str] = {}
    for key, forms, *_ in rows_of("organisations"):
        names.setdefault(key, forms.partition(";")[0].rstrip("="))
    return names


def _titled(key: str) -> str:
    """Name an office of no source by its usual title."""
    country, _, office = key.partition("_")
    rows = [row for row in rows_of("offices") if row[1] == office and row[0] in {country, "*"}]
    titles = [title for row in rows for title in row[2].split(";") if not title.startswith("=")]
    return titles[0] if titles else office

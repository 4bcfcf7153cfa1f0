"""Places: which countries a text names, those of the tables and others that the register has."""
# ruff: noqa: RUF001 - typographic apostrophes are meant.

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from analysis.mentions import Gazetteer, find_mentions
from archive.persons import OfficeRow
from onrecord.checking.office_words import offices_in, subject_of
from spiders.naming import country_names

_NAMED = re.compile(
    r"\b(?:of|de|von|du|da) (?:the |la |el )?"
    r"((?:[A-Z][\w’'-]+)(?:[ -](?:and |of )?[A-Z][\w’'-]+)*)$"
)
_ENDING = r"(?:an|ans|ian|ians|ean|eans|n|ns|nian|vian|ese|ish|ic|er|ers|i|is|ine|ite|lander)?"
_LEAST = 4
_VOWELS = "aeiouy"
_ORGANISATIONS = frozenset({"eu", "un"})


class Place(NamedTuple):
    """Where a text names a country, as a noun or an adjective, and its code."""

    start: int
    end: int
    code: str


class Places:
    """The countries of the tables, and those of the register that stand in no table."""

    def __init__(self, offices: Iterable[OfficeRow]) -> None:
        self._gazetteer = Gazetteer()
        self.names = _own_names(offices)
        """What countries are called that no table has, by code."""
        self._own = [(code, _pattern_of(name)) for code, name in self.names.items()]

    def find(self, text: str) -> tuple[Place, ...]:
        """Find the countries of a text, in order."""
        found = [
            Place(each.start, each.end, each.id)
            for each in find_mentions(text, "en", self._gazetteer)
            if each.kind == "country" or (each.kind == "organisation" and each.id in _ORGANISATIONS)
        ]
        for code, pattern in self._own:
            found.extend(Place(*match.span(), code) for match in pattern.finditer(text))
        return tuple(sorted(found))


def _own_names(offices: Iterable[OfficeRow]) -> dict[str, str]:
    told: dict[str, Counter[str]] = {}
    for office in offices:
        if office.country in country_names() or office.country in _ORGANISATIONS:
            continue
        counter = told.setdefault(office.country, Counter())
        for words in (office.publisher, office.office):
            match = _NAMED.search(re.sub(r" ?\(.*?\)", "", words))
            if match and not _is_office(match[1]):
                counter[match[1]] += 1
    return {code: counter.most_common(1)[0][0] for code, counter in told.items() if counter}


def _is_office(words: str) -> bool:
    """Tell `Foreign Affairs` in `Ministry of Foreign Affairs` from a country."""
    is_usual = bool(offices_in(f"Ministry of {words}", None) or offices_in(words, None))
    return is_usual or not subject_of(words)


def _pattern_of(name: str) -> re.Pattern[str]:
    """Match a name and the adjectives that English makes of such names: `Valmora`, `Valmoran`."""
    stem = name.rstrip(_VOWELS)
    stem = stem if len(stem) >= _LEAST else name
    rest = re.escape(name[len(stem) :])
    return re.compile(
        rf"(?<![\w@#])(?:{re.escape(name)}|{re.escape(stem)}(?:{rest})?{_ENDING})(?!\w)"
    )

"""Persons of the register: their names in a text, whole or with a title, and who is meant."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from analysis.mentions.automaton import finder
from analysis.mentions.borders import border_of, is_bounded
from analysis.mentions.tables import rows_of, words_of


@dataclass(frozen=True, slots=True)
class Held:
    """An office that a person holds or held: its id (`in_mod`), title, first and last day."""

    office: str
    role: str = ""
    since: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether the term covers a day, as far as its ends are known."""
        return (self.since or day) <= day <= (self.until or day)


@dataclass(frozen=True, slots=True)
class Person:
    """A person whom texts may name: the register's id, the name and how else it is written."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    country: str | None = None
    offices: tuple[Held, ...] = ()


class Named(NamedTuple):
    """Where a person is named, and the register's id of the person."""

    start: int
    end: int
    id: str


# Families are named first there, unless the name is given in the western order.
_FAMILY_FIRST = words_of("people.family_first")
# Persons are called by the first of their names there, titles too.
_BY_FIRST_NAME = words_of("people.by_first_name")
_PARTICLES = words_of("people.particles")
# So many bear these names that "Mr" before them tells nothing: an office's title must.
_COMMON = words_of("people.common")
_CIVIL = words_of("people.civil")
_RANKS = words_of("people.ranks")
_OFFICIAL = words_of("people.official")
_FUNCTIONS = {"Defence": "mod", "Defense": "mod", "Foreign": "mfa", "Prime": "pm", "Affairs": "mfa"}
_OPENERS = words_of("people.openers")


# A country's name so far before a title says whose minister is meant.
_NEAR = 40
_SHOUTED = 6


class _Known(NamedTuple):
    person: Person
    is_full: bool


class People:
    """The names of persons, and the automaton that finds them."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._known: dict[str, list[_Known]] = defaultdict(list)
        for person in people:
            for form, is_full in _forms_of(person):
                self._known[form].append(_Known(person, is_full))
        self._forms = list(self._known)
        self._find = finder(self._forms)

    def find(self, text: str, countries: dict[int, str], day: date | None = None) -> list[Named]:
        """Find persons, in order; `countries` maps where a country's name ends to its code."""
        found: list[Named] = []
        named: dict[str, list[Person]] = defaultdict(list)
        for index, start, end in self._find(text):
            form = self._forms[index]
            if not is_bounded(text, start, end, border_of(form), None):
                continue
            known = self._known[form]
            full = _only([each.person for each in known if each.is_full], day)
            if _is_handle(text, start) or (full is None and _is_half(text, start, end)):
                continue
            if full is not None:
                begins = start
            else:
                full, begins = self._by_surname(text, start, end, named, countries, day)
            if full is not None:
                found.append(Named(begins, end, full.id))
                for surname in _surnames(full):
                    if full not in named[surname]:
                        named[surname].append(full)
        return found

    def _by_surname(
        self,
        text: str,
        start: int,
        end: int,
        named: dict[str, list[Person]],
        countries: dict[int, str],
        day: date | None,
    ) -> tuple[Person | None, int]:
        surname = text[start:end]
        candidates = [each.person for each in self._known[surname]]
        words = text[max(0, start - 60) : start].rsplit(maxsplit=3)
        before = words[-1].rstrip(".,") if words and text[start - 1] == " " else ""
        if (len(before) == 1 and before.isupper()) or before[1:] == ".":
            initials = [
                each for each in candidates if before[0] in {w[0] for w in each.name.split()}
            ]
            return _only(initials, day), start - len(words[-1]) - 1
        earlier = named.get(surname, [])
        is_titled = before in _CIVIL or before in _RANKS or before in _OFFICIAL
        if (
            before[:1].isupper()
            and not is_titled
            and before not in _OPENERS
            and not _ends(words[-1])
        ):
            return None, start  # Somebody else of that name: "Manmohan Singh".
        if len(earlier) == 1:
            return earlier[0], start
        if not is_titled or (surname in _COMMON and before in _CIVIL):
            return None, start
        return _only(_supported(candidates, words, text, start, countries), day), start


def _forms_of(person: Person) -> Iterator[tuple[str, bool]]:
    for name in dict.fromkeys((person.name, *person.aliases)):
        yield name, True
        if name.upper() != name and len(name) >= _SHOUTED:
            yield name.upper(), True
    for surname in _surnames(person):
        yield surname, False


def _surnames(person: Person) -> list[str]:
    """List what may stand after a title: the surname, with and without its particles."""
    found: dict[str, None] = {}
    for name in (person.name, *person.aliases):
        words = name.split()
        if len(words) == 1:
            continue
        if person.country in _FAMILY_FIRST or person.country in _BY_FIRST_NAME:
            found[words[0]] = None
        if person.country not in _FAMILY_FIRST or person.country == "vn" or "-" in words[0]:
            at = len(words) - 1
            found[words[at]] = None
            while at > 1 and words[at - 1].lower() in _PARTICLES:
                at -= 1
            found[" ".join(words[at:])] = None
    return [
        surname
        for surname in found
        if (len(surname) > 1 and surname[0].isupper()) or " " in surname
    ]


def _supported(
    candidates: list[Person],
    words: list[str],
    text: str,
    start: int,
    countries: dict[int, str],
) -> list[Person]:
    """Keep those whom the title before the surname fits: its office, its country."""
    function = next((_FUNCTIONS[word] for word in words[-3:] if word in _FUNCTIONS), None)
    offices = _office_names(function) if function else frozenset()
    if offices and (fitting := [each for each in candidates if _holds(each, offices)]):
        candidates = fitting
    before = words[-1].rstrip(".,").lower() if words else ""
    if fitting := [each for each in candidates if _is_called(each, before)]:
        candidates = fitting
    near = [
        code
        for end, code in countries.items()
        if 0 <= start - end <= _NEAR and "." not in text[end:start]
    ]
    if near and (fitting := [each for each in candidates if each.country == near[-1]]):
        candidates = fitting
    return candidates


def _is_called(person: Person, title: str) -> bool:
    """Tell whether a title is one that the person bears; a prime minister is no mere minister."""
    roles = [held.role.lower() for held in person.offices]
    return any(title in role and not (title == "minister" and "prime" in role) for role in roles)


def _office_names(function: str) -> frozenset[str]:
    return frozenset(
        row[1]
        for row in rows_of("offices")
        if row[1] == function or f"={function}" in row[2].split(";")
    )


def _holds(person: Person, offices: frozenset[str]) -> bool:
    return any(held.office.partition("_")[2] in offices for held in person.offices)


def _only(persons: list[Person], day: date | None) -> Person | None:
    if len(persons) > 1 and day is not None:
        persons = [each for each in persons if any(held.covers(day) for held in each.offices)]
    unique = {each.id: each for each in persons}
    return next(iter(unique.values())) if len(unique) == 1 else None


def _is_handle(text: str, start: int) -> bool:
    return text[start - 1 : start] == "@"


def _is_half(text: str, start: int, end: int) -> bool:
    """Tell whether a surname is half of a longer name: `Singh` in `Singh Puri`."""
    if text[start - 1 : start] == "-" or text[end : end + 1] == "-":
        return True
    after = text[end : end + 3]
    return (
        len(after) == len(" Xy") and after[0] == " " and after[1].isupper() and after[2].islower()
    )


def _ends(word: str) -> bool:
    return word[-1:] in {".", "!", "?", ":", ";", ",", '"', "”", ")"}

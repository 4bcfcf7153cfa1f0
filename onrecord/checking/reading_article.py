"""An article as it is read for whom its words mean: its names, countries and offices."""

from collections.abc import Callable
from dataclasses import dataclass

from onrecord.checking.article_names import Run, is_person_like, read_offices, runs_in
from onrecord.checking.person_names import Name, Pieces
from onrecord.checking.places import Place, Places
from onrecord.checking.terms import NearOffice

Finder = Callable[[Name], frozenset[str]]
"""Finds the persons of the register who bear a name in full."""


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """What an article says of persons, countries and offices."""

    text: str
    places: tuple[Place, ...]
    offices: tuple[NearOffice, ...]
    named: frozenset[str]
    """The persons of the register whom it names in full."""

    strangers: tuple[Pieces, ...]
    """Names in full that are of nobody in the register."""

    @property
    def countries(self) -> frozenset[str]:
        """The codes of the countries that it names."""
        return frozenset(place.code for place in self.places)

    @property
    def ministries(self) -> tuple[NearOffice, ...]:
        """The ministries that it names, by those names that say which."""
        return tuple(each for each in self.offices if each.told.is_body and each.told.function)

    def has_stranger(self, surname: Pieces) -> bool:
        """Tell whether it names somebody of that name whom the register does not know."""
        size = len(surname)
        return any(surname in (each[-size:], each[:size]) for each in self.strangers)

    def country_of(self, office: NearOffice, home: frozenset[str]) -> tuple[str | None, str]:
        """Tell whose an office is that the words leave open, else say why it cannot be told.

        `home` are the countries of the persons whom it names: a paper seldom names its own.
        """
        told = office.told
        same = {
            near.country
            for near in self.offices
            if near.country
            and (near.told.function, near.told.subject) == (told.function, told.subject)
        }
        fitting = same | home if same else self.countries | home
        if len(fitting) == 1:
            return next(iter(fitting)), ""
        if not fitting:
            return None, "the article does not say of which country"
        return None, "the article names several countries, and not whose office it is"


def read_article(text: str, places: Places, subjects: frozenset[str], find: Finder) -> ReadArticle:
    """Read an article; `subjects` as in `offices_in`."""
    found = places.find(text)
    named: set[str] = set()
    strangers: dict[Pieces, None] = {}
    for run in runs_in(text):
        known = _known(run, find)
        named |= known
        if not known and is_person_like(run):
            strangers[run.name.pieces] = None
    offices = tuple(read_offices(text, 0, found, subjects))
    return ReadArticle(text, found, offices, frozenset(named), tuple(strangers))


def _known(run: Run, find: Finder) -> frozenset[str]:
    """Find whom a run names, whole or, where words of an office stand with it, at its end."""
    pieces, suffix = run.name
    for at in range(max(1, len(pieces) - 1)):
        if found := find(Name(pieces[at:], suffix)):
            return found
    return frozenset()

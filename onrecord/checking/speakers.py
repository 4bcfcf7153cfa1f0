"""Whom an article's words for a speaker mean in the register: a person, an office, or nobody."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.persons import AccountRow, RegisterRows, read_register
from onrecord.checking.article_names import is_called_minister, offices_near
from onrecord.checking.name_index import NameIndex
from onrecord.checking.office_words import SOME_MINISTER
from onrecord.checking.person_names import Name
from onrecord.checking.places import Places
from onrecord.checking.reading_article import ReadArticle, read_article
from onrecord.checking.speaker_words import SpeakerWords, read_speaker, whole_name
from onrecord.checking.terms import NearOffice, Terms, only_holder, told_day

_TWO_SURNAMES = frozenset({"es", "pt", "ca", "gl"})
"""Languages in whose countries people have two surnames and are called by one."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who in the register is meant, or why that cannot be told."""

    person_ids: frozenset[str] = frozenset()
    """Whose statements are the speaker's own; empty if nobody could be told."""

    person_id: str | None = None
    """The person, where it is one."""

    names: tuple[str, ...] = ()
    """What the register calls the person, or the offices."""

    why_not: str | None = None
    """Why nobody could be told, in words that can end a sentence."""

    offices: frozenset[str] = frozenset()
    """The sources whose unnamed statements are the speaker's own, where a ministry speaks."""


class Register:
    """Everybody whom an archive knows. Making one takes a moment; make it once."""

    def __init__(self, rows: RegisterRows) -> None:
        self._person_names = {person.id: person.name for person in rows.persons}
        self._terms = Terms(rows)
        self._places = Places(rows.offices)
        self._accounts = rows.accounts
        languages = {office.source: office.language for office in rows.offices}
        double = (t.person_id for t in self._terms.all if languages[t.source] in _TWO_SURNAMES)
        self._names = NameIndex(rows.persons, frozenset(double))
        self._last: ReadArticle | None = None

    @classmethod
    def of(cls, db: Database) -> "Register":
        """Load the register of an archive."""
        return cls(read_register(db))

    def who(self, speaker: str | None, context: str, on: date | None) -> Known:
        """Tell whom the words for a speaker mean, by the register and the article, never a guess.

        `speaker` is what a quotation is given to (`Mara Ode`, `the Arvennan defence minister`),
        `context` the article's text, `on` the day of the article.
        """
        if not speaker or not speaker.strip():
            return Known(why_not="the article does not say who speaks")
        article = self._read(context)
        said = read_speaker(speaker, self._places.find(speaker), self._terms.subjects)
        asked = _Asked(said, article, on)
        for name in whole_name(speaker):
            if found := self._names.bearing(name):
                return self._one_of(found, name, asked)
        if len(said.names) > 1:
            return Known(why_not="the article gives the words to several persons at once")
        if said.names:
            return self._by_name(said.names[0], asked)
        if said.handle:
            return self._by_handle(said.handle, on)
        return self._by_office(asked)

    def name_of(self, person_id: str) -> str | None:
        """Give the name of a person; None for one whom the register no longer has."""
        return self._person_names.get(person_id)

    def sources_of(
        self, person_ids: Iterable[str], since: date | None, until: date | None
    ) -> frozenset[str]:
        """Name the offices that persons held on any of these days; None is without end."""
        return frozenset(
            term.source
            for person in person_ids
            for term in self._terms.of.get(person, ())
            if (until is None or term.since <= until)
            and (since is None or term.until is None or since <= term.until)
        )

    def accounts_called(self, handle: str, on: date | None) -> tuple[AccountRow, ...]:
        """List the accounts that bore a handle on a day: with `@` or not, its server or not."""
        name, _, server = handle.casefold().lstrip("@").partition("@")
        day = on.isoformat() if on else None
        found = []
        for row in self._accounts:
            own, _, home = row.handle.casefold().partition("@")
            is_there = server in {"", home, urlsplit(row.url).netloc.casefold()}
            if own == name and is_there and (not day or row.since <= day <= (row.until or day)):
                found.append(row)
        return tuple(found)

    def _read(self, context: str) -> ReadArticle:
        if self._last is None or self._last.text != context:
            self._last = read_article(context, self._places, self._terms.subjects, self._in_full)
        return self._last

    def _in_full(self, name: Name) -> frozenset[str]:
        """Find whom a name in an article means, if it is one in full."""
        if len(name.pieces) == 1:
            return frozenset()
        names = self._names
        return names.bearing(name) or names.bearing_with_suffix(name) or names.shortened(name)

    def _by_name(self, name: Name, asked: "_Asked") -> Known:  # noqa: PLR0911 - ways, surest first
        """Tell by a name: whole, without Jr or Sr, shortened, a part of it, or its initials."""
        if found := self._names.bearing(name):
            return self._one_of(found, name, asked)
        if found := self._names.bearing_with_suffix(name):
            in_office = [each for each in found if self._is_in_office(each, asked.on)]
            if len(in_office) == 1:
                return self._person(in_office[0])
            names = " and ".join(sorted(self._person_names[each] for each in found))
            return Known(why_not=f"the register knows only {names}")
        if len(name.pieces) > 1:
            short = self._names.shortened(name)
            if found := frozenset(each for each in short if self._is_supported(each, asked)):
                return self._one_of(found, name, asked)
        if found := self._names.holding(name):
            return self._by_surname(found, name, asked)
        if found := self._fitting(self._names.initialled(name), name, asked):
            return self._one_of(found, name, asked)
        if any(each.told.is_spokesperson for each in asked.said.offices):
            known = self._by_office(asked)
            return Known(names=known.names, why_not=known.why_not, offices=known.offices)
        return Known(why_not=f"{asked.said.words} is not in the register")

    def _one_of(self, found: Collection[str], name: Name, asked: "_Asked") -> Known:
        """Choose among persons of one name by the office that the article writes with it."""
        if len(found) > 1:
            found = self._fitting(found, name, asked) or found
        if len(found) == 1:
            return self._person(next(iter(found)))
        count = "two" if len(found) == 2 else str(len(found))  # noqa: PLR2004
        return Known(why_not=f"{count} persons of the register are called {self._called(found)}")

    def _by_surname(self, bearers: frozenset[str], name: Name, asked: "_Asked") -> Known:
        """Tell by a part of a name: by the office with it, or the whole name in the article."""
        words = asked.said.words
        article = asked.article
        by_office = self._fitting(bearers, name, asked) if asked.said.offices else frozenset()
        if len(by_office) == 1:
            return self._person(next(iter(by_office)))
        named = bearers & article.named
        if article.has_stranger(name.pieces):
            return Known(why_not=f"the article names another {name.pieces[-1].title()} in full")
        if len(named) > 1:
            named = by_office & named
        if len(named) == 1:
            return self._person(next(iter(named)))
        if (
            not bearers & article.named
            and len(by_office := self._fitting(bearers, name, asked)) == 1
        ):
            return self._person(next(iter(by_office)))
        if len(bearers & article.named) > 1 or len(by_office) > 1:
            return Known(why_not=f"the article names several persons whom {words} may mean")
        return Known(why_not=f"the article does not say which {words} speaks")

    def _by_handle(self, handle: str, on: date | None) -> Known:
        """Tell by an account: whose it was on the day, or the office's own."""
        rows = self.accounts_called(handle, on)
        owners = {row.person_id for row in rows}
        if len(owners) > 1:
            return Known(why_not=f"several accounts of the register are called @{handle}")
        if not rows:
            when = f" on {told_day(on)}" if on and self.accounts_called(handle, None) else ""
            return Known(why_not=f"@{handle} is no account of the register{when}")
        owner = owners.pop()
        if owner is not None:
            return self._person(owner)
        return self._bodies([row.source for row in rows], on)

    def _by_office(self, asked: "_Asked") -> Known:  # noqa: PLR0911 - reasons why not
        """Tell by an office: who held it around the day, or the ministry itself."""
        office, why_not = asked.office()
        if office is None:
            return Known(why_not=why_not)
        if office.country is None:
            if len(named := self._named_in(office, asked)) == 1:
                return self._person(named.pop())
            country, why_not = asked.article.country_of(office, self._homes(asked))
            if country is None:
                return Known(why_not=why_not)
            office = NearOffice(office.told, country)
        if office.told.is_body:
            bodies = [each.source for each in self._terms.bodies(office)]
            if bodies and not office.told.is_lesser:
                return self._bodies(bodies, asked.on)
        elif terms := self._terms.holding(office):
            if office.told.is_former:
                return Known(why_not="words for a former holder do not say which")
            if asked.on is None:
                return Known(why_not="the article has no date, which tells who held the office")
            person, why_not = only_holder(terms, asked.on)
            return self._person(person) if person else Known(why_not=why_not)
        return Known(why_not=f"the register has no such office: {asked.said.words}")

    def _named_in(self, office: NearOffice, asked: "_Asked") -> set[str]:
        """Find who held an office by then of those whom the article names in full."""
        return {
            person
            for person in asked.article.named
            for term in self._terms.of.get(person, ())
            if not office.told.is_former and asked.on and term.fits(office, asked.on)
        }

    def _homes(self, asked: "_Asked") -> frozenset[str]:
        return frozenset(
            term.country
            for person in asked.article.named
            for term in self._terms.of.get(person, ())
        )

    def _bodies(self, sources: Sequence[str], on: date | None) -> Known:
        names = tuple(sorted({self._terms.offices[source][0].office for source in sources}))
        speakers = self._terms.spokespersons(sources, on)
        return Known(speakers, None, names, None, frozenset(sources))

    def _person(self, person: str) -> Known:
        return Known(frozenset({person}), person, (self._person_names[person],))

    def _called(self, persons: Collection[str]) -> str:
        return self._person_names[min(persons)]

    def _fitting(self, persons: Iterable[str], name: Name, asked: "_Asked") -> frozenset[str]:
        """Keep those whose office the words, or else the article, write with their name."""
        near = asked.offices_with(name, self._terms.subjects)
        return frozenset(
            person
            for person in persons
            if any(
                term.fits(each, asked.on)
                and (each.told is not SOME_MINISTER or term.country in asked.article.countries)
                for term in self._terms.of.get(person, ())
                for each in near
            )
        )

    def _is_in_office(self, person: str, on: date | None) -> bool:
        return on is not None and any(term.covers(on) for term in self._terms.of.get(person, ()))

    def _is_supported(self, person: str, asked: "_Asked") -> bool:
        """Tell whether the article also names the country or the office of a person."""
        article = asked.article
        terms = self._terms.of.get(person, ())
        return any(term.country in article.countries for term in terms) or any(
            term.bears(near) for term in terms for near in article.offices
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words for a speaker, the article around them and its day."""

    said: SpeakerWords
    article: ReadArticle
    on: date | None

    def office(self) -> tuple[NearOffice | None, str]:
        """Take the one office that the words are about, else say why there is none."""
        offices = self.said.offices
        if self.said.is_some_ministry:
            offices = self.article.ministries
        if len({(each.told.function, each.told.subject, each.country) for each in offices}) > 1:
            return None, f"the words name several offices: {self.said.words}"
        if not offices or not (offices[0].told.function or offices[0].told.subject):
            return None, f"{self.said.words} is no person and no office of the register"
        return offices[0], ""

    def offices_with(self, name: Name, subjects: frozenset[str]) -> tuple[NearOffice, ...]:
        """List the offices that the words, or else the article, write with a name."""
        if self.said.offices:
            return self.said.offices
        article = self.article
        near = tuple(offices_near(article.text, name.pieces, article.places, subjects))
        if near or not (self.said.is_minister or is_called_minister(article.text, name.pieces)):
            return near
        return (NearOffice(SOME_MINISTER, None),)

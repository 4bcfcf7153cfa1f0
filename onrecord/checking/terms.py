"""Terms: who held which office when, and the offices that words about them tell of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from archive.persons import OfficeRow, RegisterRows, TermRow
from onrecord.checking.office_words import Told, function_of_source, offices_in, subject_of

HANDOVER = timedelta(days=14)
"""So near a change of office, an article may mean who leaves or who comes."""

_LEAST = 4
_HEADS = frozenset({"president", "pm"})


@dataclass(frozen=True, slots=True)
class NearOffice:
    """An office that words tell of, and its country where they say it."""

    told: Told
    country: str | None


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a person, with what the office is everywhere."""

    source: str
    country: str
    person_id: str
    role: str
    capacity: str
    since: date
    until: date | None
    functions: frozenset[str]
    lesser_functions: frozenset[str]
    subject: tuple[str, ...]
    is_lesser: bool

    def covers(self, day: date | None, margin: timedelta = timedelta()) -> bool:
        """Tell whether the term covers a day, give or take some; any term does if none is given."""
        return day is None or (
            self.since - margin <= day and (self.until is None or day <= self.until + margin)
        )

    def fits(self, near: NearOffice, day: date | None) -> bool:
        """Tell whether who is named with an office on a day may be who holds this one."""
        if not self.bears(near):
            return False
        if near.told.is_former:
            return day is None or self.since < day
        return self.covers(day, HANDOVER)

    def bears(self, near: NearOffice) -> bool:
        """Tell whether words for an office, or for who speaks for it, mean this one."""
        told = near.told
        if near.country not in {None, self.country}:
            return False
        if told.is_spokesperson or self.capacity == "spokesperson":
            is_same = told.function in {None, *self.functions} and not told.subject
            return self.capacity == "spokesperson" and told.is_spokesperson and is_same
        if told.is_body:
            return False
        if told.function:
            return told.function in (self.lesser_functions if told.is_lesser else self.functions)
        if told.subject:
            is_same = bool(self.subject) and self.subject[0] in told.subject
            return (
                is_same
                and set(told.subject) <= set(self.subject)
                and told.is_lesser == self.is_lesser
            )
        return "minister" in self.role.lower() and not self.is_lesser


class Terms:
    """All terms of a register, and its offices."""

    def __init__(self, rows: RegisterRows) -> None:
        offices = {office.source: office for office in rows.offices}
        self.all = tuple(_term(row, offices[row.source]) for row in rows.terms)
        self.of: dict[str, list[Term]] = {}
        for term in self.all:
            self.of.setdefault(term.person_id, []).append(term)
        self.offices = {
            office.source: (office, _office_functions(office)) for office in rows.offices
        }
        self.subjects = frozenset(
            word for term in self.all for word in term.subject if len(word) >= _LEAST
        )
        """The words by which roles are told that have no usual name."""

    def holding(self, near: NearOffice) -> tuple[Term, ...]:
        """List the terms in an office, past ones too."""
        return tuple(term for term in self.all if term.bears(near))

    def bodies(self, near: NearOffice) -> tuple[OfficeRow, ...]:
        """List the offices of a country that words for a ministry mean."""
        told = near.told
        return tuple(
            office
            for office, functions in self.offices.values()
            if near.country in {None, office.country}
            and (
                told.function in functions
                if told.function
                else bool(told.subject) and set(told.subject) <= set(subject_of(office.office))
            )
        )

    def spokespersons(self, sources: Iterable[str], day: date | None) -> frozenset[str]:
        """Name who spoke for some offices on a day."""
        names = set(sources)
        return frozenset(
            term.person_id
            for term in self.all
            if term.source in names and term.capacity == "spokesperson" and term.covers(day)
        )


def only_holder(terms: Sequence[Term], day: date) -> tuple[str | None, str]:
    """Name who held an office all the time around a day, else say why nobody can be told."""
    around = [term for term in terms if term.covers(day, HANDOVER)]
    people = {term.person_id for term in around}
    days = [day + timedelta(days=n) for n in range(-HANDOVER.days, HANDOVER.days + 1)]
    if not people:
        return None, f"nobody is known to have held the office on {told_day(day)}"
    if len(people) == 1 and all(any(term.covers(each) for term in around) for each in days):
        return people.pop(), ""
    if len({term.person_id for term in around if term.covers(day)}) > 1 and not _changes(
        around, day
    ):
        return None, "the register knows several holders of the office"
    return None, _change_near(around, day)


def _changes(terms: Iterable[Term], day: date) -> list[date]:
    edges = [edge for term in terms for edge in (term.since, term.until) if edge is not None]
    return sorted(edge for edge in edges if abs(edge - day) <= HANDOVER)


def _change_near(terms: Sequence[Term], day: date) -> str:
    changes = _changes(terms, day)
    if changes:
        return f"the office changed hands about {told_day(changes[0])}, too near to tell"
    return f"nobody is known to have held the office on {told_day(day)}"


def told_day(day: date) -> str:
    """Write a day as `4 March 2026`."""
    return f"{day.day} {day:%B %Y}"


def _term(row: TermRow, office: OfficeRow) -> Term:
    told = offices_in(row.role, office.country)
    functions = {each.function for each in told if each.function and not each.is_lesser}
    lesser = {each.function for each in told if each.function and each.is_lesser}
    is_lesser = (
        bool(told or "state" in row.role.lower().split())
        and not functions
        and (bool(lesser) or any(each.is_lesser for each in told) or "state" in row.role.lower())
    )
    subject = () if functions or lesser else subject_of(row.role)
    source_function = function_of_source(row.source)
    if row.capacity == "spokesperson":
        functions, subject = set(_office_functions(office)), ()
    elif source_function and not is_lesser and (functions & _HEADS or not (functions or subject)):
        functions.add(source_function)
    return Term(
        row.source,
        office.country,
        row.person_id,
        row.role,
        row.capacity,
        date.fromisoformat(row.since),
        date.fromisoformat(row.until) if row.until else None,
        frozenset(functions),
        frozenset(lesser),
        subject,
        is_lesser,
    )


def _office_functions(office: OfficeRow) -> frozenset[str]:
    told = offices_in(office.office, office.country)
    functions = {each.function for each in told if each.function and not each.is_lesser}
    source_function = function_of_source(office.source)
    return frozenset(functions | ({source_function} if source_function else set()))

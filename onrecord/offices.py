"""Who held an office on a day, from what the source files say of their holders."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from spiders.source import Holder, Source

_SAME = {
    "secretary of state": "foreign minister",
    "international relations and cooperation": "foreign affairs",
    "external affairs": "foreign affairs",
    "president of the council of ministers": "prime minister",
    "president of the government": "prime minister",
    "armed forces": "defence",
    "defense": "defence",
    "secretary": "minister",
    "ministry": "minister",
    "department": "minister",
    "war": "defence",
    "pm": "prime minister",
}
"""What offices of one kind are called in different countries, longer names first."""

_SAYS_NOTHING = frozenset({"of", "the", "for", "and", "federal", "national", "affairs"})
_LESSER = frozenset({"deputy", "vice", "assistant", "junior", "former", "shadow", "state"})


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a person in an office."""

    source: Source
    holder: Holder

    def as_dict(self) -> dict[str, str | None]:
        """Give the term for a script."""
        holder = self.holder
        return {
            "source": self.source.name,
            "office": self.source.office,
            "country": self.source.country,
            "person_id": holder.id,
            "name": holder.name,
            "role": holder.role,
            "capacity": holder.capacity,
            "since": holder.since.isoformat(),
            "until": holder.until.isoformat() if holder.until else None,
        }


def terms_of(office: str, sources: Mapping[str, Source], country: str | None) -> list[Term]:
    """Find the terms in an office, named by its source or by words such as "defence minister"."""
    named = sources.get(office)
    if named:
        return [Term(named, holder) for holder in named.holders]
    within = [each for each in sources.values() if country in {None, each.country}]
    by_country: dict[str, list[Term]] = {}
    for source in within:
        terms = [Term(source, holder) for holder in source.holders]
        by_country.setdefault(source.country, []).extend(terms)
    found = [term for terms in by_country.values() for term in _meant(_words(office), terms)]
    offices = {term.source.name for term in found}
    every = (term for terms in by_country.values() for term in terms)
    speakers = [
        term
        for term in every
        if term.holder.capacity == "spokesperson" and term.source.name in offices
    ]
    return [*found, *(term for term in speakers if term not in found)]


def _meant(asked: frozenset[str], terms: Sequence[Term]) -> list[Term]:
    """Choose among a country's terms: the very office, else one that bears its words."""
    ways: tuple[Callable[[Term], bool], ...] = (
        lambda term: _words(term.holder.role) == asked,
        lambda term: _is_meant(asked, term.holder.role),
        lambda term: _is_meant(asked, term.source.office),
    )
    return next(filter(None, (list(filter(way, terms)) for way in ways)), [])


def on_day(terms: Iterable[Term], day: date) -> list[Term]:
    """Choose the terms that cover a day: holders first, then who stands in or speaks for them."""
    order = ("holder", "acting", "spokesperson")
    covering = [each for each in terms if each.holder.is_in_office(day)]
    return sorted(
        covering,
        key=lambda each: (
            each.source.country,
            order.index(each.holder.capacity),
            each.holder.since,
            each.source.name,
        ),
    )


def handovers(terms: Sequence[Term], day: date) -> list[tuple[Term, Term]]:
    """Find pairs where one term ends and another of the same office begins on a day."""
    return [
        (leaving, coming)
        for leaving in terms
        for coming in terms
        if leaving.holder.until == day
        and coming.holder.since == day
        and leaving.holder is not coming.holder
        and leaving.source is coming.source
        and _words(leaving.holder.role) == _words(coming.holder.role)
        and "spokesperson" not in {leaving.holder.capacity, coming.holder.capacity}
    ]


def _is_meant(asked: frozenset[str], printed: str) -> bool:
    """Tell whether an office bears all the words asked for, and is not a lesser one."""
    words = _words(printed)
    return bool(asked) and asked <= words and not (words - asked) & _LESSER


def _words(office: str) -> frozenset[str]:
    """Fold an office to the words that tell it from others in its country."""
    marks = unicodedata.normalize("NFKD", office.casefold())
    folded = " ".join(re.findall(r"\w+", "".join(c for c in marks if not unicodedata.combining(c))))
    for name, meaning in _SAME.items():
        folded = re.sub(rf"\b{name}\b", meaning, folded)
    return frozenset(folded.split()) - _SAYS_NOTHING

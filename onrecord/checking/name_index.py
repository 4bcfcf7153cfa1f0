"""The names of the persons of a register, and who bears one: whole, shortened or in part."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from archive.persons import PersonRow
from onrecord.checking.person_names import (
    Name,
    Pieces,
    holds,
    is_initialled,
    is_shortened,
    key_of,
    ways_of,
)


class NameIndex:
    """Find persons by their names; `double` are those with two surnames by custom."""

    def __init__(self, persons: Iterable[PersonRow], double: frozenset[str]) -> None:
        self._double = double
        self._forms: dict[str, list[Name]] = {}
        self._by_key: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._by_piece: dict[str, set[str]] = defaultdict(set)
        for person in persons:
            forms = {way for name in (person.name, *person.aliases) for way in ways_of(name)}
            self._forms[person.id] = sorted(forms)
            for form in forms:
                self._by_key[key_of(form)].add((person.id, form.suffix))
                for piece in form.pieces:
                    self._by_piece[piece].add(person.id)

    def bearing(self, name: Name) -> frozenset[str]:
        """Find who bears exactly this name, with the same or without a Jr or Sr."""
        found = self._by_key.get(key_of(name), ())
        return frozenset(person for person, suffix in found if suffix == name.suffix)

    def bearing_with_suffix(self, name: Name) -> frozenset[str]:
        """Find who bears a name that is written without the Jr or Sr of the register."""
        found = () if name.suffix else self._by_key.get(key_of(name), ())
        return frozenset(person for person, _ in found)

    def shortened(self, name: Name) -> frozenset[str]:
        """Find of whose names this is a shorter form: without a middle name or second surname."""
        return frozenset(
            person
            for person in self._by_piece.get(name.pieces[0], ())
            for form in self._forms[person]
            if name.suffix in {"", form.suffix}
            and is_shortened(form.pieces, name.pieces, is_double=person in self._double)
        )

    def holding(self, name: Name) -> frozenset[str]:
        """Find of whose names this is a part, such as the surname."""
        return self._with_last(name, holds)

    def initialled(self, name: Name) -> frozenset[str]:
        """Find whose names differ from this one by initials only."""
        return self._with_last(name, is_initialled)

    def _with_last(self, name: Name, is_like: Callable[[Pieces, Pieces], bool]) -> frozenset[str]:
        return frozenset(
            person
            for person in self._by_piece.get(name.pieces[-1], ())
            if any(
                is_like(form.pieces, name.pieces) and name.suffix in {"", form.suffix}
                for form in self._forms[person]
            )
        )

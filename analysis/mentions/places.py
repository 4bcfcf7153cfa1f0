"""Places: countries that no table names, by the names that source files declare."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.mentions.automaton import finder
from analysis.mentions.borders import border_of, is_bounded, spans_of_addresses
from analysis.spans import in_any


@dataclass(frozen=True, slots=True)
class Place:
    """A country and all that it and its people are called, its own name first."""

    code: str
    """Such as `xa`."""

    names: tuple[str, ...]


class Places:
    """The names of places, and the automaton that finds them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._codes = {name: place.code for place in places for name in place.names}
        self._forms = list(self._codes)
        self._find = finder(self._forms)

    def find(self, text: str, language: str | None) -> Iterator[tuple[int, int, str]]:
        """Find places by start, end and code, in order; none in links, addresses and handles."""
        matches = self._find(text)
        if not matches:
            return
        is_in_address = in_any(spans_of_addresses(text))
        for index, start, end in matches:
            form = self._forms[index]
            if is_bounded(text, start, end, border_of(form), language) and not is_in_address(start):
                yield start, end, self._codes[form]
